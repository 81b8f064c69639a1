from __future__ import annotations

import sys

import pytest

from sysmon.cli import main
from sysmon.cli.doctor import lines, qt_facts
from sysmon.cli.selftest import has_gui
from sysmon.runtime.doctor import Finding, Health, Section
from sysmon.runtime.paths import find_paths


def test_this_machine_is_examined(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    main(["doctor"])
    out = capsys.readouterr().out
    for part in (
        "Versions\n",
        "What can be read\n",
        "  ok       cpu ",
        " series, ",
        "Rights\n",
        str(find_paths().settings_file),
    ):
        assert part in out


def test_a_wrong_setting_is_found_and_the_code_is_1(capsys: pytest.CaptureFixture[str]) -> None:
    file = find_paths().settings_file
    file.parent.mkdir(parents=True)
    file.write_text("[window]\ntheme = 7\n", encoding="utf-8")
    assert main(["doctor"]) == 1
    assert "line 2: window.theme: 7 must be text" in capsys.readouterr().out


def test_remedies_stand_under_what_they_help_against_and_foreign_text_is_harmless() -> None:
    section = Section("T", (Finding(Health.PROBLEM, "disk\x1b", "gone", "plug it in"),))
    first, second, third = lines([section])
    assert first == "T"
    assert second.startswith("  problem  disk\\x1b")
    assert third.strip() == "→ plug it in"


def test_without_a_display_qt_is_not_asked() -> None:
    facts = qt_facts({})
    assert isinstance(facts, str)
    assert "sysmon watch" in facts


@pytest.mark.skipif(sys.platform != "linux" or not has_gui(), reason="needs Qt with its xcb plug-in")
def test_a_display_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    facts = qt_facts({"DISPLAY": ":987"})
    assert isinstance(facts, str)
    assert facts.startswith("Qt cannot open a window: ")
    assert "xcb" in facts or ":987" in facts
