"""The states of a link, the numbered reasons for which it changes them, and what a peer may see. Values only.

A reason answers three questions: whose fault it is, whether trying again helps, and what to tell
the user. Its number travels in `error` and `goaway` messages and as the close code 4000 + number,
so a number is never given another meaning.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class LinkState(enum.Enum):
    """How far a link has come. The value is the word for logs, metrics and documents."""

    DISABLED = "disabled"
    RESOLVING = "resolving"
    CONNECTING = "connecting"
    SECURING = "securing"
    GREETING = "greeting"
    SYNCING = "syncing"
    LIVE = "live"
    STALE = "stale"
    BACKOFF = "backoff"
    REFUSED = "refused"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Rights:
    """What a peer may see and do. The default is that of a newly paired one."""

    metrics: bool = True
    processes: bool = True
    commands: bool = False
    """What processes run and have open: command lines, folders, files, sockets, memory; and searching in it."""
    history: bool = True
    actions: bool = False
    """Act on processes, read the audit log, see addresses of interfaces; and with ``commands`` environments of processes."""


PAIRED = Rights()


class Fault(enum.Enum):
    """On whose side the cause lies."""

    NOBODY = "nobody"
    """Somebody wanted it so."""
    NETWORK = "network"
    PEER = "peer"
    USER = "user"
    """The user must do something: pair, update, correct a setting."""
    OURS = "this program"


class Retry(enum.Enum):
    """The class of a failure: how long to wait before the next try."""

    NETWORK = "network"
    TIMEOUT = "timeout"
    BUSY = "busy"
    TLS = "tls"
    """Also a peer that talks nonsense: dialling it quickly helps nobody."""
    NEVER = "never"
    """Not by itself; the user may."""


@dataclass(frozen=True, slots=True)
class ReasonFacts:
    """What is known about a reason. ``sentence`` is for the user; ``{peer}`` stands for the machine's name."""

    number: int
    fault: Fault
    retry: Retry
    sentence: str


class Reason(enum.Enum):
    """Why a link is not live. 1 to 9 wanted, 10 on the way there, 20 trust, 30 greeting, 40 data, 50 the peer's wish, 60 here."""

    DISABLED_HERE = ReasonFacts(1, Fault.NOBODY, Retry.NEVER, "The link to {peer} is switched off.")
    NOT_WANTED = ReasonFacts(2, Fault.NOBODY, Retry.NEVER, "Nobody needs the link to {peer} at the moment.")
    STOPPING_HERE = ReasonFacts(3, Fault.NOBODY, Retry.NEVER, "This program is ending.")
    ASLEEP = ReasonFacts(4, Fault.NOBODY, Retry.NETWORK, "This machine slept.")

    NO_NETWORK = ReasonFacts(10, Fault.NETWORK, Retry.NETWORK, "This machine has no network.")
    NAME_UNKNOWN = ReasonFacts(11, Fault.NETWORK, Retry.NETWORK, "The name of {peer} leads to no address.")
    UNREACHABLE = ReasonFacts(12, Fault.NETWORK, Retry.NETWORK, "{peer} cannot be reached over the network.")
    NOBODY_LISTENS = ReasonFacts(13, Fault.PEER, Retry.NETWORK, "{peer} is up, but sysmon does not share there.")
    CONNECT_TIMEOUT = ReasonFacts(14, Fault.NETWORK, Retry.TIMEOUT, "{peer} does not answer.")
    CUT = ReasonFacts(15, Fault.NETWORK, Retry.NETWORK, "The connection to {peer} broke.")
    SSH_FAILED = ReasonFacts(16, Fault.USER, Retry.TLS, "ssh could not log in to {peer}.")
    SSH_NO_PROGRAM = ReasonFacts(17, Fault.USER, Retry.NEVER, "sysmon is not installed on {peer}.")

    TLS_FAILED = ReasonFacts(20, Fault.PEER, Retry.TLS, "No secure connection to {peer} could be made.")
    WRONG_PIN = ReasonFacts(
        21, Fault.USER, Retry.NEVER, "Another machine answers in the place of {peer}. Pair again only if you know why."
    )
    NOT_PAIRED = ReasonFacts(22, Fault.USER, Retry.NEVER, "{peer} does not know this machine. Pair the two again.")
    REVOKED = ReasonFacts(23, Fault.USER, Retry.NEVER, "{peer} no longer lets this machine watch.")
    CODE_WRONG = ReasonFacts(24, Fault.USER, Retry.NEVER, "That code is wrong. Ask for a new one on {peer}.")
    CODE_EXPIRED = ReasonFacts(25, Fault.USER, Retry.NEVER, "That code has expired. Ask for a new one on {peer}.")
    PAIRING_CLOSED = ReasonFacts(26, Fault.USER, Retry.NEVER, "{peer} is not pairing. Open pairing there first.")
    MAN_IN_THE_MIDDLE = ReasonFacts(27, Fault.USER, Retry.NEVER, "Somebody sits between this machine and {peer}.")
    ADDRESS_REFUSED = ReasonFacts(28, Fault.USER, Retry.NEVER, "{peer} refuses the address that this machine used.")

    GREETING_TIMEOUT = ReasonFacts(30, Fault.PEER, Retry.TIMEOUT, "{peer} was reached but said nothing.")
    NOT_SYSMON = ReasonFacts(31, Fault.USER, Retry.NEVER, "What answers at {peer} is not sysmon.")
    VERSION = ReasonFacts(
        32, Fault.USER, Retry.NEVER, "{peer} runs a version that this one cannot talk to. Update one."
    )
    SELF = ReasonFacts(33, Fault.USER, Retry.NEVER, "That is this machine itself.")
    LOOP = ReasonFacts(34, Fault.USER, Retry.NEVER, "{peer} already gets its figures through this machine.")
    DUPLICATE = ReasonFacts(35, Fault.USER, Retry.NEVER, "Two machines call themselves {peer}.")

    SILENT = ReasonFacts(40, Fault.NETWORK, Retry.TIMEOUT, "{peer} fell silent.")
    BAD_FRAME = ReasonFacts(41, Fault.PEER, Retry.TLS, "{peer} sent something that cannot be read.")
    TOO_LARGE = ReasonFacts(42, Fault.PEER, Retry.TLS, "{peer} sent more at once than was agreed.")
    TOO_MANY_SERIES = ReasonFacts(43, Fault.PEER, Retry.TLS, "{peer} has more series than was agreed.")
    BAD_CATALOG = ReasonFacts(44, Fault.PEER, Retry.TLS, "{peer} sent a list of series that does not fit.")
    BAD_TICK = ReasonFacts(45, Fault.PEER, Retry.TLS, "{peer} sent values that do not fit its list of series.")
    BAD_BLOCK = ReasonFacts(46, Fault.PEER, Retry.TLS, "{peer} sent a damaged piece of history.")
    OUT_OF_TURN = ReasonFacts(47, Fault.PEER, Retry.TLS, "{peer} sent a message that does not belong there.")
    TOO_FAST = ReasonFacts(48, Fault.PEER, Retry.BUSY, "{peer} sends more often than was agreed.")

    BUSY = ReasonFacts(50, Fault.PEER, Retry.BUSY, "{peer} has too many visitors.")
    RATE_LIMITED = ReasonFacts(51, Fault.PEER, Retry.BUSY, "{peer} asks for fewer tries.")
    DRAINING = ReasonFacts(52, Fault.NOBODY, Retry.BUSY, "{peer} is about to end.")
    MOVED = ReasonFacts(53, Fault.NOBODY, Retry.BUSY, "{peer} asks to go to another hub.")
    TOO_SLOW = ReasonFacts(54, Fault.NETWORK, Retry.BUSY, "The link to {peer} took nothing for too long.")
    NOT_ALLOWED = ReasonFacts(55, Fault.USER, Retry.NEVER, "{peer} does not give this machine that right.")

    FAULT_HERE = ReasonFacts(60, Fault.OURS, Retry.TLS, "A fault of this program ended the link to {peer}.")
    NO_KEY = ReasonFacts(61, Fault.USER, Retry.NEVER, "The key file of this machine cannot be read.")
    NO_DESCRIPTORS = ReasonFacts(62, Fault.OURS, Retry.BUSY, "This program has no connections left.")

    UNKNOWN = ReasonFacts(
        99, Fault.PEER, Retry.TLS, "{peer} ended the link for a reason that this version does not know."
    )

    @property
    def number(self) -> int:
        return self.value.number

    @property
    def fault(self) -> Fault:
        return self.value.fault

    @property
    def retry(self) -> Retry:
        return self.value.retry

    @property
    def needs_user(self) -> bool:
        """True where the link stays refused until the user does something."""
        return self.value.retry is Retry.NEVER and self.value.fault is Fault.USER

    def sentence(self, peer: str) -> str:
        """The sentence for the user. ``peer`` must be printable already."""
        return self.value.sentence.replace("{peer}", peer)

    @classmethod
    def of(cls, number: int) -> Reason:
        """The reason with ``number``; `UNKNOWN` for one of a later version."""
        return _BY_NUMBER.get(number, cls.UNKNOWN)


_BY_NUMBER = {reason.number: reason for reason in Reason}
