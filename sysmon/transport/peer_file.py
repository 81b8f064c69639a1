"""The list of peers on the disk: one JSON file, private, replaced whole.

Who can write this file can let machines in. So one that others can write is refused, and what it says is
checked piece by piece. Knows no context and no connection.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from sysmon import private_files
from sysmon.model.errors import ConfigError
from sysmon.model.link import Rights
from sysmon.model.peer import Peer
from sysmon.model.printable import printable
from sysmon.transport.identity import LONGEST_CERTIFICATE, id_of

log = logging.getLogger(__name__)

FILE: Final = "peers.json"
VERSION: Final = 1
LARGEST: Final = 32 << 20
MOST_PEERS: Final = 10_000
SSH_ID: Final = "ssh:"
"""How the id of a peer begins that is reached through ssh only, and has no certificate."""

Word: TypeAlias = Annotated[str, Meta(max_length=256)]
Words: TypeAlias = Annotated[tuple[Word, ...], Meta(max_length=64)]


class DamagedError(Exception):
    """The file is no list of peers. ``str()`` says why, in a few words."""


class _Entry(msgspec.Struct, omit_defaults=True):
    """A peer as it is written; see `sysmon.model.peer.Peer`."""

    id: Annotated[str, Meta(min_length=1, max_length=256)]
    name: Word
    certificate: Annotated[bytes, Meta(max_length=LONGEST_CERTIFICATE)] = b""
    addresses: Words = ()
    rights: Rights = msgspec.field(default_factory=Rights)
    watched: bool = True
    tags: Words = ()
    hub: bool = False
    added: float = 0.0


class _Document(msgspec.Struct):
    version: int
    peers: Annotated[list[_Entry], Meta(max_length=MOST_PEERS)] = []


class _Head(msgspec.Struct):
    version: int


_ENCODER: Final = msgspec.json.Encoder()


Stamp: TypeAlias = tuple[int, int, int] | None
"""What changes whenever the file is replaced; None where there is none."""


def stamp(file: Path) -> Stamp:
    """What tells whether ``file`` is still the one that was read."""
    try:
        found = file.stat()
    except OSError:
        return None
    return _stamp(found)


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_mtime_ns, found.st_size, found.st_ino


def read(file: Path, own_id: str) -> dict[str, Peer]:
    """The peers by their ids, in the order of the file; none where there is no file.

    Entries that cannot be a peer are left out and logged. Raises DamagedError, and ConfigError where the file cannot
    be read, can be written by others, or is of a later version of this program.
    """
    content = _content(file)
    if content is None:
        return {}
    try:
        version = msgspec.json.decode(content, type=_Head).version
        if version > VERSION:
            raise ConfigError(f"{file} was written by a later version of sysmon; update this one")
        document = msgspec.json.decode(content, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DamagedError(printable(str(error)[:200])) from None
    return _sound(document, own_id)


def _content(file: Path) -> bytes | None:
    try:
        with file.open("rb") as stream:
            found = os.fstat(stream.fileno())
            if os.name == "posix" and (found.st_mode & 0o022 or found.st_uid != os.geteuid()):
                raise ConfigError(
                    f"{file} can be changed by others, who could let machines in; look what it says, "
                    f"then run: chmod 600 {file}"
                )
            content = stream.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror or error}") from error
    if len(content) > LARGEST:
        raise DamagedError(f"larger than {LARGEST >> 20} MiB")
    return content


def _sound(document: _Document, own_id: str) -> dict[str, Peer]:
    peers: dict[str, Peer] = {}
    for entry in document.peers:
        peer = Peer(**msgspec.structs.asdict(entry))
        if peer.id == own_id or not is_sound(peer):
            log.warning(
                "an entry of the list of peers is left out, as its certificate does not fit: %s", printable(peer.name)
            )
            continue
        peers[peer.id] = peer
    return peers


def is_sound(peer: Peer) -> bool:
    """Whether the certificate of ``peer`` belongs to its id; for one that is reached through ssh, whether it has none."""
    if peer.id.startswith(SSH_ID):
        return not peer.certificate
    try:
        return id_of(peer.certificate) == peer.id
    except ValueError:
        return False


def write(file: Path, peers: tuple[Peer, ...]) -> Stamp:
    """Put ``peers`` in the place of what ``file`` said. Raises ConfigError; the file is then as before."""
    if len(peers) > MOST_PEERS:
        raise ConfigError(f"there are {MOST_PEERS} paired machines already; revoke one first")
    try:
        entries = [msgspec.convert(peer, _Entry, from_attributes=True) for peer in peers]
    except msgspec.ValidationError as error:
        raise ConfigError(f"what is known of a machine is too long: {error}") from error
    lines = b",\n".join(map(_ENCODER.encode, entries))  # one peer a line, for people who look
    content = b'{"version": %d, "peers": [\n%b\n]}\n' % (VERSION, lines)
    try:
        return _stamp(private_files.replace(file, content))
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror or error}") from error


def keep_aside(file: Path) -> Path:
    """Move a damaged file away; where it is now. Raises ConfigError."""
    try:
        return private_files.keep_aside(file)
    except OSError as error:
        raise ConfigError(f"{file} is damaged and cannot be moved aside: {error.strerror or error}") from error
