"""Single keys from the terminal, without Enter and without echo, on an asyncio loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Generator


@contextlib.contextmanager
def single_keys(deliver: Callable[[str], None]) -> Generator[None]:
    """Call ``deliver`` with each key typed while the context lasts; then the terminal is as before.

    Does nothing where standard input is no terminal, or where the system has no termios (Windows:
    Ctrl+C still ends the program).
    """
    if sys.platform == "win32" or not sys.stdin.isatty():
        yield
        return
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    loop = asyncio.get_running_loop()
    before = termios.tcgetattr(descriptor)

    def readable() -> None:
        keys = os.read(descriptor, 64)
        if not keys:  # the terminal is gone
            loop.remove_reader(descriptor)
            deliver("q")
        for key in keys.decode("utf-8", "replace"):
            deliver(key)

    tty.setcbreak(descriptor)
    loop.add_reader(descriptor, readable)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
