"""The desk of another machine: over two sessions it tells what the desk there tells, within the rights given."""

from __future__ import annotations

import asyncio
import math
import os
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sysmon.collectors.process_details import open_detail_reader
from sysmon.collectors.processes import open_process_reader
from sysmon.model.action import End, SetNice, Target, Trouble
from sysmon.model.host import LOCAL
from sysmon.model.link import PAIRED, Reason, Rights
from sysmon.model.process import ProcessKey, ProcessTable
from sysmon.model.process_columns import Column
from sysmon.model.process_details import FileFacts, ProcessFacts, Section
from sysmon.model.process_tab import Tab
from sysmon.pipeline.process_history import ROWS
from sysmon.pipeline.process_rates import UNKNOWN
from sysmon.protocol import process_parts as parts
from sysmon.protocol import questions as q
from sysmon.runtime.audit import AuditLog
from sysmon.runtime.desk_answers import DeskAnswers
from sysmon.runtime.lane import LaneError
from sysmon.runtime.process_desk import ProcessDesk
from sysmon.runtime.remote_desk import LOOKED, RemoteDesk
from tests.runtime.test_desk_answers import row
from tests.runtime.two_desks import Pair

EVERYTHING = Rights(True, True, True, True, True)
ME = ProcessKey(os.getpid(), psutil.Process().create_time())


class Two:
    """This machine as two: the desk of one asks that of the other."""

    def __init__(self, folder: Path) -> None:
        self.rights = EVERYTHING
        self.down = ""
        self.now = 0.0
        self.audit = AuditLog(folder)
        self.local = ProcessDesk(self.audit, open_detail_reader)
        self.answers = DeskAnswers(self.local, lambda: "atlas", lambda: 0.0)
        self.pair = Pair(self._respond)
        self.remote = RemoteDesk(self.pair.ask, lambda: "atlas", lambda: self.down, lambda: self.now)

    async def _respond(self, question: q.Question) -> q.Reply:
        return await self.answers.answer(question, "desk", self.rights)

    def look_around(self) -> ProcessTable:
        reader = open_process_reader()
        table = reader.read(LOCAL, 5.0, False)
        reader.close()
        self.local.watch.take(table)
        return table


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    made = Two(tmp_path)
    yield made
    made.answers.close()
    await made.pair.close()
    assert made.local.close()


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as child:
        yield child
        child.kill()


@pytest.mark.parametrize("tab", list(Tab))
async def test_every_tab_is_as_it_is_there(two: Two, tab: Tab) -> None:
    here, there = await two.remote.details(ME, tab), await two.local.details(ME, tab)
    assert (here.key, here.tab, here.missing) == (there.key, there.tab, there.missing)
    assert type(here.details) is type(there.details)
    if isinstance(here.details, ProcessFacts):
        assert isinstance(there.details, ProcessFacts)
        still = {"state": "", "memory": None, "threads": None, "children": None}
        assert replace(here.details, **still) == replace(there.details, **still)
    elif tab is Tab.ENVIRONMENT:
        assert here.details == there.details


async def test_columns_of_rows_in_view_and_of_others(two: Two) -> None:
    table = two.look_around()
    key = next(row.key for row in table.rows.values() if row.key.pid == ME.pid)
    told = await two.remote.columns([key, ProcessKey(1 << 30, 1.0)], [Column.MEMORY, Column.GROUP])
    there = await two.local.columns([key], [Column.MEMORY, Column.GROUP])
    assert list(told.figures) == [key]
    assert told.figures[key].pss > 1e6
    assert repr(told.figures[key]) == repr(there.figures[key])
    assert told.missing == there.missing
    more = await two.remote.columns([key], [Column.MEMORY], [key])
    assert len(more.figures) > 1 or len(table.rows) == 1
    two.rights = replace(PAIRED, processes=False)
    refused = await two.remote.columns([key], [Column.MEMORY])
    assert refused.figures == {}
    assert [(one.subject, one.reason) for one in refused.missing] == [
        ("memory", "atlas does not show its processes to this machine")
    ]


async def test_a_process_that_ended_is_gone(two: Two) -> None:
    answer = await two.remote.details(ProcessKey(ME.pid, 1.0), Tab.FACTS)
    assert answer.gone
    assert answer.missing == "the process has ended"


async def test_rights_that_are_lacking_are_told_as_reasons(two: Two) -> None:
    two.rights = PAIRED
    answer = await two.remote.details(ME, Tab.ENVIRONMENT)
    assert answer.missing == "atlas does not show this machine what its processes run and have open"
    acted = await two.remote.act([Target(ME, "me")], End())
    assert acted.outcomes[0].trouble is Trouble.NOT_PERMITTED
    with pytest.raises(LaneError, match="act on its processes"):
        await two.remote.entries()
    await two.remote.learn_rights()
    assert two.remote.refusal == ""
    assert two.remote.refusal_to_act == "atlas does not let this machine act on its processes"
    two.rights = replace(PAIRED, processes=False)
    await two.remote.learn_rights()
    assert two.remote.refusal == "atlas does not show its processes to this machine"
    two.rights = EVERYTHING
    await two.remote.learn_rights()
    assert two.remote.refusal_to_act == ""
    two.down = "the link to atlas is down"
    assert two.remote.refusal == two.remote.refusal_to_act == two.down


async def test_an_action_over_the_link(two: Two, sleeper: subprocess.Popen[bytes]) -> None:
    table = two.look_around()
    target = Target(table.rows[sleeper.pid].key, "sleep")
    lost = Target(ProcessKey(sleeper.pid, 1.0), "an earlier one")
    acted = await two.remote.act([target, lost, Target(ME, "me")], SetNice(9))
    assert [(one.target, one.trouble) for one in acted.outcomes] == [
        (target, None),
        (lost, Trouble.GONE),
        (Target(ME, "me"), Trouble.GUARDED),
    ]
    assert psutil.Process(sleeper.pid).nice() == 9
    assert await two.remote.still_alive([target, lost]) == (target,)
    entries = await two.remote.entries()
    assert {entry.who for entry in entries} == {"peer desk"}
    assert sorted(entry.result for entry in entries) == ["done", "gone", "guarded"]


async def test_many_targets_go_in_several_questions(two: Two) -> None:
    targets = [Target(ProcessKey(number + 1_000_000, 1.0), "x") for number in range(600)]
    acted = await two.remote.act(targets, End())
    assert [one.target for one in acted.outcomes] == targets
    assert {one.trouble for one in acted.outcomes} == {Trouble.GONE}


async def test_the_holder_of_a_port_there_is_found(two: Two) -> None:
    table = two.look_around()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = await two.remote.search([(one, UNKNOWN) for one in table.rows.values()], f"port:{port}")
    assert {key.pid for key in found.keys} == {os.getpid()}
    assert "many" in (await two.remote.search([], "port:many")).trouble


async def test_services_and_groups(two: Two) -> None:
    keys = [one.key for one in two.look_around().rows.values()]
    assert await two.remote.services(keys) == await two.local.services(keys)
    target = Target(ME, "me")
    group = await two.remote.limit_group(target)
    there = await two.local.limit_group(target)
    assert (group is None) == (there is None)
    assert group is None or there is None or group.path == there.path


async def test_a_link_that_breaks_is_a_reason(two: Two) -> None:
    two.pair.break_link()
    assert (await two.remote.details(ME, Tab.FACTS)).missing == "there is no link to it now"
    assert (await two.remote.act([Target(ME, "me")], End())).outcomes[0].trouble is Trouble.FAILED
    assert await two.remote.still_alive([Target(ME, "me")]) == (Target(ME, "me"),)
    assert await two.remote.services([ME]) == {}
    assert await two.remote.limit_group(Target(ME, "me")) is None


# What is kept up to date.


async def until(condition: object) -> None:
    assert callable(condition)
    for _ in range(30_000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came")


async def test_the_past_is_kept_up_to_date_while_somebody_looks(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysmon.runtime.remote_desk.PAUSE", 0.001)
    key = ProcessKey(5, 1.0)
    for second in range(3):
        two.local.watch.take(ProcessTable(LOCAL, float(second), {5: row(key)._replace(cpu_time=second * 0.5)}))
        two.local.trace(key, "web")
    keeping = two.pair.tasks.start("keep", two.remote.run())
    assert list(two.remote.trace(key, "web").times) == []
    await until(lambda: list(two.remote.trace(key, "web").times) == [1.0, 2.0])
    two.local.watch.take(ProcessTable(LOCAL, 3.0, {5: row(key)._replace(cpu_time=9.0)}))
    await until(lambda: list(two.remote.trace(key, "web").times) == [1.0, 2.0, 3.0])
    trace = two.remote.trace(key, "web")
    assert list(trace.cpu) == [0.5, 0.5, 8.0]
    assert list(trace.threads) == [1.0, 1.0, 1.0]
    assert [math.isnan(share) for share in trace.gpu] == [True] * 3, "no driver told"
    two.now += LOOKED + 1.0
    await until(lambda: two.remote._idle())
    carried = len(two.pair.carried)
    for _ in range(20):
        await asyncio.sleep(0.001)
    assert len(two.pair.carried) <= carried + 2, "nobody looks: nothing is asked"
    keeping.cancel()


async def test_births_there(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysmon.runtime.remote_desk.PAUSE", 0.001)
    two.local.watch.take(ProcessTable(LOCAL, 1.0, {5: row(ProcessKey(5, 1.0))}))
    two.local.watch.take(ProcessTable(LOCAL, 2.0, {5: row(ProcessKey(5, 1.0)), 9: row(ProcessKey(9, 2.0), "cc")}))
    keeping = two.pair.tasks.start("keep", two.remote.run())
    two.remote.want_births()
    # Where the kernel tells, all that begins and ends on the machine of the test is among them.
    await until(lambda: (9, "cc") in [(life.pid, life.name) for life in two.remote.lives(500)])
    await until(lambda: 1 in [forker.pid for forker in two.remote.forkers(0.0, 100)])
    assert two.remote.births_source() == two.local.births_source()
    two.remote.release_births()
    two.rights = replace(PAIRED, processes=False)
    await until(lambda: two.remote.births_source() == "atlas does not show its processes to this machine")
    await until(lambda: two.remote.refusal != "")
    keeping.cancel()


# A machine that lies.


def lying(reply: q.Reply) -> RemoteDesk:
    async def ask(_: q.Question) -> q.Reply:
        return reply

    return RemoteDesk(ask, lambda: "atlas", lambda: "")


LIES: list[q.Reply] = [
    q.Refused(99999, "\x1b[2J" + "x" * 50),
    q.Refused(Reason.NOT_ALLOWED.number),
    q.Looked(math.nan),
    q.Looked(1.0, threads=parts.Several([parts.ThreadPart(1, "x", "flying")])),
    q.Acted([]),
    q.Acted([parts.OutcomePart("x")] * 3),
    q.Living([(1, math.nan)]),
    q.Found([(5, math.inf)], trouble="\n"),
    q.Placed(["a", "b", "c"]),
    q.Grouped("../../etc", [1]),
    q.Cells([parts.CellsPart((1, math.nan), math.inf, None, "\x1b")], [parts.LackPart("\n", "\x1b")]),
    q.Traced([1.0, 2.0], [1.0]),
    q.Traced([math.nan, -math.inf], [None, 1e300], [1.0, 1.0], [1.0, 1.0], [1e300, None]),
    q.Lived([parts.LifePart(1, "\n", 2, "x")], source="\x1b"),
    q.Logged([parts.LinePart(math.nan, "a", "b", 1, "c", "d", "e")]),
    q.Granted(["everything", "actions"]),
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(LIES), st.sampled_from(list(Tab)))
def test_no_answer_whatever_is_raised(reply: q.Reply, tab: Tab) -> None:
    async def use() -> None:
        desk, targets = lying(reply), [Target(ME, "me"), Target(ProcessKey(5, 1.0), "web")]
        answer = await desk.details(ME, tab)
        assert (answer.details is None) != (answer.missing is None)
        assert len((await desk.act(targets, End())).outcomes) == 2
        assert set(await desk.still_alive(targets)) <= set(targets)
        await desk.search([], "port:1")
        assert len(await desk.services([ME])) in (0, 1)
        await desk.limit_group(targets[0])
        told = await desk.columns([ME], list(Column))
        assert not any("\x1b" in one.reason for one in told.missing)
        await desk.learn_rights()
        desk.trace(ME, "me")
        await desk._follow(ME)
        await desk._bring_births()
        assert "\x1b" not in desk.births_source()
        assert all(math.isfinite(time) for time in desk.trace(ME, "me").times)

    asyncio.run(use())


async def test_a_past_goes_on_where_the_clock_there_is_set_back(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysmon.runtime.remote_desk.PAUSE", 0.001)
    key = ProcessKey(5, 1.0)

    def see(*seconds: float) -> None:
        for second in seconds:
            two.local.watch.take(ProcessTable(LOCAL, second, {5: row(key)}))
            two.local.trace(key, "web")

    see(1000.0, 1001.0, 1002.0)
    two.remote.trace(key, "web")
    keeping = two.pair.tasks.start("keep", two.remote.run())
    await until(lambda: list(two.remote.trace(key, "web").times)[-1:] == [1002.0])
    see(400.0, 401.0)
    await until(lambda: list(two.remote.trace(key, "web").times) == [400.0, 401.0])
    see(402.0)
    await until(lambda: list(two.remote.trace(key, "web").times) == [400.0, 401.0, 402.0])
    keeping.cancel()


async def test_a_past_without_end_is_cut() -> None:
    desk = lying(q.Traced([float(at) for at in range(1, 1001)], *([[1.0] * 1000] * 4)))
    desk.trace(ME, "me")
    await desk._follow(ME)
    await desk._follow(ME)
    trace = desk.trace(ME, "me")
    assert len(trace.times) == len(trace.cpu) == len(trace.write) == len(trace.gpu) == ROWS
    assert trace.times[-1] == 1000.0


async def test_only_so_many_pasts_are_kept() -> None:
    desk = lying(q.Traced())
    for pid in range(1000):
        desk.trace(ProcessKey(pid, 1.0), "x")
    assert len(desk._traces) == 32


async def test_an_answer_to_another_question_is_said() -> None:
    desk = lying(q.Living([]))
    assert (await desk.details(ME, Tab.FILES)).missing == "atlas answered something else"
    desk = lying(q.Looked(1.0, files=parts.Several([parts.FilePart(1, "/x", "file")])))
    assert (await desk.details(ME, Tab.FILES)).details == Section((FileFacts(1, "/x", "file", (), None),))
    assert (await desk.details(ME, Tab.THREADS)).missing == "it was not told"
