"""Machines for the tests of trust: each with a folder, an identity and a list of peers of its own."""

from __future__ import annotations

from pathlib import Path

from sysmon.model.peer import Peer
from sysmon.transport.identity import Identity, load_or_create
from sysmon.transport.trust import TrustBook


def identity(folder: Path, name: str) -> Identity:
    return load_or_create(folder / name)


def book(folder: Path, name: str) -> TrustBook:
    """The list of the machine ``name``, whose files lie below ``folder``."""
    return TrustBook(folder / name, identity(folder, name))


def as_peer(of: Identity, name: str, **more: object) -> Peer:
    return Peer(of.id, name, of.certificate, **more)


def paired(folder: Path, one: str, two: str) -> tuple[TrustBook, TrustBook]:
    """Two machines that know each other."""
    first, second = book(folder, one), book(folder, two)
    first.put(as_peer(second.identity, two))
    second.put(as_peer(first.identity, one))
    return first, second
