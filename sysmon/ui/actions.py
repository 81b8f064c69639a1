"""What the window's keys and buttons open over it: palette, shortcut sheet, settings dialog.

Made on first use. Knows the window, not what is around it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import get_args

from sysmon.model.errors import ConfigError
from sysmon.pipeline.query import Query
from sysmon.runtime.options import Theme as ThemeName
from sysmon.runtime.settings import Settings
from sysmon.ui.dialogs.settings import SettingsDialog
from sysmon.ui.fleet_dialogs import FleetDialogs
from sysmon.ui.main_window import MainWindow
from sysmon.ui.pages import registry
from sysmon.ui.palette import Palette, PaletteEntry
from sysmon.ui.shortcut_sheet import ShortcutSheet, spelled
from sysmon.ui.shortcuts import KEYS
from sysmon.ui.theme import Theme
from sysmon.ui.time_axis import RANGES, range_text

_THEME_ICONS = {"dark": "moon", "light": "sun", "system": "monitor"}


class Actions:
    """Opens one of them at a time."""

    def __init__(
        self,
        window: MainWindow,
        theme: Theme,
        settings: Settings,
        query: Query,
        leave: Callable[[], None],
        fleet: FleetDialogs,
    ) -> None:
        self._window, self._theme, self._settings, self._query = window, theme, settings, query
        self._fleet = fleet
        self._leave = leave
        self._dialog: SettingsDialog | None = None
        self.palette = Palette(theme, window, self.entries)
        self.sheet = ShortcutSheet(theme, window)
        self.tray_available: Callable[[], bool] = lambda: False

    def open(self, what: str) -> None:
        """Open "palette", "shortcuts", "settings", or what `FleetDialogs` understands."""
        self.palette.close_box()
        self.sheet.close_box()
        if what == "palette":
            self.palette.open()
        elif what == "shortcuts":
            self.sheet.open()
        elif what == "settings":
            self._open_settings()
        else:
            self._fleet.open(what)

    def _open_settings(self) -> None:
        if self._dialog is None:
            self._dialog = SettingsDialog(self._theme, self._settings, self._window, tray=self.tray_available())
            self._dialog.finished.connect(self._settings_closed)
            self._dialog.share_asked.connect(partial(self.open, "share"))
        self._window.show()  # the tray's menu may ask while the window is hidden
        self._dialog.open()
        self._dialog.raise_()

    def _settings_closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    @property
    def dialog(self) -> SettingsDialog | None:
        """The settings dialog while it is open."""
        return self._dialog

    def close(self) -> None:
        """Close whatever is open. Idempotent."""
        self.palette.close_box()
        self.sheet.close_box()
        self._fleet.close()
        if self._dialog is not None:
            self._dialog.close()

    def entries(self) -> list[PaletteEntry]:
        """Everything that the palette can find now: pages, machines, ranges, actions."""
        window = self._window
        keys = {key.action: spelled(key) for key in KEYS}
        pages = [*registry.TABS, *registry.PLACES]
        found = [
            PaletteEntry(entry.title, keys.get(f"page-{number}", "Page"), "overview", partial(window.go, entry.name))
            for number, entry in enumerate(pages, start=1)
        ]
        found += [
            PaletteEntry(registry.full_title(place, tab), "Fleet", place.icon, partial(window.go, tab.name))
            for place in registry.FLEET
            for tab in place.tabs
        ]
        found += [
            PaletteEntry(machine.name, f"Machine · {machine.state.value}", "server", partial(window.show_machine, machine.host))
            for machine in self._query.machines()
        ]  # fmt: skip
        found += [
            PaletteEntry(f"Time range {range_text(key)}", "Action", "clock", partial(window.axis.choose, key))
            for key in RANGES
        ]
        found += [
            PaletteEntry(f"Theme: {name}", "Action", _THEME_ICONS[name], partial(self._set, "window.theme", name))
            for name in get_args(ThemeName)
        ]
        found += [
            PaletteEntry("Pause, or go on", keys["pause"], "pause", window.axis.toggle),
            PaletteEntry("Live", keys["live"], "play", window.axis.go_live),
            PaletteEntry("Add machine", "Action", "plus", partial(self.open, "add-machine")),
            PaletteEntry("Share this machine", "Action", "share-2", partial(self.open, "share")),
            PaletteEntry("Settings", keys["settings"], "settings", partial(self.open, "settings")),
            PaletteEntry("Shortcuts", keys["shortcuts"], "keyboard", partial(self.open, "shortcuts")),
            PaletteEntry("Quit", keys["quit"], "power", self._leave),
        ]
        return found

    def _set(self, name: str, value: str) -> None:
        try:
            self._settings.set(name, value)
        except ConfigError as error:
            self._window.set_notes(str(error))
