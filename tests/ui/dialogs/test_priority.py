"""Priorities: what is in force is shown, only what was changed is wanted."""

from __future__ import annotations

import math

import pytest
from PySide6.QtWidgets import QWidget

from sysmon.model.action import Action, SetAffinity, SetIoPriority, SetLimit, SetNice
from sysmon.ui.dialogs.priority import PriorityDialog
from sysmon.ui.theme import Theme
from sysmon.viewmodels.process_priority import MIB, Priorities

NOW = Priorities(0, "none", 4, tuple(range(256)), math.inf, math.inf)


@pytest.fixture
def dialog(theme: Theme, window: QWidget) -> PriorityDialog:
    window.show()
    made = PriorityDialog(theme, "Priority of web (5)", 256, window)
    made.open()
    return made


def wanted(dialog: PriorityDialog) -> list[Action]:
    found: list[Action] = []
    dialog.wanted.connect(found.extend)
    dialog.apply.click()
    return found


def test_nothing_touched_is_nothing_wanted(dialog: PriorityDialog) -> None:
    dialog.set_priorities(NOW)
    assert wanted(dialog) == []


def test_nothing_known_and_nothing_touched_is_nothing_wanted(dialog: PriorityDialog) -> None:
    assert wanted(dialog) == []


def test_each_control_is_one_action(dialog: PriorityDialog) -> None:
    dialog.set_priorities(NOW)
    dialog.set_group("Limits for /web.service", own=True)
    dialog.nice.setValue(7)
    dialog.io_class.setCurrentIndex(dialog.io_class.findData("best-effort"))
    dialog.io_level.setValue(6)
    for check in dialog.cpus[2:]:
        check.setChecked(False)
    dialog.cpu_limit.setValue(0.5)
    dialog.memory_limit.setValue(512)
    assert wanted(dialog) == [
        SetNice(7),
        SetIoPriority("best-effort", 6),
        SetAffinity((0, 1)),
        SetLimit(0.5, 512.0 * MIB),
    ]


def test_levels_only_where_there_are_some(dialog: PriorityDialog) -> None:
    dialog.io_class.setCurrentIndex(dialog.io_class.findData("idle"))
    assert not dialog.io_level.isEnabled()
    dialog.io_class.setCurrentIndex(dialog.io_class.findData("realtime"))
    assert dialog.io_level.isEnabled()


def test_limits_of_a_shared_group_cannot_be_set(dialog: PriorityDialog) -> None:
    dialog.set_group("No limits: /user.slice holds several applications.", own=False)
    assert not dialog.cpu_limit.isEnabled()
    assert "several" in dialog.group.text()


def test_many_cpus_fit(dialog: PriorityDialog) -> None:
    assert len(dialog.cpus) == 256
    assert dialog.height() < 700
    assert not dialog.grab().isNull()
