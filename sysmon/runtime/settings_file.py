"""The settings file: read it with a reason for everything that is wrong, write it without losing anything.

A value that is wrong is reported with its line and left where it stands. A file that is no TOML
is moved aside before another takes its place. Knows no value in force.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from sysmon import private_files
from sysmon.model.errors import ConfigError
from sysmon.model.printable import printable
from sysmon.runtime import toml_edit
from sysmon.runtime.option import Value
from sysmon.runtime.options import OPTIONS, SECTIONS

SIZE_LIMIT = 1 << 20
"""A settings file has a few hundred bytes; beyond this it is something else, and is not read."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the settings file. ``line`` is 0 where no line can be named."""

    file: Path
    line: int
    subject: str
    """The dotted name, or "" where the whole file is meant."""
    reason: str
    unknown: bool = False
    """True for a key that we do not know: it is kept and does no harm, but is perhaps a slip."""

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else str(self.file)
        return printable(f"{place}: {self.subject}: {self.reason}" if self.subject else f"{place}: {self.reason}")


@dataclass(frozen=True, slots=True)
class Content:
    """What a settings file says: the good values by dotted name, and everything that is wrong."""

    values: Mapping[str, Value] = field(default_factory=dict[str, Value])
    problems: tuple[Problem, ...] = ()
    refused: frozenset[str] = frozenset()
    """Names whose value is wrong: the one in force before stays. All of them where the file cannot be read."""


def read(file: Path) -> Content:
    """Read ``file``. Never raises: what is wrong is in ``problems``. A missing file says nothing at all."""
    try:
        text = _text(file)
    except FileNotFoundError:
        return Content()
    except ConfigError as error:
        return _unreadable(file, 0, str(error))
    except OSError as error:
        return _unreadable(file, 0, f"cannot be read: {error.strerror or error}")
    import tomllib

    try:
        tables = cast("dict[str, object]", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        return _unreadable(file, _line_in(str(error), text), f"is no valid TOML: {error}")
    except RecursionError:
        return _unreadable(file, 0, "is nested too deeply")
    return _content(file, text, tables)


def _text(file: Path) -> str:
    with file.open("rb") as stream:
        raw = stream.read(SIZE_LIMIT + 1)
    if len(raw) > SIZE_LIMIT:
        raise ConfigError(f"is larger than {SIZE_LIMIT >> 20} MiB, that is no settings file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"is no UTF-8 text (byte {error.start})") from None


def _unreadable(file: Path, line: int, reason: str) -> Content:
    return Content(problems=(Problem(file, line, "", reason),), refused=frozenset(OPTIONS))


def _line_in(message: str, text: str) -> int:
    """The line that tomllib names as "(at line 3, column 5)" or "(at end of document)"."""
    if "end of document" in message:
        return text.rstrip("\n").count("\n") + 1
    digits = message.rpartition("at line ")[2].partition(",")[0]
    return int(digits) if digits.isdecimal() else 0


def _content(file: Path, text: str, tables: Mapping[str, object]) -> Content:
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for section, table in tables.items():
        if section not in SECTIONS:
            problems.append(
                Problem(file, 0, section, "is no section that this version knows; it is kept", unknown=True)
            )
        elif not isinstance(table, dict):
            problems.append(
                Problem(file, toml_edit.line_of(text, "", section), section, f"must be a section: [{section}]")
            )
        else:
            for key, raw in cast("dict[str, object]", table).items():
                problem = _take(values, f"{section}.{key}", raw)
                if problem is not None:
                    reason, unknown = problem
                    line = toml_edit.line_of(text, section, key)
                    problems.append(Problem(file, line, f"{section}.{key}", reason, unknown))
    refused = frozenset(name for name in OPTIONS if any(_covers(problem.subject, name) for problem in problems))
    return Content(values, tuple(problems), refused)


def _take(values: dict[str, Value], name: str, raw: object) -> tuple[str, bool] | None:
    option = OPTIONS.get(name)
    if option is None:
        return "is no key that this version knows; it is kept", True
    try:
        values[name] = option.check(raw)
    except ValueError as error:
        shown = repr(raw) if len(repr(raw)) <= 60 else f"{repr(raw)[:60]}…"
        return f"{shown} {error}", False
    return None


def _covers(subject: str, name: str) -> bool:
    return name == subject or name.startswith(subject + ".")


def write(file: Path, name: str, value: Value) -> Path | None:
    """Set the option ``name`` in ``file`` and leave the rest of the text as it is.

    The file is replaced at once and whole, mode 0600; a link is followed and stays a link. Where
    the old file is no TOML it is moved aside and its new path answered, else None.
    Raises ConfigError with what to do where that is not possible; the file is then as before.
    """
    section, _, key = name.partition(".")
    target = Path(os.path.realpath(file))
    aside = None
    try:
        try:
            text = _text(target)
        except FileNotFoundError:
            text = ""
        try:
            changed = toml_edit.replace(text, section, key, value)
        except (toml_edit.EditError, RecursionError) as error:
            raise ConfigError(f"{file}: {error}; change it in an editor") from None
        except ValueError:  # tomllib.TOMLDecodeError
            aside = private_files.keep_aside(target)
            changed = toml_edit.replace("", section, key, value)
        private_files.replace(target, changed.encode())
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror or error}") from error
    return aside
