"""Set-up: what makes it run again, what it refuses, and that the pins fit the ranges of pyproject.toml."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest
import setup as setup_script
from packaging.requirements import Requirement

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"]
    return [Requirement(text) for text in (*PROJECT["dependencies"], *extras["gui"], *extras["dev"])]


def pins() -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for line in (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            found.setdefault(plain(pin.name), []).append(pin)
    return found


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_an_unknown_python_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    assert setup_script.main(["run"]) == 1
    assert re.fullmatch(r"set-up: Python 3\.11 to 3\.14 is needed, .*\n", capsys.readouterr().err)


def test_the_second_call_does_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_script, "ENVIRONMENT", tmp_path)
    monkeypatch.setattr(setup_script, "PYTHON", Path(sys.executable))
    monkeypatch.setenv("PATH", "")  # whatever it started would not be found
    (tmp_path / "ready-run").write_text(setup_script.fingerprint("run"), encoding="utf-8")
    assert setup_script.main(["run"]) == 0


def test_a_change_of_the_pins_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = setup_script.fingerprint("run")
    pinned = tmp_path / "constraints.txt"
    pinned.write_text("rich==1.0\n", encoding="utf-8")
    monkeypatch.setattr(setup_script, "CONSTRAINTS", pinned)
    assert setup_script.fingerprint("run") != before
    assert setup_script.fingerprint("run") != setup_script.fingerprint("test")


def test_a_moved_environment_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_script, "ENVIRONMENT", tmp_path)
    assert not setup_script.moved(), "one that somebody else made is taken as it is"
    (tmp_path / "made-for").write_text(setup_script.made_for(), encoding="utf-8")
    assert not setup_script.moved()
    monkeypatch.setattr(setup_script, "REPOSITORY", tmp_path / "elsewhere")
    assert setup_script.moved()


def test_everything_that_is_asked_for_is_pinned_within_its_range() -> None:
    for wanted in requirements():
        chosen = pins()[plain(wanted.name)]
        for pin in chosen:
            assert len(pin.specifier) == 1
            version = next(iter(pin.specifier))
            assert version.operator == "=="
            if wanted.marker is None or str(wanted.marker) == str(pin.marker):
                assert version.version in wanted.specifier, f"{pin} is outside {wanted}"


def test_no_index_is_named() -> None:
    text = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-", text, re.MULTILINE)
