"""What can be asked about the processes of one machine, be it this one or another.

`process_desk` is the desk of this machine, `remote_desk` that of another. Knows no screen and no link.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from sysmon.model.action import Action, Target
from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.model.process_columns import Column
from sysmon.model.process_tab import Tab, TabAnswer

if TYPE_CHECKING:
    from sysmon.control.limits import LimitGroup
    from sysmon.model.life import Life
    from sysmon.pipeline.process_history import Trace
    from sysmon.pipeline.process_lives import Forker
    from sysmon.pipeline.process_rates import ProcessRate
    from sysmon.runtime.audit import Entry
    from sysmon.runtime.column_reading import ColumnsTold
    from sysmon.runtime.process_desk import Acted, Searched


class Desk(Protocol):
    """Coroutines, and what says so, run on the engine's loop; the rest on any thread, at once."""

    @property
    def refusal(self) -> str:
        """Why nothing can be asked; empty where it can."""
        ...

    @property
    def refusal_to_act(self) -> str:
        """Why nothing can be done to processes; empty where it can."""
        ...

    @property
    def audit_place(self) -> str:
        """Where the audit log lies, for the user."""
        ...

    def trace(self, key: ProcessKey, name: str) -> Trace:
        """What is kept of a process; from now on it is kept in any case."""
        ...

    def lives(self, count: int) -> list[Life]:
        """What began or ended, newest first."""
        ...

    def forkers(self, since: float, count: int) -> list[Forker]:
        """Who started the most processes since ``since`` (steady time of that machine)."""
        ...

    def births_source(self) -> str:
        """How births and deaths are found out, and what was missed."""
        ...

    def want_births(self) -> None:
        """Somebody looks at what starts and ends. On the loop; call `release_births` as often."""
        ...

    def release_births(self) -> None: ...

    async def details(self, key: ProcessKey, tab: Tab) -> TabAnswer: ...

    async def search(self, rows: Sequence[tuple[ProcessRow, ProcessRate]], text: str) -> Searched: ...

    async def services(self, keys: Sequence[ProcessKey]) -> Mapping[ProcessKey, str]: ...

    async def columns(
        self, keys: Sequence[ProcessKey], wanted: Collection[Column], others: Sequence[ProcessKey] = ()
    ) -> ColumnsTold:
        """The columns ``wanted`` of the rows in view, and of as many ``others`` as there is time for."""
        ...

    async def limit_group(self, target: Target) -> LimitGroup | None: ...

    async def act(self, targets: Sequence[Target], action: Action) -> Acted: ...

    @property
    def rights_refusal(self) -> str:
        """Why the system cannot be asked for more rights, empty where it can. On any thread."""
        ...

    async def act_with_rights(self, targets: Sequence[Target], action: Action) -> Acted:
        """Let the system ask the user for administrator rights, and do ``action`` with them."""
        ...

    async def still_alive(self, targets: Sequence[Target]) -> tuple[Target, ...]: ...

    async def entries(self) -> tuple[Entry, ...]:
        """The newest lines of the audit log, newest first. Raises OSError or LaneError where it cannot be read."""
        ...
