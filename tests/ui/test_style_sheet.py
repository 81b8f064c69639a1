from __future__ import annotations

import re

from sysmon.ui.style_sheet import style_sheet


def test_every_colour_comes_from_a_token() -> None:
    asked: list[tuple[str, str]] = []

    def names(token: str, back: str = "") -> str:
        asked.append((token, back))
        return "#010203"

    sheet = style_sheet(names)
    assert set(re.findall(r"#[0-9a-f]{6}", sheet)) == {"#010203"}
    assert ("accent", "") in asked
    assert ("tertiary", "card") in asked


def test_the_sheet_has_no_hole() -> None:
    sheet = style_sheet(lambda token, back="": "#000000")
    assert "{card}" not in sheet
    assert sheet.count("{") == sheet.count("}")
