"""Values of the model go out and come back as they were; what is too long is cut and says so."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model import action as act
from sysmon.model.action import Action, Outcome, Target, Trouble
from sysmon.model.process import ProcessKey
from sysmon.model.process_details import (
    ControlGroup,
    Fact,
    FileFacts,
    GroupLimit,
    MappedFile,
    MapsSummary,
    MemoryShares,
    Owner,
    ProcessFacts,
    Relative,
    ResourceLimit,
    Section,
    SignalFacts,
    ThreadFacts,
)
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.protocol import part_codec
from sysmon.protocol import process_parts as parts
from sysmon.protocol import questions as q

KEY = ProcessKey(7, 1234.56)
UNKNOWN = ProcessFacts.unknown(KEY, "it belongs to another user")
TARGET = Target(KEY, "web")


def travelled(answer: TabAnswer, as_json: bool) -> TabAnswer:
    spelling = msgspec.json if as_json else msgspec.msgpack
    data = spelling.encode(part_codec.looked(answer))
    told = spelling.decode(data, type=q.Reply)
    assert isinstance(told, q.Looked)
    return part_codec.tab_answer(answer.key, answer.tab, told)


ANSWERS = [
    TabAnswer(KEY, Tab.FACTS, 5.0, UNKNOWN),
    TabAnswer(
        KEY,
        Tab.FACTS,
        5.0,
        replace(
            UNKNOWN,
            owner=Fact(Owner("ada", 1000, "staff", 4294967294)),
            affinity=Fact((0, 1, 5)),
            parents=Section((Relative(ProcessKey(1, 0.5), "init"),)),
            limits=Section((ResourceLimit("files", 1024.0, math.inf, "files"),)),
            cgroup=Fact(ControlGroup("/a", GroupLimit(0.5, "/a"), None, None)),
            memory=Fact(MemoryShares(1.0, 2.0, 3.0, 4.0, 0.0)),
            nice=Fact(-20),
        ),
    ),
    TabAnswer(KEY, Tab.THREADS, 5.0, Section((ThreadFacts(7, "a\nb", "running", 0.25, 3.0),), "not all", 3)),
    TabAnswer(KEY, Tab.FILES, 5.0, Section((FileFacts(3, "/x", "file", ("read", "append"), None),))),
    TabAnswer(KEY, Tab.SOCKETS, 5.0, Section(missing="not permitted")),
    TabAnswer(KEY, Tab.ENVIRONMENT, 5.0, Section((("A", "b=c"), ("", "")))),
    TabAnswer(
        KEY,
        Tab.MEMORY,
        5.0,
        Fact(MapsSummary(MemoryShares(1.0, 1.0, 1.0, 1.0, 1.0), Section((MappedFile("[heap]", 1.0, 1.0, 0.0, 2),)))),
    ),
    TabAnswer(KEY, Tab.SIGNALS, 5.0, Fact(SignalFacts(("SIGHUP",), (), (), ()))),
    TabAnswer(KEY, Tab.FILES, 5.0, missing="it ended", gone=True),
]


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("answer", ANSWERS)
def test_a_tab_comes_through(answer: TabAnswer, as_json: bool) -> None:
    assert travelled(answer, as_json) == answer


@pytest.mark.parametrize("as_json", [False, True])
def test_what_is_not_known_stays_unknown(as_json: bool) -> None:
    shares = MemoryShares(math.nan, math.nan, 0.0, math.nan, 1.0)
    back = travelled(TabAnswer(KEY, Tab.MEMORY, 5.0, Fact(MapsSummary(shares, Section()))), as_json)
    assert isinstance(back.details, Fact)
    assert isinstance(back.details.value, MapsSummary)
    told = back.details.value.shares
    assert [math.isnan(one) for one in (told.rss, told.pss, told.shared, told.private, told.swap)] == [
        True,
        True,
        False,
        True,
        False,
    ]


def test_a_long_list_is_cut_until_it_may_travel_and_says_how_much_is_left_out() -> None:
    files = tuple(FileFacts(number, "/" + "x" * 900, "file", (), 0) for number in range(5000))
    told = part_codec.looked(TabAnswer(KEY, Tab.FILES, 5.0, Section(files, cut=7)))
    assert len(msgspec.msgpack.encode(told)) <= q.MAX_ANSWER
    assert told.files is not None
    assert 100 < len(told.files.items) < 300
    assert told.files.cut == 5007 - len(told.files.items)


def test_a_long_text_is_cut_and_shows_it() -> None:
    told = part_codec.looked(TabAnswer(KEY, Tab.ENVIRONMENT, 5.0, Section((("A", "x" * 10_000),))))
    assert told.environment is not None
    (_, value) = told.environment.items[0]
    assert len(value) == 4096
    assert value.endswith("x…")


def test_text_that_is_no_unicode_travels_as_question_marks() -> None:
    told = part_codec.looked(TabAnswer(KEY, Tab.ENVIRONMENT, 5.0, Section((("A", "a\udcffb"),))))
    assert told.environment is not None
    assert told.environment.items[0][1] == "a?b"


def test_an_answer_to_another_tab_is_none() -> None:
    told = part_codec.tab_answer(KEY, Tab.FILES, q.Looked(5.0, threads=parts.Several([])))
    assert told.missing == "it was not told"


ACTIONS: list[Action] = [
    act.End(),
    act.Kill(),
    act.Stop(),
    act.Resume(),
    act.SendSignal("SIGHUP"),
    act.SetNice(-5),
    act.SetIoPriority("idle", 3),
    act.SetAffinity((0, 2)),
    act.SetLimit(0.5, None),
    act.SetLimit(math.inf, 1e9),
]


def test_all_actions_are_tried() -> None:
    assert {type(action) for action in ACTIONS} == set(get_args(Action))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("as_json", [False, True])
def test_an_action_comes_through(action: Action, as_json: bool) -> None:
    spelling = msgspec.json if as_json else msgspec.msgpack
    asked = q.Act([part_codec.target_part(TARGET)], part_codec.deed(action))
    back = spelling.decode(spelling.encode(asked), type=q.Question)
    assert isinstance(back, q.Act)
    assert part_codec.action(back.deed) == action
    assert [part_codec.target(one) for one in back.targets] == [TARGET]


@given(st.sampled_from([None, *Trouble]), st.text(max_size=50), st.text(max_size=50))
def test_an_outcome_comes_through(trouble: Trouble | None, verb: str, reason: str) -> None:
    before = Outcome(TARGET, verb, trouble, reason)
    assert part_codec.outcome(TARGET, part_codec.outcome_part(before)) == before


def test_a_trouble_of_a_later_version_is_a_failure() -> None:
    assert part_codec.outcome(TARGET, parts.OutcomePart("end", "tired")).trouble is Trouble.FAILED
