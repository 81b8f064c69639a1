"""Write the tables of docs/protocol.md anew: messages, questions, parts, states, reasons, rights, from where they are declared.

Run it with the interpreter that sysmon is installed for: ``.venv/bin/python scripts/protocol_tables.py``. A test
fails while the document is not what this makes of it.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, get_args

import msgspec
import msgspec.inspect as shapes

from sysmon.model.link import Reason, Retry
from sysmon.protocol import messages, question_rights, questions, side, states
from sysmon.protocol.backoff import WAITS
from sysmon.protocol.fields import Row

DOCUMENT: Final = Path(__file__).resolve().parent.parent / "docs" / "protocol.md"
_PART: Final = re.compile(r"(<!-- made: (\w+) -->)(\s).*?(<!-- end -->)", re.DOTALL)
"""A mark that is followed by a new line holds paragraphs; any other some words."""
_CODE: Final = re.compile(r"``(.+?)``")


def written(document: str) -> str:
    """``document`` with every part between marks as it should be. Raises KeyError for a mark that means nothing."""
    return _PART.sub(_made, document)


def _made(found: re.Match[str]) -> str:
    gap = "\n\n" if found[3] == "\n" else " "
    return f"{found[1]}{gap}{PARTS[found[2]]()}{gap}{found[4]}"


def main() -> int:
    """Write it; answer the exit code."""
    before = DOCUMENT.read_text(encoding="utf-8")
    after = written(before)
    DOCUMENT.write_text(after, encoding="utf-8")
    print("the tables are as they were" if before == after else "the tables were written anew")
    return 0


# What stands in a docstring.


def _prose(text: str | None) -> str:
    """A docstring as one paragraph of Markdown."""
    joined = " ".join((text or "").split())
    return _CODE.sub(r"`\1`", joined).replace("|", "\\|")


def _field_docs(kind: type) -> dict[str, str]:
    """The texts that stand below the fields of ``kind``, by field."""
    (tree,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for line, following in zip(tree.body, tree.body[1:], strict=False):
        if (
            isinstance(line, ast.AnnAssign)
            and isinstance(line.target, ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
        ):
            found[line.target.id] = _prose(str(following.value.value))
    return found


# What a field may hold.


def _name(kind: type) -> str:
    return kind.__name__.removesuffix("Entry").removesuffix("Part")


def _words(shape: shapes.Type) -> str:
    """``shape`` for a reader who knows JSON."""
    match shape:
        case shapes.Metadata(inner):
            return _words(inner)
        case shapes.BoolType():
            return "true or false"
        case shapes.FloatType():
            return "number"
        case shapes.NoneType():
            return "null"
        case shapes.RawType():
            return "object"
        case shapes.IntType():
            return f"whole number{_bounds(shape)}"
        case shapes.StrType():
            return f"text, {shape.max_length}"
        case shapes.BytesType():
            return "bytes"
        case shapes.ListType(item):
            return f"list of {_words(item)}; {shape.max_length}"
        case shapes.TupleType(items):
            return f"[{', '.join(_words(item) for item in items)}]"
        case shapes.UnionType(found):
            return _choice(found)
        case shapes.StructType():
            return _struct_words(shape)
        case _:
            raise TypeError(f"nobody said how to write {shape}")


def _choice(found: Iterable[shapes.Type]) -> str:
    found = list(found)
    if all(isinstance(one, shapes.StructType) for one in found):
        return "one of the deeds below"
    return " or ".join(_words(one) for one in sorted(found, key=lambda one: isinstance(one, shapes.NoneType)))


def _struct_words(shape: shapes.StructType) -> str:
    if shape.cls.__name__ in ("Known", "Several"):
        inner = {field.name: field.type for field in shape.fields}
        held = inner.get("value") or inner["items"]
        return f"{shape.cls.__name__} of {_words(held).removesuffix(' or null').removeprefix('list of ')}"
    return f"*{_name(shape.cls)}*"


def _bounds(shape: shapes.IntType) -> str:
    low = shape.ge
    high = shape.le if shape.le is not None else (shape.lt - 1 if shape.lt is not None else None)
    if low == 0 and high == (1 << 53) - 1:
        return ""
    return f", {low} to {high}"


def _default(field: shapes.Field) -> str:
    if field.required:
        return ""
    value: object = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    if isinstance(value, msgspec.Struct):
        return "`{}`"
    return f"`{msgspec.json.encode(value).decode()}`"


def _struct(kind: type[msgspec.Struct], title: str) -> str:
    """A heading, what ``kind`` is, and its fields."""
    shape = shapes.type_info(kind)
    assert isinstance(shape, shapes.StructType)
    docs = _field_docs(kind)
    lines = [f"#### {title}", "", _prose(kind.__dict__.get("__doc__")), ""]
    if issubclass(kind, Row) or kind is messages.Tick:
        lines += ["Written as an array, in this order.", ""]
    if shape.fields:
        lines += ["| field | holds | if absent | |", "|---|---|---|---|"]
        lines += [
            f"| `{field.encode_name}` | {_words(field.type)} | {_default(field)} | {docs.get(field.name, '')} |"
            for field in shape.fields
        ]
    return "\n".join(lines).rstrip()


# The parts of the document.


def _messages() -> str:
    found = [_struct(kind, f"`{kind.__struct_config__.tag}`") for kind in get_args(messages.Named)]
    return "\n\n".join([*found, _struct(messages.Tick, "tick (type 1)")])


def _pieces(roots: Iterable[type[msgspec.Struct]]) -> list[type[msgspec.Struct]]:
    """What the fields of ``roots`` are made of, in the order of use."""
    found: dict[type[msgspec.Struct], None] = {}

    def see(shape: shapes.Type) -> None:
        match shape:
            case shapes.Metadata(inner) | shapes.ListType(inner):
                see(inner)
            case shapes.TupleType(items) | shapes.UnionType(items):
                for item in items:
                    see(item)
            case shapes.StructType():
                if shape.cls not in found and shape.cls.__name__ not in ("Known", "Several"):
                    found[shape.cls] = None
                for field in shape.fields:
                    see(field.type)
            case _:
                pass

    for root in roots:
        shape = shapes.type_info(root)
        assert isinstance(shape, shapes.StructType)
        for field in shape.fields:
            see(field.type)
    return list(found)


def _message_parts() -> str:
    return "\n\n".join(_struct(kind, f"*{_name(kind)}*") for kind in _pieces(get_args(messages.Named)))


def _questions() -> str:
    found = [_struct(kind, f"`{kind.__struct_config__.tag}`") for kind in get_args(questions.Question)]
    return "\n\n".join(found)


def _replies() -> str:
    return "\n\n".join(_struct(kind, f"`{kind.__struct_config__.tag}`") for kind in get_args(questions.Reply))


def _question_parts() -> str:
    found = _pieces([*get_args(questions.Question), *get_args(questions.Reply)])
    titles = {kind: f"*{_name(kind)}*" for kind in found}
    titles |= {kind: f"Deed `{kind.__struct_config__.tag}`" for kind in found if kind.__struct_config__.tag_field}
    return "\n\n".join(_struct(kind, titles[kind]) for kind in found)


def _rights() -> str:
    lines = ["| question | rights |", "|---|---|"]
    tabs = [(f"`look` at {tab}", needed) for tab, needed in question_rights.TABS.items()]
    asked = [(f"`{kind.__name__.lower()}`", needed) for kind, needed in question_rights.NEEDED.items()]
    return "\n".join([*lines, *(f"| {name} | {', '.join(needed)} |" for name, needed in (*tabs, *asked))])


def _again(retry: Retry) -> str:
    if retry is Retry.NEVER:
        return "no"
    first, last = WAITS[retry]
    return f"{'after the time that was told, then ' if retry is Retry.BUSY else ''}{first:g} to {last:g} s"


def _reasons() -> str:
    lines = ["| number | name | whose fault | tried again after | what the user reads |", "|---|---|---|---|---|"]
    lines += [
        f"| {reason.number} | {reason.name} | {reason.fault.value} | {_again(reason.retry)} | {reason.sentence('*peer*')} |"
        for reason in sorted(Reason, key=lambda reason: reason.number)
    ]
    return "\n".join(lines)


def _capabilities() -> str:
    return ", ".join(f"`{name}`" for name in side.CAPABILITIES)


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "messages": _messages,
    "message_parts": _message_parts,
    "questions": _questions,
    "replies": _replies,
    "question_parts": _question_parts,
    "rights": _rights,
    "states": states.table,
    "reasons": _reasons,
    "capabilities": _capabilities,
}

if __name__ == "__main__":
    sys.exit(main())
