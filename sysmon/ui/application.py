"""The Qt application of this program: its name, its log, and the two ways in which a desktop asks it to end.

Logging out and the system's own Quit (dock, menu, session manager) must not end in a window that
hides itself in the tray. Knows no window.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Generator, Sequence

from PySide6.QtCore import QEvent, QMessageLogContext, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

log = logging.getLogger("sysmon.qt")

NAME = "sysmon"

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Application(QApplication):
    """One for each process."""

    end_asked = Signal()
    """The desktop asks the program to end: log-out, or Quit of the system."""

    def __init__(self, arguments: Sequence[str]) -> None:
        QGuiApplication.setDesktopFileName(NAME)
        super().__init__(list(arguments))
        self.setApplicationName(NAME)
        self.setApplicationDisplayName(NAME)
        # A tray program lives without windows: only `end_asked` and the user's Quit end it.
        self.setQuitOnLastWindowClosed(False)
        self.commitDataRequest.connect(self._session_ends)

    def _session_ends(self) -> None:
        """The user logs out."""
        self.end_asked.emit()

    def event(self, event: QEvent) -> bool:
        """Take the system's Quit over: Qt would close the windows one by one, and stop at the first that stays."""
        if event.type() == QEvent.Type.Quit:
            self.end_asked.emit()
            return True
        return super().event(event)


@contextlib.contextmanager
def qt_messages_logged() -> Generator[None]:
    """Let what Qt has to say go into our log, until the end: Qt speaks on when Python is gone."""
    qInstallMessageHandler(_note)
    try:
        yield
    finally:
        qInstallMessageHandler(None)


def _note(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    category = context.category or "default"
    log.log(_LEVELS.get(kind, logging.WARNING), "%s: %s", category, text)
