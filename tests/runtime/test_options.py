from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sysmon.runtime.option import Option, Value
from sysmon.runtime.options import OPTIONS, SECTIONS, Values, render_manual
from sysmon.runtime.toml_edit import literal

REPOSITORY = Path(__file__).resolve().parents[2]
EVERY = pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)


@EVERY
def test_every_default_is_a_good_value(option: Option[Value]) -> None:
    assert option.check(option.default) == option.default


@EVERY
def test_every_option_is_explained_and_stands_in_a_known_section(option: Option[Value]) -> None:
    assert option.section in SECTIONS
    assert option.title
    assert option.text.endswith(".")


@EVERY
def test_every_default_survives_the_file_and_the_command_line(option: Option[Value]) -> None:
    assert option.check(tomllib.loads(f"x = {literal(option.default)}")["x"]) == option.default
    text = ",".join(option.default) if isinstance(option.default, tuple) else str(option.default)
    assert option.parse(text) == option.default


def test_every_section_has_an_option() -> None:
    assert {option.section for option in OPTIONS.values()} == set(SECTIONS)


def test_values_are_typed_attributes() -> None:
    values = Values({"sampling.interval": 0.25, "units.network": "bits"})
    assert values.sampling_interval == 0.25
    assert values.units_network == "bits"
    assert values.window_theme == "system"
    assert values.value("sampling.keep") == 60


def test_wrong_values_and_names_are_refused() -> None:
    with pytest.raises(ValueError, match=r"between 0\.25 and 10 s"):
        Values({"sampling.interval": 0.1})
    with pytest.raises(KeyError):
        Values({"sampling.nothing": 1})


def test_the_manual_is_current() -> None:
    committed = (REPOSITORY / "docs" / "settings.md").read_text(encoding="utf-8")
    assert committed == render_manual(), "run: sysmon config manual > docs/settings.md"
    assert all(f"`{option.key}`" in committed for option in OPTIONS.values())
