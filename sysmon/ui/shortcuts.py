"""Every key of the window, declared once: the window obeys this list, the shortcut sheet and the palette show it.

Keys that controls use themselves (Space presses a button, arrows move in a table) reach the window only
where the control that has the keyboard does not want them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

PAGES = 9
"""Pages that have a number key."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its action, the keys that trigger it (portable names), and the words on the sheet."""

    action: str
    keys: tuple[str, ...]
    text: str
    group: str
    leftover: bool = False
    """Taken only where no control wants the key."""


KEYS: tuple[Key, ...] = (
    Key("palette", ("Ctrl+K",), "Search or jump to", "Window"),
    *(Key(f"page-{n}", (f"Ctrl+{n}",), f"Page {n}", "Pages") for n in range(1, PAGES + 1)),
    Key("filter", ("Ctrl+F",), "Filter", "Pages"),
    Key("refresh", ("F5",), "Draw again", "Pages"),
    Key("previous-machine", ("Alt+Up",), "Previous machine", "Machines"),
    Key("next-machine", ("Alt+Down",), "Next machine", "Machines"),
    Key("pause", ("Space",), "Pause, or go on", "Time", leftover=True),
    Key("live", ("Home",), "Live", "Time", leftover=True),
    Key("cursor-back", ("Left",), "Time cursor back", "Time", leftover=True),
    Key("cursor-on", ("Right",), "Time cursor forward", "Time", leftover=True),
    Key("mark", ("M",), "Mark this moment", "Time", leftover=True),
    Key("process-details", ("Alt+Return",), "Details of the process", "Processes"),
    Key("process-end", ("Del",), "End", "Processes"),
    Key("process-kill", ("Shift+Del",), "Kill", "Processes"),
    Key("process-stop", ("Ctrl+S",), "Stop", "Processes"),
    Key("process-continue", ("Ctrl+G",), "Continue", "Processes"),
    Key("process-priority", ("Ctrl+P",), "Priority", "Processes"),
    Key("process-audit", ("Ctrl+L",), "Audit log", "Processes"),
    Key("settings", ("Ctrl+,",), "Settings", "Window"),
    Key("shortcuts", ("?",), "Shortcuts", "Window", leftover=True),
    Key("quit", ("Ctrl+Q",), "Quit", "Window"),
)


class Shortcuts(QObject):
    """Binds the declared keys of a window to what they do. Actions without a function are left out."""

    def __init__(self, window: QWidget, actions: Mapping[str, Callable[[], None]]) -> None:
        super().__init__(window)
        self._leftover: dict[str, Callable[[], None]] = {}
        for key in KEYS:
            act = actions.get(key.action)
            if act is not None:
                self._bind(window, key, act)

    def _bind(self, window: QWidget, key: Key, act: Callable[[], None]) -> None:
        for name in key.keys:
            if key.leftover:
                self._leftover[name] = act
                continue
            shortcut = QShortcut(QKeySequence(name), window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(act)

    def handle(self, event: QKeyEvent) -> bool:
        """Do what a key means that no control wanted; False where it means nothing."""
        if event.text() == "?":
            name = "?"
        elif event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        else:
            name = QKeySequence(event.key()).toString(QKeySequence.SequenceFormat.PortableText)
        act = self._leftover.get(name)
        if act is not None:
            act()
        return act is not None
