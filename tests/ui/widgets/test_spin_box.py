"""A figure does not stick to the border of its field."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox
from pytestqt.qtbot import QtBot

from sysmon.ui.widgets import spin_box


def test_the_text_is_indented(qtbot: QtBot) -> None:
    box = QSpinBox()
    qtbot.addWidget(box)
    spin_box.indent(box)
    assert box.lineEdit().textMargins().left() == spin_box.ROOM
