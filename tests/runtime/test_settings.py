from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sysmon.model.errors import ConfigError
from sysmon.runtime.option import Value
from sysmon.runtime.settings import Settings, declared, parsed


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


class Heard(list[tuple[str, Value]]):
    def __call__(self, name: str, value: Value) -> None:
        self.append((name, value))


def test_defaults_without_a_file() -> None:
    settings = Settings()
    assert settings.sampling_interval == 1.0
    assert settings.file is None
    assert settings.set("window.theme", "dark") is None
    assert settings.window_theme == "dark"


def test_the_file_wins_over_defaults_and_the_command_line_over_the_file(file: Path) -> None:
    file.write_text('[sampling]\ninterval = 2\n[window]\ntheme = "light"\n', encoding="utf-8")
    settings = Settings(file, {"window.theme": "dark"})
    assert settings.sampling_interval == 2.0
    assert settings.window_theme == "dark"
    settings.reload()
    assert settings.window_theme == "dark"


def test_a_change_is_saved_and_told_once(file: Path) -> None:
    settings, heard = Settings(file), Heard()
    settings.on_change(heard)
    settings.set("sampling.interval", 0.5)
    settings.set("sampling.interval", 0.5)
    assert heard == [("sampling.interval", 0.5)]
    assert Settings(file).sampling_interval == 0.5


def test_a_change_by_hand_wins_over_the_command_line_from_then_on(file: Path) -> None:
    settings = Settings(file, {"window.theme": "dark"})
    settings.set("window.theme", "light")
    settings.reload()
    assert settings.window_theme == "light"


@pytest.mark.parametrize("value", ["pink", 3, None, ["dark"]])
def test_a_bad_value_keeps_the_old_one(file: Path, value: object) -> None:
    settings, heard = Settings(file), Heard()
    settings.set("window.theme", "dark")
    settings.on_change(heard)
    with pytest.raises(ConfigError, match=r"window\.theme"):
        settings.set("window.theme", value)
    assert settings.window_theme == "dark"
    assert Settings(file).window_theme == "dark"
    assert not heard


def test_an_unknown_name_is_refused_with_a_suggestion() -> None:
    with pytest.raises(ConfigError, match=r"did you mean window\.theme"):
        Settings().set("window.thme", "dark")
    with pytest.raises(ConfigError, match="config show"):
        declared("zzz")
    with pytest.raises(ConfigError):
        Settings(None, {"nothing": 1})


def test_reload_tells_what_changed_and_keeps_values_that_became_wrong(file: Path) -> None:
    file.write_text('[sampling]\ninterval = 2\n[window]\ntheme = "light"\n', encoding="utf-8")
    settings, heard = Settings(file), Heard()
    settings.on_change(heard)
    file.write_text('[sampling]\ninterval = 99\n[log]\nlevel = "debug"\n', encoding="utf-8")
    problems = settings.reload()
    assert [problem.subject for problem in problems] == ["sampling.interval"]
    assert settings.sampling_interval == 2.0
    assert heard == [("window.theme", "system"), ("log.level", "debug")]


def test_reload_of_a_broken_file_keeps_everything(file: Path) -> None:
    file.write_text("[sampling]\ninterval = 2\n", encoding="utf-8")
    settings = Settings(file)
    file.write_text("[samp", encoding="utf-8")
    assert len(settings.reload()) == 1
    assert settings.sampling_interval == 2.0
    file.unlink()
    assert not settings.reload()
    assert settings.sampling_interval == 1.0


def test_a_broken_file_is_kept_aside_when_something_is_saved(file: Path) -> None:
    file.write_text("[samp", encoding="utf-8")
    settings = Settings(file)
    assert settings.problems
    aside = settings.set("window.theme", "dark")
    assert aside is not None
    assert aside.read_text(encoding="utf-8") == "[samp"


def test_what_cannot_be_saved_is_in_force_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be", encoding="utf-8")
    settings, heard = Settings(tmp_path / "blocked" / "settings.toml"), Heard()
    settings.on_change(heard)
    with pytest.raises(ConfigError, match="cannot be written"):
        settings.set("window.theme", "dark")
    assert settings.window_theme == "dark"
    assert heard == [("window.theme", "dark")]


def test_who_left_hears_no_more() -> None:
    settings, heard = Settings(), Heard()
    leave = settings.on_change(heard)
    leave()
    leave()
    settings.set("window.theme", "dark")
    assert not heard


def test_threads_do_not_lose_each_others_keys(file: Path) -> None:
    settings = Settings(file)
    names = ["window.close_to_tray", "processes.kernel", "window.start_hidden", "window.single_instance"]

    def flip(name: str) -> None:
        for number in range(6):
            settings.set(name, number % 2 == 0)

    threads = [threading.Thread(target=flip, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = Settings(file)
    assert not again.problems
    assert [again.value(name) for name in names] == [False] * 4


def test_words_are_parsed_with_the_reason() -> None:
    assert parsed("sampling.interval", "0.5") == 0.5
    with pytest.raises(ConfigError, match=r"sampling\.interval: 'x' must be between"):
        parsed("sampling.interval", "x")
