"""The only crossing between the engine's thread and the window's.

Down go commands, as coroutines or calls on the engine's loop. Up comes one wake-up, however many
batches arrived: queued, coalesced, and at most once a frame. What has arrived is read from the
engine's query. Knows no widget.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from time import monotonic
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from sysmon.model.events import Mark
from sysmon.model.host import DeviceFacts
from sysmon.model.link_report import LinkStep
from sysmon.model.machine import Machine
from sysmon.model.process import ProcessTable
from sysmon.model.sample import SampleBatch
from sysmon.pipeline.query import Query
from sysmon.runtime.engine_thread import EngineThread

log = logging.getLogger(__name__)

T = TypeVar("T")

FRAME = 0.016
"""Seconds between two wake-ups at least."""
_NEWS: tuple[type, ...] = (SampleBatch, ProcessTable, Mark, Machine, DeviceFacts, LinkStep)


class Bridge(QObject):
    """Lives on the window's thread. Make it after the engine has started; `close` before it stops."""

    arrived = Signal()
    """Something is new in the engine's store. On the window's thread."""

    _woken = Signal()
    _answered = Signal(object)

    def __init__(self, engine: EngineThread, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._lock = threading.Lock()
        self._pending = False
        self._last = -FRAME
        self._timer = 0
        self._open = True
        self._leave: list[Callable[[], None]] = []
        self._woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        engine.post(self._subscribe)

    @property
    def query(self) -> Query:
        """Where to read what arrived."""
        return self._engine.engine.query

    # --- up -----------------------------------------------------------------------------------------

    def _subscribe(self) -> None:
        """Runs on the engine's loop, after the store has subscribed: it has each event before we tell of it."""
        bus = self._engine.engine.bus
        self._leave = [bus.subscribe(kind, self._note) for kind in _NEWS]

    def _note(self, _: object) -> None:
        """Runs on the engine's loop."""
        with self._lock:
            if self._pending or not self._open:
                return
            self._pending = True
        self._woken.emit()

    @Slot()
    def _wake(self) -> None:
        early = self._last + FRAME - monotonic()
        if early > 0:
            if not self._timer:
                self._timer = self.startTimer(max(1, round(early * 1000)), Qt.TimerType.PreciseTimer)
            return
        self._tell()

    def timerEvent(self, _event: object) -> None:
        self.killTimer(self._timer)
        self._timer = 0
        self._tell()

    def _tell(self) -> None:
        with self._lock:
            self._pending = False  # first: what arrives while we tell wakes us again
            if not self._open:
                return
        self._last = monotonic()
        self.arrived.emit()

    # --- down ---------------------------------------------------------------------------------------

    def post(self, function: Callable[[], object]) -> bool:
        """Call ``function`` on the engine's loop soon; False where it has ended."""
        return self._engine.post(function)

    def call(
        self, coroutine: Coroutine[object, object, T], done: Callable[[Future[T]], None] | None = None
    ) -> Future[T] | None:
        """Run ``coroutine`` on the engine's loop; ``done`` gets its future on the window's thread.

        Answers that future, to be cancelled. Where the engine has ended nothing runs, ``done`` is not called and the answer is None.
        """
        try:
            future = self._engine.call(coroutine)
        except RuntimeError as error:
            log.info("not done: %s", error)
            return None
        if done is not None:
            future.add_done_callback(lambda answer: self._answer(lambda: done(answer)))
        return future

    def _answer(self, deliver: Callable[[], None]) -> None:
        with self._lock:
            if not self._open:
                return
        self._answered.emit(deliver)

    @Slot(object)
    def _deliver(self, deliver: Callable[[], None]) -> None:
        if self._open:
            deliver()

    def close(self) -> None:
        """No wake-up and no answer comes after this. Idempotent."""
        with self._lock:
            self._open = False
        if self._timer:
            self.killTimer(self._timer)
            self._timer = 0
        self._engine.post(self._unsubscribe)

    def _unsubscribe(self) -> None:
        for leave in self._leave:
            leave()
        self._leave.clear()
