"""The core and the agent work where neither Qt nor numpy exists: they are blocked, and one reading is made."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

BLOCK = """
    import importlib, importlib.abc, pkgutil, sys

    ABSENT = {"PySide6", "PySide2", "PyQt6", "PyQt5", "shiboken6", "pyqtgraph", "qasync", "qtpy", "numpy"}

    class Absent(importlib.abc.MetaPathFinder):
        def find_spec(self, fullname, path=None, target=None):
            if fullname.partition(".")[0] in ABSENT:
                raise ModuleNotFoundError(f"{fullname} is blocked by this test", name=fullname)

    sys.meta_path.insert(0, Absent())

    def leftovers():
        return sorted(ABSENT.intersection(name.partition(".")[0] for name in sys.modules))
"""


def run(program: str) -> str:
    """Run ``program`` in a fresh interpreter in which the blocked packages cannot be imported."""
    text = textwrap.dedent(BLOCK) + textwrap.dedent(program)
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-W", "error", "-c", text],
        cwd=REPOSITORY, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_block_blocks() -> None:
    assert "blocked" in run("""
        try:
            import PySide6.QtCore
        except ModuleNotFoundError as error:
            print(error)
    """)


@pytest.mark.parametrize("room", ["model", "collectors", "protocol", "pipeline", "transport", "runtime", "cli"])
def test_every_module_of_the_core_is_imported(room: str) -> None:
    run(f"""
        package = importlib.import_module("sysmon.{room}")
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(found.name)
        assert not leftovers(), leftovers()
    """)


def test_a_reading_is_made() -> None:
    printed = run("""
        from sysmon.cli import main
        try:
            status = main(["snapshot", "--json", "cpu", "memory"])
        except SystemExit as exit:
            status = exit.code
        assert not leftovers(), leftovers()
        assert not status, status
    """)
    assert "system.cpu.time" in printed
    assert "system.memory" in printed


def test_the_agent_makes_one_batch_and_ends() -> None:
    """The agent's own way of life: its engine is started, a batch comes, a signal ends it."""
    printed = run("""
        import asyncio, os, signal, tempfile
        from sysmon.model.sample import SampleBatch
        from sysmon.runtime import agent
        from sysmon.runtime.options import Values
        from sysmon.runtime.paths import find_paths

        watch = agent.Pacing.batch

        def first(self, batch: SampleBatch) -> None:
            watch(self, batch)
            print("values", len(batch.values))
            os.kill(os.getpid(), signal.SIGTERM)

        agent.Pacing.batch = first
        with tempfile.TemporaryDirectory() as folder:
            paths = find_paths({"SYSMON_HOME": folder})
            assert agent.run_agent(Values(), paths) == signal.SIGTERM
        assert not leftovers(), leftovers()
    """)
    words = printed.split()
    assert words[0] == "values"
    assert int(words[1]) > 0
