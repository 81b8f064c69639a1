from __future__ import annotations

import logging

import pytest
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication

from sysmon.ui import fonts


def test_inter_is_shipped(qapp: QApplication) -> None:
    assert fonts.load() == "Inter"


def test_figures_keep_their_width(qapp: QApplication) -> None:
    metrics = QFontMetrics(fonts.font(fonts.load(), fonts.FIGURE, QFont.Weight.DemiBold, tabular=True))
    assert len({metrics.horizontalAdvance(digit * 4) for digit in "0123456789"}) == 1


def test_words_are_not_spaced_like_figures(qapp: QApplication) -> None:
    family = fonts.load()
    plain, tabular = (QFontMetrics(fonts.font(family, tabular=tabular)) for tabular in (False, True))
    assert plain.horizontalAdvance("gnome-shell") < tabular.horizontalAdvance("gnome-shell")


def test_the_same_font_is_the_same_object(qapp: QApplication) -> None:
    assert fonts.font("Inter", 13) is fonts.font("Inter", 13)
    assert fonts.font("Inter", 13).pixelSize() == 13


def test_without_the_files_the_system_font_is_used(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fonts, "FILES", ("Inter-Nowhere.ttf",))
    with caplog.at_level(logging.WARNING):
        assert fonts.load()
    assert "Inter-Nowhere.ttf" in caplog.text
