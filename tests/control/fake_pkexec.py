"""A pkexec for tests: behaves as the real one does (pkexec(1)) but for the rights, and answers as it is told."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

# Cleans the environment, goes to another home, tells who asked; `--` options of its own come first.
_ALLOWS = """#!/bin/sh
while case "$1" in --*) true;; *) false;; esac; do shift; done
cd {home} || exit 127
exec env -i PATH="$PATH" HOME={home} XDG_STATE_HOME={home}/state PKEXEC_UID={uid} "$@"
"""
_SAYS = """#!/bin/sh
echo "{words}" >&2
exit {code}
"""
_WAITS = """#!/bin/sh
exec sleep 60
"""


def put(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """Put ``script`` first on PATH as pkexec; the home of "root"."""
    home, place = folder / "root-home", folder / "bin"
    home.mkdir(exist_ok=True)
    place.mkdir(exist_ok=True)
    file = place / "pkexec"
    file.write_text(script.replace("{home}", str(home)).replace("{uid}", str(os.getuid())))
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    return home


def allowing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that says yes."""
    return put(folder, monkeypatch, _ALLOWS)


def answering(folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str = "") -> None:
    """One that ends with ``code``."""
    put(folder, monkeypatch, _SAYS.replace("{code}", str(code)).replace("{words}", words))


def waiting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One whose question nobody answers."""
    put(folder, monkeypatch, _WAITS)
