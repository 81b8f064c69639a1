from __future__ import annotations

import pytest

from sysmon.cli import main
from sysmon.cli.window import NO_DISPLAY, WindowImpossible, explain, has_display, parser


@pytest.mark.parametrize(
    ("environment", "platform", "there"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_where_a_display_is(environment: dict[str, str], platform: str, there: bool) -> None:
    assert has_display(environment, platform) is there


def test_no_display_is_one_line_and_code_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("sysmon.cli.window.has_display", lambda _: False)
    assert main(["--page", "cpu"]) == NO_DISPLAY
    assert capsys.readouterr().err.count("\n") == 1


def test_a_missing_package_is_named_with_the_command_that_installs_it() -> None:
    error = explain(ModuleNotFoundError("No module named 'PySide6.QtCore'", name="PySide6.QtCore"))
    assert isinstance(error, WindowImpossible)
    assert 'pip install "sysmon-desktop[gui]"' in str(error)


def test_a_missing_system_library_is_named() -> None:
    error = explain(ImportError("libEGL.so.1: cannot open shared object file", name="PySide6.QtGui"))
    assert "libEGL.so.1" in str(error)
    assert "apt install libegl1" in str(error)


def test_an_error_of_ours_is_not_hidden() -> None:
    fault = ModuleNotFoundError("No module named 'sysmon.ui.nothing'", name="sysmon.ui.nothing")
    with pytest.raises(ModuleNotFoundError):
        explain(fault)


def test_flags_of_the_window() -> None:
    args = parser().parse_args(["--page", "cpu", "--theme", "dark", "--hidden", "--demo", "--host", "vega"])
    assert (args.demo, args.host) == (True, "vega")
    assert vars(args)["window.page"] == "cpu"
