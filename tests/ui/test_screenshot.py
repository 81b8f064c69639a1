from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage


def screenshot(*words: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the platform of Qt is chosen once."""
    command = [sys.executable, "-m", "sysmon", "screenshot", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize(("theme", "dark"), [("dark", True), ("light", False)])
def test_a_page_of_this_machine_in_the_size_and_theme_that_were_asked_for(
    tmp_path: Path, theme: str, dark: bool
) -> None:
    file = tmp_path / "page.png"
    answer = screenshot("--theme", theme, "--size", "900x600", "--after", "0.5", str(file))
    assert (answer.returncode, answer.stderr) == (0, "")
    image = QImage(str(file))
    assert (image.width(), image.height()) == (900, 600)
    assert (image.pixelColor(880, 590).lightness() < 128) is dark
    colours = {image.pixel(x, y) for x in range(0, 900, 3) for y in range(0, 600, 3)}
    assert len(colours) > 50


def test_demo_data_and_another_machine(tmp_path: Path) -> None:
    file = tmp_path / "demo.png"
    answer = screenshot("--demo", "--host", "vega", "--after", "1", str(file))
    assert (answer.returncode, answer.stderr) == (0, "")
    assert QImage(str(file)).width() == 1440


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--page", "nope"), "there is no page nope; there are overview, "),
        (("--page", "processes", "--choose", "nope"), "there is no nope to choose on this page"),
        (("--choose", "bash"), "there is no bash to choose on this page"),
        (("--host", "nope"), "there is no machine nope; there are "),
    ],
)
def test_what_is_not_there_is_said_in_one_line(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    file = tmp_path / "none.png"
    answer = screenshot(*words, "--after", "0.2", str(file))
    assert answer.returncode == 1
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert not file.exists()


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    answer = screenshot("--after", "0", str(tmp_path / "folder.png"))
    assert answer.returncode == 1
    assert "cannot be written" in answer.stderr


def test_a_dialog_over_a_page(tmp_path: Path) -> None:
    file, plain = tmp_path / "share.png", tmp_path / "plain.png"
    words = ("--demo", "--page", "connections", "--size", "900x600", "--after", "1")
    assert screenshot(*words, str(plain)).returncode == 0
    answer = screenshot(*words, "--open", "share code", str(file))
    assert answer.returncode == 0
    dimmed, bright = QImage(str(file)), QImage(str(plain))
    assert dimmed.pixelColor(30, 590).lightness() <= bright.pixelColor(30, 590).lightness()
    assert dimmed.pixelColor(450, 300) != bright.pixelColor(450, 300)
    wrong = screenshot(*words, "--open", "nothing", str(file))
    assert wrong.returncode == 1
    assert "there is no nothing to open" in wrong.stderr
