"""The bar: totals, room where it is narrow."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.pages.process_bar import ProcessBar
from sysmon.ui.theme import Theme


@pytest.fixture
def bar(theme: Theme, window: QWidget, qtbot: QtBot) -> ProcessBar:
    made = ProcessBar(theme, lambda: ("ada",), window)
    made.resize(780, 32)
    window.resize(780, 60)
    window.show()
    qtbot.waitUntil(made.isVisible)
    return made


def test_totals_with_what_could_not_be_read_as_tip(bar: ProcessBar) -> None:
    bar.totals.set_texts("412 processes · 1,930 threads · 5 running", "only root may read I/O")
    assert bar.totals.accessibleName().startswith("412")
    assert bar.totals.toolTip() == "only root may read I/O"
    assert not bar.grab().isNull()


@pytest.mark.parametrize("width", [640, 780, 1400])
def test_nothing_overlaps(bar: ProcessBar, window: QWidget, width: int) -> None:
    bar.totals.set_texts("412 processes · 1,930 threads · 5 running", "")
    bar.resize(width, 32)
    bar.grab()
    assert bar.filter.geometry().right() < bar.views.geometry().left()
    assert bar.views.geometry().right() < bar.totals.geometry().left()
    assert bar.filter.width() >= 150


def test_users_complete(bar: ProcessBar) -> None:
    bar.filter.setFocus()
    bar.filter.setText("user:a")
    bar.filter.textEdited.emit("user:a")
    assert bar.filter.popup.item(0).text() == "ada"
