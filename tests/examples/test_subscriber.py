"""The example of the documentation: short, with nothing but websockets, and the real server serves it."""

from __future__ import annotations

import ast
import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from sysmon.model import names
from sysmon.model.metric import Series
from sysmon.model.sample import Catalog
from tests.transport.made import Program, closing, secured_pair

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "subscriber.py"
OTHER = Series(names.MEMORY_USAGE, (("system.memory.state", "used"),))
CATALOG = Catalog((OTHER, *(Series(names.CPU_TIME, (("cpu.mode", mode),)) for mode in ("user", "system", "idle"))))
"""All modes grow alike from tick to tick, so two thirds are busy."""


def machines(folder: Path) -> tuple[Program, Program]:
    """One that has a folder for the example, and one that publishes."""
    program, atlas = secured_pair(folder)
    atlas.catalog = CATALOG
    return program, atlas


async def start(folder: Path, atlas: Program) -> Process:
    host, _, port = (await atlas.listen()).rpartition(":")
    return await asyncio.create_subprocess_exec(
        sys.executable, str(EXAMPLE), str(folder), host, port, stdout=PIPE, stderr=PIPE
    )


@pytest.mark.timeout(60)
async def test_it_prints_how_busy_the_machine_is(tmp_path: Path) -> None:
    program, atlas = machines(tmp_path)
    async with closing(program, atlas):
        atlas.tick()
        example = await start(tmp_path / "alpha", atlas)
        assert example.stdout is not None
        lines: list[str] = []
        for _ in range(4):
            lines.append((await example.stdout.readline()).decode().strip())
            atlas.tick()
        example.kill()
        await example.communicate()
    assert lines == [f"{atlas.id} -", *[f"{atlas.id} 67%"] * 3]


@pytest.mark.timeout(60)
async def test_a_machine_that_was_revoked_gets_nothing(tmp_path: Path) -> None:
    program, atlas = machines(tmp_path)
    async with closing(program, atlas):
        atlas.trust.remove(program.id)  # type: ignore[attr-defined]
        example = await start(tmp_path / "alpha", atlas)
        out, err = await example.communicate()
    assert example.returncode != 0
    assert out == b""
    assert b"websockets.exceptions" in err or b"UNKNOWN_CA" in err  # as the alert of TLS comes in time, or not


@pytest.mark.timeout(60)
async def test_a_machine_that_is_not_known_is_not_listened_to(tmp_path: Path) -> None:
    program, atlas = machines(tmp_path)
    stranger, vega = machines(tmp_path / "elsewhere")
    async with closing(program, atlas, stranger, vega):
        example = await start(tmp_path / "elsewhere" / "alpha", atlas)
        out, err = await example.communicate()
    assert out == b""
    assert b"CERTIFICATE_VERIFY_FAILED" in err


def test_it_is_short_and_needs_nothing_but_websockets() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 30
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert {str(name).partition(".")[0] for name in imported} - set(sys.stdlib_module_names) == {"websockets"}
