"""A QR code as rows of dark and light modules. The only place that knows segno. Knows no pixels."""

from __future__ import annotations

from functools import lru_cache

import segno

Modules = tuple[tuple[bool, ...], ...]
"""Rows of modules from the top, True for dark; without the quiet zone."""

QUIET = 4
"""Modules of light around a code (ISO/IEC 18004, 7.3.7 of the edition of 2015)."""
LONGEST = 1200
"""Bytes that are shown as a code: more makes modules that no camera tells apart on a screen."""


@lru_cache(maxsize=4)
def qr_code(text: str) -> Modules:
    """``text`` as a code that stays readable with 15 % of it lost; no rows where it is too long for one."""
    if len(text.encode()) > LONGEST:
        return ()
    made = segno.make_qr(text, error="m", boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in made.matrix)
