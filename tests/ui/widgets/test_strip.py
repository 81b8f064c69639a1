from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.strip import paint_strip
from sysmon.viewmodels.link_strip import Segment


def painted(theme: Theme, *segments: Segment) -> list[QColor]:
    image = QImage(200, 14, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_strip(painter, theme, QRectF(0, 0, 200, 14), segments, "card")
    painter.end()
    return [image.pixelColor(x, 7) for x in range(200)]


def test_a_second_in_six_hours_is_still_seen(theme: Theme) -> None:
    row = painted(theme, Segment(0.0, 0.5, "ok"), Segment(0.5, 0.50005, "warning"), Segment(0.50005, 1.0, "ok"))
    assert row.count(theme.blend("warning", "card", 0.78)) >= 2
    assert row[20] == row[180] == theme.blend("ok", "card", 0.78)


def test_one_at_the_very_end_stays_inside(theme: Theme) -> None:
    row = painted(theme, Segment(0.0, 0.9999, "ok"), Segment(0.9999, 1.0, "critical"))
    assert theme.blend("critical", "card", 0.78) in row[-4:]


def test_what_is_not_known_is_a_pale_track(theme: Theme) -> None:
    row = painted(theme, Segment(0.5, 1.0, "ok"))
    assert row[50] == theme.blend("line", "card", 0.7)
    assert len(set(map(QColor.name, painted(theme)[4:-4]))) == 1


def test_how_it_is_now_is_seen_even_if_it_has_just_begun(theme: Theme) -> None:
    row = painted(theme, Segment(0.99, 0.9999, "warning"), Segment(0.9999, 1.0, "ok"))
    assert theme.blend("ok", "card", 0.78) in row[-4:]
    assert theme.blend("warning", "card", 0.78) in row
