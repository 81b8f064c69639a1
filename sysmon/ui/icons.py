"""Icons in the colours of the theme: the shipped SVG files, recoloured and kept at each size they are drawn.

Knows no widget. A missing file is an empty picture and a line in the log, never a crash.
"""

from __future__ import annotations

import logging
from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from sysmon.resources import resource

log = logging.getLogger(__name__)

_pixmaps: dict[tuple[str, int, int, float], QPixmap] = {}
_LIMIT = 512


@cache
def _source(name: str) -> str:
    try:
        return resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        log.warning("no icon %s: %s", name, error)
        return ""


def pixmap(name: str, colour: QColor, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """Icon ``name`` in ``colour``, ``size`` logical pixels wide and high, for a screen of device ``ratio``."""
    key = (name, colour.rgb(), size, ratio)
    found = _pixmaps.get(key)
    if found is None:
        if len(_pixmaps) >= _LIMIT:
            _pixmaps.clear()
        found = _pixmaps[key] = _drawn(name, colour, size, ratio)
    return found


def _drawn(name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    picture.setDevicePixelRatio(ratio)
    source = _source(name)
    if source:
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour.name()).encode()))
        painter = QPainter(picture)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
    return picture


def icon(name: str, colour: QColor, size: int = 16) -> QIcon:
    """`pixmap` for controls that want a `QIcon`, sharp at one and two device pixels."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(name, colour, size, ratio))
    return made
