"""Machines under headings, one for each first tag: how many there are, and the worst of their states. Knows no pixels.

A machine with several tags stands under its first one only: a machine that is shown twice would be counted twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.fleet import RANK, UNTAGGED, Member
from sysmon.viewmodels.fleet_head import counts
from sysmon.viewmodels.machines import HUES

NO_TAG: Final = "No tag"
_MARK: Final = "\n"
"""Begins what a heading has in the place of the id of a machine: no id has a line break."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over the machines of a group."""

    tag: str
    """In small letters, `UNTAGGED` for machines without one."""
    title: str
    count: str
    """ "12 machines"."""
    state: str
    """The worst state of its machines, as a word; ``hue`` is the token of its dot."""
    hue: str
    states: str
    """How many machines are in each state."""
    folded: bool = False

    @property
    def host(self) -> str:
        """Tells it from every machine in a list that has both."""
        return _MARK + self.tag

    @property
    def spoken(self) -> str:
        """All of it for people who do not see it."""
        return f"{self.title}, {self.count}: {self.states}. {'Folded' if self.folded else 'Unfolded'}"


def grouped(members: Sequence[Member], folded: Collection[str] | None) -> tuple[Member | Heading, ...]:
    """``members`` group by group, in their order, under headings; those of ``folded`` tags are left out.

    Groups stand by name, machines without a tag come last. Where ``folded`` is None nothing is grouped.
    """
    if folded is None:
        return tuple(members)
    groups: dict[str, list[Member]] = {}
    for member in members:
        groups.setdefault(member.tags[0].casefold() if member.tags else UNTAGGED, []).append(member)
    rows: list[Member | Heading] = []
    for tag in sorted(groups, key=lambda tag: (tag == UNTAGGED, tag)):
        own = groups[tag]
        rows.append(_heading(tag, own, folded=tag in folded))
        if tag not in folded:
            rows += own
    return tuple(rows)


def _heading(tag: str, own: Sequence[Member], *, folded: bool) -> Heading:
    machines = [member.machine for member in own]
    worst = min((machine.state for machine in machines), key=RANK.__getitem__)
    title = own[0].tags[0] if tag != UNTAGGED else NO_TAG
    count = fmt.counted(len(own), "machine", "machines")
    return Heading(tag, title, count, worst.value.capitalize(), HUES[worst], counts(machines), folded)


def members_of(rows: Iterable[Member | Heading]) -> tuple[Member, ...]:
    """The machines among ``rows``."""
    return tuple(row for row in rows if isinstance(row, Member))
