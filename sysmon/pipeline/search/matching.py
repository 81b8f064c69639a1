"""Whether a process matches a filter. Compiled once, asked for each row.

What costs system calls (ports, open files, control group) is asked through `Lookup`, only for
fields that the filter names and only for rows that everything cheaper let through.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Collection, Iterable
from typing import Final, Protocol, TypeVar

from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.model.process_columns import Column
from sysmon.pipeline.column_rates import ColumnFigures
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.pipeline.search.language import AllOf, Node, Not, Term, parse

Match = Callable[[ProcessRow, ProcessRate], bool]


class Subject(Protocol):
    """Whatever stands for a process that may match."""

    @property
    def row(self) -> ProcessRow: ...

    @property
    def rate(self) -> ProcessRate: ...


S = TypeVar("S", bound=Subject)


class Lookup(Protocol):
    """Facts of a process that no table holds. An empty answer means none, or not permitted."""

    def ports(self, key: ProcessKey) -> Collection[int]: ...

    def files(self, key: ProcessKey) -> Collection[str]: ...

    def container(self, key: ProcessKey) -> str: ...

    def cgroup(self, key: ProcessKey) -> str: ...

    def columns(self, key: ProcessKey, column: Column) -> ColumnFigures:
        """Figures that the table does not hold; unknown ones where they are not told."""
        ...


EXPENSIVE: Final = frozenset({"port", "file", "container", "cgroup", "pss", "swap", "iowait"})
"""Fields that are answered by `Lookup`."""


def compile_filter(text: str, lookup: Lookup, now: Callable[[], float]) -> Match:
    """A test for rows. ``now`` tells steady time in seconds, for ages.

    Raises FilterError. Unknown figures (NaN) match no comparison, not even a negated one by ``!=``.
    """
    return _compile(parse(text), _Answers(lookup, now))


def compile_all(text: str, lookup: Lookup, now: Callable[[], float]) -> tuple[Match, ...]:
    """The tests that a row must all pass, cheap ones first. Raises FilterError as `compile_filter` does."""
    node = parse(text)
    parts = sorted(node.parts, key=_expense) if isinstance(node, AllOf) else (node,)
    answers = _Answers(lookup, now)
    return tuple(_compile(part, answers) for part in parts)


def select(subjects: Iterable[S], tests: Iterable[Match]) -> list[S]:
    """Those of ``subjects`` that pass all ``tests``.

    One test goes through all of them before the next looks at what is left: asked for each of thousands, a test of
    tests would cost more than they do.
    """
    left = list(subjects)
    for test in tests:
        left = [subject for subject in left if test(subject.row, subject.rate)]
    return left


def needs(text: str) -> frozenset[str]:
    """The names of the fields that ``text`` uses, so that only those are read. Raises FilterError."""
    found: set[str] = set()

    def walk(node: Node) -> None:
        if isinstance(node, Term):
            if node.field is not None:
                found.add(node.field.name)
        elif isinstance(node, Not):
            walk(node.inner)
        else:
            for part in node.parts:
                walk(part)

    walk(parse(text))
    return frozenset(found)


def _compile(node: Node, answers: _Answers) -> Match:
    if isinstance(node, Term):
        return answers.term(node)
    if isinstance(node, Not):
        inner = _compile(node.inner, answers)
        return lambda row, rate: not inner(row, rate)
    # Cheap parts first: an expensive one is asked only where it decides.
    parts = tuple(_compile(part, answers) for part in sorted(node.parts, key=_expense))
    if isinstance(node, AllOf):
        return lambda row, rate: all(part(row, rate) for part in parts)
    return lambda row, rate: any(part(row, rate) for part in parts)


def _expense(node: Node) -> int:
    if isinstance(node, Term):
        return int(node.field is not None and node.field.name in EXPENSIVE)
    if isinstance(node, Not):
        return _expense(node.inner)
    return max((_expense(part) for part in node.parts), default=0)


class _Answers:
    """Makes tests of terms."""

    def __init__(self, lookup: Lookup, now: Callable[[], float]) -> None:
        self._lookup = lookup
        self._texts: dict[str, Callable[[ProcessRow], str]] = {
            "name": lambda row: row.name,
            "user": lambda row: row.user,
            "state": lambda row: row.state,
            "cmd": lambda row: row.command,
            "kernel": lambda row: "yes" if row.kernel else "no",
            "container": lambda row: lookup.container(row.key),
            "cgroup": lambda row: lookup.cgroup(row.key),
        }
        self._numbers: dict[str, Callable[[ProcessRow, ProcessRate], float]] = {
            "pid": lambda row, _rate: row.key.pid,
            "parent": lambda row, _rate: row.parent,
            "cpu": lambda _row, rate: rate.cpu * 100.0,
            "mem": lambda row, _rate: row.memory,
            "pss": lambda row, _rate: lookup.columns(row.key, Column.MEMORY).pss,
            "swap": lambda row, _rate: lookup.columns(row.key, Column.MEMORY).swap,
            "iowait": lambda row, _rate: lookup.columns(row.key, Column.IO_WAIT).io_wait * 100.0,
            "gpu": lambda _row, rate: rate.gpu * 100.0,
            "read": lambda _row, rate: rate.read,
            "write": lambda _row, rate: rate.write,
            "io": lambda _row, rate: rate.read + rate.write,
            "threads": lambda row, _rate: row.threads,
            "nice": lambda row, _rate: row.nice,
            "time": lambda row, _rate: row.cpu_time,
            "age": lambda row, _rate: now() - row.key.start,
        }

    def term(self, term: Term) -> Match:
        if term.field is None:
            return self._anywhere(term)
        name = term.field.name
        if name == "port":
            return self._port(term)
        if name == "file":
            look = _text_test(term)
            return _signed(term, lambda row, _rate: any(look(path) for path in self._lookup.files(row.key)))
        if name in self._texts:
            text = getpass.getuser() if name == "user" and term.text == "me" else term.text
            look = _text_test(term, text)
            answer = self._texts[name]
            return _signed(term, lambda row, _rate: look(answer(row)))
        compare = _comparison(term)
        number = self._numbers[name]
        return lambda row, rate: compare(number(row, rate))

    def _anywhere(self, term: Term) -> Match:
        # Asked for every process at every key stroke: written out, because calls within calls cost the most of it.
        if term.pattern is not None:
            search = term.pattern.search
            return lambda row, _rate: search(row.name) is not None or search(row.command) is not None
        wanted = term.text.casefold()
        if term.number is not None:
            pid = int(term.number)
            return lambda row, _rate: (
                row.key.pid == pid or wanted in row.name.casefold() or wanted in row.command.casefold()
            )
        return lambda row, _rate: wanted in row.name.casefold() or wanted in row.command.casefold()

    def _port(self, term: Term) -> Match:
        if term.operator == "!=":
            return lambda row, _rate: term.number not in self._lookup.ports(row.key)
        compare = _comparison(term)
        return lambda row, _rate: any(compare(port) for port in self._lookup.ports(row.key))


def _signed(term: Term, test: Match) -> Match:
    return (lambda row, rate: not test(row, rate)) if term.operator == "!=" else test


def _text_test(term: Term, text: str | None = None) -> Callable[[str], bool]:
    """``:`` finds the text anywhere, ``=`` and ``!=`` compare the whole, in any case of letters."""
    if term.pattern is not None:
        search = term.pattern.search
        return lambda value: search(value) is not None
    wanted = (term.text if text is None else text).casefold()
    if term.operator == ":":
        return lambda value: wanted in value.casefold()
    return lambda value: wanted == value.casefold()


def _comparison(term: Term) -> Callable[[float], bool]:
    limit = term.number
    assert limit is not None
    tests: dict[str, Callable[[float], bool]] = {
        ":": lambda value: value == limit,
        "=": lambda value: value == limit,
        "!=": lambda value: value == value and value != limit,
        "<": lambda value: value < limit,
        "<=": lambda value: value <= limit,
        ">": lambda value: value > limit,
        ">=": lambda value: value >= limit,
    }
    return tests[term.operator]
