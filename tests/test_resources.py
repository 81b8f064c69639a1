"""Shipped files are found in each of the three shapes of installation, and are what they should be."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from sysmon.resources import resource, root

WEIGHTS = ("Regular", "Medium", "SemiBold")
PAGES = ("overview", "cpu", "memory", "disks", "network", "gpu", "sensors", "processes", "events")


def icons() -> list[Path]:
    return sorted((root() / "icons").glob("*.svg"))


def test_a_checkout_finds_them_beside_the_package(tmp_path: Path) -> None:
    (tmp_path / "sysmon").mkdir()
    assert root(tmp_path / "sysmon") == tmp_path / "resources"


def test_an_installation_finds_them_inside_the_package(tmp_path: Path) -> None:
    (tmp_path / "sysmon" / "_resources").mkdir(parents=True)
    (tmp_path / "resources").mkdir()  # someone else's folder in site-packages must not win
    assert root(tmp_path / "sysmon") == tmp_path / "sysmon" / "_resources"


@pytest.mark.parametrize("weight", WEIGHTS)
def test_fonts_are_there_and_are_truetype(weight: str) -> None:
    assert resource("fonts", f"Inter-{weight}.ttf").read_bytes()[:4] == b"\x00\x01\x00\x00"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_an_icon(page: str) -> None:
    assert resource("icons", f"{page}.svg")


@pytest.mark.parametrize("icon", icons(), ids=lambda path: path.stem)
def test_icons_are_well_formed_and_of_one_kind(icon: Path) -> None:
    svg = ET.parse(icon).getroot()
    assert svg.tag.endswith("svg")
    if icon.stem != "sysmon":
        assert svg.get("viewBox") == "0 0 24 24"
        assert svg.get("stroke") == "currentColor"
        assert not re.search(r"#[0-9a-fA-F]{3,6}\b", icon.read_text(encoding="utf-8")), "a colour of its own"


@pytest.mark.parametrize("folder", ["fonts", "icons"])
def test_licences_are_shipped(folder: str) -> None:
    assert "Copyright" in resource(folder, "LICENSE").read_text(encoding="utf-8")


def test_a_missing_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no-such-icon\.svg"):
        resource("icons", "no-such-icon.svg")


@pytest.mark.parametrize("parts", [("..", "pyproject.toml"), ("icons", "..", "..", "pyproject.toml"), ("/etc/passwd",)])
def test_nothing_outside_is_reached(parts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="not a shipped file"):
        resource(*parts)


@pytest.mark.parametrize(("weight", "number"), [("Regular", 400), ("Medium", 500), ("SemiBold", 600)])
def test_qt_loads_the_fonts_and_digits_get_one_width(qapp: object, weight: str, number: int) -> None:
    gui = pytest.importorskip("PySide6.QtGui")
    handle = gui.QFontDatabase.addApplicationFont(str(resource("fonts", f"Inter-{weight}.ttf")))
    assert "Inter" in gui.QFontDatabase.applicationFontFamilies(handle)
    font = gui.QFont("Inter")
    font.setPixelSize(22)
    font.setWeight(gui.QFont.Weight(number))

    def widths() -> set[float]:
        metrics = gui.QFontMetricsF(font)
        return {metrics.horizontalAdvance(digit * 10) for digit in "0123456789"}

    assert len(widths()) > 1, "Inter's own digits are proportional; if not, the font is another one"
    font.setFeature(gui.QFont.Tag("tnum"), 1)
    assert len(widths()) == 1
    gui.QFontDatabase.removeApplicationFont(handle)
