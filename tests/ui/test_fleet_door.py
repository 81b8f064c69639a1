from __future__ import annotations

from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import TypeVar

import pytest

from sysmon.model.errors import SysmonError
from sysmon.model.link import Rights
from sysmon.runtime.demo_fleet import DemoFleet
from sysmon.ui.fleet_door import FAULT, NO_FLEET, FleetDoor
from tests.ui.door import MadeCrossing

T = TypeVar("T")


async def at_once(_: float) -> None: ...


class Asked:
    def __init__(self) -> None:
        self.fleet = DemoFleet(lambda: 1_800_000_000.0, at_once)
        self.door = FleetDoor(self.fleet)
        self.door.open(MadeCrossing())
        self.done: list[object] = []
        self.failed: list[str] = []

    def fail(self, error: SysmonError) -> None:
        self.failed.append(str(error))


@pytest.fixture
def asked() -> Asked:
    return Asked()


def test_without_a_fleet_everything_says_so() -> None:
    failed: list[str] = []
    door = FleetDoor(None)
    door.share(True, failed.append, lambda error: failed.append(str(error)))
    door.look_around(True)
    assert failed == [NO_FLEET]
    assert door.version == 0
    assert door.facts is None


def test_before_the_bridge_is_there_nothing_is_asked() -> None:
    failed: list[str] = []
    door = FleetDoor(DemoFleet())
    door.invite(failed.append, lambda error: failed.append(str(error)))
    assert failed == [NO_FLEET]


def test_answers_come_back(asked: Asked) -> None:
    version = asked.door.version
    asked.door.set_rights("laptop", Rights(actions=True), asked.done.append, asked.fail)
    asked.door.set_name("laptop", "den", asked.done.append, asked.fail)
    asked.door.set_watched("laptop", True, asked.done.append, asked.fail)
    (peer,) = [peer for peer in asked.fleet.peers() if peer.id == "laptop"]
    assert peer.rights.actions
    assert peer.watched
    assert asked.done[-1] == peer
    asked.door.revoke("laptop", asked.done.append, asked.fail)
    assert asked.done[-1] is None
    assert asked.door.version > version
    assert asked.failed == []


def test_a_refusal_is_told_in_words(asked: Asked) -> None:
    asked.door.pair("orion:4870", "", asked.done.append, asked.fail)
    asked.door.revoke("nobody", asked.done.append, asked.fail)
    assert asked.failed == ["That is this machine itself.", "This machine is not among the paired ones any more."]


def test_a_fault_of_ours_is_told_as_one(asked: Asked, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(DemoFleet):
        async def revoke(self, peer: str) -> None:
            raise ZeroDivisionError

    door = FleetDoor(Broken())
    door.open(MadeCrossing())
    door.revoke("laptop", asked.done.append, asked.fail)
    assert asked.failed == [FAULT]
    assert "failed" in caplog.text


def test_what_is_given_up_is_not_answered() -> None:
    answers: list[object] = []
    crossing = Late()
    door = FleetDoor(DemoFleet(pause=at_once))
    door.open(crossing)
    cancel = door.invite(answers.append, answers.append)
    cancel()
    cancel()
    crossing.answer()
    assert answers == []


class Late(MadeCrossing):
    """Answers when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[[], None]] = []

    def call(
        self, coroutine: Coroutine[object, object, T], done: Callable[[Future[T]], None] | None = None
    ) -> Future[T]:
        return super().call(coroutine, lambda future: self.waiting.append(lambda: done(future) if done else None))

    def answer(self) -> None:
        for tell in self.waiting:
            tell()


def test_tags_are_kept(asked: Asked) -> None:
    asked.door.set_tags("vega", ("fast",), asked.done.append, asked.fail)
    assert [peer.tags for peer in asked.fleet.peers() if peer.id == "vega"] == [("fast",)]
    assert asked.failed == []
