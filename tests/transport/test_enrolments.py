"""An enrolment file lets in as many machines as it says, until it says, also after a restart."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sysmon.model.errors import ConfigError
from sysmon.protocol.pairing import Secret
from sysmon.transport.enrolments import FILE, MOST, Enrolments


class Clock:
    time = 1e9

    def __call__(self) -> float:
        return self.time


def test_uses_and_time_run_out(tmp_path: Path) -> None:
    clock = Clock()
    kept = Enrolments(tmp_path, clock)
    assert not kept.any()
    made = kept.make(2, 3600.0)
    secret = Secret.of_token(made.token)
    assert (made.uses, made.until) == (2, clock.time + 3600.0)
    assert kept.find(secret.slot) == secret
    kept.use(secret.slot)
    again = Enrolments(tmp_path, clock)
    assert again.find(secret.slot) == secret
    clock.time += 3600.0
    assert again.find(secret.slot) is None
    assert not again.any()
    clock.time -= 1.0
    again.use(secret.slot)
    assert again.find(secret.slot) is None
    again.use(secret.slot)
    assert Enrolments(tmp_path, clock).find(secret.slot) is None


def test_what_is_withdrawn_is_void(tmp_path: Path) -> None:
    kept = Enrolments(tmp_path, Clock())
    slots = [Secret.of_token(kept.make(1, 60.0).token).slot for _ in range(3)]
    assert kept.withdraw() == 3
    assert not [slot for slot in slots if kept.find(slot) or Enrolments(tmp_path, Clock()).find(slot)]


@pytest.mark.parametrize(
    ("uses", "life"), [(0, 60.0), (-1, 60.0), (10_001, 60.0), (1, 0.0), (1, 1e9), (1, float("nan"))]
)
def test_senseless_ones_are_not_made(uses: int, life: float, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="90 days"):
        Enrolments(tmp_path, Clock()).make(uses, life)


def test_there_is_an_end_to_them(tmp_path: Path) -> None:
    kept = Enrolments(tmp_path, Clock())
    for _ in range(MOST):
        kept.make(1, 60.0)
    with pytest.raises(ConfigError, match="already"):
        kept.make(1, 60.0)


@pytest.mark.parametrize("content", [b"", b"{", b"[{}]", b'[{"token": "", "until": 1, "uses": 1}]', b"\xff"])
def test_a_damaged_list_makes_nothing_valid(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert not Enrolments(tmp_path, Clock()).any()


def test_a_use_that_cannot_be_written_down_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Enrolments(tmp_path, Clock())
    slot = Secret.of_token(kept.make(1, 60.0).token).slot

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space"):
        kept.use(slot)
    with pytest.raises(ConfigError, match="No space"):
        kept.withdraw()
    assert not kept.any()
