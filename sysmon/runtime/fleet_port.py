"""What a screen and a command may ask of the fleet: who is connected, and to let somebody in or out.

The real one is `fleet.Fleet`; a demo simulates one. Knows no socket and no screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sysmon.model.link import Rights
from sysmon.model.link_report import LinkReport, LinkStep
from sysmon.model.peer import Enrolment, Found, Invitation, Peer, Sharing

if TYPE_CHECKING:
    from sysmon.runtime.desk import Desk


class FleetPort(Protocol):
    """What is read may be read on any thread; coroutines run on the engine's loop.

    Coroutines raise `AuthRefused` where a machine does not let another in, `ConfigError` where what was typed means
    nothing, `Unreachable` where nobody answers; the text of each is a sentence for the user. Cancelling one leaves
    everything as it was before, but for `pair`, which may have been accepted by the other side.
    """

    @property
    def version(self) -> int:
        """Grows whenever anything below changes. Rates and round trips change it at most once a second."""
        ...

    @property
    def own_id(self) -> str:
        """The id of this machine; empty before the first start."""
        ...

    def links(self) -> tuple[LinkReport, ...]:
        """All links: those that this machine dials, and those that were dialled to it."""
        ...

    def steps(self, link: str = "", since: float = 0.0) -> tuple[LinkStep, ...]:
        """What happened to ``link``, or to all of them, oldest first; the last day, at most a thousand each."""
        ...

    def trips(self, link: str) -> tuple[tuple[float, float], ...]:
        """Round trips of ``link``, oldest first: time, seconds. At most 300."""
        ...

    def peers(self) -> tuple[Peer, ...]: ...

    def sharing(self) -> Sharing: ...

    def found(self) -> tuple[Found, ...]:
        """Machines that announce themselves; empty unless `look_around` is wanted."""
        ...

    def audit(self, most: int = 200) -> tuple[str, ...]:
        """The newest lines of the list of pairings, refusals, revocations and actions of peers, newest first."""
        ...

    def desk(self, host: str) -> Desk | str:
        """What can be asked about processes of ``host``, another machine; or why nothing can."""
        ...

    def set_calm(self, calm: bool) -> None:
        """Nobody looks at present: less is asked of the others. On the engine's loop."""
        ...

    async def share(self, on: bool) -> Sharing: ...

    async def invite(self) -> Invitation:
        """Open pairing, or renew its code. It closes with `uninvite`, after three wrong tries, or when both expired."""
        ...

    async def uninvite(self) -> None: ...

    async def enrol(self, uses: int, life: float) -> Enrolment:
        """Let ``uses`` machines in within ``life`` seconds without anybody looking, also after a restart."""
        ...

    async def withdraw(self) -> int:
        """Nothing that `enrol` made is valid any more; how many were."""
        ...

    async def look_around(self, on: bool) -> None:
        """Listen for machines that announce themselves, while ``on``."""
        ...

    async def pair(self, where: str, code: str = "", *, publish: bool = False) -> Peer:
        """Make a peer of what ``where`` says: a link, "host:port" with ``code``, or "ssh://user@host".

        ``publish``: it may watch this machine although this one is not shared, as it will be dialled.
        """
        ...

    async def revoke(self, peer: str) -> None:
        """Forget ``peer`` (its id): its connections end at once, and it is refused from now on."""
        ...

    async def change(
        self,
        peer: str,
        *,
        name: str | None = None,
        rights: Rights | None = None,
        watched: bool | None = None,
        tags: tuple[str, ...] | None = None,
    ) -> Peer:
        """Change what the user decided about ``peer``."""
        ...

    async def retry(self, link: str = "") -> None:
        """Try ``link``, or all that wait, at once."""
        ...
