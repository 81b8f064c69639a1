"""How fleet commands get their answers: from the program that runs already, else from a fleet of their own for a moment.

Knows no command and prints nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import TypeVar

import msgspec

from sysmon.model.peer import Sharing
from sysmon.runtime.console import Console, Question, Share
from sysmon.runtime.console_call import PATIENT, NotRunning, call, read_reply
from sysmon.runtime.fleet_here import fleet_here
from sysmon.runtime.options import Values
from sysmon.runtime.paths import Paths

T = TypeVar("T")


class Asker:
    """Puts questions to a fleet. Errors are those of `console_call.call`, without `NotRunning`."""

    def __init__(self, paths: Paths, console: Console | None) -> None:
        """``console``: of a fleet of our own; None where another program runs."""
        self._paths = paths
        self._console = console

    @property
    def here(self) -> bool:
        """Whether the fleet ends with this command."""
        return self._console is not None

    async def ask(self, question: Question, answer: type[T], limit: float = PATIENT) -> T:
        """The answer to ``question``, of the type ``answer``."""
        if self._console is None:
            return await asyncio.to_thread(call, self._paths.runtime, question, answer, limit)
        return read_reply(await self._console.answer(msgspec.json.encode(question)), answer)


@contextlib.asynccontextmanager
async def asking(values: Values, paths: Paths, *, share: bool = False) -> AsyncGenerator[Asker]:
    """Somebody to ask, for the length of the context. ``share``: a fleet of our own lets others in meanwhile."""
    try:
        await asyncio.to_thread(call, paths.runtime, Share(), Sharing)
    except NotRunning:
        async with fleet_here(values, paths, share=share) as (fleet, engine):
            console = Console(fleet, engine.store, engine.demand)
            try:
                yield Asker(paths, console)
            finally:
                console.close()
    else:
        yield Asker(paths, None)


def ask_once(values: Values, paths: Paths, question: Question, answer: type[T]) -> T:
    """The answer to a single question."""

    async def once() -> T:
        async with asking(values, paths) as asker:
            return await asker.ask(question, answer)

    return asyncio.run(once())
