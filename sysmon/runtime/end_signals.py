"""The signals by which system and user end a program, on an asyncio loop: so that an end is always orderly."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Generator

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))
"""Service managers send SIGTERM, Ctrl+C is SIGINT, a terminal that goes away sends SIGHUP."""


@contextlib.contextmanager
def end_signals(tell: Callable[[int], object]) -> Generator[None]:
    """While the context lasts, call ``tell`` with the number of each such signal, on the running loop.

    One that whoever started us lets be ignored (``nohup``) stays ignored. Afterwards all is as before.
    """
    loop = asyncio.get_running_loop()
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    taken = {number: handler for number, handler in handlers.items() if handler is not signal.SIG_IGN}

    def came(number: int, _: object) -> None:
        loop.call_soon_threadsafe(tell, number)

    for number in taken:
        try:
            loop.add_signal_handler(number, tell, number)
        except NotImplementedError:  # Windows has them only as C knows them
            signal.signal(number, came)
    try:
        yield
    finally:
        for number, handler in taken.items():
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)
            signal.signal(number, handler)
