"""What happened to links, newest first, with the reason in a sentence and its number. Knows no pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sysmon.model.link import LinkState, Reason
from sysmon.model.link_report import LinkStep
from sysmon.model.printable import printable
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.link_words import capital, reason_words

MOST: Final = 200
_MET: Final = frozenset((LinkState.LIVE, LinkState.STALE, LinkState.REFUSED))
"""Of a link that the other side dials the rest is told there."""
_TELLING: Final = frozenset(
    (LinkState.LIVE, LinkState.STALE, LinkState.BACKOFF, LinkState.REFUSED, LinkState.DISABLED, LinkState.CLOSING)
)
"""The other states are on the way to one of these."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One transition. ``token`` colours its dot."""

    token: str
    clock: str
    name: str
    change: str
    """ "CONNECTING → BACKOFF"."""
    text: str
    tip: str
    """Everything, with the date, for the pointer."""


def step_rows(steps: Sequence[LinkStep], most: int = MOST) -> tuple[StepRow, ...]:
    """At most ``most`` rows, newest first, of ``steps``, oldest first.

    Of a row of equal failures of one link only the newest is told: it says which try it was.
    """
    rows: list[StepRow] = []
    newest: dict[str, tuple[object, ...]] = {}
    came_up: dict[str, bool] = {}
    for step in reversed(steps):
        if not _tells(step):
            continue
        kind = (step.before, step.after, step.reason)
        if step.after is LinkState.BACKOFF and newest.get(step.link) == kind:
            continue
        up = _comes_up(step)
        if up and came_up.get(step.peer, False):
            continue  # two machines that call each other come up twice, and keep one of the two connections
        came_up[step.peer] = up
        newest[step.link] = kind
        rows.append(_row(step))
        if len(rows) >= most:
            break
    return tuple(rows)


def _comes_up(step: LinkStep) -> bool:
    return step.after is LinkState.LIVE and step.before not in (LinkState.LIVE, LinkState.STALE)


def _tells(step: LinkStep) -> bool:
    """Whether a person wants to know: not the states on the way, nor that one of two connections was not needed."""
    if step.reason is Reason.NOT_WANTED or step.after not in _TELLING:
        return False
    return step.dialled or step.after in _MET or step.before in _MET


def _row(step: LinkStep) -> StepRow:
    name = printable(step.name)
    change = f"{step.before.name} → {step.after.name}"
    text = _text(step, name)
    said = f"\nSaid: {printable(step.text)}" if step.text and step.reason is not None else ""
    tip = f"{fmt.exact(step.time)}  {name}: {change}\n{text}{said}"
    return StepRow(_token(step.after), fmt.clock(step.time), name, change, text, tip)


def _text(step: LinkStep, name: str) -> str:
    if step.reason is not None:
        text = reason_words(step.reason, name)
    elif step.text:
        text = capital(printable(step.text))
    else:
        text = "Figures come in" if step.after is LinkState.LIVE else ""
    if step.after is LinkState.BACKOFF and step.tries:
        text += f", {ordinal(step.tries)} try"
        if step.wait > 0:
            text += f", next in {fmt.duration(max(1.0, round(step.wait)))}"
    return text


def _token(state: LinkState) -> str:
    if state is LinkState.LIVE:
        return "ok"
    if state is LinkState.REFUSED:
        return "critical"
    return "warning" if state in (LinkState.STALE, LinkState.BACKOFF) else "offline"


def ordinal(number: int) -> str:
    """ "1st", "2nd", "3rd", "11th"."""
    if number % 100 in (11, 12, 13):
        return f"{number:,}th"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"
