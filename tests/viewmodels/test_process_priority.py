"""Only what differs is changed; what is not known is left alone."""

from __future__ import annotations

import math

from sysmon.control.limits import LimitGroup
from sysmon.model.action import SetAffinity, SetIoPriority, SetLimit, SetNice
from sysmon.model.process import ProcessKey
from sysmon.model.process_details import ProcessFacts
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.process_actions import choose
from sysmon.viewmodels.process_priority import Priorities, changes, limit_words, nice_words, priorities_of
from sysmon.viewmodels.processes import ProcessEntry
from tests.viewmodels.fake_processes import row

NOW = Priorities(0, "none", 4, (0, 1), math.inf, math.inf)


def entry(pid: int, nice: int) -> ProcessEntry:
    return ProcessEntry(row(pid)._replace(nice=nice), ProcessRate(0.0, 0.0, 0.0))


def test_no_difference_is_no_action() -> None:
    assert changes(NOW, NOW) == []
    assert changes(NOW, Priorities()) == []


def test_each_difference_is_one_action() -> None:
    wanted = Priorities(5, "idle", 4, (1,), 0.5, math.inf)
    assert changes(NOW, wanted) == [SetNice(5), SetIoPriority("idle", 4), SetAffinity((1,)), SetLimit(cpu=0.5)]


def test_a_level_matters_only_where_there_are_levels() -> None:
    idle = Priorities(0, "idle", 2)
    assert changes(idle, Priorities(0, "idle", 6)) == []
    best = Priorities(0, "best-effort", 2)
    assert changes(best, Priorities(0, "best-effort", 6)) == [SetIoPriority("best-effort", 6)]


def test_no_cpu_at_all_is_not_wanted() -> None:
    assert changes(NOW, Priorities(0, "none", 4, ())) == []


def test_several_that_differ_are_not_known() -> None:
    assert choose([entry(2, 0), entry(3, 5)]).nice is None
    assert choose([entry(2, 5), entry(3, 5)]).nice == 5
    assert priorities_of(5, None).nice == 5
    unknown = priorities_of(5, ProcessFacts.unknown(ProcessKey(2, 0.0), "hidden"))
    assert (unknown.nice, unknown.cpus, unknown.cpu_limit) == (5, None, None)


def test_words() -> None:
    assert nice_words(0) == "0, as usual"
    assert "after others" in nice_words(5)
    assert "rights" in nice_words(-5)
    assert limit_words(None, (1,))[1] is False
    assert limit_words(LimitGroup("/user.slice", (1, 2)), (1,))[1] is False
    words, own = limit_words(LimitGroup("/a/web.service", (1, 2)), (1, 2, 3))
    assert (own, "1 of them is not in /a/web.service" in words) == (False, True)
    words, own = limit_words(LimitGroup("/a/web.service", (1, 2)), (1, 2))
    assert own
    assert "2 processes" in words
