from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink


def test_text_that_fits_is_whole_and_other_text_is_cut(theme: Theme) -> None:
    text = "gnome-shell"
    room = ink.width(theme.family, text)
    assert ink.elided(theme.family, text, room) == text
    cut = ink.elided(theme.family, text, room // 2)
    assert cut.endswith("…")
    assert text.startswith(cut[:-1])
    assert ink.elided(theme.family, text, -5) in ("", "…")


def test_figures_have_even_digits_and_names_do_not(theme: Theme) -> None:
    assert ink.width(theme.family, "1111 %") == ink.width(theme.family, "0000 %")
    assert ink.face(theme.family, "gnome-shell", 13, ink.NORMAL) is not ink.face(theme.family, "4", 13, ink.NORMAL)


def test_nothing_is_drawn_outside_its_place(theme: Theme) -> None:
    image = QImage(100, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    ink.draw(painter, theme, QRect(20, 0, 40, 30), "a long text that cannot fit here", QColor("white"))
    ink.draw(painter, theme, QRect(70, 0, 0, 30), "nothing", QColor("white"))
    painter.end()
    outside = {image.pixelColor(x, y).name() for x in (*range(18), *range(63, 100)) for y in range(30)}
    assert outside == {"#000000"}


def test_the_ring_is_drawn_with_the_focus_only(theme: Theme, window: QWidget) -> None:
    window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    image = QImage(window.size(), QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    ink.focus_ring(painter, theme, window)
    painter.end()
    assert image.pixelColor(300, 0) == QColor("black")
