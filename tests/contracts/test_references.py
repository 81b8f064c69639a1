"""Calls into Qt keep the reference count of None.

PySide6 6.12.0 loses one reference to None on every void method before Python 3.12 and aborts the
interpreter after some hundred calls. From 3.12 on None is immortal (PEP 683) and cannot be lost.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

CALLS = 200

COUNT = f"""
import sys
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel

app = QApplication([])

class Sender(QObject):
    sent = Signal()

label, sender = QLabel(), Sender()
sender.sent.connect(lambda: None)

def calls():
    for number in range({CALLS}):
        label.setText("")
        label.setEnabled(True)
        label.parent()
        sender.sent.emit()

calls()
before = sys.getrefcount(None), sys.getrefcount(True)
calls()
after = sys.getrefcount(None), sys.getrefcount(True)
print(after[0] - before[0], after[1] - before[1])
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_none_and_true_keep_their_references() -> None:
    # In a process of its own: a loss would end this one.
    done = subprocess.run(
        [sys.executable, "-c", COUNT], capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    lost = [int(word) for word in done.stdout.split()]
    assert all(abs(count) < CALLS // 10 for count in lost), f"references to None and True changed by {lost}"
