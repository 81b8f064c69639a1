"""Who this machine is: a key and a certificate made at the first start and kept from then on.

Both stand in one file, which appears whole or not at all; so two programs that start at once end up with
one identity. A key that cannot be used is an error for the user and never a reason to make another
one: every paired machine would have to be paired again. Knows no peer.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sysmon.model.errors import AuthRefused
from sysmon.model.link import Reason
from sysmon.private_files import create, private_folder

FILE: Final = "identity.pem"
LARGEST: Final = 64 << 10
"""Bytes of the file; it has about 800."""
LONGEST_CERTIFICATE: Final = 2048
"""Bytes in DER; ours has about 400."""
_DNS_NAME: Final = "sysmon.invalid"
"""What stands in the certificate: a name that leads nowhere (RFC 6761), as peers are known by their keys."""


@dataclass(frozen=True, slots=True)
class Identity:
    """This machine towards others."""

    id: str
    """52 characters: base32 in lower case, without padding, of the SHA-256 over the SubjectPublicKeyInfo."""
    certificate: bytes
    """DER."""
    file: Path
    """Key and certificate in PEM, as `ssl.SSLContext.load_cert_chain` takes them."""
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    def sign(self, content: bytes) -> bytes:
        """Proof that this machine has the key of its certificate (ECDSA, SHA-256, DER)."""
        return self.key.sign(content, ec.ECDSA(hashes.SHA256()))


def load_or_create(folder: Path) -> Identity:
    """The identity that ``folder`` keeps; at the first start it is made there.

    The folder gets mode 0700, the file has 0600. Raises `AuthRefused` with `Reason.NO_KEY` where the file cannot
    be read or made, is damaged, or can be read by others.
    """
    file = folder / FILE
    try:
        private_folder(folder)
        _close_to_others(folder)
        content = _read(file)
        if content is None:
            # Another program that was quicker has made the identity that counts.
            with contextlib.suppress(FileExistsError):
                create(file, _new())
            content = _read(file)
    except OSError as error:
        raise _refused(f"The key file {file} cannot be used: {error.strerror or error}.") from error
    if content is None:
        raise _refused(f"The key file {file} vanished while it was read.")
    return _identity(file, content)


def _refused(text: str) -> AuthRefused:
    return AuthRefused(Reason.NO_KEY, text=text)


def _close_to_others(folder: Path) -> None:
    if os.name != "posix":
        return
    found = folder.stat()
    if found.st_uid != os.geteuid():
        raise _refused(f"The folder {folder} belongs to another user, who could exchange the key in it.")
    if found.st_mode & 0o077:
        folder.chmod(0o700)


def _read(file: Path) -> bytes | None:
    """The content of the file; None where there is none. Raises OSError, and AuthRefused where others may read it."""
    # A pipe in the place of the file would hold us up for ever without O_NONBLOCK.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(file, flags)
    except FileNotFoundError:
        if file.is_symlink():
            raise _refused(f"The key file {file} is a link that leads nowhere.") from None
        return None
    with os.fdopen(descriptor, "rb") as stream:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise _refused(f"The key file {file} is no file.")
        if os.name == "posix":
            _check_owner(file, found)
        return stream.read(LARGEST + 1)


def _check_owner(file: Path, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise _refused(f"The key file {file} belongs to another user.")
    if found.st_mode & 0o077:
        raise _refused(
            f"The key file {file} can be read by others (mode {stat.S_IMODE(found.st_mode):04o}). If you trust them, "
            f"run: chmod 600 {file}. Else remove it; this machine must then be paired anew with every other."
        )


def _new() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    # OpenSSL looks for a pinned certificate by its subject: two with the same one would hide each other.
    name = _subject(_hash(key.public_key()))
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Clocks differ, and a pinned key does not grow old: "no expiration" as of RFC 5280, 4.1.2.5.
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(_DNS_NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _identity(file: Path, content: bytes) -> Identity:
    damaged = (
        f"The key file {file} is damaged. Bring it back from a backup; or remove it, "
        "and this machine must be paired anew with every other."
    )
    if len(content) > LARGEST:
        raise _refused(damaged)
    try:
        key = serialization.load_pem_private_key(content, password=None)
        certificate = x509.load_pem_x509_certificate(content)
    except (ValueError, TypeError) as error:  # TypeError: the key is encrypted
        raise _refused(damaged) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
        raise _refused(damaged)
    der = certificate.public_bytes(serialization.Encoding.DER)
    try:
        return Identity(id_of(der), der, file, key)
    except ValueError as error:
        raise _refused(damaged) from error


def id_of(certificate: bytes) -> str:
    """The id of the machine whose certificate (DER) this is. Raises ValueError for one that no `Identity` has."""
    loaded = _loaded(certificate)
    found = _hash(_public_key(loaded))
    # Who may choose the subject could take another machine's, and hide its pin.
    if loaded.subject != _subject(found) or loaded.issuer != loaded.subject:
        raise ValueError("the certificate is not named after its key")
    return found


def _hash(key: ec.EllipticCurvePublicKey) -> str:
    spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b32encode(hashlib.sha256(spki).digest()).decode().rstrip("=").lower()


def _subject(machine: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, machine)])


def proves(certificate: bytes, content: bytes, signature: bytes) -> bool:
    """Whether `Identity.sign` of the machine with ``certificate`` made ``signature`` of ``content``."""
    try:
        _public_key(_loaded(certificate)).verify(signature, content, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def _loaded(certificate: bytes) -> x509.Certificate:
    if len(certificate) > LONGEST_CERTIFICATE:
        raise ValueError("the certificate is too long")
    try:
        return x509.load_der_x509_certificate(certificate)
    except x509.InvalidVersion as error:  # is no ValueError
        raise ValueError(str(error)) from error


def _public_key(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm as error:  # is no ValueError
        raise ValueError(str(error)) from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("the certificate is not for a key on P-256")
    return key
