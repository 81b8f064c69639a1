"""A QR code of characters is the code again when its characters are read as modules."""

from __future__ import annotations

from sysmon.cli.qr_text import qr_text
from sysmon.viewmodels.qr_code import QUIET, qr_code

_MODULES = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}


def test_the_characters_are_the_modules() -> None:
    modules = qr_code("sysmon://atlas:4870/#id.token")
    lines = [line.removeprefix("\x1b[30;47m").removesuffix("\x1b[0m") for line in qr_text(modules)]
    rows: list[tuple[bool, ...]] = []
    for line in lines:
        halves = [_MODULES[character] for character in line]
        rows += [tuple(upper for upper, _ in halves), tuple(lower for _, lower in halves)]
    inside = [row[QUIET:-QUIET] for row in rows[QUIET : QUIET + len(modules)]]
    assert tuple(inside) == modules
    assert not any(module for row in rows[:QUIET] for module in row)


def test_what_is_too_long_for_a_code_is_no_code() -> None:
    assert list(qr_text(())) == []
