"""Parts have limits everywhere, and stand for the values of the model field by field."""

from __future__ import annotations

from dataclasses import fields

import msgspec
import pytest

from sysmon.model import action, life, process_details, sample
from sysmon.protocol import process_parts as parts

PAIRS = [
    (parts.FactsPart, process_details.ProcessFacts),
    (parts.ThreadPart, process_details.ThreadFacts),
    (parts.FilePart, process_details.FileFacts),
    (parts.SocketPart, process_details.SocketFacts),
    (parts.MappedPart, process_details.MappedFile),
    (parts.MapsPart, process_details.MapsSummary),
    (parts.SignalsPart, process_details.SignalFacts),
    (parts.MemoryPart, process_details.MemoryShares),
    (parts.ControlGroupPart, process_details.ControlGroup),
    (parts.ContainerPart, process_details.Container),
    (parts.OwnerPart, process_details.Owner),
    (parts.LifePart, life.Life),
    (parts.LackPart, sample.Missing),
    (parts.TargetPart, action.Target),
    (parts.SetLimit, action.SetLimit),
    (parts.SetAffinity, action.SetAffinity),
    (parts.SetIoPriority, action.SetIoPriority),
]


@pytest.mark.parametrize(("part", "model"), PAIRS)
def test_a_part_has_the_fields_of_its_value(part: type[msgspec.Struct], model: type) -> None:
    assert list(part.__struct_fields__) == [field.name for field in fields(model)]


def test_every_action_has_its_deed() -> None:
    deeds = {kind.__name__ for kind in parts.AnyDeed.__args__}
    assert deeds == {kind.__name__ for kind in action.Action.__args__}


def test_null_stands_for_what_is_not_known() -> None:
    assert msgspec.json.decode(b'{"rss":null}', type=parts.MemoryPart) == parts.MemoryPart()
