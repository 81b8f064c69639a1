"""The door to processes: acts and writes down, reads with a limit, finds, and ends with nothing left."""

from __future__ import annotations

import asyncio
import math
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sysmon.collectors.process_details import DetailReader, open_detail_reader
from sysmon.collectors.processes import open_process_reader
from sysmon.model.action import End, SetNice, Stop, Target, Trouble
from sysmon.model.errors import ProcessGone
from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.model.process_columns import Column
from sysmon.model.process_details import (
    Fact,
    FileFacts,
    MapsSummary,
    ProcessFacts,
    Section,
    SignalFacts,
    SocketFacts,
    ThreadFacts,
)
from sysmon.model.process_tab import Tab
from sysmon.pipeline.bus import Bus
from sysmon.pipeline.demand import PROCESS_IO, PROCESSES, Demand
from sysmon.pipeline.process_history import SELDOM
from sysmon.pipeline.process_rates import UNKNOWN
from sysmon.pipeline.search.language import FilterError
from sysmon.pipeline.tasks import TaskOwner
from sysmon.runtime import process_desk
from sysmon.runtime.audit import AuditLog
from sysmon.runtime.process_desk import SELDOMEST, Acted, ProcessDesk
from tests.control import fake_pkexec

ME = ProcessKey(os.getpid(), psutil.Process().create_time())


class MadeReader:
    """Answers with little, hangs while told to, or says that the process ended."""

    def __init__(self) -> None:
        self.hang = threading.Event()
        self.hang.set()
        self.gone = False

    def _wait(self) -> None:
        self.hang.wait(30)
        if self.gone:
            raise ProcessGone("it ended")

    def facts(self, key: ProcessKey, *, shares: bool = False) -> ProcessFacts:
        self._wait()
        return ProcessFacts.unknown(key, "made")

    def threads(self, key: ProcessKey) -> Section[ThreadFacts]:
        self._wait()
        return Section((ThreadFacts(1, "first", "running", 0.0, 0.0),))

    def files(self, key: ProcessKey) -> Section[FileFacts]:
        return Section(missing="belongs to another user")

    def sockets(self, key: ProcessKey) -> Section[SocketFacts]:
        raise OSError(5, "made trouble")

    def environment(self, key: ProcessKey) -> Section[tuple[str, str]]:
        return Section((("A", "b"),))

    def maps(self, key: ProcessKey) -> Fact[MapsSummary]:
        return Fact(missing="not told")

    def signals(self, key: ProcessKey) -> Fact[SignalFacts]:
        return Fact(SignalFacts((), (), (), ()))


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as child:
        yield child
        child.kill()


def of(child: subprocess.Popen[bytes]) -> Target:
    return Target(ProcessKey(child.pid, psutil.Process(child.pid).create_time()), "sleep")


def made_desk(folder: Path, reader: DetailReader | None = None, refusal: str = "") -> ProcessDesk:
    made = reader or MadeReader()
    return ProcessDesk(AuditLog(folder), lambda: made, refusal=refusal)


async def test_an_action_has_one_outcome_each_and_all_are_in_the_log(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    desk = made_desk(tmp_path)
    gone = Target(ProcessKey(sleeper.pid, 1.0), "other")
    acted = await desk.act([of(sleeper), gone, Target(ME, "python")], SetNice(11))
    assert [outcome.trouble for outcome in acted.outcomes] == [None, Trouble.GONE, Trouble.GUARDED]
    assert acted.unlogged == ""
    assert psutil.Process(sleeper.pid).nice() == 11
    entries = await desk.entries()
    assert sorted(entry.result for entry in entries) == ["done", "gone", "guarded"]
    assert desk.close()


async def test_a_log_that_cannot_be_written_is_told_and_the_action_done(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    (tmp_path / "file").write_text("in the way")
    desk = made_desk(tmp_path / "file")
    acted = await desk.act([of(sleeper)], End())
    assert acted.outcomes[0].done
    assert "cannot be written" in acted.unlogged
    assert sleeper.wait(10) == -15
    desk.close()


async def test_who_is_still_alive(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    desk, target = made_desk(tmp_path), of(sleeper)
    other = Target(ProcessKey(target.key.pid, 5.0), "an earlier one")
    assert await desk.still_alive([target, other]) == (target,)
    await desk.act([target], Stop())
    assert await desk.still_alive([target]) == (target,)
    sleeper.kill()
    sleeper.wait(10)
    assert await desk.still_alive([target]) == ()
    desk.close()


async def test_every_tab_is_read_and_what_cannot_be_says_why(tmp_path: Path) -> None:
    reader = MadeReader()
    desk = made_desk(tmp_path, reader)
    answers = {tab: await desk.details(ME, tab) for tab in Tab}
    assert [tab for tab, answer in answers.items() if answer.missing] == [Tab.SOCKETS]
    assert answers[Tab.ENVIRONMENT].details == Section((("A", "b"),))
    reader.gone = True
    ended = await desk.details(ME, Tab.THREADS)
    assert ended.gone
    assert ended.missing == "the process has ended"
    assert desk.close()


async def test_the_real_reader_answers_for_this_process(tmp_path: Path) -> None:
    desk = ProcessDesk(AuditLog(tmp_path), open_detail_reader)
    answer = await desk.details(ME, Tab.FACTS)
    assert isinstance(answer.details, ProcessFacts)
    assert answer.details.executable.value
    desk.close()


async def test_a_file_of_proc_that_hangs_blocks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_desk, "READ_LIMIT", 0.05)
    reader = MadeReader()
    desk = made_desk(tmp_path, reader)
    reader.hang.clear()
    answer = await desk.details(ME, Tab.THREADS)
    assert answer.missing is not None
    assert "did not answer" in answer.missing
    assert (await desk.details(ME, Tab.ENVIRONMENT)).missing is None
    reader.hang.set()
    desk.close()


async def test_the_holder_of_a_port_is_found(tmp_path: Path) -> None:
    desk = made_desk(tmp_path)
    reader = open_process_reader()
    rows = [(row, UNKNOWN) for row in reader.read(LOCAL, time.time(), False).rows.values()]
    reader.close()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = await desk.search(rows, f"port:{port}")
    assert {key.pid for key in found.keys} == {os.getpid()}
    with pytest.raises(FilterError):
        await desk.search(rows, "port:many")
    assert desk.close()


async def test_a_simulated_machine_is_left_alone(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    desk = made_desk(tmp_path, refusal="demo data")
    acted = await desk.act([of(sleeper)], End())
    assert acted.outcomes[0].trouble is Trouble.UNSUPPORTED
    assert (await desk.details(ME, Tab.FACTS)).missing == "demo data"
    assert (await desk.search([], "port:1")).trouble == "demo data"
    desk.want_births()
    assert sleeper.poll() is None
    assert desk.close()


async def test_more_rights_are_asked_for_and_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    fake_pkexec.allowing(tmp_path, monkeypatch)
    monkeypatch.setattr("sysmon.control.rights.rights_refusal", lambda: "")
    desk = made_desk(tmp_path / "log")
    target = Target(ProcessKey(sleeper.pid, psutil.Process(sleeper.pid).create_time()), "sleep")
    acted = await desk.act_with_rights([target], SetNice(9))
    assert acted.outcomes[0].done
    assert os.getpriority(os.PRIO_PROCESS, sleeper.pid) == 9
    (entry,) = await desk.entries()
    assert entry.who.endswith("with administrator rights")
    monkeypatch.setattr("sysmon.control.rights.rights_refusal", lambda: "there is no pkexec")
    assert (await desk.act_with_rights([target], SetNice(3))).outcomes[0].reason == "there is no pkexec"
    assert desk.close()


async def test_a_question_for_rights_does_not_outlive_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sleeper: subprocess.Popen[bytes]
) -> None:
    fake_pkexec.waiting(tmp_path, monkeypatch)
    monkeypatch.setattr("sysmon.control.rights.rights_refusal", lambda: "")
    desk = made_desk(tmp_path / "log")
    target = Target(ProcessKey(sleeper.pid, psutil.Process(sleeper.pid).create_time()), "sleep")
    found: list[Acted] = []

    async def ask() -> None:
        found.append(await desk.act_with_rights([target], SetNice(9)))

    tasks = TaskOwner("test")
    tasks.start("asking", ask())
    async with asyncio.timeout(10.0):
        while len(psutil.Process().children()) < 2:  # noqa: ASYNC110 - a process begins when it likes
            await asyncio.sleep(0.01)
        assert desk.close()
        while not found:  # noqa: ASYNC110 - its thread answers when it likes
            await asyncio.sleep(0.01)
    assert not found[0].outcomes[0].done
    await tasks.close(limit=1.0)


async def test_columns_are_read_beside_the_loop_and_what_hangs_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = made_desk(tmp_path)
    told = await desk.columns([ME], [Column.MEMORY, Column.GROUP])
    assert told.figures[ME].pss > 1e6
    assert told.figures[ME].cgroup is not None
    hang = threading.Event()

    def hanging(*_: object) -> None:
        hang.wait(30)

    monkeypatch.setattr(process_desk, "READ_LIMIT", 0.05)
    monkeypatch.setattr(desk, "_read_columns", hanging)
    told = await desk.columns([ME], [Column.MEMORY])
    assert told.figures == {}
    assert [(each.subject, "did not answer" in each.reason) for each in told.missing] == [("memory", True)]
    hang.set()
    monkeypatch.undo()
    assert (await desk.columns([ME], [Column.MEMORY])).figures[ME].pss > 1e6
    desk.close()


async def test_filters_look_into_processes_for_memory_and_waiting(tmp_path: Path) -> None:
    desk = made_desk(tmp_path)
    reader = open_process_reader()
    table = reader.read(LOCAL, time.time(), False)
    reader.close()
    rows = [(row, UNKNOWN) for row in table.rows.values()]
    found = await desk.search(rows, f"pss>1M pid:{os.getpid()}")
    assert found.keys == {table.rows[os.getpid()].key}
    assert (await desk.search(rows, f"iowait>100 pid:{os.getpid()}")).keys == frozenset()
    desk.close()


async def test_tables_of_the_bus_are_kept_until_the_end(tmp_path: Path) -> None:
    bus, desk = Bus(), made_desk(tmp_path)
    key = ProcessKey(7, 0.0)
    row = ProcessRow(key, 1, "x", "me", "running", 0, 1, 0.0, 5.0, 0.0, 0.0, "", False)
    demand = Demand()
    desk.begin(bus, demand)
    desk.begin(bus, demand)
    assert [demand.interval(LOCAL, topic) for topic in (PROCESSES, PROCESS_IO)] == [SELDOM, SELDOM]
    for n in range(3):
        bus.publish(ProcessTable(LOCAL, float(n), {7: row._replace(cpu_time=n * 0.5)}))
    assert list(desk.watch.trace(key, "x").times)[-2:] == [1.0, 2.0]
    desk.close()
    desk.close()
    bus.publish(ProcessTable(LOCAL, 9.0, {7: row}))
    assert 9.0 not in desk.watch.trace(key, "x").times
    assert len(demand) == 0


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_the_memory_of_the_past_wants_dear_tables_more_seldom(tmp_path: Path) -> None:
    bus, demand, desk = Bus(), Demand(), made_desk(tmp_path)
    desk.begin(bus, demand)
    wanted: list[float | None] = []
    for n, cost in enumerate((0.004, 0.020, 0.021, 9.0, 0.001, math.nan)):
        bus.publish(ProcessTable(LOCAL, float(n), {}, cost=cost))
        assert demand.interval(LOCAL, PROCESSES) == demand.interval(LOCAL, PROCESS_IO)
        wanted.append(demand.interval(LOCAL, PROCESSES))
    bus.publish(ProcessTable("vega", 9.0, {}, cost=9.0))
    assert wanted == [SELDOM, 20.0, 20.0, SELDOMEST, SELDOM, SELDOM]
    assert len(demand) == 2
    desk.close()
    assert len(demand) == 0


async def test_births_are_followed_only_while_somebody_looks(tmp_path: Path) -> None:
    before = descriptors()
    desk = made_desk(tmp_path)
    desk.want_births()
    desk.want_births()
    desk.release_births()
    desk.release_births()
    desk.release_births()
    assert descriptors() == before
    assert desk.watch.source.startswith("by comparing two looks")
    desk.close()
