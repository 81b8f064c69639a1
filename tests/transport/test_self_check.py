from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from sysmon.transport import self_check
from sysmon.transport.identity import load_or_create
from sysmon.transport.self_check import SelfCheckFailed, check_discovery, check_trust
from sysmon.transport.trust import TrustBook


def test_two_machines_in_memory_pair_andshake_hands(tmp_path: Path) -> None:
    assert "TLSv1.3 with pins on both sides" in check_trust(tmp_path)


async def test_discovery_is_loaded_and_says_how_it_went() -> None:
    assert await check_discovery()


def test_a_stranger_is_not_taken_for_a_peer(tmp_path: Path) -> None:
    here, there = load_or_create(tmp_path / "here"), load_or_create(tmp_path / "there")
    context = TrustBook(tmp_path / "there", there).pairing_client_context()
    with pytest.raises(SelfCheckFailed, match="secured connection"):
        self_check.shake_hands(context, TrustBook(tmp_path / "here", here))


def test_a_pairing_that_cannot_be_proved_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forged(certificate: bytes, content: bytes, signature: bytes) -> bool:
        return False

    monkeypatch.setattr(self_check, "proves", forged)
    with pytest.raises(SelfCheckFailed, match="could not be paired"):
        check_trust(tmp_path)


def test_a_key_that_cannot_be_loaded_fails(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir(mode=0o700)
    (tmp_path / "here" / "identity.pem").write_text("nonsense", encoding="utf-8")
    (tmp_path / "here" / "identity.pem").chmod(0o600)
    with pytest.raises(Exception, match=r"identity\.pem") as caught:
        check_trust(tmp_path)
    assert not isinstance(caught.value, ssl.SSLError)
