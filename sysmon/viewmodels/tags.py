"""Tags of a machine as they are typed: words with commas between. Knows no pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sysmon.model.printable import printable

MOST: Final = 8
LONGEST: Final = 32


def written(tags: Sequence[str]) -> str:
    """``tags`` as a person types them."""
    return ", ".join(tags)


def read(text: str) -> tuple[str, ...]:
    """The tags in ``text``, each once, in their order.

    Raises ValueError, with a sentence for the user, where there are too many or one is too long.
    """
    found: dict[str, str] = {}
    for word in text.split(","):
        tag = printable(" ".join(word.split()))
        if len(tag) > LONGEST:
            raise ValueError(f"A tag has at most {LONGEST} characters: “{tag[:LONGEST]}…” has {len(tag):,}.")
        if tag:
            found.setdefault(tag.casefold(), tag)
    if len(found) > MOST:
        raise ValueError(f"A machine has at most {MOST} tags; these are {len(found):,}.")
    return tuple(found.values())
