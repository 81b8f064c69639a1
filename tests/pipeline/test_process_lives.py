"""Lives from events and from tables: what began, what ended, who keeps starting processes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.process_events import Executed, Exited, Forked, LifeEvent, Lost
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.pipeline.process_lives import Lives


def row(pid: int, name: str, parent: int = 1, start: float = 0.0) -> ProcessRow:
    return ProcessRow(ProcessKey(pid, start), parent, name, "me", "sleeping", 0, 1, 0.0, 0.0, 0.0, 0.0, name, False)


def table(time: float, *rows: ProcessRow) -> ProcessTable:
    return ProcessTable("h", time, {one.key.pid: one for one in rows})


def test_events_tell_a_whole_life() -> None:
    lives = Lives()
    lives.exact = True
    lives.see(table(0.0, row(5, "make")))
    lives.tell([Forked(20, 5), Executed(20, "cc"), Exited(20, 1, None)], 3.0)
    (life,) = lives.newest(10)
    assert (life.pid, life.name, life.parent_name, life.exit_code, life.lifetime) == (20, "cc", "make", 1, 0.0)


def test_one_that_ended_before_it_ran_anything_has_its_parents_name() -> None:
    lives = Lives()
    lives.exact = True
    lives.see(table(0.0, row(5, "bash")))
    lives.tell([Forked(20, 5), Executed(20, ""), Exited(20, None, 9)], 3.0)
    (life,) = lives.newest(10)
    assert (life.name, life.signal, life.exit_code) == ("bash", 9, None)


def test_tables_tell_what_is_new_and_what_is_gone() -> None:
    lives = Lives()
    lives.see(table(10.0, row(1, "init"), row(7, "old")))
    lives.see(table(11.0, row(1, "init"), row(8, "new", start=10.4)))
    lives.see(table(12.0, row(1, "init"), row(8, "other", start=11.5)))
    found = {(life.pid, life.name): life for life in lives.newest(10)}
    assert found[7, "old"].began is None
    assert found[7, "old"].ended == 11.0
    assert found[8, "new"].began == 10.4
    assert found[8, "new"].ended == 12.0
    assert found[8, "other"].ended is None
    assert found[8, "other"].parent_name == "init"


def test_the_first_table_is_no_birth() -> None:
    lives = Lives()
    lives.see(table(10.0, row(1, "init")))
    assert lives.newest(10) == []


def test_who_keeps_forking() -> None:
    lives = Lives()
    lives.exact = True
    lives.see(table(0.0, row(5, "make"), row(6, "cron")))
    for n in range(30):
        lives.tell([Forked(100 + n, 5), Exited(100 + n, 0, None)], 10.0 + n)
    lives.tell([Forked(900, 6)], 20.0)
    first, second = lives.forkers(15.0, 5)
    assert (first.pid, first.name, first.children) == (5, "make", 25)
    assert second.children == 1


def test_lost_events_are_counted() -> None:
    lives = Lives()
    lives.tell([Lost(), Lost()], 1.0)
    assert lives.lost == 2


events = st.one_of(
    st.builds(Forked, st.integers(1, 9), st.integers(0, 9)),
    st.builds(Executed, st.integers(1, 9), st.sampled_from(["", "a", "b"])),
    st.builds(lambda pid: Exited(pid, 0, None), st.integers(1, 9)),
    st.just(Lost()),
)


@given(st.lists(events, max_size=200))
def test_any_order_of_events_is_bounded_and_never_negative(many: list[LifeEvent]) -> None:
    lives = Lives(most=20)
    lives.exact = True
    for now, event in enumerate(many):
        lives.tell([event], float(now))
    found = lives.newest(1000)
    assert len(found) <= 40
    assert all(life.lifetime is None or life.lifetime >= 0.0 for life in found)
