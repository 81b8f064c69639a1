"""Sharing is off at first, remembered where nothing runs, and told in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from sysmon.cli import main
from sysmon.cli.share import sentence
from sysmon.model.peer import Sharing


def test_it_is_off_at_first_and_remembered_for_the_next_start(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["share"]) == 0
    assert "is not shared" in capsys.readouterr().out
    assert main(["share", "on"]) == 0
    assert "will be shared" in capsys.readouterr().out
    assert main(["config", "get", "sharing.on"]) == 0
    assert capsys.readouterr().out == "true\n"
    assert main(["share", "off"]) == 0
    assert "is not shared" in capsys.readouterr().out


def test_where_and_whether_others_find_it_is_said() -> None:
    text = sentence(Sharing(True, ("127.0.0.1:4870", "[::1]:4870"), 4870, announced=True))
    assert "127.0.0.1:4870, [::1]:4870" in text
    assert "find it on the network" in text
    assert "find it" not in sentence(Sharing(True, ("127.0.0.1:4870",), 4870))


def test_what_keeps_it_from_being_shared_is_said() -> None:
    assert sentence(Sharing(trouble="Cannot listen on 0.0.0.0 port 80: permission denied.")).endswith(
        "permission denied."
    )
