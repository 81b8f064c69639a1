"""The icon in the system's tray: live picture, tool tip, pop-up and menu.

Redraws at most every two seconds, and hands a picture over only when its pixels differ: panels
and D-Bus pay for each. Where no tray exists nothing is drawn. Knows no window: signals say what
the user wants.
"""

from __future__ import annotations

from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from sysmon.ui.theme import Theme
from sysmon.ui.tray_icon import paint_icon
from sysmon.ui.tray_popup import TrayPopup
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.tray import MachineEntry
from sysmon.viewmodels.tray import Tray as TrayModel

PACE: Final = 2.0
"""Seconds between two pictures at least."""
_ASK_AGAIN: Final = 20.0
"""Seconds after which a tray may have come or gone: to ask costs a millisecond and two round trips."""
_LISTED: Final = 15
"""Machines that the menu names; the window shows all."""
_USUAL = 22
"""Logical pixels of an icon where the tray does not tell (freedesktop.org: 22; Windows: 16 to 24)."""


class Tray(QObject):
    """The tray icon. `arrived` is to be called when there is news."""

    open_asked = Signal(str)
    """Show the window with this machine; an empty text for the one that it shows."""
    pause_asked = Signal(bool)
    share_asked = Signal(bool)
    """Share this machine, or not any more."""
    all_asked = Signal()
    """Show all machines."""
    settings_asked = Signal()
    quit_asked = Signal()

    def __init__(self, theme: Theme, model: TrayModel, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._alert = False
        self._last = self._asked = -_ASK_AGAIN
        self._there = False
        self._image = QImage()
        self._popup: TrayPopup | None = None
        self._icon = QSystemTrayIcon(self)
        self._menu = QMenu()
        self._listed: tuple[MachineEntry, ...] = ()
        self._pause = self._check("Pause sampling", self.pause_asked)
        self._share = self._check("Share this machine", self.share_asked)
        self._share.setEnabled(False)
        self._machines = QMenu("Machines")
        self._machines.triggered.connect(self._machine_picked)
        self._fill_menu()
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        theme.changed.connect(self._restyle)

    @property
    def available(self) -> bool:
        """Whether there is a tray now: that may change while the program runs."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def icon(self) -> QImage:
        """The picture that was handed over last."""
        return self._image

    @property
    def menu(self) -> QMenu:
        """The menu of the right button."""
        return self._menu

    def _check(self, text: str, asked: SignalInstance) -> QAction:
        action = QAction(text, self)
        action.setCheckable(True)
        action.toggled.connect(asked)
        return action

    def _fill_menu(self) -> None:
        menu = self._menu
        menu.addAction("Open sysmon").triggered.connect(lambda: self.open_asked.emit(""))
        menu.addAction(self._pause)
        menu.addAction(self._share)
        menu.addMenu(self._machines)
        menu.addAction("Settings…").triggered.connect(self.settings_asked)
        menu.addSeparator()
        menu.addAction("Quit").triggered.connect(self.quit_asked)
        self._list_machines()

    def _list_machines(self) -> None:
        """Name the machines, the worst first, where any of them became another."""
        machines = self._model.machines()
        if machines == self._listed:
            return
        self._listed = machines
        self._machines.clear()
        for machine in machines[:_LISTED]:
            # An ampersand would underline the next letter and be gone.
            text = f"{machine.name} · {machine.state}".replace("&", "&&")
            self._machines.addAction(text).setData(machine.host)
        if len(machines) > _LISTED:
            self._machines.addAction(f"All {len(machines):,} machines…")
        self._machines.menuAction().setVisible(len(machines) > 1)

    def _machine_picked(self, action: QAction) -> None:
        host: str | None = action.data()
        if host is None:
            self.all_asked.emit()
        else:
            self.open_asked.emit(host)

    def show(self) -> None:
        """Appear in the tray, now or as soon as there is one."""
        self._draw()  # Qt wants a picture before it shows
        self._icon.show()

    def set_units(self, units: Units) -> None:
        """Write figures in ``units``."""
        self._model.set_units(units)

    def set_paused(self, paused: bool) -> None:
        """Check the menu's entry without asking for anything."""
        _set_checked(self._pause, paused)

    def set_sharing(self, on: bool | None) -> None:
        """Whether this machine is shared; None where it cannot be. Asks for nothing."""
        self._share.setEnabled(on is not None)
        _set_checked(self._share, on is True)

    def set_alert(self, alert: bool) -> None:
        """Put the red dot on the icon or take it away, at once."""
        if alert is not self._alert:
            self._alert = alert
            self._draw()

    def arrived(self) -> None:
        """There is news. Cheap when it is not time yet, or nobody can see it."""
        if self._popup is not None and self._popup.isVisible():
            self._popup.set_view(self._model.view())
        now = monotonic()
        if now - self._last < PACE - 0.1:
            return
        self._last = now
        self._list_machines()
        if now - self._asked >= _ASK_AGAIN:
            self._asked, self._there = now, self.available
        if self._there:
            self._draw()

    def _draw(self) -> None:
        image = paint_icon(self._theme, self._pixels(), self._model.cpu_trace(), alert=self._alert)
        if image != self._image:
            self._image = image
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(_ratio())
            self._icon.setIcon(QIcon(pixmap))
            tip = self._model.tip()
            if tip != self._icon.toolTip():
                self._icon.setToolTip(tip)

    def _pixels(self) -> int:
        """Device pixels of the icon: as the tray tells, else the usual size on this screen."""
        shown = self._icon.geometry()
        side = min(shown.width(), shown.height()) if shown.isValid() else 0
        return round((side if 12 <= side <= 64 else _USUAL) * _ratio())

    def _restyle(self) -> None:
        self._draw()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.toggle_popup()
        elif reason is QSystemTrayIcon.ActivationReason.DoubleClick:
            self.open_asked.emit("")

    def toggle_popup(self) -> None:
        """Open the pop-up, or close it."""
        if self._popup is None:
            self._popup = TrayPopup(self._theme)
            self._popup.opened.connect(self.open_asked)
        if self._popup.isVisible():
            self._popup.close()
            return
        self._popup.set_view(self._model.view())
        self._popup.show_at(self._icon.geometry())

    def close(self) -> None:
        """Leave the tray. Idempotent."""
        self._icon.hide()
        if self._popup is not None:
            self._popup.close()
            self._popup.deleteLater()
            self._popup = None


def _set_checked(action: QAction, checked: bool) -> None:
    action.blockSignals(True)
    action.setChecked(checked)
    action.blockSignals(False)


def _ratio() -> float:
    screen = QGuiApplication.primaryScreen()
    return screen.devicePixelRatio()
