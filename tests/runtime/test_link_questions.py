"""Questions as coroutines: answered, cancelled, cut off, and never more work than was agreed."""

from __future__ import annotations

import asyncio
import logging

import pytest

from sysmon.model.link import Reason
from sysmon.protocol import questions as q
from sysmon.protocol.events import Slowed
from tests.runtime.two_desks import Pair


class Responder:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.asked: list[tuple[str, q.Question]] = []
        self.done = 0

    async def __call__(self, host: str, question: q.Question) -> q.Reply:
        self.asked.append((host, question))
        await self.go.wait()
        self.done += 1
        if isinstance(question, q.Log):
            raise ValueError("broken")
        return q.Living([])


async def started(respond: Responder, count: int) -> None:
    for _ in range(100):
        if len(respond.asked) >= count:
            return
        await asyncio.sleep(0)
    raise AssertionError("it was not asked")


async def test_a_question_waits_for_its_answer() -> None:
    respond = Responder()
    pair = Pair(respond)
    asking = asyncio.get_running_loop().create_task(pair.ask(q.Births(1)))
    await started(respond, 1)
    assert respond.asked == [("there", q.Births(1))]
    assert len(pair.here.questions) == len(pair.there.questions) == 1
    respond.go.set()
    assert await asking == q.Living([])
    assert len(pair.here.questions) == len(pair.there.questions) == 0
    await pair.close()


async def test_one_that_gives_up_is_not_answered_but_counts_until_the_work_is_done() -> None:
    respond = Responder()
    pair = Pair(respond)
    for number in range(q.MOST_ASKED + 3):
        asking = asyncio.get_running_loop().create_task(pair.ask(q.Births(1)))
        if number >= q.MOST_ASKED:
            reply = await asking
            assert isinstance(reply, q.Refused)
            assert Reason.of(reply.reason) is Reason.BUSY
            continue
        await started(respond, number + 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert len(respond.asked) == q.MOST_ASKED
    respond.go.set()
    await asyncio.sleep(0)
    assert isinstance(await pair.ask(q.Births(1)), q.Living)
    assert not pair.there.session.finished
    await pair.close()


async def test_a_link_that_breaks_leaves_nobody_waiting() -> None:
    respond = Responder()
    pair = Pair(respond)
    asking = asyncio.get_running_loop().create_task(pair.ask(q.Births(1)))
    await started(respond, 1)
    pair.break_link()
    reply = await asking
    assert isinstance(reply, q.Refused)
    assert Reason.of(reply.reason) is Reason.CUT
    again = await pair.ask(q.Births(1))
    assert isinstance(again, q.Refused)
    assert again.text == "there is no link to it now"
    respond.go.set()
    await asyncio.sleep(0)
    assert len(pair.there.questions) == 0
    await pair.close()


async def test_time_runs_out() -> None:
    respond = Responder()
    pair = Pair(respond)
    asking = asyncio.get_running_loop().create_task(pair.ask(q.Births(1)))
    await started(respond, 1)
    for _ in range(25):
        pair.pass_time(1.0)
    reply = await asking
    assert isinstance(reply, q.Refused)
    assert Reason.of(reply.reason) is Reason.SILENT
    await pair.close()


async def test_a_fault_while_answering_is_an_answer(caplog: pytest.LogCaptureFixture) -> None:
    respond = Responder()
    respond.go.set()
    pair = Pair(respond)
    with caplog.at_level(logging.ERROR):
        reply = await pair.ask(q.Log())
    assert isinstance(reply, q.Refused)
    assert Reason.of(reply.reason) is Reason.FAULT_HERE
    assert len(pair.there.questions) == 0
    assert "pair/answer-1" in caplog.text
    await pair.close()


async def test_other_events_are_left_to_others() -> None:
    pair = Pair(Responder())
    assert not pair.here.questions.take(Slowed(1.0))
    await pair.close()
