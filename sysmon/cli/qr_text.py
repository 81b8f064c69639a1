"""A QR code for a terminal: two modules to a character, dark on light whatever the terminal's colours are."""

from __future__ import annotations

from collections.abc import Iterator

from sysmon.viewmodels.qr_code import QUIET, Modules

_BLACK_ON_WHITE = "\x1b[30;47m"
_RESET = "\x1b[0m"
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def qr_text(modules: Modules) -> Iterator[str]:
    """The lines of the code; none where there are no modules."""
    if not modules:
        return
    width = len(modules[0]) + 2 * QUIET
    edge = ((False,) * width,) * QUIET
    side = (False,) * QUIET
    rows = [*edge, *((*side, *row, *side) for row in modules), *edge]
    if len(rows) % 2:
        rows.append((False,) * width)
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        line = "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        yield f"{_BLACK_ON_WHITE}{line}{_RESET}"
