from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.runtime.toml_edit import EditError, line_of, literal, replace

FILE = """\
# mine
top = 1  # stays
[units]   # of mine
names = [ # which
  "x#", 'y]',
]   # end
size_base = 2 # two
note = \"\"\"
[units]
size_base = 3
\"\"\"

[later]
when = 2026-11-23
"""


def test_a_value_is_replaced_in_place_and_nothing_else_moves() -> None:
    assert replace(FILE, "units", "size_base", 10) == FILE.replace("size_base = 2 #", "size_base = 10 #")


def test_a_value_over_several_lines_is_replaced_whole() -> None:
    changed = replace(FILE, "units", "names", ("a", 'b"'))
    assert 'names = ["a", "b\\""]   # end\n' in changed
    assert "which" not in changed


def test_a_new_key_goes_to_the_end_of_its_section() -> None:
    assert replace(FILE, "units", "new", True) == FILE.replace('3\n"""\n', '3\n"""\nnew = true\n')


def test_a_new_section_goes_to_the_end() -> None:
    assert replace(FILE, "log", "level", "debug") == FILE + '\n[log]\nlevel = "debug"\n'
    assert replace("", "log", "level", "debug") == '[log]\nlevel = "debug"\n'


def test_an_empty_section_is_filled() -> None:
    assert replace("[log]\n\n[x]\n", "log", "level", "info") == '[log]\nlevel = "info"\n\n[x]\n'
    assert replace("[log]", "log", "level", "info") == '[log]\nlevel = "info"\n'


def test_dotted_keys_are_found() -> None:
    assert replace("log.level = 'x'  # c\n", "log", "level", "info") == 'log.level = "info"  # c\n'
    assert replace("log . level='x'", "log", "level", "info") == 'log . level="info"'


def test_the_line_ends_of_windows_are_kept() -> None:
    assert replace("[a]\r\nx = 1\r\n", "a", "y", 2) == "[a]\r\nx = 1\r\ny = 2\r\n"


def test_a_value_that_no_program_knows_is_kept_exactly() -> None:
    text = "[a]\nx = nan\ny = 1.10\nz = 0xFF\n[[b]]\nx = 1\n"
    assert replace(text, "a", "x", 0.5) == text.replace("nan", "0.5")


@pytest.mark.parametrize("text", ["log = {level = 'x'}\n", "log.level.deep = 1\n", "log = 1\n", "[[log]]\nlevel = 1\n"])
def test_what_only_a_person_can_change_is_left_alone(text: str) -> None:
    with pytest.raises(EditError):
        replace(text, "log", "level", "info")


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        replace("[a\n", "log", "level", "info")


@pytest.mark.parametrize(
    ("section", "key", "line"), [("", "top", 2), ("units", "names", 4), ("units", "size_base", 7), ("units", "none", 0)]
)
def test_lines_are_found(section: str, key: str, line: int) -> None:
    assert line_of(FILE, section, key) == line


KEYS = st.sampled_from(["a", "b", "c-d", "e_f"])
VALUES = st.one_of(
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8")),
    st.lists(st.text(st.characters(codec="utf-8")), max_size=3).map(tuple),
)


@given(VALUES)
def test_every_value_is_read_as_it_was_written(value: bool | float | str | tuple[str, ...]) -> None:
    read = tomllib.loads(f"x = {literal(value)}")["x"]
    assert read == (list(value) if isinstance(value, tuple) else value)


@given(st.lists(st.tuples(KEYS, KEYS, VALUES), max_size=12), KEYS, KEYS, VALUES)
def test_a_change_changes_one_value(
    before: list[tuple[str, str, bool | float | str | tuple[str, ...]]],
    section: str,
    key: str,
    value: bool | float | str | tuple[str, ...],
) -> None:
    text = "# head\n"
    for other_section, other_key, other in before:
        text = replace(text, other_section, other_key, other)
    wanted = tomllib.loads(text)
    wanted.setdefault(section, {})[key] = list(value) if isinstance(value, tuple) else value
    changed = replace(text, section, key, value)
    assert tomllib.loads(changed) == wanted
    assert changed.startswith("# head\n")


@given(st.text("ab=[]{}\"'#.\\\n 1", max_size=80))
def test_any_text_is_edited_or_refused(text: str) -> None:
    try:
        changed = replace(text, "log", "level", "info")
    except (EditError, ValueError):
        return
    assert tomllib.loads(changed)["log"]["level"] == "info"
