"""What could stand next in a filter that is being typed. Knows no widget."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sysmon.pipeline.search.fields import BY_NAME, FIELDS, ValueKind

_LAST: Final = re.compile(r"(?:(?P<field>\w+)(?P<operator>!=|<=|>=|[:=<>]))?(?P<word>[^\s()\":=<>!]*)\Z")
MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Completion:
    """``text`` replaces the characters from ``start`` to the cursor; ``help`` says what it is."""

    text: str
    start: int
    help: str


def complete(before: str, users: Iterable[str] = ()) -> list[Completion]:
    """Completions for the text ``before`` the cursor; ``users`` are the known user names."""
    found = _LAST.search(before)
    if found is None or before.count('"') % 2:
        return []
    word, start = found["word"].lower(), found.start("word")
    field = BY_NAME.get((found["field"] or "").lower())
    if field is not None:
        values = ("me", *sorted(set(users))) if field.name == "user" else field.values
        return [Completion(value, start, field.help) for value in values if value.lower().startswith(word)][:MOST]
    if found["field"] or not word:
        return []
    fields = [
        Completion(f"{field.name}{':' if field.kind is ValueKind.TEXT else '>'}", start, field.help)
        for field in FIELDS
        if field.name.startswith(word) and field.name != word
    ]
    joins = [
        Completion(f"{join} ", start, "joins conditions") for join in ("and", "or", "not") if join.startswith(word)
    ]
    return [*fields, *(join for join in joins if join.text.strip() != word)][:MOST]
