from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.runtime.settings import Settings
from sysmon.ui.dialogs.share_where import ShareWhere
from sysmon.ui.theme import Theme
from sysmon.viewmodels.sharing import EVERYWHERE, AddressRow, Where

ROWS = (AddressRow("192.0.2.10", "eth0 · wired"), AddressRow("2001:db8::10", "eth0 · wired"))


class Opened:
    def __init__(self, theme: Theme, window: QWidget, folder: Path) -> None:
        self.settings = Settings(folder / "settings.toml")
        self.changes = 0
        self.where = ShareWhere(theme, self.settings, self._changed, window)
        self.where.show_addresses(ROWS)
        self.where.resize(560, 400)
        window.show()

    def _changed(self) -> None:
        self.changes += 1


@pytest.fixture
def opened(theme: Theme, window: QWidget, tmp_path: Path, qtbot: QtBot) -> Opened:
    return Opened(theme, window, tmp_path)


def press(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.keyClick(widget, Qt.Key.Key_Space)


def test_at_first_nobody_else_can_connect(opened: Opened) -> None:
    assert opened.where.choices[Where.HERE].isChecked()
    assert all(box.isHidden() for box in opened.where.boxes.values())
    assert opened.settings.sharing_addresses == ("127.0.0.1",)


def test_all_networks_or_single_addresses(opened: Opened, qtbot: QtBot) -> None:
    where, settings = opened.where, opened.settings
    press(qtbot, where.choices[Where.ALL])
    assert settings.sharing_addresses == EVERYWHERE
    press(qtbot, where.choices[Where.SOME])
    assert settings.sharing_addresses == ("127.0.0.1",)
    assert "Pick at least one address" in where.problem.text()
    press(qtbot, where.boxes["192.0.2.10"])
    assert settings.sharing_addresses == ("192.0.2.10",)
    assert where.problem.isHidden()
    press(qtbot, where.boxes["2001:db8::10"])
    assert settings.sharing_addresses == ("192.0.2.10", "2001:db8::10")
    press(qtbot, where.choices[Where.HERE])
    assert settings.sharing_addresses == ("127.0.0.1",)
    assert where.boxes["192.0.2.10"].isHidden()
    assert opened.changes == 5


def test_port_name_and_being_found(opened: Opened, qtbot: QtBot) -> None:
    where, settings = opened.where, opened.settings
    where.port.setValue(4999)
    assert settings.sharing_port == 4999
    where.name.setText("  the den ")
    where.name.editingFinished.emit()
    assert settings.sharing_name == "the den"
    press(qtbot, where.announce)
    assert not settings.sharing_announce
    assert where.announce.accessibleDescription()


def test_it_shows_what_was_changed_elsewhere(opened: Opened) -> None:
    opened.settings.set("sharing.port", 5001)
    opened.settings.set("sharing.addresses", ("192.0.2.10",))
    opened.where.show_settings()
    assert opened.where.port.value() == 5001
    assert opened.where.choices[Where.SOME].isChecked()
    assert opened.changes == 0


def test_what_cannot_be_saved_is_said(theme: Theme, window: QWidget, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "settings.toml").mkdir()
    opened = Opened(theme, window, tmp_path)
    press(qtbot, opened.where.choices[Where.ALL])
    assert opened.where.problem.text()
    assert opened.changes == 0


def test_arrow_keys_do_not_pass_over_more_than_was_meant(opened: Opened, qtbot: QtBot) -> None:
    seen: list[tuple[str, ...]] = []
    opened.settings.on_change(lambda name, _: seen.append(opened.settings.sharing_addresses))
    opened.settings.set("sharing.addresses", ("192.0.2.10",))
    opened.where.show_settings()
    opened.where.choices[Where.SOME].setFocus()
    qtbot.keyClick(opened.where.choices[Where.SOME], Qt.Key.Key_Up)
    assert opened.settings.sharing_addresses == ("127.0.0.1",)
    assert all(set(addresses).isdisjoint(EVERYWHERE) for addresses in seen)
