from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from sysmon.cli import main
from sysmon.cli.bench import lines
from sysmon.runtime.bench import BENCHES
from sysmon.runtime.bench.harness import Report, Result


def good() -> list[Result]:
    return [Result("cpu_ms", 0.5, "ms", 1.5), Result("ratio", None, "1", 2.0, "no peer")]


def broken() -> list[Result]:
    return [Result("cpu_ms", 2.5, "ms", 1.5)]


def good_quick() -> list[Result]:
    return [Result("cpu_ms", 0.1, "ms", 1.5)]


@pytest.fixture(autouse=True)
def made_benches(monkeypatch: pytest.MonkeyPatch) -> None:
    made: Mapping[str, str] = {"good": f"{__name__}:good", "broken": f"{__name__}:broken"}
    monkeypatch.setattr("sysmon.cli.bench.BENCHES", made)
    monkeypatch.setattr("sysmon.runtime.bench.harness.BENCHES", made)


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--list"]) == 0
    assert capsys.readouterr().out == "good\nbroken\n"


def test_json_is_one_object_in_the_agreed_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "good", "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert set(read) == {"bench", "results", "environment"}
    assert read["results"][0] == {"metric": "cpu_ms", "value": 0.5, "unit": "ms", "bound": 1.5, "ok": True}
    assert read["results"][1]["value"] is None


def test_a_broken_bound_is_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "broken"]) == 1
    assert "BROKEN" in capsys.readouterr().out


def test_quick_takes_the_shorter_variant_where_there_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "good", "--quick"]) == 0
    assert "0.1 ms" in capsys.readouterr().out
    assert main(["bench", "broken", "--quick"]) == 1


@pytest.mark.parametrize("words", [[], ["nothing"], ["\x1b[2J"]])
def test_wrong_names_are_code_2_and_the_right_ones_are_named(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", *words]) == 2
    error = capsys.readouterr().err
    assert "good, broken" in error
    assert "\x1b" not in error


def test_what_could_not_be_measured_says_why() -> None:
    text = "\n".join(lines(Report("x", (Result("ratio", None, "1", 2.0, "no peer"),), {})))
    assert "–" in text
    assert "no peer" in text


def test_the_promised_benchmarks_are_registered() -> None:
    assert {"collect", "agent", "soak", "processes"} <= set(BENCHES)
