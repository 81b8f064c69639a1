"""Which right a question needs, and the words for who has it not. Pure: a table and a function.

What a process has open, its command line and its directories are private, so they need *commands*; its environment often
holds passwords, so it needs *commands* and *actions*: all that can be given. A filter can find out, question by
question, whatever it may ask for, so it needs *commands* as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sysmon.model.link import Rights
from sysmon.protocol import questions as q

_SEE: Final = ("processes",)
_OPEN: Final = ("processes", "commands")
_DO: Final = ("processes", "actions")

TABS: Final[Mapping[str, tuple[str, ...]]] = {
    "facts": _SEE,
    "threads": _SEE,
    "signals": _SEE,
    "files": _OPEN,
    "sockets": _OPEN,
    "memory": _OPEN,
    "environment": ("processes", "commands", "actions"),
}
"""By tab of a process."""
NEEDED: Final[Mapping[type, tuple[str, ...]]] = {
    q.Act: _DO,
    q.Alive: _SEE,
    q.Search: _OPEN,
    q.Services: _SEE,
    q.Columns: _SEE,
    q.Group: _DO,
    q.Past: _SEE,
    q.Births: _SEE,
    q.Log: _DO,
    q.May: _SEE,
}
"""By question, but for `Look`."""
REFUSALS: Final[Mapping[str, str]] = {
    "processes": "{host} does not show its processes to this machine",
    "commands": "{host} does not show this machine what its processes run and have open",
    "actions": "{host} does not let this machine act on its processes",
}
"""What is said to whoever lacks a right; completes the sentence "unavailable, because …"."""


def needed(question: q.Question) -> tuple[str, ...]:
    """Names of the rights that ``question`` needs; those of a tab that is not known are all."""
    if isinstance(question, q.Look):
        return TABS.get(question.tab, TABS["environment"])
    return NEEDED[type(question)]


def refusal(question: q.Question, rights: Rights, host: str) -> str:
    """Why a peer with ``rights`` gets no answer to ``question`` about ``host`` (printable); empty where it does."""
    lacking = next((name for name in needed(question) if not getattr(rights, name)), "")
    return lacking and REFUSALS[lacking].replace("{host}", host)


def names(rights: Rights) -> list[str]:
    """``rights`` as they travel."""
    return [name for name in ("metrics", "processes", "commands", "history", "actions") if getattr(rights, name)]
