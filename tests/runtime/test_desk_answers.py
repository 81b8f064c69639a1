"""What a peer is told and may do, right by right, against real processes; and what is written down of it."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from sysmon.model.host import LOCAL
from sysmon.model.link import PAIRED, Reason, Rights
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.protocol import process_parts as parts
from sysmon.protocol import questions as q
from sysmon.runtime.audit import AuditLog
from sysmon.runtime.desk_answers import NOTED_AGAIN, REFUSED_AGAIN, DeskAnswers
from sysmon.runtime.lane import LaneError
from sysmon.runtime.process_desk import ProcessDesk
from tests.runtime.test_process_desk import MadeReader

EVERYTHING = Rights(True, True, True, True, True)
SEEING = replace(PAIRED, commands=True)
KEY = ProcessKey(5, 1.0)


class Place:
    """A desk, its answers, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.now = 1000.0
        self.reader = MadeReader()
        self.audit = AuditLog(folder)
        self.desk = ProcessDesk(self.audit, lambda: self.reader)
        self.answers = DeskAnswers(self.desk, lambda: "atlas", lambda: self.now)

    def see(self, *rows: ProcessRow, time: float = 1.0) -> None:
        self.desk.watch.take(ProcessTable(LOCAL, time, {row.key.pid: row for row in rows}))

    async def ask(self, question: q.Question, rights: Rights = EVERYTHING, who: str = "desk") -> q.Reply:
        return await self.answers.answer(question, who, rights)

    def lines(self) -> list[tuple[str, str, str, int, str]]:
        return [(line.who, line.action, line.name, line.pid, line.result) for line in self.audit.entries()]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    made = Place(tmp_path)
    yield made
    made.answers.close()
    assert made.desk.close()


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as child:
        yield child
        child.kill()


def row(key: ProcessKey, name: str = "web", kernel: bool = False) -> ProcessRow:
    return ProcessRow(key, 1, name, "me", "running", 0, 1, 0.0, 5.0, 0.0, 0.0, "", kernel)


def of(child: subprocess.Popen[bytes]) -> ProcessKey:
    return ProcessKey(child.pid, psutil.Process(child.pid).create_time())


def refused(reply: q.Reply) -> tuple[Reason, str]:
    assert isinstance(reply, q.Refused)
    return Reason.of(reply.reason), reply.text


async def test_facts_without_what_the_process_runs(place: Place) -> None:
    bare = await place.ask(q.Look(KEY, "facts"), PAIRED)
    assert isinstance(bare, q.Looked)
    assert bare.facts is not None
    assert bare.facts.arguments.missing == "atlas does not show this machine what its processes run and have open"
    assert bare.facts.directory.missing == bare.facts.executable.missing == bare.facts.arguments.missing
    assert bare.facts.owner.missing == "made"
    whole = await place.ask(q.Look(KEY, "facts"), SEEING)
    assert isinstance(whole, q.Looked)
    assert whole.facts is not None
    assert whole.facts.arguments.missing == "made"


@pytest.mark.parametrize("tab", ["files", "sockets", "memory", "environment"])
async def test_what_is_private_is_refused_in_a_sentence_and_written_down(place: Place, tab: str) -> None:
    reason, text = refused(await place.ask(q.Look(KEY, tab), PAIRED))
    assert reason is Reason.NOT_ALLOWED
    assert text.startswith("atlas does not show this machine")
    assert place.lines() == [("peer desk", f"look at {tab}", "", 5, "not permitted")]


async def test_the_environment_is_for_those_who_may_do_anything(place: Place) -> None:
    assert refused(await place.ask(q.Look(KEY, "environment"), SEEING))[0] is Reason.NOT_ALLOWED
    told = await place.ask(q.Look(KEY, "environment"))
    assert isinstance(told, q.Looked)
    assert told.environment is not None
    assert told.environment.items == [("A", "b")]
    assert [line[-1] for line in place.lines()] == ["not permitted", "done"]


async def test_a_part_of_a_later_version(place: Place) -> None:
    reason, text = refused(await place.ask(q.Look(KEY, "horoscope")))
    assert reason is Reason.VERSION
    assert "horoscope" in text


async def test_looks_are_written_down_once_in_a_while(place: Place) -> None:
    place.see(row(KEY))
    for _ in range(5):
        await place.ask(q.Look(KEY, "facts"), PAIRED)
    place.now += NOTED_AGAIN
    await place.ask(q.Look(KEY, "facts"), PAIRED)
    await place.ask(q.Look(KEY, "threads"), PAIRED)
    await place.ask(q.Look(KEY, "facts"), PAIRED, "other")
    assert place.lines() == [
        ("peer desk", "look at facts", "web", 5, "done"),
        ("peer desk", "look at facts", "web", 5, "done"),
        ("peer desk", "look at threads", "web", 5, "done"),
        ("peer other", "look at facts", "web", 5, "done"),
    ]


async def test_a_peer_that_insists_does_not_fill_the_log(place: Place) -> None:
    act = q.Act([parts.TargetPart(KEY, "web")], parts.Kill())
    for _ in range(50):
        await place.ask(act, PAIRED)
    assert place.lines() == [("peer desk", "kill", "web", 5, "not permitted")]
    place.now += REFUSED_AGAIN
    await place.ask(act, PAIRED)
    assert len(place.lines()) == 2


async def test_an_action_without_the_right_does_nothing(place: Place, sleeper: subprocess.Popen[bytes]) -> None:
    key = of(sleeper)
    place.see(row(key, "sleep"))
    reply = await place.ask(q.Act([parts.TargetPart(key, "sleep")], parts.Kill()), SEEING)
    assert refused(reply) == (Reason.NOT_ALLOWED, "atlas does not let this machine act on its processes")
    assert sleeper.poll() is None


async def test_an_action_is_done_and_written_down_under_the_peers_name(
    place: Place, sleeper: subprocess.Popen[bytes]
) -> None:
    key = of(sleeper)
    place.see(row(key, "sleep"))
    other = parts.TargetPart((key.pid, 1.0), "sleep")
    reply = await place.ask(q.Act([other, parts.TargetPart(key, "a lie")], parts.SetNice(7)), who="desk\n\x1b[2J")
    assert isinstance(reply, q.Acted)
    assert [outcome.trouble for outcome in reply.outcomes] == ["gone", None]
    assert psutil.Process(sleeper.pid).nice() == 7
    assert sorted(place.lines()) == [
        ("peer desk\\x0a\\x1b[2J", "set nice", "sleep", key.pid, "gone"),
        ("peer desk\\x0a\\x1b[2J", "set nice to 7", "sleep", key.pid, "done"),
    ]


async def test_the_guards_look_at_what_is_known_here_not_at_what_a_peer_says(
    place: Place, sleeper: subprocess.Popen[bytes]
) -> None:
    key = of(sleeper)
    place.see(row(key, "Xorg"))
    reply = await place.ask(q.Act([parts.TargetPart(key, "harmless")], parts.Kill()))
    assert isinstance(reply, q.Acted)
    assert [outcome.trouble for outcome in reply.outcomes] == ["guarded"]
    place.see(row(key, "kthread", kernel=True))
    reply = await place.ask(q.Act([parts.TargetPart(key, "harmless", kernel=False)], parts.Kill()))
    assert isinstance(reply, q.Acted)
    assert [outcome.trouble for outcome in reply.outcomes] == ["guarded"]
    assert sleeper.poll() is None


async def test_a_process_that_this_machine_never_saw_is_gone(place: Place, sleeper: subprocess.Popen[bytes]) -> None:
    reply = await place.ask(q.Act([parts.TargetPart(of(sleeper), "sleep")], parts.Kill()))
    assert isinstance(reply, q.Acted)
    assert [outcome.trouble for outcome in reply.outcomes] == ["gone"]
    assert sleeper.poll() is None
    assert place.lines() == [("peer desk", "kill", "sleep", sleeper.pid, "gone")]


async def test_who_is_alive(place: Place, sleeper: subprocess.Popen[bytes]) -> None:
    key = of(sleeper)
    reply = await place.ask(q.Alive([key, (key.pid, 5.0)]), PAIRED)
    assert reply == q.Living([key])


async def test_a_search_needs_the_right_and_says_what_is_wrong_with_it(place: Place) -> None:
    place.see(row(KEY, "web"), row(ProcessKey(6, 1.0), "db"))
    assert refused(await place.ask(q.Search("name:web"), PAIRED))[0] is Reason.NOT_ALLOWED
    assert await place.ask(q.Search("name:web"), SEEING) == q.Found([KEY])
    wrong = await place.ask(q.Search("port:many"), SEEING)
    assert isinstance(wrong, q.Found)
    assert "many" in wrong.trouble
    assert [line[1] for line in place.lines()] == ["search", "search name:web", "search port:many"]


async def test_what_fails_again_and_again_is_logged_once(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_: object) -> None:
        raise LaneError("too much was asked at once")

    monkeypatch.setattr(place.desk, "still_alive", broken)
    for _ in range(20):
        assert refused(await place.ask(q.Alive([KEY])))[1] == "too much was asked at once"
    assert len(caplog.records) == 1


async def test_the_past_from_a_moment_on(place: Place) -> None:
    for second in range(4):
        place.see(row(KEY)._replace(cpu_time=second * 0.5), time=float(second))
        place.desk.trace(KEY, "web")
    reply = await place.ask(q.Past(KEY, "web", 1.5), PAIRED)
    assert reply == q.Traced([2.0, 3.0], [0.5, 0.5], [5.0, 5.0], [0.0, 0.0], [0.0, 0.0], [1.0, 1.0], newest=3.0)
    nothing = await place.ask(q.Past(KEY, "web", 9.0), PAIRED)
    assert nothing == q.Traced(newest=3.0), "so that one who was told more can see that the clock was set back"


async def test_births_are_followed_for_a_while(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    monkeypatch.setattr(place.desk, "want_births", lambda: held.append(1))
    monkeypatch.setattr(place.desk, "release_births", lambda: held.append(-1))
    place.see(row(KEY))
    place.see(row(KEY), row(ProcessKey(9, 2.0), "cc"), time=2.0)
    reply = await place.ask(q.Births(5, 0.0, 3), PAIRED)
    await place.ask(q.Births(5), PAIRED)
    assert isinstance(reply, q.Lived)
    assert [(life.pid, life.name) for life in reply.lives] == [(9, "cc")]
    assert [forker.children for forker in reply.forkers] == [1]
    assert "comparing" in reply.source
    assert held == [1]
    place.answers.close()
    place.answers.close()
    assert held == [1, -1]


async def test_the_log_is_for_those_who_may_act(place: Place) -> None:
    assert refused(await place.ask(q.Log(), SEEING))[0] is Reason.NOT_ALLOWED
    reply = await place.ask(q.Log(5))
    assert isinstance(reply, q.Logged)
    assert [(line.who, line.action) for line in reply.lines] == [("peer desk", "look at the audit log")]


async def test_services_groups_and_rights(place: Place, sleeper: subprocess.Popen[bytes]) -> None:
    key = of(sleeper)
    placed = await place.ask(q.Services([key]), PAIRED)
    assert isinstance(placed, q.Placed)
    assert len(placed.places) == 1
    group = await place.ask(q.Group(parts.TargetPart(key, "sleep")))
    assert isinstance(group, q.Grouped)
    assert group.path is None or key.pid in group.members
    assert await place.ask(q.May(), PAIRED) == q.Granted(["metrics", "processes", "history"])


async def test_columns_that_are_asked_for_are_told(place: Place, sleeper: subprocess.Popen[bytes]) -> None:
    key = of(sleeper)
    place.see(row(key, "sleep"))
    wanted = ["memory", "control group", "horoscope"]
    others = await place.ask(q.Columns([], wanted, others=True), PAIRED)
    assert isinstance(others, q.Cells)
    assert [cells.key for cells in others.rows] == [key]
    reply = await place.ask(q.Columns([key], wanted), PAIRED)
    assert isinstance(reply, q.Cells)
    (cells,) = reply.rows
    assert cells.key == key
    assert cells.pss is not None or any(lack.subject.startswith(("PSS", "memory")) for lack in reply.missing)
    assert cells.io_wait is None


async def test_one_who_asks_and_cancels_begins_no_more_than_was_agreed(place: Place) -> None:
    place.reader.hang.clear()
    loop = asyncio.get_running_loop()
    for _ in range(q.MOST_ASKED):
        asking = loop.create_task(place.ask(q.Look(KEY, "threads"), PAIRED))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert refused(await place.ask(q.Look(KEY, "facts"), PAIRED))[0] is Reason.BUSY
    place.reader.hang.set()
    other = await place.ask(q.Look(KEY, "threads"), PAIRED, "other")
    assert isinstance(other, q.Looked), "others are not held up"


async def test_one_that_asks_a_lot_is_waited_for_by_nobody_else(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    go = asyncio.Event()

    async def details(key: ProcessKey, tab: Tab) -> TabAnswer:
        looked.append(str(key.pid))
        if key.pid == 5:
            await go.wait()
        return TabAnswer(key, tab, 1.0, missing="made")

    monkeypatch.setattr(place.desk, "details", details)
    loop = asyncio.get_running_loop()
    greedy = [loop.create_task(place.ask(q.Look(KEY, "threads"), PAIRED, "greedy")) for _ in range(10)]
    other = await place.ask(q.Look(ProcessKey(6, 1.0), "threads"), PAIRED, "other")
    assert isinstance(other, q.Looked)
    assert looked.count("5") <= 1, "at most one of the ten is at the desk"
    go.set()
    assert all(isinstance(reply, q.Looked) for reply in await asyncio.gather(*greedy))
    assert place.answers._turns == {}
    assert not place.answers._busy


async def test_what_was_cancelled_counts_for_a_while_only(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysmon.runtime.desk_answers.CANCELLED_COUNTS", 0.0)
    for _ in range(3 * q.MOST_ASKED):
        asking = asyncio.get_running_loop().create_task(place.ask(q.Look(KEY, "threads"), PAIRED))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.sleep(0.001)
    assert isinstance(await place.ask(q.Look(KEY, "threads"), PAIRED), q.Looked)


async def test_a_log_that_cannot_be_written_is_told(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    (tmp_path / "file").write_text("in the way")
    made = Place(tmp_path / "file")
    made.see(row(of(sleeper), "sleep"))
    reply = await made.ask(q.Act([parts.TargetPart(of(sleeper), "sleep")], parts.SetNice(3)))
    assert isinstance(reply, q.Acted)
    assert "cannot be written" in reply.unlogged
    assert isinstance(await made.ask(q.Look(KEY, "facts")), q.Looked)
    assert made.desk.close()


async def test_a_simulated_machine_tells_so(tmp_path: Path) -> None:
    desk = ProcessDesk(AuditLog(tmp_path), MadeReader, refusal="demo data")
    answers = DeskAnswers(desk, lambda: "atlas", lambda: 0.0)
    assert refused(await answers.answer(q.Look(KEY, "facts"), "desk", EVERYTHING))[1] == "demo data"
    assert desk.close()
