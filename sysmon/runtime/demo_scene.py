"""Who is who among the links of ``--demo``: a table of invented machines and of what happened to them.

Knows no clock: whoever asks says when now is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sysmon.model.link import LinkState, Reason, Rights
from sysmon.model.peer import Found, Peer
from sysmon.runtime.demo_links import DemoLink, Figures
from sysmon.runtime.demo_roles import Role

OWN_ID: Final = "orion" + "demo2345" * 5 + "orion77"
OWN_NAME: Final = "orion"

NEIGHBOURS: Final = (
    Found("spica", "spica", "192.0.2.41:4870", "Linux"),
    Found("altair", "altair", "192.0.2.42:4870", "Windows"),
    Found("lyra", "lyra", "192.0.2.4:4870", "Linux"),
    Found("capella", "capella", "192.0.2.43:4870", "macOS"),
)
"""Who announces itself on the network; one of them is paired already."""
NEIGHBOUR_FIGURES: Final = Figures(0.006, 0.002, 55.0, 14.0, 0.36)

_TAGS: Final = {
    "atlas": ("servers",),
    "vega": ("builders",),
    "lyra": ("servers",),
    "rigel": ("builders",),
    "mira": ("edge",),
    "deneb": ("edge",),
}
_EXTRA: Final = frozenset(("nova", "laptop"))
"""Who has a link but is no machine that is shown."""
_SMALL: Final = 7
"""Machines from which on they are there."""
_PACE: Final = 13.8
"""Seconds between two tries of a machine that has been away for long."""
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_MIRA_TRIES = (43.0, 39.0, 34.0, 26.0, 9.8)
"""Seconds ago; the next one comes four seconds from now."""
_LATE_STEPS = 40
"""Tries of a machine that is off that are told: a real list keeps a bounded number too."""


def scene(now: float, roles: Sequence[Role]) -> tuple[list[DemoLink], list[Peer]]:
    """Links and peers as they are at ``now``, with what happened before: those of ``roles``, and with all of the first
    ones also one that is refused and one that only watches.
    """
    known = {role.host for role in roles}
    extra = _EXTRA if len(known) >= _SMALL else frozenset[str]()
    links = [link for link in _first_links(now) if link.peer in known | extra]
    there = {link.peer for link in links}
    links += [_another(number, role, now) for number, role in enumerate(roles[1:]) if role.host not in there]
    return links, [_peer(link, now) for link in links]


def _another(number: int, role: Role, now: float) -> DemoLink:
    """A link to a machine of a large demo."""
    figures = Figures(
        0.001 + number % 80 * 1e-3, (number % 7 - 3) * 1e-3, 40.0 + number % 50, 8.0, 0.31 + number % 9 / 100
    )
    link = DemoLink(role.host, role.name, f"{role.name}.example:4870", now - role.uptime, figures)
    link.advance(now - role.silent)
    if role.silent:
        link.lose(now - role.silent, Reason.CUT if role.silent < _MINUTE else Reason.CONNECT_TIMEOUT)
        link.tries = max(1, int(role.silent / _PACE))
        link.next_try = now + number % 13
    return link


def _first_links(now: float) -> list[DemoLink]:
    atlas = DemoLink("atlas", "atlas", "192.0.2.20:4870", now - 12 * _DAY, Figures(0.012, 0.003, 61.0, 40.0, 0.39))
    atlas.watching = True
    vega = DemoLink("vega", "vega", "192.0.2.21:4870", now - 2 * _DAY, Figures(0.009, -0.001, 120.0, 16.0, 0.33))
    lyra = DemoLink("lyra", "lyra", "192.0.2.4:4870", now - 5 * _DAY, Figures(0.003, 0.0, 44.0, 9.0, 0.31))
    rigel = DemoLink(
        "rigel", "rigel", "gpu-box.example:4870", now - _DAY, Figures(0.21, 0.018, 40.0, 8.0, 0.41, 2.0, 49152)
    )
    mira = DemoLink("mira", "mira", "192.0.2.61:4870", now - 3 * _DAY, Figures(0.021, -0.004, 38.0, 8.0, 0.37))
    deneb = DemoLink("deneb", "deneb", "edge-02.example:4870", now - 9 * _DAY, Figures(0.044, 0.002, 30.0, 6.0, 0.4))
    nova = DemoLink("nova", "nova", "192.0.2.31:4870", now - 20 * _DAY, Figures())
    laptop = DemoLink("laptop", "laptop", "192.0.2.77:51812", now - 2 * _HOUR, Figures(0.018), dialled=False)
    for link in (atlas, vega, lyra, rigel, mira, deneb, laptop):
        link.advance(now - 300.0)
    _past_of_vega(vega, now)
    _past_of_rigel(rigel, now)
    _past_of_mira(mira, now)
    _past_of_deneb(deneb, now)
    nova.lose(now - 2.3 * _HOUR, Reason.CUT)
    nova.step(now - 2.3 * _HOUR + 1.0, LinkState.SECURING)
    nova.refuse(now - 2.3 * _HOUR + 1.2, Reason.WRONG_PIN)
    links = [atlas, vega, lyra, rigel, mira, deneb, nova, laptop]
    for link in links:
        link.advance(now)
    vega.lack(14.0 * _MINUTE)
    return links


def _peer(link: DemoLink, now: float) -> Peer:
    watcher = not link.dialled
    return Peer(
        link.peer,
        link.name,
        b"demo",
        () if watcher else (link.address,),
        Rights(processes=False, history=False) if watcher else Rights(),
        watched=not watcher,
        tags=_tags(link.name),
        added=now - 30 * _DAY,
    )


def _tags(name: str) -> tuple[str, ...]:
    """Those of the first machines are invented, of others it is the kind that their name begins with."""
    kind, dash, _ = name.partition("-")
    return _TAGS.get(name, (kind,) if dash else ())


def _past_of_vega(link: DemoLink, now: float) -> None:
    """Lost twice, silent once, and now getting what it missed."""
    link.fall_silent(now - 3.6 * _HOUR, 240.0)
    link.lose(now - 2.1 * _HOUR, Reason.CUT)
    link.come_up(now - 2.1 * _HOUR + 180.0)
    link.advance(now - 2.0 * _HOUR)
    link.lose(now - 15.0 * _MINUTE, Reason.UNREACHABLE)
    link.come_up(now - _MINUTE)
    link.advance(now - 50.0)
    link.fall_silent(now - 40.0, 3.2)


def _past_of_rigel(link: DemoLink, now: float) -> None:
    """On a slow line."""
    link.fall_silent(now - 3.5 * _HOUR, 200.0)
    link.lose(now - 1.9 * _HOUR, Reason.TOO_SLOW)
    link.come_up(now - 1.9 * _HOUR + 200.0)
    link.advance(now - 1.8 * _HOUR)
    link.step(now - 30 * _MINUTE, LinkState.LIVE, text="link slow: 0.5 Hz")


def _past_of_mira(link: DemoLink, now: float) -> None:
    """Just restarted, and sysmon is not up there yet."""
    link.lose(now - 45.0, Reason.CUT)
    for since in _MIRA_TRIES:
        link.fail(now - since, Reason.NOBODY_LISTENS)


def _past_of_deneb(link: DemoLink, now: float) -> None:
    """Shut down hours ago."""
    ended = now - 3 * _HOUR - 720.0
    link.lose(ended, Reason.DRAINING, 5.0)
    for tried in range(1, 4):
        link.fail(ended + tried * 5.0, Reason.CONNECT_TIMEOUT)
    link.tries = 741 - _LATE_STEPS
    for tried in range(_LATE_STEPS):
        link.fail(now - (_LATE_STEPS - tried) * _PACE + 9.0, Reason.CONNECT_TIMEOUT)
