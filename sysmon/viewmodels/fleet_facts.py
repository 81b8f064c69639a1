"""What view-models read of the links with other machines. `runtime.fleet_port` says the same and more.

View-models do not know the program around them: whoever makes one hands it something of this form.
"""

from __future__ import annotations

from typing import Protocol

from sysmon.model.link_report import LinkReport, LinkStep
from sysmon.model.peer import Found, Peer, Sharing


class FleetFacts(Protocol):
    """Read on any thread. Each answer is a value that does not change."""

    @property
    def version(self) -> int:
        """Grows whenever anything below changes."""
        ...

    @property
    def own_id(self) -> str:
        """The id of this machine."""
        ...

    def links(self) -> tuple[LinkReport, ...]: ...

    def steps(self, link: str = "", since: float = 0.0) -> tuple[LinkStep, ...]:
        """What happened to ``link``, or to all of them, oldest first."""
        ...

    def trips(self, link: str) -> tuple[tuple[float, float], ...]:
        """Round trips of ``link``, oldest first: time, seconds."""
        ...

    def peers(self) -> tuple[Peer, ...]: ...

    def sharing(self) -> Sharing: ...

    def found(self) -> tuple[Found, ...]:
        """Machines that announce themselves."""
        ...

    def audit(self, most: int = 200) -> tuple[str, ...]:
        """The newest lines of the list of what peers did, newest first."""
        ...
