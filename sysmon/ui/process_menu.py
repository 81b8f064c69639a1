"""The menu of processes and its keys, declared once: what a person may do with what is selected.

An entry that makes no sense now is there all the same, greyed, with the reason as tool tip. Does
nothing itself: it tells what was chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from sysmon.control.actions import SIGNALS as EVERY_SIGNAL
from sysmon.model.action import Action, End, Kill, Resume, SendSignal, Stop
from sysmon.viewmodels.process_actions import Chosen, why_not


@dataclass(frozen=True, slots=True)
class Item:
    """One action with its words and its key."""

    action: Action
    text: str
    key: str = ""


DETAILS_KEY: Final = "Alt+Return"
PRIORITY_KEY: Final = "Ctrl+P"
AUDIT_KEY: Final = "Ctrl+L"
ITEMS: Final = (
    Item(End(), "End", "Del"),
    Item(Kill(), "Kill", "Shift+Del"),
    Item(Stop(), "Stop", "Ctrl+S"),
    Item(Resume(), "Continue", "Ctrl+G"),
)
SIGNALS: Final = (
    "SIGHUP", "SIGINT", "SIGQUIT", "SIGABRT", "SIGUSR1", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGCONT",
    "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGWINCH", "SIGKILL",
)  # fmt: skip
"""Signals that are offered by name, in the order of use."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a menu is made for."""

    selected: Chosen
    branch: Chosen | None
    """The selected one and everything below it, where there is more than itself."""
    application: Chosen | None
    """Everything of its application, where that is more than what is selected."""
    refusal: str
    """Why nothing can be done at all; empty where it can."""
    unseen: str = ""
    """Why nothing can be told of them; empty where it can."""


@dataclass(frozen=True, slots=True)
class Doors:
    """What the menu tells its choices to."""

    act: Callable[[Action, Chosen], None]
    details: Callable[[], None]
    priority: Callable[[Chosen], None]
    audit: Callable[[], None]
    columns: Callable[[QMenu], None]
    """Fills a menu with what the table can show: its head has it too, but no keyboard reaches that."""


def make_menu(offer: Offer, doors: Doors, parent: QWidget) -> QMenu:
    """The menu for what is selected. The caller opens it."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    _add(menu, "Details", doors.details, DETAILS_KEY, _one(offer))
    menu.addSeparator()
    for item in ITEMS:
        _add_action(menu, item.text, item.action, offer.selected, offer, doors, item.key)
    _add_signals(menu, offer.selected, offer, doors)
    for title, group in (("With everything below", offer.branch), ("Whole application", offer.application)):
        if group is not None:
            below = menu.addMenu(f"{title} ({len(group.targets)})")
            for item in ITEMS:
                _add_action(below, item.text, item.action, group, offer, doors)
            _add_signals(below, group, offer, doors)
            _add_priority(below, group, offer, doors)
    menu.addSeparator()
    _add_priority(menu, offer.selected, offer, doors, PRIORITY_KEY)
    menu.addSeparator()
    doors.columns(menu.addMenu("Columns"))
    _add(menu, "Audit log…", doors.audit, AUDIT_KEY, None)
    return menu


def _add_signals(menu: QMenu, chosen: Chosen, offer: Offer, doors: Doors) -> None:
    """Every signal: those that are used by hand first."""
    signals = menu.addMenu("Send a signal")
    signals.setToolTipsVisible(True)
    for name in SIGNALS:
        _add_action(signals, name, SendSignal(name), chosen, offer, doors)
    others = signals.addMenu("Others")
    for name in sorted(EVERY_SIGNAL.keys() - set(SIGNALS)):
        _add_action(others, name, SendSignal(name), chosen, offer, doors)


def _add_priority(menu: QMenu, chosen: Chosen, offer: Offer, doors: Doors, key: str = "") -> None:
    _add(menu, "Priority…", partial(doors.priority, chosen), key, offer.refusal or why_not(Stop(), _going(chosen)))


def _one(offer: Offer) -> str | None:
    return offer.unseen or ("choose one process" if len(offer.selected.targets) != 1 else None)


def _going(chosen: Chosen) -> Chosen:
    """As if nothing was stopped: a priority can be set for what is."""
    return replace(chosen, stopped=0)


def _add_action(
    menu: QMenu, text: str, action: Action, chosen: Chosen, offer: Offer, doors: Doors, key: str = ""
) -> None:
    _add(menu, text, partial(doors.act, action, chosen), key, offer.refusal or why_not(action, chosen))


def _add(menu: QMenu, text: str, act: Callable[[], None], key: str, refusal: str | None) -> None:
    # The key is shown only, behind a tab: the page binds it, for it works without the menu too.
    shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    entry = QAction(f"{text}\t{shown}" if key else text, menu)
    entry.setEnabled(not refusal)
    entry.setToolTip(refusal or "")
    entry.triggered.connect(lambda: act())
    menu.addAction(entry)
