"""What Qt finds on this display: asked by ``sysmon doctor``, in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QApplication, QSystemTrayIcon


@dataclass(frozen=True, slots=True)
class QtFacts:
    """Version and platform plug-in of Qt, and whether the desktop has a tray."""

    version: str
    platform: str
    tray: bool


def qt_facts() -> QtFacts:
    """Ask Qt. It ends the process where it finds no display."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    return QtFacts(qVersion(), application.platformName(), QSystemTrayIcon.isSystemTrayAvailable())
