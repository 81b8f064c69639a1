"""Questions and answers: tagged, limited, and each says which right it needs."""

from __future__ import annotations

import inspect
from typing import get_args

import msgspec
import msgspec.inspect as shapes
import pytest

from sysmon.protocol import questions as q
from tests.protocol.test_messages import reached

QUESTIONS, REPLIES = get_args(q.Question), get_args(q.Reply)


@pytest.mark.parametrize("kind", [*QUESTIONS, *REPLIES])
def test_everything_that_can_be_long_is_limited(kind: type[msgspec.Struct]) -> None:
    for shape in reached(shapes.type_info(kind)):
        assert not isinstance(shape, (shapes.AnyType, shapes.DictType, shapes.RawType)), shape
        if isinstance(shape, (shapes.StrType, shapes.ListType)):
            assert shape.max_length is not None, shape
        if isinstance(shape, shapes.IntType):
            assert (shape.lt or shape.le) is not None, shape
            assert shape.ge is not None, shape


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_question_says_which_right_it_needs(kind: type[msgspec.Struct]) -> None:
    assert "*processes*" in (inspect.getdoc(kind) or "")


@pytest.mark.parametrize("kind", REPLIES)
def test_an_answer_says_what_it_answers(kind: type[msgspec.Struct]) -> None:
    assert (inspect.getdoc(kind) or "").startswith("To ")


def test_all_kinds_differ() -> None:
    tags = [kind.__struct_config__.tag for kind in (*QUESTIONS, *REPLIES)]
    assert len(set(tags)) == len(tags)
    assert tags == [kind.__name__.lower() for kind in (*QUESTIONS, *REPLIES)]
