"""What pages and dialogs ask of the processes of a machine; answers come back on the window's thread.

Each machine has its desk, or a reason why it has none. Made before the engine runs and opened when the bridge to it is
there. Knows no widget and no link.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol, TypeVar

from sysmon.model.action import Action, Target
from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.runtime.lane import LaneError

if TYPE_CHECKING:
    from sysmon.control.limits import LimitGroup
    from sysmon.model.life import Life
    from sysmon.model.process_columns import Column
    from sysmon.pipeline.process_history import Trace
    from sysmon.pipeline.process_lives import Forker
    from sysmon.pipeline.process_rates import ProcessRate
    from sysmon.runtime.audit import Entry
    from sysmon.runtime.column_reading import ColumnsTold
    from sysmon.runtime.desk import Desk
    from sysmon.runtime.process_desk import Acted, Searched

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
    """Asks the desks of machines. On the window's thread; nothing here waits."""

    def __init__(self, desk: Desk | None, others: Callable[[str], Desk | str] | None = None) -> None:
        """``desk`` is this machine's; None: nothing can be asked, as over a store without an engine.

        ``others`` answers with the desk of another machine, or with the reason why it has none.
        """
        self._desk = desk
        self._others = others
        self._crossing: Crossing | None = None

    def open(self, crossing: Crossing) -> None:
        """Let questions through from now on."""
        self._crossing = crossing

    def _of(self, host: str) -> Desk | str:
        if host == LOCAL:
            return self._desk if self._desk is not None else NOT_YET
        return self._others(host) if self._others is not None else OTHER_MACHINE

    def refusal(self, host: str) -> str:
        """Why nothing can be asked about processes of ``host``; empty where it can."""
        desk = self._of(host)
        return desk if isinstance(desk, str) else desk.refusal

    def refusal_to_act(self, host: str) -> str:
        """Why nothing can be done to processes of ``host``; empty where it can."""
        desk = self._of(host)
        return desk if isinstance(desk, str) else desk.refusal_to_act

    # --- what is kept -------------------------------------------------------------------------------

    def trace(self, host: str, key: ProcessKey, name: str) -> Trace | None:
        """What is kept of a process; from now on it is kept in any case."""
        desk = self._of(host)
        return None if isinstance(desk, str) else desk.trace(key, name)

    def lives(self, host: str, count: int) -> list[Life]:
        """What began or ended, newest first."""
        desk = self._of(host)
        return [] if isinstance(desk, str) else desk.lives(count)

    def forkers(self, host: str, since: float, count: int) -> list[Forker]:
        """Who started the most processes since ``since`` (steady time of ``host``)."""
        desk = self._of(host)
        return [] if isinstance(desk, str) else desk.forkers(since, count)

    def births_source(self, host: str) -> str:
        """How births and deaths are found out, and what was missed."""
        desk = self._of(host)
        return desk if isinstance(desk, str) else desk.births_source()

    def want_births(self, host: str, wanted: bool) -> None:
        """Ask for every birth and death, or not any more. Call it in pairs."""
        desk = self._of(host)
        if not isinstance(desk, str) and self._crossing is not None:
            self._crossing.post(desk.want_births if wanted else desk.release_births)

    # --- questions ----------------------------------------------------------------------------------

    def details(self, host: str, key: ProcessKey, tab: Tab, done: Callable[[TabAnswer], None]) -> None:
        """Read ``tab`` of ``key``."""
        desk = self._of(host)
        if not isinstance(desk, str):
            self._ask(desk.details(key, tab), done)

    def act(self, host: str, targets: Sequence[Target], action: Action, done: Callable[[Acted], None]) -> None:
        """Do ``action`` to ``targets``."""
        desk = self._of(host)
        if not isinstance(desk, str):
            self._ask(desk.act(targets, action), done)

    def rights_refusal(self, host: str) -> str:
        """Why the system of ``host`` cannot be asked for more rights; empty where it can."""
        desk = self._of(host)
        return desk if isinstance(desk, str) else desk.rights_refusal

    def act_with_rights(
        self, host: str, targets: Sequence[Target], action: Action, done: Callable[[Acted], None]
    ) -> None:
        """Let the system ask the user for administrator rights, and do ``action`` with them."""
        desk = self._of(host)
        if not isinstance(desk, str):
            self._ask(desk.act_with_rights(targets, action), done)

    def still_alive(self, host: str, targets: Sequence[Target], done: Callable[[tuple[Target, ...]], None]) -> None:
        """Who of ``targets`` has not ended."""
        desk = self._of(host)
        if not isinstance(desk, str):
            self._ask(desk.still_alive(targets), done)

    def search(
        self, host: str, rows: Sequence[tuple[ProcessRow, ProcessRate]], text: str, done: Callable[[Searched], None]
    ) -> None:
        """Which of ``rows`` a filter finds that has to look into processes."""
        desk = self._of(host)
        if not isinstance(desk, str):
            self._ask(desk.search(rows, text), done)

    def services(self, host: str, keys: Sequence[ProcessKey], done: Callable[[Mapping[ProcessKey, str]], None]) -> None:
        """In which service or container processes run, "" for none."""
        desk = self._of(host)
        if not isinstance(desk, str):
            self._ask(desk.services(keys), done)

    def columns(
        self,
        host: str,
        keys: Sequence[ProcessKey],
        wanted: Collection[Column],
        others: Sequence[ProcessKey],
        done: Callable[[ColumnsTold], None],
    ) -> None:
        """The columns ``wanted`` of the rows in view, and of as many ``others`` as there is time for."""
        desk = self._of(host)
        if not isinstance(desk, str):
            self._ask(desk.columns(keys, wanted, others), done)

    def limit_group(self, host: str, target: Target, done: Callable[[LimitGroup | None], None]) -> None:
        """The control group that a limit would hold for."""
        desk = self._of(host)
        if not isinstance(desk, str):
            self._ask(desk.limit_group(target), done)

    def entries(
        self, host: str, done: Callable[[tuple[Entry, ...]], None], failed: Callable[[str], None] | None = None
    ) -> None:
        """The newest lines of the audit log. ``failed`` is told why they cannot be read."""
        desk = self._of(host)
        if not isinstance(desk, str):
            self._ask(desk.entries(), done, failed)

    def audit_place(self, host: str) -> str:
        """Where the audit log lies."""
        desk = self._of(host)
        return "" if isinstance(desk, str) else desk.audit_place

    def _ask(
        self,
        coroutine: Coroutine[object, object, T],
        done: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        if self._crossing is None:
            coroutine.close()
            return

        def answered(future: Future[T]) -> None:
            if future.cancelled():
                return
            error = future.exception()
            if isinstance(error, (LaneError, OSError)) and failed is not None:
                failed(str(error))
                return
            if error is not None:
                log.error("a question about processes failed", exc_info=error)
                return
            done(future.result())

        self._crossing.call(coroutine, answered)
