"""Every list and text that a peer may make long has a limit."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import get_args

import msgspec
import msgspec.inspect as shapes
import pytest

from sysmon.protocol.messages import AnyMessage, Named, Tick

KINDS = get_args(Named)


def reached(shape: shapes.Type) -> Iterator[shapes.Type]:
    yield shape
    if isinstance(shape, shapes.StructType):
        for field in shape.fields:
            yield from reached(field.type)
    elif isinstance(shape, shapes.UnionType):
        for one in shape.types:
            yield from reached(one)
    elif isinstance(shape, shapes.ListType):
        yield from reached(shape.item_type)
    elif isinstance(shape, shapes.TupleType):
        for one in shape.item_types:
            yield from reached(one)


@pytest.mark.parametrize("kind", [*KINDS, Tick])
def test_everything_that_can_be_long_is_limited(kind: type[msgspec.Struct]) -> None:
    for shape in reached(shapes.type_info(kind)):
        assert not isinstance(shape, (shapes.AnyType, shapes.DictType)), shape
        if isinstance(shape, (shapes.StrType, shapes.ListType)):
            assert shape.max_length is not None, shape
        if isinstance(shape, shapes.IntType):
            assert (shape.lt or shape.le) is not None, shape
            assert (shape.ge or 0) is not None, shape


@pytest.mark.parametrize("kind", KINDS)
def test_every_message_says_what_it_is(kind: type[msgspec.Struct]) -> None:
    assert kind.__struct_config__.tag == kind.__name__.lower()
    assert inspect.getdoc(kind)


def test_all_tags_differ() -> None:
    tags = [kind.__struct_config__.tag for kind in (*KINDS, Tick)]
    assert len(set(tags)) == len(tags)
    assert set(get_args(AnyMessage)) == {*KINDS, Tick}
