"""Rules of the tree that no linter knows: what a file may be called, how long it may be, that it is tested."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
LONGEST = 400

UNTESTED: dict[str, str] = {
    "sysmon/__main__.py": "three lines that call sysmon.cli.main; run by tests/cli",
    "sysmon/model/errors.py": "exceptions without a line of logic",
    "sysmon/transport/port.py": "protocols without a line of logic; the type checker holds what implements them to them",
    "sysmon/viewmodels/fleet_facts.py": "a protocol without a line of logic; the type checker holds what implements it to it",
    "sysmon/runtime/fleet_port.py": "a protocol without a line of logic; the type checker holds what implements it to it",
}
"""Source files without a test file of their own, each with the reason. An entry that is no longer needed fails."""

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "data", "info"}
"""Names that say nothing about what is inside."""

UNFINISHED = ("TO" + "DO", "FIX" + "ME", "X" + "XX")


def sources() -> list[Path]:
    return sorted(path.relative_to(REPOSITORY) for path in (REPOSITORY / "sysmon").rglob("*.py"))


def written_tests() -> list[Path]:
    return sorted(path.relative_to(REPOSITORY) for path in (REPOSITORY / "tests").rglob("*.py"))


def tools() -> list[Path]:
    folders = (REPOSITORY / "scripts", REPOSITORY / "packaging")
    return sorted(path.relative_to(REPOSITORY) for folder in folders for path in folder.rglob("*.py"))


def text_of(file: Path) -> str:
    return (REPOSITORY / file).read_text(encoding="utf-8")


def tree_of(file: Path) -> ast.Module:
    return ast.parse(text_of(file), str(file))


def has_own_code(file: Path) -> bool:
    """False for a package file that only describes its room or passes names on."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return file.name != "__init__.py" or any(isinstance(node, kinds) for node in ast.walk(tree_of(file)))


def own_test_of(source: Path) -> Path:
    room = source.relative_to("sysmon").parent
    name = room.name if source.name == "__init__.py" else source.stem
    return Path("tests") / room / f"test_{name}.py"


def test_every_source_file_has_its_test_file() -> None:
    wanted = [source for source in sources() if has_own_code(source) and source.as_posix() not in UNTESTED]
    assert not [str(own_test_of(source)) for source in wanted if not (REPOSITORY / own_test_of(source)).is_file()]


@pytest.mark.parametrize("source", UNTESTED)
def test_an_exception_is_still_needed(source: str) -> None:
    assert (REPOSITORY / source).is_file(), "the file is gone: remove its entry"
    assert not (REPOSITORY / own_test_of(Path(source))).is_file(), "the file has a test now: remove its entry"


def test_no_file_is_too_long() -> None:
    lengths = {str(file): len(text_of(file).splitlines()) for file in [*sources(), *written_tests(), *tools()]}
    assert not {file: lines for file, lines in lengths.items() if lines > LONGEST}, "split them by what they do"


def test_every_name_says_what_is_inside() -> None:
    assert not [
        str(file) for file in [*sources(), *written_tests(), *tools()] if EMPTY_WORDS & {*file.parts, file.stem}
    ]


def test_every_file_says_what_it_is_for() -> None:
    files = [file for file in [*sources(), *tools()] if text_of(file).strip()]
    assert not [str(file) for file in files if not ast.get_docstring(tree_of(file))]


def test_nothing_is_left_unfinished() -> None:
    assert not [str(file) for file in [*sources(), *tools()] if any(word in text_of(file) for word in UNFINISHED)]


def test_no_test_waits_by_the_clock() -> None:
    slept = [
        f"{file}:{node.lineno}"
        for file in written_tests()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}
    ]
    assert not slept, "wait for the event, or step a fake clock"
