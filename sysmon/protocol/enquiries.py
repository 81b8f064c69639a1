"""The questions that are under way on one link, in both directions: numbers, bounds, time limits.

Every question that was asked gets exactly one answer, be it that none came. Whoever is asked is never left with more
than `MOST_ASKED` questions or answers that are not taken yet: a peer that asks more loses the link. Knows no right
and no meaning of a question.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

import msgspec

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.protocol import messages as m
from sysmon.protocol.codec import Codec
from sysmon.protocol.events import Answered, Asked, Cancelled, Event
from sysmon.protocol.questions import MAX_ANSWER, MAX_QUESTION, MOST_ASKED, Question, Refused, Reply

PATIENCE: Final = 20.0
"""Seconds after which an answer is no longer waited for: longer than any of the questions may take."""


class Enquiries:
    """Questions of one link."""

    __slots__ = (
        "_able", "_codec", "_due", "_encoder", "_newest", "_number", "_out", "_questions", "_replies", "_unanswered",
        "_waiting",
    )  # fmt: skip

    def __init__(self, codec: Codec, able: bool) -> None:
        """``able``: whether the peer can be asked."""
        spelling = msgspec.msgpack if codec.binary else msgspec.json
        self._codec = codec
        self._able = able
        self._encoder = spelling.Encoder()
        self._questions = spelling.Decoder(Question)
        self._replies = spelling.Decoder(Reply)
        self._number = 0
        self._waiting: dict[int, float] = {}
        """Numbers of our questions, and when their time is up."""
        self._unanswered: set[int] = set()
        """Numbers of the peer's questions."""
        self._newest = 0
        """Number of the peer's newest question."""
        self._out: deque[tuple[int | None, bytes]] = deque()
        """Messages, with the number of the question that each answers."""
        self._due: list[Event] = []

    # What this side asks.

    @property
    def open(self) -> int:
        """How many questions of this side wait."""
        return len(self._waiting)

    def ask(self, host: str, body: Question, now: float, patience: float = PATIENCE) -> int:
        """The number of the question. Its answer may be due at once: see `deadline`."""
        self._number += 1
        number = self._number
        question = self._encoder.encode(body)
        refusal: Refused | None = None
        if not self._able:
            refusal = Refused(Reason.VERSION.number, "the version there cannot be asked")
        elif len(self._waiting) >= MOST_ASKED:
            refusal = Refused(Reason.BUSY.number, "too much was asked at once")
        elif len(question) > MAX_QUESTION:
            refusal = Refused(Reason.TOO_LARGE.number, "the question is too long")
        if refusal is not None:
            self._due.append(Answered(number, refusal))
            return number
        self._waiting[number] = now + patience
        self._out.append((None, self._codec.encode(m.Ask(number, host, msgspec.Raw(question)))))
        return number

    def cancel(self, number: int) -> None:
        """Wait no longer for the answer to ``number``; there will be none. Idempotent."""
        if self._waiting.pop(number, None) is not None:
            self._out.append((None, self._codec.encode(m.Cancel(number))))
        self._due = [event for event in self._due if not (isinstance(event, Answered) and event.number == number)]

    def answered(self, message: m.Answer) -> list[Event]:
        """The peer answers."""
        if len(message.body) > MAX_ANSWER:
            raise RemoteProtocolError(f"an answer of {len(message.body)} bytes", Reason.TOO_LARGE)
        if message.number > self._number:
            raise RemoteProtocolError("an answer without a question", Reason.OUT_OF_TURN)
        if self._waiting.pop(message.number, None) is None:
            return []  # it came too late, or was cancelled on the way
        try:
            reply = self._replies.decode(message.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            reply = Refused(Reason.BAD_FRAME.number, "its answer cannot be read by this version")
        return [Answered(message.number, reply)]

    # What the peer asks.

    def asked(self, message: m.Ask) -> list[Event]:
        """The peer asks."""
        if not self._able:
            raise RemoteProtocolError("a question that was not agreed on", Reason.OUT_OF_TURN)
        if len(message.body) > MAX_QUESTION:
            raise RemoteProtocolError(f"a question of {len(message.body)} bytes", Reason.TOO_LARGE)
        if message.number <= self._newest:
            raise RemoteProtocolError("a question twice", Reason.OUT_OF_TURN)
        if len(self._unanswered) + sum(number is not None for number, _ in self._out) >= MOST_ASKED:
            raise RemoteProtocolError("too many questions at once", Reason.TOO_FAST)
        self._newest = message.number
        self._unanswered.add(message.number)
        try:
            question = self._questions.decode(message.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self.answer(message.number, Refused(Reason.VERSION.number, "this version cannot answer that"))
            return []
        return [Asked(message.number, message.host, question)]

    def cancelled(self, message: m.Cancel) -> list[Event]:
        """The peer does not wait any more."""
        self._out = deque(one for one in self._out if one[0] != message.number)
        if message.number not in self._unanswered:
            return []  # answered while this was under way
        self._unanswered.discard(message.number)
        return [Cancelled(message.number)]

    def answer(self, number: int, body: Reply) -> None:
        """Answer question ``number`` of the peer; nothing happens where it was cancelled or answered."""
        if number not in self._unanswered:
            return
        self._unanswered.discard(number)
        reply = self._encoder.encode(body)
        if len(reply) > MAX_ANSWER:
            reply = self._encoder.encode(Refused(Reason.TOO_LARGE.number, "the answer is too long"))
        self._out.append((number, self._codec.encode(m.Answer(number, msgspec.Raw(reply)))))

    # Time, and the way out.

    @property
    def waiting(self) -> bool:
        """Whether there is something to send."""
        return bool(self._out)

    def next(self) -> bytes | None:
        """The next message to send."""
        return self._out.popleft()[1] if self._out else None

    def deadline(self) -> float:
        """When `wake` has something to do; infinity for never."""
        return -math.inf if self._due else min(self._waiting.values(), default=math.inf)

    def wake(self, now: float) -> list[Event]:
        """Time has come to ``now``: whose time is up is answered in words."""
        late = [number for number, until in self._waiting.items() if until <= now]
        for number in late:
            self.cancel(number)
            self._due.append(Answered(number, Refused(Reason.SILENT.number, "no answer came in time")))
        due, self._due = self._due, []
        return due

    def end(self, reason: Reason) -> list[Event]:
        """The link is over: nobody is left waiting."""
        events: list[Event] = [Cancelled(number) for number in sorted(self._unanswered)]
        events += self._due
        events += [Answered(number, Refused(reason.number, "the link to it broke")) for number in self._waiting]
        self._unanswered.clear()
        self._waiting.clear()
        self._out.clear()
        self._due = []
        return events
