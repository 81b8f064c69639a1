"""Links by machine: two machines may call each other, and only one of the two connections is kept. No pixels.

A person asks how the link to a machine is, not who called. The one that is open speaks for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sysmon.model.link import LinkState
from sysmon.model.link_report import LinkReport
from sysmon.model.peer import Peer

_RANK: Final = {
    state: rank
    for rank, state in enumerate(
        (
            LinkState.LIVE, LinkState.STALE, LinkState.SYNCING, LinkState.REFUSED, LinkState.GREETING, LinkState.SECURING,
            LinkState.CONNECTING, LinkState.RESOLVING, LinkState.BACKOFF, LinkState.CLOSING, LinkState.DISABLED,
        )
    )
}  # fmt: skip
"""What is told first of several."""


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """All links with one machine, at least one."""

    reports: tuple[LinkReport, ...]

    @property
    def key(self) -> str:
        """The link that stands for the group as long as it lasts: the one that this machine dials, where there is one."""
        return next((report.link for report in self.reports if report.dialled), self.reports[0].link)

    @property
    def main(self) -> LinkReport:
        """The one that is told: open before trying, trying before switched off."""
        return min(self.reports, key=lambda report: (_RANK[report.state], not report.dialled))

    @property
    def links(self) -> frozenset[str]:
        return frozenset(report.link for report in self.reports)


def groups(reports: Iterable[LinkReport]) -> tuple[LinkGroup, ...]:
    """``reports`` by machine, in the order in which the machines come first."""
    by_peer: dict[str, list[LinkReport]] = {}
    for report in reports:
        by_peer.setdefault(report.peer, []).append(report)
    return tuple(LinkGroup(tuple(found)) for found in by_peer.values())


def shows_figures(group: LinkGroup, peers: Mapping[str, Peer]) -> bool:
    """Whether figures are to come through it: who only watches this machine is listed elsewhere."""
    peer = peers.get(group.reports[0].peer)
    return (peer is not None and peer.watched) or any(report.dialled or report.hosts for report in group.reports)
