from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios

import pytest

from sysmon.cli import main
from sysmon.runtime.program import own_command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


def test_lines_where_the_output_is_piped(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", "--interval", "0.25", "--count", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all(re.match(r"\d\d:\d\d:\d\d  cpu \d", line) for line in lines)
    assert all("cpu –" not in line for line in lines)


@pytest.mark.parametrize("word", ["0", "-1", "x", "1.5"])
def test_wrong_counts(word: str) -> None:
    assert main(["watch", "--count", word]) == 2


class Terminal:
    """`sysmon watch` on a pseudo-terminal; what it writes is gathered."""

    def __init__(self, columns: int, rows: int, *arguments: str) -> None:
        self.ours, self.theirs = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.theirs)
        self.program = subprocess.Popen(
            [*own_command(), "watch", "--interval", "0.25", *arguments],
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
            env={**os.environ, "TERM": "xterm-256color"},
            start_new_session=True,
        )
        self.text = ""

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, part: str) -> None:
        """Read until ``part`` was written."""
        while part not in self.text:
            self.text += os.read(self.ours, 65536).decode("utf-8", "replace")

    def end(self) -> int:
        """Wait for the end and answer the exit code; the terminal must be as it was."""
        while self.program.poll() is None:
            if select.select([self.ours], [], [], 0.05)[0]:
                self.text += os.read(self.ours, 65536).decode("utf-8", "replace")
        assert termios.tcgetattr(self.theirs) == self.before
        os.close(self.theirs)
        os.close(self.ours)
        return self.program.returncode


def test_q_ends_it_and_the_terminal_is_as_before() -> None:
    terminal = Terminal(120, 36)
    terminal.until("processes")
    os.write(terminal.ours, b"xq")
    assert terminal.end() == 0
    assert "\x1b[?1049h" in terminal.text
    assert terminal.text.rindex("\x1b[?1049l") > terminal.text.rindex("processes")
    assert "\x1b[?25h" in terminal.text
    assert "Traceback" not in terminal.text


def test_a_new_size_is_drawn_at_once_and_sigterm_leaves_the_screen() -> None:
    terminal = Terminal(80, 24)
    terminal.until("processes")
    terminal.text = ""
    terminal.resize(200, 50)
    terminal.until("─" * 60)
    terminal.program.terminate()
    assert terminal.end() == 128 + 15
    assert "\x1b[?1049l" in terminal.text
