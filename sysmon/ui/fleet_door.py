"""What pages and dialogs ask of the links with other machines; answers come back on the window's thread.

Made before the engine runs and opened when the bridge to it is there. Knows no widget and no socket.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol, TypeVar

from sysmon.model.errors import SysmonError
from sysmon.model.link import Rights

if TYPE_CHECKING:
    from sysmon.model.peer import Invitation, Peer, Sharing
    from sysmon.runtime.fleet_port import FleetPort

log = logging.getLogger(__name__)

T = TypeVar("T")

NO_FLEET = "This program runs without links to other machines."
FAULT = "Something went wrong in sysmon itself; the log says what."

Failed = Callable[[SysmonError], object]
"""Is told why it was not done; the text of the error is for the user."""
Cancel = Callable[[], None]
"""Gives up what was asked. Nothing is answered afterwards. Idempotent."""


class Crossing(Protocol):
    """The bridge to the engine's loop."""

    def call(
        self, coroutine: Coroutine[object, object, T], done: Callable[[Future[T]], None] | None = None
    ) -> Future[T] | None: ...


class FleetDoor:
    """Reads what is known of the fleet and asks it to do something. On the window's thread; nothing here waits."""

    def __init__(self, fleet: FleetPort | None) -> None:
        """``fleet`` None: there are no links, as over a store without an engine."""
        self.facts = fleet
        """What is known now, None where there are no links."""
        self._crossing: Crossing | None = None

    def open(self, crossing: Crossing) -> None:
        """Let questions through from now on."""
        self._crossing = crossing

    @property
    def version(self) -> int:
        """Grows whenever anything that `facts` tells changes."""
        return self.facts.version if self.facts is not None else 0

    def share(self, on: bool, done: Callable[[Sharing], object], failed: Failed) -> Cancel:
        """Let others watch this machine, or not any more."""
        return self._ask(lambda fleet: fleet.share(on), done, failed)

    def invite(self, done: Callable[[Invitation], object], failed: Failed) -> Cancel:
        """Open pairing, or renew its code."""
        return self._ask(lambda fleet: fleet.invite(), done, failed)

    def uninvite(self, done: Callable[[], object] | None = None) -> None:
        """Close pairing."""
        self._ask(lambda fleet: fleet.uninvite(), lambda _: done() if done is not None else None, _logged)

    def look_around(self, on: bool) -> None:
        """Listen for machines that announce themselves, while ``on``."""
        self._ask(lambda fleet: fleet.look_around(on), _nothing, _logged)

    def pair(self, where: str, code: str, done: Callable[[Peer], object], failed: Failed) -> Cancel:
        """Make a peer of what ``where`` says: a link, "host:port" with ``code``, or "ssh://user@host"."""
        return self._ask(lambda fleet: fleet.pair(where, code), done, failed)

    def revoke(self, peer: str, done: Callable[[None], object], failed: Failed) -> Cancel:
        """Forget ``peer`` (its id)."""
        return self._ask(lambda fleet: fleet.revoke(peer), done, failed)

    def set_rights(self, peer: str, rights: Rights, done: Callable[[Peer], object], failed: Failed) -> Cancel:
        """Let ``peer`` (its id) see and do what ``rights`` say."""
        return self._ask(lambda fleet: fleet.change(peer, rights=rights), done, failed)

    def set_watched(self, peer: str, watched: bool, done: Callable[[Peer], object], failed: Failed) -> Cancel:
        """Show ``peer`` (its id) here, or not any more."""
        return self._ask(lambda fleet: fleet.change(peer, watched=watched), done, failed)

    def set_name(self, peer: str, name: str, done: Callable[[Peer], object], failed: Failed) -> Cancel:
        """Call ``peer`` (its id) ``name``."""
        return self._ask(lambda fleet: fleet.change(peer, name=name), done, failed)

    def set_tags(self, peer: str, tags: tuple[str, ...], done: Callable[[Peer], object], failed: Failed) -> Cancel:
        """Group ``peer`` (its id) by ``tags``."""
        return self._ask(lambda fleet: fleet.change(peer, tags=tags), done, failed)

    def retry(self, link: str = "") -> None:
        """Try ``link``, or all that wait, at once."""
        self._ask(lambda fleet: fleet.retry(link), _nothing, _logged)

    def _ask(
        self,
        start: Callable[[FleetPort], Coroutine[object, object, T]],
        done: Callable[[T], object],
        failed: Failed,
    ) -> Cancel:
        fleet, crossing = self.facts, self._crossing
        if fleet is None or crossing is None:
            failed(SysmonError(NO_FLEET))
            return _do_nothing
        given_up = False

        def answered(future: Future[T]) -> None:
            if given_up or future.cancelled():
                return
            error = future.exception()
            if error is None:
                done(future.result())
            elif isinstance(error, SysmonError):
                failed(error)
            else:
                log.error("a question about links failed", exc_info=error)
                failed(SysmonError(FAULT))

        future = crossing.call(start(fleet), answered)

        def cancel() -> None:
            nonlocal given_up
            given_up = True
            if future is not None:
                future.cancel()

        return cancel


def _do_nothing() -> None: ...


def _nothing(_: object) -> None: ...


def _logged(error: SysmonError) -> None:
    log.info("not done: %s", error)
