from __future__ import annotations

import asyncio
import os
import pty
import sys
import termios
from pathlib import Path

import pytest

from sysmon.cli.keys import single_keys

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


def test_keys_come_one_by_one_and_the_terminal_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    with open(theirs, encoding="utf-8", closefd=False) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        before = termios.tcgetattr(theirs)

        async def scene() -> str:
            typed = ""
            done = asyncio.Event()

            def key(word: str) -> None:
                nonlocal typed
                typed += word
                if len(typed) == 3:
                    done.set()

            with single_keys(key):
                assert not termios.tcgetattr(theirs)[3] & (termios.ICANON | termios.ECHO)
                os.write(ours, b"a?q")
                async with asyncio.timeout(5.0):
                    await done.wait()
            return typed

        assert asyncio.run(scene()) == "a?q"
        assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)


def test_without_a_terminal_nothing_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "input").write_text("q", encoding="utf-8")

    async def scene() -> list[str]:
        keys: list[str] = []
        with single_keys(keys.append):
            await asyncio.sleep(0)
        return keys

    with (tmp_path / "input").open(encoding="utf-8") as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert asyncio.run(scene()) == []
