"""A yes is a yes, everything else is a no, and nobody at the terminal is an error that says what to do."""

from __future__ import annotations

import io

import pytest

from sysmon.cli.asking import confirmed
from sysmon.model.errors import SysmonError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "yes"), [("y", True), (" YES ", True), ("n", False), ("", False), ("yesterday", False)]
)
def test_only_yes_is_yes(
    typed: str, yes: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(f"{typed}\n"))
    assert confirmed("forget vega?") is yes
    assert "forget vega? [y/N]" in capsys.readouterr().out


def test_without_a_terminal_nobody_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(SysmonError, match="add --yes"):
        confirmed("forget vega?")
