"""What was typed to add a machine, whom to ask with it, and how to say what went wrong. Knows no pixels and no socket.

A code says nothing about where it was shown. With one machine chosen, or one found, it is tried there. Where several
were found they are asked one after the other: who is not pairing refuses before anything of the code is used, and who
is pairing learns nothing of a code that is not its own (SPAKE2 gives it one guess). Nobody is asked twice.
"""

from __future__ import annotations

import enum
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sysmon.model.errors import AuthRefused, ConfigError, SysmonError, Unreachable
from sysmon.model.link import Reason
from sysmon.model.peer import Found
from sysmon.model.printable import printable
from sysmon.protocol.pairing_code import COUNT as CODE_WORDS
from sysmon.protocol.pairing_code import SHORTEST, parse_code
from sysmon.protocol.pairing_link import clean_address, is_link, parse_link
from sysmon.protocol.pairing_words import WORDS

MOST_ASKED: Final = 8
"""Machines that one code is tried on."""
_APART: Final = re.compile(r"[\s-]+")
_SSH: Final = re.compile(
    r"(?:[A-Za-z0-9._][A-Za-z0-9._-]*@)?(?:[A-Za-z0-9._][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"
)
"""A target that ssh cannot take for an option: neither user nor host begins with a hyphen."""
NOTHING_FOUND: Final = (
    "No machine was found that could have shown that code. Type its address before it: atlas:4870 {code}"
)
_OTHER_SCHEME: Final = "That is no link of sysmon: those begin with sysmon://, and machines behind ssh with ssh://."


class Kind(enum.Enum):
    """What a text in the field is meant as."""

    NOTHING = enum.auto()
    CODE = enum.auto()
    PLACE = enum.auto()
    """An address without a code: that has to come next."""
    CODE_AT = enum.auto()
    """A code with the address it belongs to."""
    LINK = enum.auto()
    SSH = enum.auto()


@dataclass(frozen=True, slots=True)
class Typed:
    """What the field says."""

    kind: Kind
    where: str = ""
    """A link, "host:port" or "ssh://user@host"."""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One machine to pair with: where it is, the code for it, how it is called on the screen."""

    where: str
    code: str
    name: str


def understood(text: str) -> Typed:
    """What ``text`` means. Raises ConfigError with a sentence for the user where it means nothing."""
    text = text.strip()
    if not text:
        return Typed(Kind.NOTHING)
    if is_link(text):
        parse_link(text)
        return Typed(Kind.LINK, text)
    if text.lower().startswith("ssh://"):
        return _ssh(text[len("ssh://") :])
    if "://" in text:
        raise ConfigError(_OTHER_SCHEME)
    if "@" in text and len(text.split()) == 1:
        return _ssh(text)
    if _meant_as_code(text):
        return Typed(Kind.CODE, code=parse_code(text))
    first, _, rest = text.partition(" ")
    if not rest:
        return Typed(Kind.PLACE, _address(text))
    if not re.search(r"[.:\d]", first) and not _meant_as_code(rest):
        return Typed(Kind.CODE, code=parse_code(text))  # which tells how many words a code has
    return Typed(Kind.CODE_AT, _address(first), parse_code(rest))


def _ssh(target: str) -> Typed:
    target = target.strip().rstrip("/")
    if not _SSH.fullmatch(target):
        raise ConfigError("That is no target for ssh: it has the form ssh://user@host.")
    return Typed(Kind.SSH, f"ssh://{target}")


def _meant_as_code(text: str) -> bool:
    """Three words, most of which codes are made of: "my-db-server" is a host, "acid-akorn-actor" a code with a slip."""
    words = [word for word in _APART.split(text.casefold()) if word]
    if len(words) != CODE_WORDS:
        return False
    known = sum(len(word) >= SHORTEST and any(whole.startswith(word) for whole in WORDS) for word in words)
    return known >= CODE_WORDS - 1 or " " in text


def _address(text: str) -> str:
    """``text`` as "host:port". An IPv6 address may come without brackets."""
    try:
        return clean_address(f"[{ipaddress.IPv6Address(text)}]")
    except ValueError:
        return clean_address(text)


def attempts(typed: Typed, chosen: Attempt | None, found: Sequence[Found]) -> tuple[Attempt, ...]:
    """Whom to ask, in order. ``chosen`` is the machine that the user picked or typed before.

    Raises ConfigError where a code belongs to no machine that is known.
    """
    if typed.kind in (Kind.LINK, Kind.SSH, Kind.CODE_AT):
        return (Attempt(typed.where, typed.code, place_name(typed.where)),)
    if typed.kind is not Kind.CODE:
        return ()
    if chosen is not None:
        return (Attempt(chosen.where, typed.code, chosen.name),)
    new = [machine for machine in found if not machine.paired][:MOST_ASKED]
    if not new:
        raise ConfigError(NOTHING_FOUND.format(code=typed.code))
    return tuple(Attempt(machine.address, typed.code, printable(machine.name)) for machine in new)


def place_name(where: str) -> str:
    """How a place is called before its machine has told its name."""
    if where.startswith("sysmon://"):
        return printable(where.removeprefix("sysmon://").partition("/")[0].partition(",")[0])
    return printable(where.removeprefix("ssh://").rpartition("@")[2])


def go_on(error: SysmonError) -> bool:
    """Whether the next machine may be the right one, after one has answered with ``error``."""
    if isinstance(error, Unreachable):
        return True
    return isinstance(error, AuthRefused) and error.reason in (Reason.PAIRING_CLOSED, Reason.CODE_WRONG, Reason.SELF)


_TELLING: Final = (Reason.MAN_IN_THE_MIDDLE, Reason.CODE_EXPIRED, Reason.CODE_WRONG, Reason.PAIRING_CLOSED)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an attempt led to nothing."""

    attempt: Attempt
    error: SysmonError

    @property
    def text(self) -> str:
        """The sentence of the error, with the name of the machine where it only knows its address."""
        text, error, place = str(self.error), self.error, place_name(self.attempt.where)
        if isinstance(error, AuthRefused | Unreachable) and self.attempt.name != place:
            for address in (place, place.rpartition(":")[0]):
                if address and text == error.reason.sentence(address):
                    return error.reason.sentence(self.attempt.name)
        return text


def failure(refusals: Sequence[Refusal]) -> str:
    """What to say when everybody that was asked has refused. ``refusals``: one for each, at least one."""
    if len(refusals) == 1:
        return refusals[0].text

    def rank(refusal: Refusal) -> int:
        error = refusal.error
        reason = error.reason if isinstance(error, AuthRefused | Unreachable) else None
        return _TELLING.index(reason) if reason in _TELLING else len(_TELLING)

    told = min(refusals, key=rank)
    if isinstance(told.error, AuthRefused) and told.error.reason is Reason.PAIRING_CLOSED:
        return f"None of the {len(refusals)} machines that were found is pairing. Show a code on the other one first."
    return f"None of the {len(refusals)} machines that were found takes that code. {told.text}"
