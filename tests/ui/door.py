"""A door to processes that remembers what was asked and answers what a test told it to."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import TypeVar

from sysmon.model.action import Action, Outcome, Target
from sysmon.model.process import ProcessKey
from sysmon.model.process_tab import Tab, TabAnswer
from sysmon.runtime.audit import Entry
from sysmon.runtime.process_desk import Acted, Searched
from sysmon.ui.process_door import ProcessDoor

T = TypeVar("T")


class MadeDoor(ProcessDoor):
    """Answers at once, on the window's thread."""

    def __init__(self, refusal: str = "") -> None:
        super().__init__(None)
        self.why = refusal
        self.unreadable = ""
        self.acted_on: list[str] = []
        self.done: list[tuple[Action, tuple[Target, ...]]] = []
        self.outcomes: Callable[[Target], Outcome] = lambda target: Outcome(target, "act")
        self.alive: tuple[Target, ...] = ()
        self.outcomes_with_rights: Callable[[Target], Outcome] = lambda target: Outcome(target, "act")
        self.no_rights = "there is no pkexec"
        self.done_with_rights: list[tuple[Action, tuple[Target, ...]]] = []
        self.read: list[tuple[ProcessKey, Tab]] = []
        self.searches: list[tuple[str, Callable[[Searched], None]]] = []
        self.placed: list[list[ProcessKey]] = []
        self.births: list[tuple[str, bool]] = []

    def refusal(self, host: str) -> str:
        return self.why

    def refusal_to_act(self, host: str) -> str:
        return self.why

    def want_births(self, host: str, wanted: bool) -> None:
        self.births.append((host, wanted))

    def births_source(self, host: str) -> str:
        return "told by the test"

    def details(self, host: str, key: ProcessKey, tab: Tab, done: Callable[[TabAnswer], None]) -> None:
        self.read.append((key, tab))
        done(TabAnswer(key, tab, 1.0, missing="it is made up"))

    def act(self, host: str, targets: Sequence[Target], action: Action, done: Callable[[Acted], None]) -> None:
        self.done.append((action, tuple(targets)))
        self.acted_on.append(host)
        done(Acted(tuple(self.outcomes(target) for target in targets)))

    def rights_refusal(self, host: str) -> str:
        return self.no_rights

    def act_with_rights(
        self, host: str, targets: Sequence[Target], action: Action, done: Callable[[Acted], None]
    ) -> None:
        self.done_with_rights.append((action, tuple(targets)))
        done(Acted(tuple(self.outcomes_with_rights(target) for target in targets)))

    def still_alive(self, host: str, targets: Sequence[Target], done: Callable[[tuple[Target, ...]], None]) -> None:
        done(self.alive)

    def search(self, host: str, rows: object, text: str, done: Callable[[Searched], None]) -> None:
        self.searches.append((text, done))

    def services(self, host: str, keys: Sequence[ProcessKey], done: Callable[[dict[ProcessKey, str]], None]) -> None:
        self.placed.append(list(keys))
        done(dict.fromkeys(keys, "made.service"))

    def limit_group(self, host: str, target: Target, done: Callable[[None], None]) -> None:
        done(None)

    def entries(
        self, host: str, done: Callable[[tuple[Entry, ...]], None], failed: Callable[[str], None] | None = None
    ) -> None:
        if self.unreadable and failed is not None:
            failed(self.unreadable)
            return
        done((Entry(1.0, "ada", "end", 5, "web", "done", ""),))

    def audit_place(self, host: str) -> str:
        return "/made/audit.jsonl"


class MadeCrossing:
    """Runs coroutines that never wait, at once."""

    def __init__(self) -> None:
        self.posted: list[Callable[[], object]] = []

    def post(self, function: Callable[[], object]) -> bool:
        self.posted.append(function)
        return True

    def call(
        self, coroutine: Coroutine[object, object, T], done: Callable[[Future[T]], None] | None = None
    ) -> Future[T]:
        future: Future[T] = Future()
        try:
            coroutine.send(None)
        except StopIteration as stop:
            future.set_result(stop.value)
        except Exception as error:  # noqa: BLE001 - handed to the caller
            future.set_exception(error)
        else:
            coroutine.close()
            future.cancel()
        if done is not None:
            done(future)
        return future
