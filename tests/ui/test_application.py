"""In a process of its own: there is one application in a process, and the tests have one already."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import logging
from PySide6.QtCore import QEvent, QTimer, qWarning
from sysmon.ui.application import Application, qt_messages_logged
logging.basicConfig(format="%(levelname)s %(name)s %(message)s", level=logging.DEBUG)
application = Application(["sysmon"])
asked = []
application.end_asked.connect(lambda: asked.append(1))
QTimer.singleShot(0, application.quit)
QTimer.singleShot(100, lambda: application.exit(5))
print(application.exec(), len(asked), application.quitOnLastWindowClosed(), application.desktopFileName())
with qt_messages_logged():
    qWarning("hello")
"""


def test_quit_of_the_system_is_asked_and_not_obeyed_and_qt_speaks_into_our_log() -> None:
    answer = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=60)
    assert answer.stdout.split() == ["5", "1", "False", "sysmon"]
    assert "WARNING sysmon.qt default: hello" in answer.stderr
