"""Room before the figure of a spin box: a style sheet does not reach the line edit inside."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox

ROOM = 9
"""Logical pixels, as in every other field."""


def indent(box: QAbstractSpinBox) -> None:
    """Let the text of ``box`` begin where that of other fields begins."""
    box.lineEdit().setTextMargins(ROOM, 0, 0, 0)
