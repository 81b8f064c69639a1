from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.session import Session


def window_of(qtbot: QtBot) -> QWidget:
    window = QWidget()
    window.setMinimumSize(300, 200)
    qtbot.addWidget(window)
    return window


def test_place_and_side_bar_come_back(tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "deep" / "window.ini"
    window = window_of(qtbot)
    window.setGeometry(QRect(40, 50, 610, 420))
    assert Session(file).save(window, 300)
    other = window_of(qtbot)
    session = Session(file)
    session.place(other)
    assert other.size() == window.size()
    assert session.side_width() == 300


def test_the_first_time_the_window_stands_on_the_screen(tmp_path: Path, qtbot: QtBot) -> None:
    window = window_of(qtbot)
    session = Session(tmp_path / "window.ini")
    session.place(window)
    assert QGuiApplication.primaryScreen().availableGeometry().intersects(window.geometry())
    assert session.side_width() is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[window]\ngeometry=5\nside_width=wide\n",
        "[window]\ngeometry=@ByteArray(\\x1\\xd9\\xd0\\xcb)\nside_width=-4\n",
        "[window\n=\n\x00\xff",
        "[window]\nside_width=99999999999999999999\n",
        "[window]\nside_width=252, 300\n",
    ],
)
def test_broken_values_are_ignored(tmp_path: Path, qtbot: QtBot, text: str) -> None:
    file = tmp_path / "window.ini"
    file.write_text(text, encoding="latin-1")
    window = window_of(qtbot)
    session = Session(file)
    session.place(window)
    assert window.width() >= 300
    assert session.side_width() is None


def test_a_place_off_every_screen_is_ignored(tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "window.ini"
    window = window_of(qtbot)
    window.setGeometry(QRect(40_000, 40_000, 400, 300))
    Session(file).save(window, None)
    other = window_of(qtbot)
    Session(file).place(other)
    assert QGuiApplication.primaryScreen().availableGeometry().intersects(other.geometry())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_cannot_be_written_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert not Session(tmp_path / "window.ini").save(window_of(qtbot), None)


def test_a_folder_in_the_place_of_the_file_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "window.ini"
    file.mkdir()
    assert not Session(file).save(window_of(qtbot), 300)
