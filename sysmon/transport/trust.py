"""Whom this machine knows: the list of peers on the disk, and the TLS contexts that let in exactly those.

A peer is let in by its certificate alone, which is pinned: no authority, no name, no date counts. What was
removed is refused from the next handshake on, without a new listener. Knows no socket and no link.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sysmon.model.errors import AuthRefused, ConfigError
from sysmon.model.link import Reason
from sysmon.model.peer import Peer
from sysmon.model.printable import printable
from sysmon.transport import peer_file
from sysmon.transport.identity import Identity

log = logging.getLogger(__name__)

NO_CHECK_TIME: Final = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME (openssl/x509_vfy.h), which Python does not name: a clock that is off by a year locks nobody out."""


class TrustBook:
    """The peers of one user. Reading is safe on any thread; changes are made on the engine's loop."""

    def __init__(self, folder: Path, identity: Identity) -> None:
        """Reads the list in ``folder``. A damaged one is moved aside, and `trouble` says so.

        Raises ConfigError where the list cannot be read, can be changed by others, or is of a later version.
        """
        self.identity = identity
        self.file = folder / peer_file.FILE
        self.trouble = ""
        """What is wrong with the list; a sentence."""
        self._listeners: list[Callable[[], None]] = []
        self._peers: MappingProxyType[str, Peer] = MappingProxyType({})
        self._by_certificate: dict[bytes, Peer] = {}
        self._clients: dict[str, ssl.SSLContext] = {}
        self._pairing: ssl.SSLContext | None = None
        self._listening: ssl.SSLContext | None = None
        self._pinned: ssl.SSLContext | None = None
        self._seen = peer_file.stamp(self.file)
        try:
            self._take(peer_file.read(self.file, identity.id))
        except peer_file.DamagedError as error:
            aside = peer_file.keep_aside(self.file)
            self.trouble = f"The list of paired machines was damaged ({error}) and is kept as {aside}."
            log.warning("%s", self.trouble)

    # The list

    def peers(self) -> tuple[Peer, ...]:
        """All peers, in the order in which they came."""
        return tuple(self._peers.values())

    def get(self, peer: str) -> Peer | None:
        """The peer with that id."""
        return self._peers.get(peer)

    def by_certificate(self, certificate: bytes) -> Peer | None:
        """The peer that owns ``certificate`` (DER)."""
        return self._by_certificate.get(certificate) if certificate else None

    def put(self, peer: Peer) -> None:
        """Let ``peer`` in, or change what is known of it. It is on the disk afterwards.

        Raises `AuthRefused` for this machine itself and for a certificate that does not belong to the id, ConfigError
        where the list cannot be written; nothing has changed then.
        """
        if peer.id == self.identity.id:
            raise AuthRefused(Reason.SELF, printable(peer.name))
        if not peer_file.is_sound(peer):
            raise AuthRefused(Reason.WRONG_PIN, printable(peer.name))
        self.refresh()
        changed = {**self._peers, peer.id: peer}
        self._seen = peer_file.write(self.file, tuple(changed.values()))
        self._take(changed)
        self._tell()

    def remove(self, peer: str) -> Peer | None:
        """Let ``peer`` (its id) in no longer; answers what was known of it.

        It is refused from now on, also where the list cannot be written: then raises ConfigError, and says for how long.
        """
        self.refresh()
        changed = dict(self._peers)
        gone = changed.pop(peer, None)
        if gone is None:
            return None
        self._take(changed)
        try:
            self._seen = peer_file.write(self.file, tuple(changed.values()))
        except ConfigError as error:
            raise ConfigError(f"{printable(gone.name)} is refused until this program ends. {error}") from error
        finally:
            self._tell()
        return gone

    def refresh(self) -> None:
        """Look whether another program changed the list, and take it over. Costs one look at the file."""
        stamp = peer_file.stamp(self.file)
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            found = peer_file.read(self.file, self.identity.id)
        except (ConfigError, peer_file.DamagedError) as error:
            self.trouble = f"The list of paired machines was changed by something else and is not used: {error}."
            log.warning("%s", self.trouble)
            return
        self.trouble = ""
        self._take(found)
        self._tell()

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` whenever a peer came, changed or went; the result ends that."""
        self._listeners.append(listener)

        def leave() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return leave

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def _take(self, peers: dict[str, Peer]) -> None:
        before, after = self._by_certificate, {peer.certificate: peer for peer in peers.values() if peer.certificate}
        self._by_certificate = after
        self._peers = MappingProxyType(peers)
        for peer in [peer for peer in self._clients if peer not in peers or peers[peer].certificate not in before]:
            del self._clients[peer]
        if before.keys() - after.keys():
            self._pinned = None  # a certificate cannot be taken out of a context
        elif self._pinned is not None:
            _pin(self._pinned, *(after.keys() - before.keys()))

    # The contexts

    def server_context(self) -> ssl.SSLContext:
        """For those who dial here; one for all listeners.

        Who shows no certificate comes in as a stranger, who shows that of a peer is known, who shows another is turned
        away within the handshake. Raises `AuthRefused` with `Reason.NO_KEY`.
        """
        if self._listening is None:
            self._pinned = self._with_all_pins()
            self._listening = self._server()
            self._listening.sni_callback = self._choose
        return self._listening

    def _with_all_pins(self) -> ssl.SSLContext:
        """OpenSSL takes 0.15 ms a peer, and more of many: 0.8 s for two thousand, felt when one of them is removed."""
        pinned = self._server()
        _pin(pinned, *self._by_certificate)
        return pinned

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> int | None:
        """Called in each handshake, also without a name: who counts as known is decided now."""
        try:
            self.refresh()
            if self._pinned is None:
                self._pinned = self._with_all_pins()
            connection.context = self._pinned
        except AuthRefused as error:
            log.error("nobody can be let in: %s", error)
            return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
        return None

    def client_context(self, peer: Peer) -> ssl.SSLContext:
        """For dialling ``peer``, whose certificate is the only one that is taken. Raises `AuthRefused`, as above."""
        known = self._clients.get(peer.id)
        if known is None or self.by_certificate(peer.certificate) is None:
            known = self._client()
            self._show_ours(known)
            _pin(known, peer.certificate)
            if self.by_certificate(peer.certificate) is not None:
                self._clients[peer.id] = known
        return known

    def pairing_client_context(self) -> ssl.SSLContext:
        """For dialling a machine that is not known yet: takes every certificate, which is looked at afterwards, and
        shows none, as an unknown one would be turned away."""
        if self._pairing is None:
            self._pairing = self._client()
            self._pairing.verify_mode = ssl.CERT_NONE
        return self._pairing

    def _client(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        return _strict(context)

    def _server(self) -> ssl.SSLContext:
        context = _strict(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        context.verify_mode = ssl.CERT_OPTIONAL
        # A resumed session is not verified again: a peer that was removed would come in with its ticket.
        context.num_tickets = 0
        self._show_ours(context)
        return context

    def _show_ours(self, context: ssl.SSLContext) -> None:
        try:
            context.load_cert_chain(self.identity.file)
        except OSError as error:  # also ssl.SSLError
            text = f"The key file {self.identity.file} cannot be used: {error.strerror or error}."
            raise AuthRefused(Reason.NO_KEY, text=text) from error


def _strict(context: ssl.SSLContext) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    return context


def _pin(context: ssl.SSLContext, *certificates: bytes) -> None:
    for certificate in certificates:
        try:
            context.load_verify_locations(cadata=certificate)
        except ssl.SSLError as error:
            # One that OpenSSL reads otherwise than we do shuts out its owner, and nobody else.
            log.warning("a pinned certificate is not usable: %s", error)
