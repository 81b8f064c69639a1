"""The list of peers comes back as it was written; nothing else becomes a peer."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import ConfigError
from sysmon.model.link import Rights
from sysmon.model.peer import Peer
from sysmon.transport.peer_file import FILE, LARGEST, MOST_PEERS, DamagedError, is_sound, keep_aside, read, stamp, write
from tests.transport.machines import as_peer, identity


def ssh(number: int = 1, name: str = "s") -> Peer:
    return Peer(f"ssh:user@host{number}", name, addresses=(f"ssh://user@host{number}",))


def test_everything_comes_back(tmp_path: Path) -> None:
    peer = as_peer(
        identity(tmp_path, "a"),
        "Ärger\n",
        addresses=("atlas:7717", "[fd00::1]:7717"),
        rights=Rights(processes=False, commands=True),
        watched=False,
        tags=("rack 1", "build"),
        hub=True,
        added=1e9,
    )
    file = tmp_path / "new" / FILE
    said = write(file, (peer, ssh()))
    assert read(file, "me") == {peer.id: peer, ssh().id: ssh()}
    assert said == stamp(file)
    assert list(read(file, "me")) == [peer.id, ssh().id]
    assert write(file, ()) != said
    assert read(file, "me") == {}


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / FILE, "me") == {}
    assert stamp(tmp_path / FILE) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"version": "1"}',
        b'{"version": 1, "peers": [{"id": 7}]}',
        b'{"version": 1, "peers": [{"id": "", "name": ""}]}',
        b'{"version": 1, "peers": [{"id": "x", "name": "y", "certificate": "!"}]}',
        b'{"version": 1, "peers": ' + b"[" * 100_000,
        b'{"version": 1, "peers": [',
        b'{"version": 1, "peers": [{"id": "x", "name": "' + b"n" * 300 + b'"}]}',
    ],
)
def test_what_is_no_list_is_damaged(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(content)
    (tmp_path / FILE).chmod(0o600)
    with pytest.raises(DamagedError):
        read(tmp_path / FILE, "me")


@given(noise=st.binary(max_size=200))
def test_any_bytes_are_a_list_or_damaged(noise: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("noise") / FILE
    file.write_bytes(noise)
    file.chmod(0o600)
    with pytest.raises(DamagedError):
        read(file, "me")


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.touch(0o600)
    os.truncate(file, LARGEST + 1)
    with pytest.raises(DamagedError, match="larger"):
        read(file, "me")


def test_an_entry_that_lies_is_left_out_and_the_others_stay(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    one, two = identity(tmp_path, "a"), identity(tmp_path, "b")
    liar = Peer(one.id, "liar\x1b[31m", two.certificate)
    empty = Peer(two.id, "empty")
    armed = Peer("ssh:x", "armed", one.certificate)
    write(tmp_path / FILE, (liar, empty, armed, as_peer(two, "me"), ssh()))
    with caplog.at_level(logging.WARNING):
        assert list(read(tmp_path / FILE, two.id)) == [ssh().id]
    assert len(caplog.records) == 4
    assert "\x1b" not in caplog.text
    assert not is_sound(liar)


def test_a_later_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.write_text(json.dumps({"version": 2, "peers": {"another": "shape"}}))
    file.chmod(0o600)
    with pytest.raises(ConfigError, match="later version"):
        read(file, "me")


def test_fields_of_a_later_version_are_skipped(tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.write_text(json.dumps({"version": 1, "x": 1, "peers": [{"id": "ssh:a", "name": "a", "new": [1]}]}))
    file.chmod(0o600)
    assert read(file, "me") == {"ssh:a": Peer("ssh:a", "a")}


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_list_that_others_can_change_lets_nobody_in(mode: int, tmp_path: Path) -> None:
    write(tmp_path / FILE, (ssh(),))
    (tmp_path / FILE).chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        read(tmp_path / FILE, "me")


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    for attempt in (lambda: read(tmp_path / FILE, "me"), lambda: write(tmp_path / FILE, ())):
        with pytest.raises(ConfigError, match=FILE):
            attempt()
    with pytest.raises(ConfigError, match="moved aside"):
        keep_aside(tmp_path / "nothing")


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    write(tmp_path / FILE, (ssh(),))
    with pytest.raises(ConfigError, match="too long"):
        write(tmp_path / FILE, (ssh(name="n" * 257),))
    with pytest.raises(ConfigError, match="revoke one"):
        write(tmp_path / FILE, tuple(ssh(number) for number in range(MOST_PEERS + 1)))
    assert read(tmp_path / FILE, "me") == {ssh().id: ssh()}
