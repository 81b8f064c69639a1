"""One window per user, session and settings folder: a second start raises the first and ends.

A lock file decides who is first (it dies with its process, whatever kills it); a local socket
carries what the second start was asked to show. Knows no window: `asked` says what is wanted.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QLockFile, QObject, QThread, QTimerEvent, Signal

from sysmon.private_files import private_folder
from sysmon.runtime.paths import Paths

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

_LONGEST = 4096
"""Bytes of a wish. More is not ours."""
_PATIENCE = 3000
"""Milliseconds until the first instance must have answered: it may be starting up itself."""
_UNIX_LIMIT = 100
"""sun_path holds 108 bytes on Linux, 104 on macOS (unix(7))."""


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a second start wants from the first."""

    page: str | None = None
    host: str | None = None
    token: str | None = None
    """The XDG activation token of that start: without it Wayland lets no window come to the front."""


def address(paths: Paths, environment: Mapping[str, str] = os.environ) -> tuple[Path, str]:
    """Lock file and socket name of this user, session and settings folder."""
    session = "|".join(environment.get(name, "") for name in ("WAYLAND_DISPLAY", "DISPLAY", "SESSIONNAME"))
    place = hashlib.blake2b(f"{paths.config}|{paths.runtime}|{session}".encode(), digest_size=6).hexdigest()
    lock = paths.runtime / f"desktop-{place}.lock"
    if sys.platform == "win32":
        return lock, f"sysmon-{environment.get('USERNAME', '')}-{place}"
    socket = str(paths.runtime / f"desktop-{place}.sock")
    if len(os.fsencode(socket)) > _UNIX_LIMIT:
        socket = str(Path(tempfile.gettempdir()) / f"sysmon-{os.getuid()}-{place}.sock")
    return lock, socket


class SingleInstance(QObject):
    """The claim to be the only instance."""

    asked = Signal(object)
    """A `Wish` of a second start."""

    def __init__(self, parent: QObject | None, paths: Paths) -> None:
        super().__init__(parent)
        self._folder = paths.runtime
        file, self._name = address(paths)
        self._lock = QLockFile(str(file))
        self._lock.setStaleLockTime(0)  # only a dead owner makes a lock stale, never its age
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """True where we are the first, or where nobody can tell. Cheap: asks no socket."""
        try:
            private_folder(self._folder)
        except OSError as error:
            log.warning("cannot tell whether sysmon is open already: %s", error)
            return True
        if self._lock.tryLock(0):
            return True
        if self._lock.error() is QLockFile.LockError.LockFailedError:
            return False
        log.warning("cannot tell whether sysmon is open already: no lock in %s", self._folder)
        return True

    def ask(self, wish: Wish, patience: int = _PATIENCE) -> bool:
        """Hand ``wish`` to the first instance; False where it did not take it within ``patience`` ms. Blocks."""
        from PySide6.QtNetwork import QLocalSocket

        data = msgspec.json.encode(wish) + b"\n"
        deadline = monotonic() + patience / 1000
        while (left := round((deadline - monotonic()) * 1000)) > 0:
            socket = QLocalSocket()
            socket.connectToServer(self._name)
            if socket.waitForConnected(left):
                socket.write(data)
                socket.waitForBytesWritten(left)
                while not socket.canReadLine() and socket.waitForReadyRead(left):
                    pass
                return socket.readAll().data() == b"ok\n"
            socket.abort()
            QThread.msleep(50)
        return False

    def listen(self) -> bool:
        """Take wishes from now on. False where the socket cannot be had: then nobody can raise us."""
        from PySide6.QtNetwork import QAbstractSocket, QLocalServer

        if self._server is not None:
            return True
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.setMaxPendingConnections(8)
        server.newConnection.connect(self._connected)
        if not server.listen(self._name):
            if server.serverError() is QAbstractSocket.SocketError.AddressInUseError and self._lock.isLocked():
                # We hold the lock, so whoever made this socket is gone.
                QLocalServer.removeServer(self._name)
                server.listen(self._name)
            if not server.isListening():
                log.warning("a second start cannot raise this window: %s", server.errorString())
                server.deleteLater()
                return False
        self._server = server
        return True

    def _connected(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            _Visitor(self, self._server.nextPendingConnection())

    def close(self) -> None:
        """Give socket and lock back. Idempotent."""
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None
        self._lock.unlock()


class _Visitor(QObject):
    """One second start at our door: it says one line and is let go, or thrown out."""

    def __init__(self, instance: SingleInstance, socket: QLocalSocket) -> None:
        super().__init__(instance)
        self._instance = instance
        self._socket = socket
        socket.setParent(self)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self.deleteLater)
        self._timer = self.startTimer(_PATIENCE)
        if socket.bytesAvailable():
            self._read()

    def timerEvent(self, _event: QTimerEvent) -> None:
        self.killTimer(self._timer)
        self._socket.abort()
        self.deleteLater()

    def _read(self) -> None:
        if not self._socket.canReadLine():
            if self._socket.bytesAvailable() > _LONGEST:
                self._socket.abort()
            return
        line = self._socket.readLine(_LONGEST).data()
        try:
            wish = msgspec.json.decode(line, type=Wish)
        except msgspec.DecodeError as error:
            log.warning("a second start said what nobody understands: %s", error)
            self._socket.abort()
            return
        self._socket.write(b"ok\n")
        self._socket.disconnectFromServer()
        self._instance.asked.emit(wish)
