from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from sysmon.cli import main
from sysmon.cli.screenshot import parser, seconds, size


@pytest.mark.parametrize(("text", "wanted"), [("1440x900", (1440, 900)), ("900×600", (900, 600))])
def test_sizes(text: str, wanted: tuple[int, int]) -> None:
    assert size(text) == wanted


@pytest.mark.parametrize("text", ["", "1440", "x", "10x10", "99999x900", "1440x900x2", "-1x5", "١٤٤٠x٩٠٠ "])
def test_wrong_sizes(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="must be"):
        size(text)


@pytest.mark.parametrize("text", ["nan", "-1", "x", "3601", ""])
def test_wrong_times(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="between 0 and 3600"):
        seconds(text)


def test_a_folder_that_is_not_there_is_said_before_anything_is_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["screenshot", str(tmp_path / "nowhere" / "x.png")]) == 1
    assert "there is no folder" in capsys.readouterr().err


def test_the_words_become_an_order() -> None:
    args = parser().parse_args(["--page", "cpu", "--theme", "light", "--size", "900x600", "--after", "1", "x.png"])
    assert (args.size, args.after, args.file) == ((900, 600), 1.0, Path("x.png"))
