"""Links as tests want them, and a fleet that tells exactly what a test put into it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from sysmon.model.link import LinkState, Reason
from sysmon.model.link_report import LinkReport, LinkStep
from sysmon.model.peer import Found, Peer, Sharing

NOW = 1_800_000_000.0
LIVE = LinkReport(
    "atlas/out", "atlas", "atlas", True, LinkState.LIVE, NOW - 100.0, "192.0.2.20:4870",
    round_trip=0.012, clock_offset=0.003, bytes_in_rate=60.0, bytes_out_rate=10.0, tick_rate=1.0,
    bytes_per_sample=0.39, hosts=("atlas",),
)  # fmt: skip


def report(name: str = "atlas", state: LinkState = LinkState.LIVE, **changes: object) -> LinkReport:
    """A link to ``name``; figures are unknown where it is not open."""
    made = replace(LIVE, link=f"{name}/out", peer=name, name=name, state=state, hosts=(name,))
    if state is not LinkState.LIVE:
        unknown = dict.fromkeys(
            ("round_trip", "clock_offset", "bytes_in_rate", "bytes_out_rate", "tick_rate", "bytes_per_sample"), math.nan
        )
        made = replace(made, **unknown)
    return replace(made, **changes)  # type: ignore[arg-type]


def step(
    time: float, before: LinkState, after: LinkState, name: str = "atlas", reason: Reason | None = None, **more: object
) -> LinkStep:
    """A step of the link to ``name``."""
    made = LinkStep(f"{name}/out", name, name, True, time, before, after, reason)
    return replace(made, **more)  # type: ignore[arg-type]


@dataclass
class MadeFleet:
    """What view-models read."""

    reports: tuple[LinkReport, ...] = ()
    told: tuple[LinkStep, ...] = ()
    known: tuple[Peer, ...] = ()
    shared: Sharing = field(default_factory=Sharing)
    around: tuple[Found, ...] = ()
    round_trips: tuple[tuple[float, float], ...] = ()
    lines: tuple[str, ...] = ()
    version: int = 0
    own_id: str = "orion"
    asked: list[str] = field(default_factory=list)

    def links(self) -> tuple[LinkReport, ...]:
        return self.reports

    def steps(self, link: str = "", since: float = 0.0) -> tuple[LinkStep, ...]:
        return tuple(step for step in self.told if link in ("", step.link) and step.time >= since)

    def trips(self, link: str) -> tuple[tuple[float, float], ...]:
        return self.round_trips

    def peers(self) -> tuple[Peer, ...]:
        return self.known

    def sharing(self) -> Sharing:
        return self.shared

    def found(self) -> tuple[Found, ...]:
        return self.around

    def audit(self, most: int = 200) -> tuple[str, ...]:
        return self.lines[:most]
