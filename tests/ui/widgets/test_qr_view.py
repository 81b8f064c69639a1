from __future__ import annotations

from PySide6.QtWidgets import QWidget

from sysmon.ui.theme import Theme
from sysmon.ui.widgets.qr_view import SIDE, QrView
from sysmon.viewmodels.qr_code import QUIET, qr_code


def test_every_module_is_where_it_belongs_with_light_around(theme: Theme, window: QWidget) -> None:
    view = QrView(window)
    view.resize(SIDE, SIDE)
    modules = qr_code("sysmon://192.0.2.10:4870/#abc.def")
    view.set_modules(modules)
    image = view.grab().toImage()
    count = len(modules)
    module = image.width() // (count + 2 * QUIET)
    edge = (image.width() - module * count) // 2
    read = tuple(
        tuple(
            image.pixelColor(edge + x * module + module // 2, edge + y * module + module // 2).lightness() < 128
            for x in range(count)
        )
        for y in range(count)
    )
    assert read == modules
    assert edge >= QUIET * module
    assert image.pixelColor(1, 1).lightness() == 255


def test_without_a_code_there_is_nothing(theme: Theme, window: QWidget) -> None:
    view = QrView(window)
    view.set_modules(qr_code("x"))
    view.set_modules(())
    assert view.isHidden()
    assert not view.grab().isNull()
