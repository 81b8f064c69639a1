"""Over which link each machine comes: its own, or that of a hub, where several have it. Knows no figures and no screen.

One of them counts at a time, as its path is what others are told: with paths from two links at once, hubs that watch each other
would each believe that the other one has the machine through them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sysmon.protocol import messages as m


@dataclass(frozen=True, slots=True)
class Source:
    """A machine, as it is told over one link."""

    host: m.Host
    interval: float
    peer: str
    """Id of the machine at the other end of the link."""


class FleetSources:
    """All links over which machines come."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, Source]] = {}
        """By machine and link."""

    def saw(self, link: str, source: Source) -> None:
        """``link`` tells of a machine."""
        self._of.setdefault(source.host.id, {})[link] = source

    def left(self, host: str, link: str) -> None:
        """``link`` tells of ``host`` no longer. Idempotent."""
        links = self._of.get(host)
        if links is not None and links.pop(link, None) is not None and not links:
            del self._of[host]

    def lost(self, link: str) -> list[str]:
        """``link`` is over; the machines that came over it."""
        hosts = [host for host, links in self._of.items() if link in links]
        for host in hosts:
            self.left(host, link)
        return hosts

    def best(self, host: str) -> Source | None:
        """The link that counts: the machine's own, else the shortest way, of equals the one that was there first. None where there is none."""
        sources = self._of.get(host, {}).values()
        return min(sources, key=lambda one: (one.peer != host, len(one.host.path)), default=None)

    def forget(self, host: str) -> None:
        """Drop what is known of ``host``. Idempotent."""
        self._of.pop(host, None)
