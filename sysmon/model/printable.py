"""Make foreign text harmless to print: process names, command lines, device labels, peers' words.

Whoever may name a process may otherwise move our cursor, change the terminal's title or turn
the reading direction of what follows. Pure: knows no terminal and no log.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL and C1 controls (ECMA-48): escape sequences begin with these
    "\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # invisible, line-breaking and bidirectional controls (UAX #9)
    "\ufff9-\ufffb\U000e0000-\U000e007f"  # annotation marks and tags: invisible
    "\ud800-\udfff"  # lone surrogates: bytes that were not UTF-8 (PEP 383)
    "]"
)


def printable(text: str) -> str:
    """``text`` on one line, with every character that would act instead of show written as ``\\xNN`` or ``\\uNNNN``.

    A byte that was not UTF-8 in its source (surrogate escape) is written as that byte, ``\\xNN``.
    """
    return _UNSAFE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
