from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLabel, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from sysmon.runtime.options import OPTIONS
from sysmon.runtime.settings import Settings
from sysmon.ui.dialogs.settings import SettingsDialog
from sysmon.ui.theme import Theme


class Scene:
    def __init__(self, theme: Theme, qtbot: QtBot, file: Path, *, tray: bool = True) -> None:
        self.file = file
        self.settings = Settings(file)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.show()
        self.dialog = SettingsDialog(theme, self.settings, self.window, tray=tray)
        self.dialog.open()

    def control(self, name: str) -> QWidget:
        return self.dialog.rows[name].control

    def words(self, name: str) -> str:
        return " ".join(label.text() for label in self.dialog.rows[name].findChildren(QLabel))


@pytest.fixture
def scene(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Scene:
    return Scene(theme, qtbot, tmp_path / "settings.toml")


def test_every_option_has_a_control_of_its_type_with_name_and_help(scene: Scene) -> None:
    assert list(scene.dialog.rows) == list(OPTIONS)
    for name, option in OPTIONS.items():
        control = scene.control(name)
        if option.choices:
            expected: type = QComboBox
        else:
            expected = {bool: QCheckBox, int: QSpinBox, float: QDoubleSpinBox, str: QLineEdit, tuple: QLineEdit}[
                option.kind
            ]
        assert isinstance(control, expected), name
        assert control.accessibleName() == option.title
        assert option.text in scene.words(name)
        assert ("starts again" in scene.words(name)) == option.restart


def test_a_change_is_in_force_and_saved_at_once(scene: Scene) -> None:
    theme = scene.control("window.theme")
    assert isinstance(theme, QComboBox)
    theme.setCurrentIndex(theme.findText("light"))
    theme.activated.emit(theme.currentIndex())
    interval = scene.control("sampling.interval")
    assert isinstance(interval, QDoubleSpinBox)
    interval.setValue(2.5)
    tray = scene.control("window.close_to_tray")
    assert isinstance(tray, QCheckBox)
    tray.click()
    again = Settings(scene.file)
    assert again.window_theme == "light"
    assert again.sampling_interval == 2.5
    assert again.window_close_to_tray is False


def test_what_cannot_be_saved_is_said_beside_its_control(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    scene = Scene(theme, qtbot, tmp_path / "taken" / "settings.toml")
    kept = scene.control("sampling.keep")
    assert isinstance(kept, QSpinBox)
    kept.setValue(90)
    row = scene.dialog.rows["sampling.keep"]
    assert row.problem.isVisible()
    assert row.problem.text()


def test_bounds_are_those_of_the_option(scene: Scene) -> None:
    interval = scene.control("sampling.interval")
    assert isinstance(interval, QDoubleSpinBox)
    assert (interval.minimum(), interval.maximum()) == (0.25, 10.0)
    assert interval.suffix() == " s"


def test_a_list_is_text_with_commas(scene: Scene) -> None:
    field = scene.control("sampling.disabled")
    assert isinstance(field, QLineEdit)
    field.setText("gpu, services")
    field.editingFinished.emit()
    assert scene.settings.sampling_disabled == ("gpu", "services")


def test_defaults_come_back(scene: Scene) -> None:
    scene.settings.set("sampling.interval", 5.0)
    for row in scene.dialog.rows.values():
        row.restore()
    assert all(scene.settings.value(name) == option.default for name, option in OPTIONS.items())
    interval = scene.control("sampling.interval")
    assert isinstance(interval, QDoubleSpinBox)
    assert interval.value() == 1.0


def test_without_a_tray_the_option_says_what_that_means(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    without = Scene(theme, qtbot, tmp_path / "a.toml", tray=False)
    assert "no tray on this desktop" in without.words("window.close_to_tray")
    assert "no tray on this desktop" not in Scene(theme, qtbot, tmp_path / "b.toml").words("window.close_to_tray")
