"""What pages and dialogs ask of this machine's processes; answers come back on the window's thread.

Made before the engine runs and opened when the bridge to it is there. Knows no widget.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol, TypeVar

from sysmon.model.action import Action, Target
from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.model.process_tab import Tab, TabAnswer

if TYPE_CHECKING:
    from sysmon.control.limits import LimitGroup
    from sysmon.model.life import Life
    from sysmon.pipeline.process_history import Trace
    from sysmon.pipeline.process_lives import Forker
    from sysmon.pipeline.process_rates import ProcessRate
    from sysmon.runtime.audit import Entry
    from sysmon.runtime.process_desk import Acted, ProcessDesk, Searched

log = logging.getLogger(__name__)

T = TypeVar("T")

OTHER_MACHINE = "this works for processes of this machine only"
NOT_YET = "the engine is not running yet"


class Crossing(Protocol):
    """The bridge to the engine's loop."""

    def post(self, function: Callable[[], object]) -> bool: ...

    def call(
        self, coroutine: Coroutine[object, object, T], done: Callable[[Future[T]], None] | None = None
    ) -> Future[T] | None: ...


class ProcessDoor:
    """Asks the desk of the engine. On the window's thread; nothing here waits."""

    def __init__(self, desk: ProcessDesk | None) -> None:
        """``desk`` None: nothing can be asked, as over a store without an engine."""
        self._desk = desk
        self._crossing: Crossing | None = None

    def open(self, crossing: Crossing) -> None:
        """Let questions through from now on."""
        self._crossing = crossing

    def refusal(self, host: str) -> str:
        """Why nothing can be done to processes of ``host``; empty where it can."""
        if host != LOCAL:
            return OTHER_MACHINE
        if self._desk is None:
            return NOT_YET
        return self._desk.refusal

    # --- what is kept -------------------------------------------------------------------------------

    def trace(self, host: str, key: ProcessKey, name: str) -> Trace | None:
        """What is kept of a process; from now on it is kept in any case."""
        return self._desk.watch.trace(key, name) if self._desk is not None and host == LOCAL else None

    def lives(self, count: int) -> list[Life]:
        """What began or ended, newest first."""
        return self._desk.watch.newest(count) if self._desk is not None else []

    def forkers(self, since: float, count: int) -> list[Forker]:
        """Who started the most processes since ``since`` (steady time)."""
        return self._desk.watch.forkers(since, count) if self._desk is not None else []

    def births_source(self) -> str:
        """How births and deaths are found out, and what was missed."""
        if self._desk is None:
            return NOT_YET
        lost = self._desk.watch.lost
        return self._desk.watch.source + (f"; the kernel dropped some {lost} times" if lost else "")

    def want_births(self, wanted: bool) -> None:
        """Ask for every birth and death, or not any more. Call it in pairs."""
        desk = self._desk
        if desk is not None and self._crossing is not None:
            self._crossing.post(desk.want_births if wanted else desk.release_births)

    # --- questions ----------------------------------------------------------------------------------

    def details(self, key: ProcessKey, tab: Tab, done: Callable[[TabAnswer], None]) -> None:
        """Read ``tab`` of ``key``."""
        if self._desk is not None:
            self._ask(self._desk.details(key, tab), done)

    def act(self, targets: Sequence[Target], action: Action, done: Callable[[Acted], None]) -> None:
        """Do ``action`` to ``targets``."""
        if self._desk is not None:
            self._ask(self._desk.act(targets, action), done)

    def still_alive(self, targets: Sequence[Target], done: Callable[[tuple[Target, ...]], None]) -> None:
        """Who of ``targets`` has not ended."""
        if self._desk is not None:
            self._ask(self._desk.still_alive(targets), done)

    def search(
        self, rows: Sequence[tuple[ProcessRow, ProcessRate]], text: str, done: Callable[[Searched], None]
    ) -> None:
        """Which of ``rows`` a filter finds that has to look into processes."""
        if self._desk is not None:
            self._ask(self._desk.search(rows, text), done)

    def services(self, keys: Sequence[ProcessKey], done: Callable[[Mapping[ProcessKey, str]], None]) -> None:
        """In which service or container processes run, "" for none."""
        if self._desk is not None:
            self._ask(self._desk.services(keys), done)

    def limit_group(self, target: Target, done: Callable[[LimitGroup | None], None]) -> None:
        """The control group that a limit would hold for."""
        if self._desk is not None:
            self._ask(self._desk.limit_group(target), done)

    def entries(self, done: Callable[[tuple[Entry, ...]], None]) -> None:
        """The newest lines of the audit log."""
        if self._desk is not None:
            self._ask(self._desk.entries(), done)

    def audit_file(self) -> str:
        """Where the audit log lies."""
        return str(self._desk.audit.path) if self._desk is not None else ""

    def _ask(self, coroutine: Coroutine[object, object, T], done: Callable[[T], None]) -> None:
        if self._crossing is None:
            coroutine.close()
            return

        def answered(future: Future[T]) -> None:
            if future.cancelled():
                return
            error = future.exception()
            if error is not None:
                log.error("a question about processes failed", exc_info=error)
                return
            done(future.result())

        self._crossing.call(coroutine, answered)
