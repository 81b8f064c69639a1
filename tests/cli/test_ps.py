"""``sysmon ps`` lists what a filter finds, for people and for scripts."""

from __future__ import annotations

import json
import os
import socket

import pytest

from sysmon.cli import main


def test_a_table_with_this_process(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ps", f"pid:{os.getpid()}"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["PID", "user", "CPU"]
    assert line.split()[0] == str(os.getpid())


def test_json_is_one_array_of_raw_values(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert main(["ps", "--json", "--sort", "pid", f"port:{server.getsockname()[1]}"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["pid"] == os.getpid()
    assert one["memory"] > 1_000_000
    assert one["user"]


def test_nothing_found_is_exit_code_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ps", "name=there-is-no-such-name"]) == 1
    assert capsys.readouterr().out == "no process matches\n"


def test_a_wrong_filter_is_an_error_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ps", "cpu>five"]) == 1
    assert "cpu needs a share" in capsys.readouterr().err


@pytest.mark.parametrize("sort", ["cpu", "mem", "io", "pid", "name", "start", "threads"])
def test_every_order_is_kept(sort: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ps", "--json", "--sort", sort]) == 0
    rows = json.loads(capsys.readouterr().out)
    if sort == "pid":
        assert [row["pid"] for row in rows] == sorted(row["pid"] for row in rows)
    if sort == "mem":
        memory = [row["memory"] for row in rows]
        assert memory == sorted(memory, reverse=True)
    assert len(rows) > 1


def test_columns_that_are_asked_for_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ps", f"pid:{os.getpid()}", "--columns", "+pss,cgroup", "--sort", "pss"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["PID", "user", "CPU"]
    assert "PSS" in head
    assert "iB" in line
    assert main(["ps", "--json", "--columns", "pid,swap", f"pss>1M pid:{os.getpid()}"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["swap"] >= 0.0
    assert "pss" not in one


def test_a_column_that_does_not_exist_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ps", "--columns", "colour"]) == 2
    assert "there is no column colour" in capsys.readouterr().err


def test_shares_of_the_machine_where_that_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ps", "--set", "processes.cpu=machine", f"pid:{os.getpid()}"]) == 0
    assert "%" in capsys.readouterr().out


def test_what_no_gpu_tells_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    main(["ps", "gpu>101", "--columns", "+gpu"])
    told = capsys.readouterr()
    assert told.out == "no process matches\n"
