from __future__ import annotations

from sysmon.cli.agent import parser


def test_the_help_says_what_it_does_not_do_yet() -> None:
    text = " ".join(parser().format_help().split())
    assert "neither records on disk nor shows its samples to other machines" in text


def test_interval_and_log_level_are_taken() -> None:
    given = vars(parser().parse_args(["--interval", "5", "--log-level", "debug"]))
    assert given["sampling.interval"] == 5.0
    assert given["log.level"] == "debug"
