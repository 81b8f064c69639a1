"""Words that two paired machines both show, so that two people can tell whether they are really paired with each other.

Made of both ids, so both sides get the same words; whoever sits between two machines has other ids to show, and would
have to find keys that give the same words. Knows no pixels.
"""

from __future__ import annotations

import hashlib
from typing import Final

from sysmon.protocol.pairing_words import WORDS

COUNT: Final = 5
"""Five of 512 words are 45 bits: more than can be searched while two people wait."""
_LABEL: Final = b"sysmon fingerprint v1\0"


def fingerprint(own_id: str, peer_id: str) -> tuple[str, ...]:
    """The words for the machines with these ids, in whatever order they are given. None where an id is not known.

    A machine that is reached through ssh has no key of its own here: ssh has checked who it is, there are no words.
    """
    if not own_id or not peer_id or peer_id.startswith("ssh:"):
        return ()
    first, second = sorted((own_id.encode(), peer_id.encode()))
    digest = hashlib.sha256(_LABEL + first + b"\0" + second).digest()
    number = int.from_bytes(digest, "big")
    words: list[str] = []
    for _ in range(COUNT):
        number, at = divmod(number, len(WORDS))
        words.append(WORDS[at])
    return tuple(words)
