from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import ConfigError
from sysmon.runtime import settings_file
from sysmon.runtime.options import OPTIONS
from sysmon.runtime.settings_file import SIZE_LIMIT, Problem, read, write


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def reasons(file: Path) -> list[tuple[int, str]]:
    return [(problem.line, problem.subject) for problem in read(file).problems]


def test_a_missing_file_says_nothing(file: Path) -> None:
    assert read(file) == settings_file.Content()


def test_good_values_are_read(file: Path) -> None:
    file.write_text('[sampling]\ninterval = 2\ndisabled = ["gpu"]\n', encoding="utf-8")
    assert read(file).values == {"sampling.interval": 2.0, "sampling.disabled": ("gpu",)}
    assert not read(file).problems


def test_a_bad_value_is_named_with_file_line_key_and_reason(file: Path) -> None:
    file.write_text('[window]\ntheme = "dark"\n\n[sampling]\n# too slow\ninterval = 99\n', encoding="utf-8")
    content = read(file)
    assert content.values == {"window.theme": "dark"}
    assert content.refused == {"sampling.interval"}
    assert str(content.problems[0]) == f"{file}, line 6: sampling.interval: 99 must be between 0.25 and 10 s"


def test_unknown_keys_and_sections_are_reported_but_do_no_harm(file: Path) -> None:
    file.write_text("[sampling]\nintervall = 2\n[future]\nx = 1\n", encoding="utf-8")
    content = read(file)
    assert [(problem.line, problem.subject, problem.unknown) for problem in content.problems] == [
        (2, "sampling.intervall", True),
        (0, "future", True),
    ]
    assert not content.refused


def test_a_section_that_is_none_refuses_all_its_options(file: Path) -> None:
    file.write_text("window = 1\n", encoding="utf-8")
    assert read(file).refused == {name for name in OPTIONS if name.startswith("window.")}
    assert reasons(file) == [(1, "window")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"[sampling\n", 1),
        (b"[a]\nx = 1\nx = 2\n", 3),
        (b'[a]\nx = "\n', 2),
        (b"[a]\nx =", 2),
        (b"\xff\xfe", 0),
        (b"\x00", 1),
    ],
)
def test_a_file_that_is_no_toml_has_one_problem_and_refuses_all(file: Path, text: bytes, line: int) -> None:
    file.write_bytes(text)
    content = read(file)
    assert [problem.line for problem in content.problems] == [line]
    assert content.refused == set(OPTIONS)
    assert file.read_bytes() == text


def test_a_byte_order_mark_is_no_error(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf[sampling]\ninterval = 2\n")
    assert read(file).values == {"sampling.interval": 2.0}


def test_a_huge_file_is_not_read(file: Path) -> None:
    file.write_bytes(b"#" * (SIZE_LIMIT + 1))
    assert "larger" in str(read(file).problems[0])


def test_deep_nesting_is_a_problem_and_no_crash(file: Path) -> None:
    file.write_text(f"x = {'[' * 20000}", encoding="utf-8")
    assert read(file).refused == set(OPTIONS)


def test_a_folder_in_its_place_is_a_problem(file: Path) -> None:
    file.mkdir()
    assert "cannot be read" in str(read(file).problems[0])
    with pytest.raises(ConfigError, match="cannot be written"):
        write(file, "window.theme", "dark")


def test_a_problem_prints_hostile_text_harmlessly() -> None:
    assert "\x1b" not in str(Problem(Path("x"), 1, "a\x1b[2J", "b"))


@given(st.binary(max_size=200))
def test_any_bytes_are_content_or_problems(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(raw)
    content = read(file)
    assert content.values or content.problems or not content.refused


def test_a_write_keeps_comments_and_unknown_keys(file: Path) -> None:
    text = '# mine\n[window]\ntheme = "light"  # at work\nfuture = 1\n[other]\nx = 1\n'
    file.write_text(text, encoding="utf-8")
    assert write(file, "window.theme", "dark") is None
    assert file.read_text(encoding="utf-8") == text.replace('"light"', '"dark"')


def test_a_new_file_is_private_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "sysmon" / "settings.toml"
    write(file, "sampling.interval", 0.5)
    assert read(file).values == {"sampling.interval": 0.5}
    assert list(file.parent.iterdir()) == [file]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_broken_file_is_kept_aside_each_time(file: Path) -> None:
    for number in (1, 2):
        broken = f"[broken {number}"
        file.write_text(broken, encoding="utf-8")
        aside = write(file, "window.theme", "dark")
        assert aside is not None
        assert aside.name == f"settings.toml.broken-{number}"
        assert aside.read_text(encoding="utf-8") == broken
        assert read(file).values == {"window.theme": "dark"}


def test_what_only_a_person_can_change_is_left_as_it_is(file: Path) -> None:
    file.write_text("window = {theme = 'dark'}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="change it in an editor"):
        write(file, "window.theme", "light")
    assert file.read_text(encoding="utf-8") == "window = {theme = 'dark'}\n"


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_link_stays_a_link(tmp_path: Path, file: Path) -> None:
    target = tmp_path / "dotfiles" / "sysmon.toml"
    target.parent.mkdir()
    target.write_text("[window]\n", encoding="utf-8")
    file.symlink_to(target)
    write(file, "window.theme", "dark")
    assert file.is_symlink()
    assert read(target).values == {"window.theme": "dark"}


def test_what_another_program_changed_meanwhile_is_kept(file: Path) -> None:
    write(file, "window.theme", "dark")
    file.write_text(file.read_text(encoding="utf-8") + "\n[log]\nlevel = 'debug'\n", encoding="utf-8")
    write(file, "window.theme", "light")
    assert read(file).values == {"window.theme": "light", "log.level": "debug"}
