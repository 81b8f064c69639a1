"""The filter while it is typed: what is in force, what is wrong, what has to be looked up."""

from __future__ import annotations

from sysmon.model.process import ProcessKey
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.process_filter import ProcessFilter, check, suggest, unseen_words
from sysmon.viewmodels.processes import ProcessEntry
from tests.viewmodels.fake_processes import row


def entry(pid: int, name: str, cpu: float = 0.0) -> ProcessEntry:
    return ProcessEntry(row(pid, name), ProcessRate(cpu, 0.0, 0.0))


def made(text: str) -> ProcessFilter:
    found = ProcessFilter()
    found.set_text(text)
    return found


def test_what_a_filter_could_not_see_is_said() -> None:
    assert unseen_words(0, 0) == ""
    assert unseen_words(1, 2) == (
        "1 process of other users could not be looked into; root may; 2 processes hold too much to be looked through whole"
    )
    assert unseen_words(0, 0, "it hangs") == "it hangs"


def test_nothing_typed_matches_everything() -> None:
    entries = [entry(1, "web"), entry(2, "db")]
    assert made("").select(entries) == entries
    assert made("   ").select(entries) == entries


def test_words_and_figures() -> None:
    entries = [entry(1, "web", 0.9), entry(2, "web", 0.1), entry(3, "db", 0.9), entry(4, "web", 0.8)]
    assert made("web and cpu>50").select(entries) == [entries[0], entries[3]]


def test_a_wrong_filter_says_where_and_leaves_the_last_right_one() -> None:
    found = made("web")
    assert not found.set_text("web and cpu>")
    assert found.problem is not None
    assert found.problem.position == len("web and cpu>")
    assert found.text == "web"
    entries = [entry(1, "web"), entry(2, "db")]
    assert found.select(entries) == entries[:1]
    assert not found.set_text("web ")
    assert found.problem is None


def test_what_has_to_be_looked_up_waits_for_it() -> None:
    found = made("port:80")
    assert found.wanted == "port:80"
    assert found.waiting
    entries = [entry(1, "web"), entry(2, "web")]
    assert found.select(entries) == []
    assert found.take("port:80", frozenset({entries[0].key}))
    assert not found.waiting
    assert found.select(entries) == entries[:1]


def test_an_answer_to_what_was_typed_before_is_dropped() -> None:
    found = made("port:80")
    found.set_text("port:8080")
    assert not found.take("port:80", frozenset({ProcessKey(1, 0.0)}))
    assert found.waiting
    found.set_text("web")
    assert not found.take("port:8080", frozenset())
    assert not found.waiting


def test_check_and_suggest() -> None:
    problem = check("foo:1")
    assert problem is not None
    assert "no field" in problem.text
    assert check("cpu>5") is None
    assert [found.text for found in suggest("us", ())] == ["user:"]
    assert suggest("x user:ad", ("ada",))[0].start == len("x user:")
