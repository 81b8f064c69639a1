"""The import contracts hold, and each of them is seen to catch what it is there for.

A contract that nobody ever broke may check nothing at all (a misspelt module, a glob that matches
nothing). So every contract has a canary: one forbidden import, written into a copy of the tree.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
NAMES = {contract["id"]: contract["name"] for contract in CONFIG["contracts"]}

CANARIES: dict[str, tuple[str, str]] = {
    "layers": ("model/canary.py", "import sysmon.pipeline.bus"),
    "acyclic": ("pipeline/bus.py", "import sysmon.pipeline.canary"),
    "qt": ("viewmodels/canary.py", "import PySide6.QtCore"),
    "pyqtgraph": ("ui/pages/canary.py", "import pyqtgraph"),
    "qasync": ("ui/canary.py", "import qasync"),
    "numpy": ("pipeline/canary.py", "import numpy"),
    "psutil": ("runtime/canary.py", "import psutil"),
    "sqlite3": ("runtime/canary.py", "import sqlite3"),
    "websockets": ("cli/canary.py", "import websockets"),
    "trust": ("runtime/canary.py", "import cryptography"),
    "spake2": ("transport/canary.py", "import spake2"),
    "segno": ("cli/canary.py", "import segno"),
    "rich": ("ui/canary.py", "import rich"),
    "model": ("model/canary.py", "import time"),
    "protocol": ("protocol/canary.py", "import asyncio"),
    "collectors": ("collectors/canary.py", "import asyncio"),
    "viewmodels": ("ui/pages/canary.py", "import sysmon.pipeline.bus"),
}
"""Contract: (file to write or to add to, the import that must be caught)."""

COMPANIONS = {"acyclic": ("pipeline/canary.py", "import sysmon.pipeline.bus")}
"""What else must stand in the tree for a canary to be a breach."""


def lint_imports(tree: Path) -> tuple[int, str]:
    """Run the checker in ``tree``; its exit status and what it printed on one line each."""
    # Run as a module: the script of the environment need not be on the PATH.
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-cache"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, encoding="utf-8", timeout=100, check=False)
    return done.returncode, re.sub(r"\s+", " ", done.stdout + done.stderr)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the package and its configuration, free to be broken."""
    shutil.copytree(REPOSITORY / "sysmon", tmp_path / "sysmon", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


def write(tree: Path, file: str, line: str) -> None:
    path = tree / "sysmon" / file
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    with path.open("a", encoding="utf-8") as out:
        out.write(f"\n{line}\n")


def test_the_tree_keeps_every_contract() -> None:
    status, printed = lint_imports(REPOSITORY)
    assert status == 0, printed
    for name in NAMES.values():
        assert f"{name} KEPT" in printed


def test_every_contract_has_a_canary() -> None:
    assert CANARIES.keys() == NAMES.keys()


@pytest.mark.parametrize("contract", CANARIES)
def test_a_breach_is_caught(contract: str, tree: Path) -> None:
    if contract in COMPANIONS:
        write(tree, *COMPANIONS[contract])
    write(tree, *CANARIES[contract])
    status, printed = lint_imports(tree)
    assert status == 1, printed
    assert f"{NAMES[contract]} BROKEN" in printed


def test_a_room_that_no_layer_names_is_caught(tree: Path) -> None:
    write(tree, "attic/canary.py", "import json")
    status, printed = lint_imports(tree)
    assert status == 1, printed
    assert "attic" in printed
