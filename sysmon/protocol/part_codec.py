"""Values of the model as parts of questions and answers, and back.

On the way out texts and lists are cut to what may travel, and a list says how much was left out; what is not a number
becomes null. On the way in everything was checked against the shapes of `process_parts` already.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Final, TypeVar, cast, get_args

import msgspec
import msgspec.inspect as shapes

from sysmon.model import action as act
from sysmon.model.action import Action, Outcome, Target, Trouble
from sysmon.model.process import ProcessKey
from sysmon.model.process_details import Fact, MapsSummary, ProcessFacts, Section, SignalFacts, SocketFacts, ThreadFacts
from sysmon.model.process_details import FileFacts as Files
from sysmon.model.process_tab import Details, Tab, TabAnswer
from sysmon.protocol import process_parts as parts
from sysmon.protocol import questions as q
from sysmon.protocol.catalog_codec import text

T = TypeVar("T")

_NULLS: Final = {"nan": math.nan, "inf": math.inf}

_MODELS: Final[Mapping[Tab, object]] = {
    Tab.FACTS: ProcessFacts,
    Tab.THREADS: Section[ThreadFacts],
    Tab.FILES: Section[Files],
    Tab.SOCKETS: Section[SocketFacts],
    Tab.ENVIRONMENT: Section[tuple[str, str]],
    Tab.MEMORY: Fact[MapsSummary],
    Tab.SIGNALS: Fact[SignalFacts],
}
_FULL: Final = 4096
_DEEDS: Final[Mapping[str, type[parts.Deed]]] = {kind.__name__: kind for kind in get_args(parts.AnyDeed)}
_ACTIONS: Final[Mapping[str, type[Action]]] = {kind.__name__: kind for kind in get_args(Action)}


# Both ways, for any value.


def outward(value: object, shape: type[T], most: int = _FULL) -> T:
    """``value`` of the model as ``shape``, with at most ``most`` items in each list.

    Raises msgspec.ValidationError where it does not fit: a fault of this program.
    """
    return msgspec.convert(_tamed(msgspec.to_builtins(value), most), shape)


def _tamed(value: object, most: int) -> object:
    if isinstance(value, str):
        return text(value) if len(value) <= _FULL else text(value, _FULL - 1) + "…"
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (list, tuple)):
        return [_tamed(one, most) for one in cast("list[object]", value)[:most]]
    if isinstance(value, dict):
        found = {name: _tamed(one, most) for name, one in cast("dict[str, object]", value).items()}
        return _counted(cast("dict[str, object]", value), found)
    return value


def _counted(before: dict[str, object], found: dict[str, object]) -> dict[str, object]:
    """``found`` with a count of what of the list ``items`` was left out."""
    all_of_them, cut = before.get("items"), before.get("cut")
    if isinstance(all_of_them, (list, tuple)) and isinstance(cut, int):
        left = cast("list[object]", found["items"])
        found["cut"] = cut + len(cast("list[object]", all_of_them)) - len(left)
    return found


def inward(part: object, shape: type[T]) -> T:
    """``part`` as a value of the model. Raises msgspec.ValidationError where it does not fit."""
    return msgspec.convert(_plain(part), shape)


def _plain(part: object) -> object:
    if isinstance(part, msgspec.Struct):
        nulls = _nulls(type(part))
        found: dict[str, object] = {}
        for name in part.__struct_fields__:
            value: object = getattr(part, name)
            found[name] = nulls[name] if value is None and name in nulls else _plain(value)
        return found
    if isinstance(part, (list, tuple)):
        return [_plain(one) for one in cast("list[object]", part)]
    return part


@cache
def _nulls(kind: type[msgspec.Struct]) -> dict[str, float]:
    """What null stands for, in the fields of ``kind`` where it stands for a number."""
    shape = shapes.type_info(kind)
    assert isinstance(shape, shapes.StructType)
    words = {field.name: _null_word(field.type) for field in shape.fields}
    return {name: _NULLS[word] for name, word in words.items() if word}


def _null_word(shape: shapes.Type) -> str:
    extra = cast("dict[str, str] | None", getattr(shape, "extra", None))
    return (extra or {}).get("null", "")


# Tabs.


def looked(answer: TabAnswer) -> q.Looked:
    """``answer`` as it travels: its lists are cut until it is short enough."""
    told = q.Looked(answer.time, text(answer.missing) if answer.missing is not None else None, answer.gone)
    if answer.details is None:
        return told
    field = answer.tab.name.lower()
    shape = _shapes()[field]
    most = _FULL
    while True:
        setattr(told, field, outward(answer.details, shape, most))
        if len(msgspec.json.encode(told)) <= q.MAX_ANSWER:  # the longer one of the two spellings
            return told
        most //= 2


@cache
def _shapes() -> dict[str, type[object]]:
    """By name of the tab, what its field of `Looked` holds."""
    hints = {field.name: field.type for field in msgspec.structs.fields(q.Looked)}
    return {tab.name.lower(): _without_none(hints[tab.name.lower()]) for tab in Tab}


def _without_none(hint: object) -> type[object]:
    (found,) = (one for one in get_args(hint) if one is not type(None))
    return found


def tab_answer(key: ProcessKey, tab: Tab, told: q.Looked) -> TabAnswer:
    """What ``told`` says of ``tab`` of ``key``. An answer without a word is one without a reason."""
    part: object = getattr(told, tab.name.lower())
    if part is None:
        return TabAnswer(key, tab, told.time, missing=told.missing or "it was not told", gone=told.gone)
    details = cast("Details", inward(part, cast("type[object]", _MODELS[tab])))
    return TabAnswer(key, tab, told.time, details)


# Actions.


def deed(action: Action) -> parts.AnyDeed:
    """``action`` as it travels."""
    if isinstance(action, act.SetLimit):
        return parts.SetLimit(_lift(action.cpu), _lift(action.memory))
    return cast("parts.AnyDeed", outward(action, _DEEDS[type(action).__name__]))


def _lift(limit: float | None) -> float | None:
    return 0.0 if limit == math.inf else limit


def action(told: parts.AnyDeed) -> Action:
    """What ``told`` asks for."""
    if isinstance(told, parts.SetLimit):
        cpu, memory = (math.inf if limit == 0 else limit for limit in (told.cpu, told.memory))
        return act.SetLimit(cpu, memory)
    return cast("Action", inward(told, cast("type[object]", _ACTIONS[type(told).__name__])))


def target_part(target: Target) -> parts.TargetPart:
    return outward(target, parts.TargetPart)


def target(part: parts.TargetPart) -> Target:
    return inward(part, Target)


def outcome_part(outcome: Outcome) -> parts.OutcomePart:
    trouble = outcome.trouble.value if outcome.trouble is not None else None
    return parts.OutcomePart(text(outcome.action), trouble, text(outcome.reason))


def outcome(of: Target, part: parts.OutcomePart) -> Outcome:
    """What came of an action on ``of``; a trouble of a later version is a failure."""
    known = {trouble.value: trouble for trouble in Trouble}
    trouble = None if part.trouble is None else known.get(part.trouble, Trouble.FAILED)
    return Outcome(of, part.action, trouble, part.reason)
