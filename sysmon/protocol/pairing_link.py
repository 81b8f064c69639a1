"""Join links: where a machine is, who it is, and a one-time token, in a line that is copied or scanned.

``sysmon://host:port,[fd00::1]:port/#id.token``. What stands behind ``#`` is never sent to anybody by programs that
take it for a web address. An enrolment file is such a line too, with a token that several machines may use.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from sysmon.model.errors import ConfigError

SCHEME: Final = "sysmon://"
DEFAULT_PORT: Final = 4870
LINK_LIFE: Final = 600.0
"""Seconds."""
MOST_ADDRESSES: Final = 8
TOKEN_BYTES: Final = 16
LONGEST: Final = 2500
"""Characters of a link: eight of the longest host names."""
LARGEST_FILE: Final = 16 << 10
_ID: Final = re.compile(r"[a-z2-7]{52}")
_TOKEN: Final = re.compile(r"[a-z2-7]{26}")
_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_.])?", re.IGNORECASE)
_NO_LINK: Final = "That is no link of sysmon. One looks like sysmon://host:port/#…, and is copied whole."


@dataclass(frozen=True, slots=True)
class JoinLink:
    """What a link says."""

    addresses: tuple[str, ...]
    """Each "host:port"."""
    id: str
    token: bytes


def new_token(random: Callable[[int], bytes]) -> bytes:
    """128 bits of ``random``, which is `secrets.token_bytes`."""
    return random(TOKEN_BYTES)


def token_slot(token: bytes) -> bytes:
    """What tells a machine which of its tokens is meant, without telling the token."""
    return hashlib.sha256(b"sysmon pairing token\0" + token).digest()[:8]


def format_link(link: JoinLink) -> str:
    token = base64.b32encode(link.token).decode().rstrip("=").lower()
    return f"{SCHEME}{','.join(link.addresses)}/#{link.id}.{token}"


def is_link(text: str) -> bool:
    """Whether ``text`` is meant as a link, be it a good one or not."""
    return text.strip()[: len(SCHEME)].lower() == SCHEME


def parse_link(text: str) -> JoinLink:
    """What ``text`` says. Raises ConfigError with a sentence for the user."""
    text = text.strip()
    if not is_link(text) or len(text) > LONGEST:
        raise ConfigError(_NO_LINK)
    places, hash_mark, secret = text[len(SCHEME) :].partition("/#")
    machine, dot, token = secret.lower().partition(".")
    if not hash_mark or not dot or not _ID.fullmatch(machine) or not _TOKEN.fullmatch(token):
        raise ConfigError(_NO_LINK)
    found = places.split(",")
    if len(found) > MOST_ADDRESSES:
        raise ConfigError(_NO_LINK)
    return JoinLink(tuple(map(clean_address, found)), machine, _bytes_of(token))


def _bytes_of(token: str) -> bytes:
    raw = base64.b32decode(token.upper() + "======")
    # The last letter has two bits too many; where they are not zero it was mistyped.
    if base64.b32encode(raw).decode().rstrip("=").lower() != token:
        raise ConfigError(_NO_LINK)
    return raw


def clean_address(text: str) -> str:
    """``text`` as "host:port" or "[IPv6]:port", the port added where there is none. Raises ConfigError."""
    text = text.strip()
    wrong = ConfigError(f"That is no address: it has the form host:port, such as atlas:{DEFAULT_PORT}.")
    if len(text) > 300:
        raise wrong
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or "%" in host or not (rest == "" or rest.startswith(":")):
            raise wrong
        port = rest[1:] if rest else str(DEFAULT_PORT)
        try:
            host = f"[{ipaddress.IPv6Address(host)}]"
        except ValueError:
            raise wrong from None
    elif text.count(":") > 1:
        raise ConfigError(f"An IPv6 address is written in brackets: [fd00::1]:{DEFAULT_PORT}.")
    else:
        host, colon, port = text.partition(":")
        port = port if colon else str(DEFAULT_PORT)
        if not _HOST.fullmatch(host) or ".." in host:
            raise wrong
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
        raise wrong
    return f"{host.lower()}:{int(port)}"


def enrolment_text(link: JoinLink, uses: int, until: str) -> str:
    """An enrolment file for ``uses`` machines; ``until`` is a time in words."""
    return (
        f"# With this file {uses} machines may join, until {until}. Whoever reads it can join: keep it secret.\n"
        "# On each of them: sysmon pair FILE\n"
        f"{format_link(link)}\n"
    )


def parse_enrolment(text: str) -> JoinLink:
    """The link in an enrolment file, which is its only line that is no remark. Raises ConfigError."""
    lines = [line.strip() for line in text[:LARGEST_FILE].splitlines()]
    told = [line for line in lines if line and not line.startswith("#")]
    if len(told) != 1:
        raise ConfigError("That is no enrolment file of sysmon: it has one line with a link.")
    return parse_link(told[0])


def clean_addresses(addresses: Iterable[str]) -> tuple[str, ...]:
    """Those of ``addresses`` that a link can name, each once, the first few."""
    found: list[str] = []
    for address in addresses:
        try:
            clean = clean_address(address)
        except ConfigError:
            continue
        if clean not in found:
            found.append(clean)
    return tuple(found[:MOST_ADDRESSES])
