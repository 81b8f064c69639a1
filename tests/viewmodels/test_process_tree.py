"""The tree keeps every process once, children after parents, siblings in order."""

from __future__ import annotations

import math
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.process_tree import ProcessTree, TreeChoice, branch
from sysmon.viewmodels.processes import ProcessEntry, ProcessOrder


def entry(pid: int, parent: int, name: str = "", cpu: float = 0.0, start: float = 0.0) -> ProcessEntry:
    row = ProcessRow(
        ProcessKey(pid, start), parent, name or f"p{pid}", "me", "sleeping", 0, 1, 0.0, 10.0, 0.0, 0.0, "", False
    )
    return ProcessEntry(row, ProcessRate(cpu, 0.0, 0.0))


def forest(*entries: ProcessEntry) -> dict[int, ProcessEntry]:
    return {one.key.pid: one for one in entries}


def drawn(
    entries: dict[int, ProcessEntry],
    choice: TreeChoice | None = None,
    matches: Callable[[ProcessEntry], bool] | None = None,
) -> str:
    matching = None if matches is None else {pid for pid, one in entries.items() if matches(one)}
    rows = ProcessTree().rows(entries, choice or TreeChoice(), matching)
    return " ".join(f"{'.' * row.depth}{row.entry.row.name}" for row in rows)


FAMILY = forest(
    entry(1, 0, "init"),
    entry(10, 1, "shell", 0.1),
    entry(11, 10, "cc", 0.9),
    entry(12, 10, "ld", 0.2),
    entry(20, 1, "db", 0.5),
)


def test_siblings_are_sorted_by_their_branch() -> None:
    assert drawn(FAMILY) == "init .shell ..cc ..ld .db"


def test_or_by_their_own_value() -> None:
    assert drawn(FAMILY, TreeChoice(by_branch=False)) == "init .db .shell ..cc ..ld"


def test_ascending_and_by_text() -> None:
    assert drawn(FAMILY, TreeChoice(ProcessOrder("name", ascending=True))) == "init .db .shell ..cc ..ld"
    assert drawn(FAMILY, TreeChoice(ProcessOrder("name", ascending=False))) == "init .shell ..ld ..cc .db"


def test_a_closed_branch_hides_what_is_below_and_says_how_much() -> None:
    rows = ProcessTree().rows(FAMILY, TreeChoice(collapsed={ProcessKey(10, 0.0)}))
    assert [row.entry.row.name for row in rows] == ["init", "shell", "db"]
    assert [(row.below, row.expanded) for row in rows] == [(4, True), (2, False), (0, False)]


def test_a_filter_keeps_the_way_to_what_matches_and_opens_it() -> None:
    closed = TreeChoice(collapsed={ProcessKey(10, 0.0)})
    rows = ProcessTree().rows(FAMILY, closed, {11})
    assert [(row.entry.row.name, row.shown_for_child) for row in rows] == [
        ("init", True),
        ("shell", True),
        ("cc", False),
    ]


def test_what_a_filter_found_is_sorted_by_what_is_shown_of_a_branch() -> None:
    entries = forest(
        entry(1, 0, "a", 0.0), entry(2, 1, "a1", 0.1), entry(3, 1, "a2", 0.9), entry(4, 0, "b", 0.0), entry(5, 4, "b1", 0.2)
    )  # fmt: skip
    assert drawn(entries) == "a .a2 .a1 b .b1"
    assert drawn(entries, matches=lambda one: one.row.name in ("a1", "b1")) == "b .b1 a .a1"
    order = TreeChoice(ProcessOrder("name", ascending=False))
    assert drawn(entries, order, lambda one: one.row.name.startswith("a")) == "a .a2 .a1"
    assert drawn(entries, matches=lambda _: False) == ""


def test_one_table_is_learned_once_and_a_figure_of_the_next_counts() -> None:
    tree, entries = ProcessTree(), forest(entry(1, 0, "a", 0.1), entry(2, 0, "b", 0.2))
    assert [row.entry.row.name for row in tree.rows(entries, TreeChoice())] == ["b", "a"]
    assert [row.entry.row.name for row in tree.rows(entries, TreeChoice(), {1})] == ["a"]
    later = {1: entry(1, 0, "a", 0.9), 2: entries[2]}
    assert [row.entry.row.name for row in tree.rows(later, TreeChoice())] == ["a", "b"]
    assert tree.rows(later, TreeChoice()).keys() == [ProcessKey(1, 0.0), ProcessKey(2, 0.0)]


def test_pids_of_another_machine_may_be_as_large_as_they_like() -> None:
    entries = forest(entry(2**63, 0, "huge"), entry(2**64 - 1, 2**63, "child", 0.5), entry(-(2**70), 7, "less"))
    assert sorted(drawn(entries).split()) in (sorted(["huge", ".child", "less"]), sorted(["huge", "child", "less"]))


def test_unknown_values_come_last_in_both_directions() -> None:
    entries = forest(entry(1, 0, "a", math.nan), entry(2, 0, "b", 0.5), entry(3, 0, "c", 0.1))
    assert drawn(entries) == "b c a"
    assert drawn(entries, TreeChoice(ProcessOrder("cpu", ascending=True))) == "c b a"


def test_a_parent_that_began_later_is_another_process() -> None:
    entries = forest(entry(5, 0, "new", start=500.0), entry(6, 5, "orphan", start=10.0))
    assert sorted(drawn(entries).split()) == ["new", "orphan"]


def test_a_branch_is_a_process_and_all_below() -> None:
    found = branch(FAMILY, ProcessKey(10, 0.0))
    assert [one.row.name for one in found] == ["shell", "cc", "ld"]
    assert branch(FAMILY, ProcessKey(10, 99.0)) == []
    assert branch(FAMILY, ProcessKey(77, 0.0)) == []


parents = st.lists(st.integers(0, 30), min_size=1, max_size=30)


@given(parents, st.booleans(), st.sampled_from(["cpu", "name", "pid", "memory"]), st.booleans())
def test_every_process_once_and_after_its_parent_whatever_the_parents(
    numbers: list[int], by_branch: bool, column: str, ascending: bool
) -> None:
    """Also with cycles, which a table read while PIDs are re-used could hold: nobody hangs."""
    entries = forest(*(entry(pid, parent, cpu=pid % 3 / 10) for pid, parent in enumerate(numbers, 1)))
    rows = ProcessTree().rows(entries, TreeChoice(ProcessOrder(column, ascending=ascending), by_branch))
    seen = [row.entry.key.pid for row in rows]
    assert sorted(seen) == sorted(entries)
    for row in rows:
        if row.depth:
            assert row.entry.row.parent in seen[: seen.index(row.entry.key.pid)]


def test_what_is_known_of_the_last_table_does_not_leak_into_the_next() -> None:
    tree = ProcessTree()
    assert len(tree.rows(FAMILY, TreeChoice())) == 5
    smaller = {pid: one for pid, one in FAMILY.items() if pid != 10}
    found = [
        (row.entry.row.name, row.depth) for row in tree.rows(smaller, TreeChoice(ProcessOrder("name", ascending=True)))
    ]
    assert found == [("cc", 0), ("init", 0), ("db", 1), ("ld", 0)]
