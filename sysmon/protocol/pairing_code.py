"""Codes of three words: shown on one machine, read out, and typed on another by people as they type.

Knows nothing of what a code opens.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from sysmon.model.errors import ConfigError
from sysmon.model.printable import printable
from sysmon.protocol.pairing_words import WORDS

COUNT: Final = 3
CODE_LIFE: Final = 120.0
"""Seconds."""
TRIES: Final = 3
SHORTEST: Final = 3
"""Letters of a word that was not typed to its end."""
_LONGEST: Final = 200
"""Characters that are looked at."""
_BETWEEN: Final = re.compile(r"[\s\-‐‑‒–—_.,;:/+]+")
_PLACES: Final = MappingProxyType({word: place for place, word in enumerate(WORDS)})


def new_code(below: Callable[[int], int]) -> str:
    """Three words, joined by hyphens. ``below(n)`` draws a number from 0 to n - 1, as `secrets.randbelow` does."""
    return "-".join(WORDS[below(len(WORDS))] for _ in range(COUNT))


def parse_code(text: str) -> str:
    """The code that ``text`` means, as `new_code` spells it.

    Capitals do not matter, nor what stands between the words, nor their ends where the beginning tells which word it
    is. Raises ConfigError with a sentence for the user: a slip is found here, and costs none of the three tries.
    """
    typed = [word for word in _BETWEEN.split(text[:_LONGEST].casefold()) if word]
    if len(typed) != COUNT:
        raise ConfigError(f"A code has {COUNT} words, such as {WORDS[15]}-{WORDS[300]}-{WORDS[450]}.")
    return "-".join(map(_word, typed))


def _word(typed: str) -> str:
    if typed in _PLACES:
        return typed
    meant = [word for word in WORDS if word.startswith(typed)] if len(typed) >= SHORTEST else []
    if len(meant) == 1:
        return meant[0]
    near = meant or difflib.get_close_matches(typed, WORDS, n=3)
    hint = f" Is it {' or '.join(near[:3])}?" if near else ""
    shown = printable(typed if len(typed) <= 20 else f"{typed[:20]}…")
    raise ConfigError(f"“{shown}” is none of the words that codes are made of.{hint}")
