"""One machine, one identity: made once, kept private, never replaced in silence."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import errno
import hashlib
import multiprocessing
import os
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import AuthRefused
from sysmon.model.link import Reason
from sysmon.transport.identity import FILE, LARGEST, LONGEST_CERTIFICATE, Identity, id_of, load_or_create, proves

posix = pytest.mark.skipif(os.name != "posix", reason="modes and owners of POSIX")


def refused(folder: Path) -> str:
    """What is said to the user where ``folder`` holds no identity that can be used."""
    with pytest.raises(AuthRefused) as caught:
        load_or_create(folder)
    assert caught.value.reason is Reason.NO_KEY
    return str(caught.value)


def test_it_is_made_once_and_then_found(tmp_path: Path) -> None:
    made = load_or_create(tmp_path / "keys")
    found = load_or_create(tmp_path / "keys")
    assert (found.id, found.certificate, found.file) == (made.id, made.certificate, made.file)
    assert [entry.name for entry in (tmp_path / "keys").iterdir()] == [FILE]
    assert load_or_create(tmp_path / "other").id != made.id


def test_the_id_is_the_hash_of_the_public_key(tmp_path: Path) -> None:
    identity = load_or_create(tmp_path)
    certificate = x509.load_der_x509_certificate(identity.certificate)
    spki = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert base64.b32decode(identity.id.upper() + "====") == hashlib.sha256(spki).digest()
    assert identity.id == identity.id.lower()
    assert len(identity.id) == 52
    assert id_of(identity.certificate) == identity.id


def test_the_certificate_is_one_that_clocks_and_libraries_take(tmp_path: Path) -> None:
    certificate = x509.load_der_x509_certificate(load_or_create(tmp_path).certificate)
    now = dt.datetime.now(dt.UTC)
    assert certificate.not_valid_before_utc < now - dt.timedelta(hours=23)
    assert certificate.not_valid_after_utc > now + dt.timedelta(days=3650)
    assert certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    # One that may sign others would let its owner invent machines.
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


@posix
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    identity = load_or_create(folder)
    assert stat.S_IMODE(identity.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_can_read_is_refused_and_kept(mode: int, tmp_path: Path) -> None:
    file = load_or_create(tmp_path).file
    content = file.read_bytes()
    file.chmod(mode)
    said = refused(tmp_path)
    assert f"{mode:04o}" in said
    assert f"chmod 600 {file}" in said
    assert file.read_bytes() == content


@posix
def test_what_belongs_to_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_or_create(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert "another user" in refused(tmp_path)


@pytest.mark.parametrize("keep", [0, 1, 100, 300, 600])
def test_half_a_file_is_damaged(keep: int, tmp_path: Path) -> None:
    file = load_or_create(tmp_path).file
    content = file.read_bytes()[:keep]
    file.write_bytes(content)
    assert "damaged" in refused(tmp_path)
    assert file.read_bytes() == content


def test_strange_content_is_damaged(tmp_path: Path) -> None:
    one, two = load_or_create(tmp_path / "one"), load_or_create(tmp_path / "two")
    key = one.file.read_bytes().split(b"-----BEGIN CERTIFICATE")[0]
    certificate = b"-----BEGIN CERTIFICATE" + two.file.read_bytes().split(b"-----BEGIN CERTIFICATE")[1]
    locked = one.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
    )
    for content in (key + certificate, locked + certificate, certificate, b"\xff" * (LARGEST + 1)):
        one.file.write_bytes(content)
        assert "damaged" in refused(tmp_path / "one")


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    assert str(tmp_path / FILE) in refused(tmp_path)


@posix
def test_a_pipe_in_the_place_of_the_file_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / FILE, 0o600)
    assert "no file" in refused(tmp_path)


@posix
def test_a_link_that_leads_nowhere_is_not_taken_for_a_first_start(tmp_path: Path) -> None:
    (tmp_path / FILE).symlink_to(tmp_path / "unplugged" / "key")
    assert "leads nowhere" in refused(tmp_path)


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "keys").touch()
    assert "keys" in refused(tmp_path / "keys")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    assert "ermission" in refused(tmp_path / "closed" / "keys")


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert "No space" in refused(tmp_path)
    assert not list(tmp_path.iterdir())
    assert load_or_create(tmp_path).id


def test_programs_that_start_at_once_agree(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        ids = pool.map(id_in, [str(tmp_path / "keys")] * 8)
    assert len(set(ids)) == 1
    assert ids[0] == load_or_create(tmp_path / "keys").id


def id_in(folder: str) -> str:
    return load_or_create(Path(folder)).id


def test_a_signature_proves_the_key(tmp_path: Path) -> None:
    one, two = load_or_create(tmp_path / "one"), load_or_create(tmp_path / "two")
    signature = one.sign(b"text")
    assert proves(one.certificate, b"text", signature)
    assert not proves(one.certificate, b"texts", signature)
    assert not proves(two.certificate, b"text", signature)
    assert not proves(one.certificate, b"text", b"")
    assert not proves(b"", b"text", signature)


@given(st.binary(max_size=600))
def test_no_bytes_are_an_id_by_chance(noise: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        id_of(noise)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return load_or_create(tmp_path_factory.mktemp("keys"))


@given(st.data())
def test_a_damaged_certificate_is_no_crash(made: Identity, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(made.certificate) - 1))
    damaged = bytearray(made.certificate)
    damaged[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(ValueError):
        assert len(id_of(bytes(damaged))) == 52


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()])
def test_only_keys_on_p256_have_an_id(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> None:
    der = certificate_of(key)
    with pytest.raises(ValueError, match="P-256"):
        id_of(der)
    with pytest.raises(ValueError, match="too long"):
        id_of(der + b"\0" * LONGEST_CERTIFICATE)


def test_a_certificate_in_the_name_of_another_machine_has_no_id(tmp_path: Path) -> None:
    victim = load_or_create(tmp_path)
    key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(ValueError, match="named after"):
        id_of(certificate_of(key, x509.load_der_x509_certificate(victim.certificate).subject))


def certificate_of(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, name: x509.Name | None = None) -> bytes:
    now = dt.datetime.now(dt.UTC)
    algorithm = hashes.SHA256() if isinstance(key, ec.EllipticCurvePrivateKey) else None
    name = name or x509.Name([])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + dt.timedelta(days=1))
    return builder.sign(key, algorithm).public_bytes(serialization.Encoding.DER)
