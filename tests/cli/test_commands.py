from __future__ import annotations

import importlib
from argparse import ArgumentParser

import pytest

from sysmon import __version__
from sysmon.cli.commands import COMMANDS, Command, command_parser, help_text, run

EVERY = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


@EVERY
def test_every_command_has_a_parser_with_its_name_and_a_description(command: Command) -> None:
    parser = importlib.import_module(command.module).parser()
    assert isinstance(parser, ArgumentParser)
    assert parser.description
    assert parser.prog in (f"sysmon {command.name}", "sysmon")


@EVERY
def test_every_command_is_listed_with_a_short_summary(command: Command) -> None:
    assert f"  {command.name}" in help_text()
    assert command.summary in help_text()
    assert len(command.summary) < 60


@EVERY
def test_every_command_explains_itself(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        run(["help", command.name])
    assert stop.value.code == 0
    assert "usage: sysmon" in capsys.readouterr().out


def test_the_help_fits_a_terminal() -> None:
    assert all(len(line) <= 96 for line in help_text().splitlines())


@pytest.mark.parametrize("word", ["-h", "--help", "help"])
def test_help(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([word]) == 0
    assert capsys.readouterr().out == help_text() + "\n"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"sysmon {__version__}\n"


@pytest.mark.parametrize(
    ("word", "hint"), [("snapshop", "did you mean `sysmon snapshot`?"), ("qqq", "--help"), ("\x1b[2J", "\\x1b[2J")]
)
def test_an_unknown_command_is_answered_with_what_to_do(
    word: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([word]) == 2
    assert hint in capsys.readouterr().err


def test_options_must_be_written_out(capsys: pytest.CaptureFixture[str]) -> None:
    parser = command_parser("x", "A test.")
    parser.add_argument("--interval")
    with pytest.raises(SystemExit):
        parser.parse_args(["--int", "1"])
    assert "unrecognized" in capsys.readouterr().err
