"""Filters that cost a look into every process, asked of many machines: each looks into its own, and says what it cannot.

Some machines are asked at a time, each again after a while, and never twice at once. Knows no link and no pixels: what
can be asked is of the form `Deep`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from sysmon.model.process import ProcessKey, ProcessRow
from sysmon.pipeline.process_rates import ProcessRate
from sysmon.viewmodels.process_filter import unseen_words

AT_A_TIME: Final = 6
"""Questions that wait for their answers: a link takes few, and behind a hub all machines share one."""
AGAIN: Final = 5.0
"""Seconds after which a machine is asked again."""
AFTER_TROUBLE: Final = 30.0
"""The same where it could not answer; and after which a question that nobody answered is lost."""

PATIENCE: Final = 3.0
"""Seconds that a machine has to tell its processes, before it is asked why it does not."""

Pairs = Sequence[tuple[ProcessRow, ProcessRate]]


class Told(Protocol):
    """What a machine answers. `runtime.process_desk.Searched` is one."""

    @property
    def keys(self) -> Collection[ProcessKey]: ...

    @property
    def refused(self) -> int:
        """Processes that may not be looked into there."""
        ...

    @property
    def trouble(self) -> str:
        """Why nothing could be found out."""
        ...

    @property
    def cut(self) -> int:
        """Processes that hold too much to be looked through whole."""
        ...


class Deep(Protocol):
    """Whoever can be asked. `ui.process_door.ProcessDoor` is one."""

    def refusal(self, host: str) -> str:
        """Why ``host`` cannot be asked at present; empty where it can."""
        ...

    def search(self, host: str, rows: Pairs, text: str, done: Callable[[Told], None]) -> None:
        """Which processes the filter ``text`` finds; other machines look at their own and need no ``rows``."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What one machine said to the filter ``text``."""

    text: str
    keys: Collection[ProcessKey] = ()
    unseen: str = ""
    """What it could not look into, in words; empty where it saw all."""
    trouble: str = ""
    """Why it found nothing out at all."""


@dataclass(slots=True)
class _Asked:
    at: float
    waiting: bool = True
    answer: Answer | None = None


class FleetAsking:
    """Asks, and keeps the last answer of each machine."""

    def __init__(self, deep: Deep, now: Callable[[], float], arrived: Callable[[], object]) -> None:
        """``now``: seconds since 1970; ``arrived`` is told that there is another answer."""
        self._deep, self._now, self._arrived = deep, now, arrived
        self._asked: dict[str, _Asked] = {}
        self._mute: dict[str, float] = {}
        """Since when machines are waited for that tell no processes."""

    def why_mute(self, host: str) -> str:
        """Why ``host`` tells no processes; empty where that is not known, or where they may still come."""
        now = self._now()
        passed = now - self._mute.setdefault(host, now)
        return "" if 0.0 <= passed < PATIENCE else self._deep.refusal(host)

    def answer(self, host: str, text: str) -> Answer | None:
        """What ``host`` said last to ``text``; None before it did."""
        asked = self._asked.get(host)
        return asked.answer if asked is not None and asked.answer is not None and asked.answer.text == text else None

    def ask(self, host: str, text: str, pairs: Callable[[], Pairs]) -> None:
        """Ask ``host`` where its time has come and not too many others are being asked."""
        now = self._now()
        asked = self._asked.get(host)
        if (asked is not None and not self._due(asked, text, now)) or self.open >= AT_A_TIME:
            return
        kept = asked.answer if asked is not None else None
        refusal = self._deep.refusal(host)
        if refusal:
            self._asked[host] = _Asked(now, waiting=False, answer=Answer(text, trouble=refusal))
            return
        asked = self._asked[host] = _Asked(now, answer=kept)
        self._deep.search(host, pairs(), text, partial(self._answered, asked, text))

    @staticmethod
    def _due(asked: _Asked, text: str, now: float) -> bool:
        passed = now - asked.at
        if asked.waiting:
            return not 0.0 <= passed < AFTER_TROUBLE
        if asked.answer is None or asked.answer.text != text:
            return True
        return not 0.0 <= passed < (AFTER_TROUBLE if asked.answer.trouble else AGAIN)

    @property
    def open(self) -> int:
        """Questions that wait for their answers."""
        now = self._now()
        return sum(asked.waiting and 0.0 <= now - asked.at < AFTER_TROUBLE for asked in self._asked.values())

    def _answered(self, asked: _Asked, text: str, told: Told) -> None:
        asked.waiting = False
        asked.answer = Answer(text, told.keys, unseen_words(told.refused, told.cut), told.trouble)
        self._arrived()

    def keep_only(self, hosts: Collection[str]) -> None:
        """Forget all others."""
        for kept in (self._asked, self._mute):
            for gone in kept.keys() - set(hosts):
                del kept[gone]
