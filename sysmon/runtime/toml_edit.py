"""Change one value in the text of a TOML file and leave every other character as it was.

Comments, order, spacing and keys that we do not know stay. Each change is proved before it is
answered: the new text must parse, and must differ from the old in that one value only. Knows no
option and no file. TOML: https://toml.io/en/v1.0.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias, cast

Scalar: TypeAlias = bool | int | float | str | tuple[str, ...]
Table: TypeAlias = dict[str, object]

_HEADER = re.compile(r"[ \t]*\[[ \t]*([A-Za-z0-9_-]+)[ \t]*\][ \t]*(?:#.*)?$")
_ANY_HEADER = re.compile(r"[ \t]*\[")
_KEY = re.compile(r"[ \t]*([A-Za-z0-9_-]+(?:[ \t]*\.[ \t]*[A-Za-z0-9_-]+)*)[ \t]*=[ \t]*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)


class EditError(Exception):
    """The text is valid TOML, but written in a way in which one value cannot be changed alone."""


def literal(value: Scalar) -> str:
    """``value`` as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(literal(item) for item in value)}]"
    if isinstance(value, str):
        return f'"{"".join(_character(character) for character in value)}"'
    return repr(value)


def _character(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character < " " or character == "\x7f":
        return f"\\u{ord(character):04X}"
    return character


def line_of(text: str, section: str, key: str) -> int:
    """The line, counted from 1, on which ``section.key`` is given a value; 0 where it is not found.

    The section "" is the part of the file before the first header.
    """
    name = f"{section}.{key}" if section else key
    for start, found, _, _ in _entries(text):
        if found == name:
            return text.count("\n", 0, start) + 1
    return 0


def replace(text: str, section: str, key: str, value: Scalar) -> str:
    """``text`` with ``section.key`` set to ``value``: in place, else at the end of its section, else in a new one.

    Raises tomllib.TOMLDecodeError where ``text`` is not TOML, EditError where the change cannot
    be made without touching anything else (the section is an inline table, for example).
    """
    import tomllib

    # Floats are compared as they are written: a NaN of the user's would differ from itself.
    wanted = tomllib.loads(text, parse_float=str)
    table = wanted.setdefault(section, {})
    if not isinstance(table, dict):
        raise EditError(f"[{section}] is not a table")
    written = literal(value)
    cast("Table", table)[key] = tomllib.loads(f"value = {written}", parse_float=str)["value"]
    changed = _changed(text, section, key, written)
    try:
        proved = tomllib.loads(changed, parse_float=str) == wanted
    except tomllib.TOMLDecodeError:
        proved = False
    if not proved:
        raise EditError(f"{section}.{key} is written in a way that only a person can change")
    return changed


def _changed(text: str, section: str, key: str, written: str) -> str:
    for _, found, begin, end in _entries(text):
        if found == f"{section}.{key}":
            return text[:begin] + written + text[end:]
    newline = "\r\n" if "\r\n" in text else "\n"
    line = f"{key} = {written}{newline}"
    place = _end_of_section(text, section)
    if place is not None:
        before = text[:place]
        return before + ("" if before.endswith("\n") else newline) + line + text[place:]
    if text and not text.endswith("\n"):
        text += newline
    return f"{text}{newline if text else ''}[{section}]{newline}{line}"


def _end_of_section(text: str, section: str) -> int | None:
    """Where a new key of ``[section]`` goes: after its last entry, or after its header."""
    place = None
    current = ""
    for start, end in _statements(text):
        header = _HEADER.match(text[start:end].rstrip("\r\n"))
        if header is not None:
            current = header.group(1)
        elif _ANY_HEADER.match(text, start, end):
            current = ""
        if current == section and (header is not None or _KEY.match(text, start, end)):
            place = end
    return place


def _entries(text: str) -> Iterator[tuple[int, str, int, int]]:
    """Each ``key = value``: start of the line, dotted name, and where the value begins and ends."""
    section = ""
    for start, end in _statements(text):
        line = text[start:end].rstrip("\r\n")
        header = _HEADER.match(line)
        if header is not None:
            section = header.group(1) + "."
        elif _ANY_HEADER.match(line):
            section = "?."  # an array of tables or a dotted header: nothing of ours stands there
        else:
            found = _KEY.match(text, start, end)
            if found is not None:
                name = section + re.sub(r"[ \t]", "", found.group(1))
                yield start, name, found.end(), _value_end(text, found.end(), end)


def _value_end(text: str, position: int, end: int) -> int:
    """Where the value that begins at ``position`` ends: before a comment on its last line, and spaces before that."""
    last = position
    depth = 0
    while position < end:
        string = _STRING.match(text, position, end)
        if string is not None:
            position = last = string.end()
            continue
        character = text[position]
        if character == "#":
            if depth == 0:
                break
            newline = text.find("\n", position, end)
            position = end if newline < 0 else newline
            continue
        depth += (character in "[{") - (character in "]}")
        position += 1
        if not character.isspace():
            last = position
    return last


def _statements(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each statement: one line, or several where a string or an array goes on."""
    start = position = depth = 0
    while position < len(text):
        string = _STRING.match(text, position)
        if string is not None:
            position = string.end()
            continue
        character = text[position]
        if character == "#":
            newline = text.find("\n", position)
            position = len(text) if newline < 0 else newline
            continue
        depth += (character in "[{") - (character in "]}")
        position += 1
        if character == "\n" and depth <= 0:
            yield start, position
            start, depth = position, 0
    if start < len(text):
        yield start, len(text)
