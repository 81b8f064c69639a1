"""The list of peers decides who comes through the handshake, at each moment, over real TLS."""

from __future__ import annotations

import datetime as dt
import gc
import logging
import os
import socket
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from sysmon.model.errors import AuthRefused, ConfigError
from sysmon.model.link import Reason
from sysmon.model.peer import Peer
from sysmon.transport.failures import of_securing
from sysmon.transport.identity import Identity
from sysmon.transport.trust import TrustBook
from tests.transport.machines import as_peer, book, identity, paired
from tests.transport.tls_sockets import TlsServer


def bare_client(of: Identity | None = None) -> ssl.SSLContext:
    """A client that takes every server, and shows the certificate of ``of``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if of is not None:
        context.load_cert_chain(of.file)
    return context


def refusal(server: TlsServer, context: ssl.SSLContext, session: ssl.SSLSession | None = None) -> Reason:
    with pytest.raises(ssl.SSLError) as caught:
        server.call(context, session)
    return of_securing(caught.value).reason


def test_two_that_know_each_other_meet(tmp_path: Path) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    peer = desk.get(atlas.identity.id)
    assert peer is not None
    with TlsServer(atlas.server_context()) as server:
        seen = server.call(desk.client_context(peer))
    assert seen.version == "TLSv1.3"
    assert seen.certificate == atlas.identity.certificate
    assert server.visits[0].certificate == desk.identity.certificate
    known = atlas.by_certificate(server.visits[0].certificate)
    assert known is not None
    assert known.name == "desk"


def test_who_shows_nothing_is_a_stranger(tmp_path: Path) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    with TlsServer(atlas.server_context()) as server:
        seen = server.call(desk.pairing_client_context())
    assert seen.certificate == atlas.identity.certificate
    assert server.visits[0].certificate == b""
    assert atlas.by_certificate(b"") is None


def test_an_unknown_certificate_is_turned_away(tmp_path: Path) -> None:
    _, atlas = paired(tmp_path, "desk", "atlas")
    with TlsServer(atlas.server_context()) as server:
        assert refusal(server, bare_client(identity(tmp_path, "other"))) is Reason.NOT_PAIRED
        assert isinstance(server.visits[0].error, ssl.SSLError)


def test_another_machine_in_the_place_of_the_peer(tmp_path: Path) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    thief = book(tmp_path, "thief")
    thief.put(as_peer(desk.identity, "desk"))
    with TlsServer(thief.server_context()) as server:
        assert refusal(server, desk.client_context(as_peer(atlas.identity, "atlas"))) is Reason.WRONG_PIN
        # Also one that is paired as well is not the one that was dialled.
        desk.put(as_peer(thief.identity, "thief"))
        assert refusal(server, desk.client_context(as_peer(atlas.identity, "atlas"))) is Reason.WRONG_PIN
        assert server.call(desk.client_context(as_peer(thief.identity, "thief")))


def test_what_is_no_tls_is_no_wrong_pin(tmp_path: Path) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    with socket.create_server(("127.0.0.1", 0)) as server:
        raw = socket.create_connection(server.getsockname(), 5)
        other, _ = server.accept()
        other.sendall(b"SSH-2.0-OpenSSH\r\n" * 4)
        with other, raw, pytest.raises(ssl.SSLError) as caught:
            desk.client_context(as_peer(atlas.identity, "atlas")).wrap_socket(raw)
    assert of_securing(caught.value).reason is Reason.NOT_SYSMON


def test_a_peer_that_comes_later_is_let_in_by_the_same_listener(tmp_path: Path) -> None:
    desk, atlas, late = (book(tmp_path, name) for name in ("desk", "atlas", "late"))
    with TlsServer(atlas.server_context()) as server:
        for number, visitor in enumerate((desk, late), 1):
            client = visitor.client_context(as_peer(atlas.identity, "atlas"))
            assert refusal(server, client) is Reason.NOT_PAIRED
            atlas.put(as_peer(visitor.identity, str(number)))
            assert server.call(client)


@pytest.mark.parametrize("name", ["sysmon.invalid", None], ids=["with a name", "without"])
def test_a_peer_that_was_removed_is_turned_away_by_the_same_listener(name: str | None, tmp_path: Path) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    other = identity(tmp_path, "other")
    atlas.put(as_peer(other, "other"))
    with TlsServer(atlas.server_context()) as server:
        client = desk.client_context(as_peer(atlas.identity, "atlas"))
        assert server.call(client, name=name)
        gone = atlas.remove(desk.identity.id)
        assert gone is not None
        assert gone.name == "desk"
        with pytest.raises(ssl.SSLError) as caught:
            server.call(client, name=name)
        assert of_securing(caught.value).reason is Reason.NOT_PAIRED
        assert server.call(bare_client(other), name=name)


def test_a_ticket_does_not_outlive_the_removal(tmp_path: Path) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    with TlsServer(atlas.server_context()) as server:
        client = desk.client_context(as_peer(atlas.identity, "atlas"))
        session = server.call(client).session
        assert session is None or not session.has_ticket
        atlas.remove(desk.identity.id)
        assert refusal(server, client, session if session and session.has_ticket else None) is Reason.NOT_PAIRED
    assert not any(visit.resumed for visit in server.visits)


def test_with_tickets_the_hole_would_be_there(tmp_path: Path) -> None:
    """The test above would find it: the same server, but for tickets, lets a removed peer resume."""
    desk, atlas = paired(tmp_path, "desk", "atlas")
    context = atlas.server_context()
    context.num_tickets = 2
    with TlsServer(context) as server:
        client = desk.client_context(as_peer(atlas.identity, "atlas"))
        session = server.call(client).session
        assert session is not None
        assert session.has_ticket
        atlas.remove(desk.identity.id)
        assert server.call(client, session)
    assert server.visits[-1].resumed


def test_tls_12_is_not_spoken(tmp_path: Path) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    old = bare_client(desk.identity)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with TlsServer(atlas.server_context()) as server:
        assert refusal(server, old) is Reason.TLS_FAILED
    peer = as_peer(atlas.identity, "atlas")
    for context in (desk.client_context(peer), desk.pairing_client_context(), atlas.server_context()):
        assert context.minimum_version is ssl.TLSVersion.TLSv1_3


def test_a_clock_that_is_off_locks_nobody_out(tmp_path: Path) -> None:
    """The certificate of a machine whose clock is a year ahead is not valid yet, as far as we know the time."""
    atlas, early = book(tmp_path, "atlas"), identity(tmp_path, "early")
    loaded = x509.load_der_x509_certificate(early.certificate)
    year = dt.datetime.now(dt.UTC) + dt.timedelta(days=365)
    builder = x509.CertificateBuilder(loaded.subject, loaded.subject, early.key.public_key(), 1)
    later = builder.not_valid_before(year).not_valid_after(year + dt.timedelta(days=1)).sign(early.key, hashes.SHA256())
    key = early.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    early.file.write_bytes(key + later.public_bytes(serialization.Encoding.PEM))
    atlas.put(Peer(early.id, "early", later.public_bytes(serialization.Encoding.DER)))
    with TlsServer(atlas.server_context()) as server:
        assert server.call(bare_client(early))


def test_a_peer_cannot_let_in_others(tmp_path: Path) -> None:
    """A certificate that the peer's key signed is not the peer's."""
    desk, atlas = paired(tmp_path, "desk", "atlas")
    other = identity(tmp_path, "other")
    subject = x509.load_der_x509_certificate(other.certificate).subject
    issuer = x509.load_der_x509_certificate(desk.identity.certificate).subject
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(issuer, subject, other.key.public_key(), 1, now, now + dt.timedelta(days=1))
    signed = builder.sign(desk.identity.key, hashes.SHA256())
    key = other.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    other.file.write_bytes(key + signed.public_bytes(serialization.Encoding.PEM))
    with TlsServer(atlas.server_context()) as server:
        assert refusal(server, bare_client(other)) is Reason.NOT_PAIRED


def test_many_peers_are_told_apart(tmp_path: Path) -> None:
    atlas = book(tmp_path, "atlas")
    others = [identity(tmp_path, f"m{number}") for number in range(40)]
    for number, other in enumerate(others):
        atlas.put(as_peer(other, str(number)))
    with TlsServer(atlas.server_context()) as server:
        for other in others[::13]:
            assert server.call(bare_client(other))
        atlas.remove(others[0].id)
        assert refusal(server, bare_client(others[0])) is Reason.NOT_PAIRED
        assert server.call(bare_client(others[1]))
        assert [visit.certificate for visit in server.visits][-1] == others[1].certificate


def test_contexts_are_shared(tmp_path: Path) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    peer = as_peer(atlas.identity, "atlas")
    desk.client_context(peer)
    gc.collect()
    before = sum(isinstance(found, ssl.SSLContext) for found in gc.get_objects())
    kept = [desk.client_context(peer) for _ in range(100)]
    kept += [context() for context in (desk.server_context, desk.pairing_client_context) for _ in range(100)]
    assert sum(isinstance(found, ssl.SSLContext) for found in gc.get_objects()) <= before + 3
    desk.remove(peer.id)
    assert desk.client_context(peer) is not kept[0]


def test_another_program_may_change_the_list(tmp_path: Path) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    told: list[tuple[str, ...]] = []
    leave = atlas.on_change(lambda: told.append(tuple(peer.name for peer in atlas.peers())))
    command = TrustBook(atlas.file.parent, atlas.identity)
    with TlsServer(atlas.server_context()) as server:
        client = desk.client_context(as_peer(atlas.identity, "atlas"))
        assert server.call(client)
        command.remove(desk.identity.id)
        assert refusal(server, client) is Reason.NOT_PAIRED
    assert told == [()]
    command.put(as_peer(identity(tmp_path, "x"), "x"))
    atlas.put(as_peer(identity(tmp_path, "y"), "y"))
    leave()
    leave()
    atlas.put(as_peer(identity(tmp_path, "z"), "z"))
    assert told[-1] == ("x", "y")
    command.refresh()
    assert [peer.name for peer in command.peers()] == ["x", "y", "z"]


def test_what_another_program_spoilt_changes_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    atlas.file.write_text("{")
    with caplog.at_level(logging.WARNING):
        atlas.refresh()
        atlas.refresh()
    assert len(caplog.records) == 1
    assert "not used" in atlas.trouble
    assert atlas.get(desk.identity.id)
    atlas.put(as_peer(identity(tmp_path, "x"), "x"))
    assert [peer.name for peer in book(tmp_path, "atlas").peers()] == ["desk", "x"]


def test_a_damaged_list_is_kept_aside_and_said(tmp_path: Path) -> None:
    _, atlas = paired(tmp_path, "desk", "atlas")
    atlas.file.write_text("{")
    again = book(tmp_path, "atlas")
    assert again.peers() == ()
    aside = atlas.file.with_name("peers.json.broken-1")
    assert str(aside) in again.trouble
    assert aside.read_text() == "{"


def test_nobody_pairs_with_itself_or_under_a_false_id(tmp_path: Path) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    with pytest.raises(AuthRefused) as caught:
        desk.put(as_peer(desk.identity, "me"))
    assert caught.value.reason is Reason.SELF
    with pytest.raises(AuthRefused) as caught:
        desk.put(Peer(atlas.identity.id, "false", identity(tmp_path, "x").certificate))
    assert caught.value.reason is Reason.WRONG_PIN
    assert len(desk.peers()) == 1


def test_where_the_disk_is_full_nobody_comes_in_and_who_was_removed_stays_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    other = as_peer(identity(tmp_path, "other"), "other")
    client = desk.client_context(as_peer(atlas.identity, "atlas"))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space"):
        atlas.put(other)
    assert atlas.get(other.id) is None
    with pytest.raises(ConfigError, match="until this program ends"):
        atlas.remove(desk.identity.id)
    with TlsServer(atlas.server_context()) as server:
        assert refusal(server, client) is Reason.NOT_PAIRED
    assert atlas.remove(desk.identity.id) is None


def test_a_key_that_vanished_lets_nobody_in_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    desk, atlas = paired(tmp_path, "desk", "atlas")
    client = desk.client_context(as_peer(atlas.identity, "atlas"))
    context = atlas.server_context()
    atlas.identity.file.unlink()
    atlas.put(as_peer(identity(tmp_path, "other"), "other"))
    atlas.remove(identity(tmp_path, "other").id)
    with TlsServer(context) as server, caplog.at_level(logging.ERROR):
        assert refusal(server, client) is Reason.TLS_FAILED
    assert "nobody can be let in" in caplog.text
    with pytest.raises(AuthRefused) as caught:
        TrustBook(tmp_path / "elsewhere", atlas.identity).server_context()
    assert caught.value.reason is Reason.NO_KEY
