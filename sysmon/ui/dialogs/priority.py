"""Sets how much of the machine processes may take: nice, I/O priority, CPUs, limits of the control group.

Shows what is in force as far as it is known, and tells what shall be changed; does nothing itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from sysmon.ui import fonts
from sysmon.ui.dialogs.confirm import quiet
from sysmon.ui.theme import Theme
from sysmon.ui.widgets import ink, spin_box
from sysmon.ui.widgets.scroll import Scroll
from sysmon.viewmodels.process_priority import IO_CLASSES, LEVELLED, MIB, MOST_CPUS, Priorities, changes, nice_words

_CPU_COLUMNS: Final = 8
_MOST_NAMED: Final = 8
_MOST_IN_TIP: Final = 60
_UNCHANGED: Final = "as it is"


class PriorityDialog(QDialog):
    """Open it with `open`; it deletes itself when it is closed."""

    wanted = Signal(list)
    """The actions that make the difference."""

    def __init__(self, theme: Theme, title: str, cpus: int, parent: QWidget, names: Sequence[str] = ()) -> None:
        """``cpus``: how many the machine has; ``names``: of everyone that will be hit, where that is more than one."""
        super().__init__(parent)
        self._theme = theme
        self._before = Priorities()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(520, 560)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(10)
        head = QLabel(title, self)
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setFont(fonts.font(theme.family, fonts.BODY + 2, ink.STRONG))
        column.addWidget(head)
        self.whom = quiet(theme, _listed(names), self)
        self.whom.setToolTip("\n".join(names[:_MOST_IN_TIP]))
        self.whom.setVisible(bool(names))
        column.addWidget(self.whom)
        form = QFormLayout()
        form.setHorizontalSpacing(20)
        form.setVerticalSpacing(10)
        self._add_nice(form)
        self._add_io(form)
        column.addLayout(form)
        self._add_cpus(column, min(cpus, MOST_CPUS))
        self._add_limits(column, cpus)
        self._add_buttons(column)
        self.nice.setFocus()

    def _add_nice(self, form: QFormLayout) -> None:
        self.nice = QSlider(Qt.Orientation.Horizontal, self)
        self.nice.setRange(-20, 19)
        self.nice.setPageStep(5)
        self.nice.setAccessibleName("Nice")
        self.nice_text = QLabel(nice_words(0), self)
        self.nice_text.setMinimumWidth(210)
        self.nice.valueChanged.connect(self._nice_moved)
        row = QHBoxLayout()
        row.addWidget(self.nice, 1)
        row.addWidget(self.nice_text)
        form.addRow("CPU priority (nice)", row)

    def _nice_moved(self, nice: int) -> None:
        self.nice_text.setText(nice_words(nice))

    def _add_io(self, form: QFormLayout) -> None:
        self.io_class = QComboBox(self)
        self.io_class.setAccessibleName("Class of I/O priority")
        self.io_class.addItem(_UNCHANGED, None)
        for name, words in IO_CLASSES:
            self.io_class.addItem(words, name)
        self.io_level = QSpinBox(self)
        spin_box.indent(self.io_level)
        self.io_level.setRange(0, 7)
        self.io_level.setValue(4)
        self.io_level.setAccessibleName("Level of I/O priority, 0 is the highest")
        self.io_level.setPrefix("level ")
        self.io_class.currentIndexChanged.connect(self._io_chosen)
        row = QHBoxLayout()
        row.addWidget(self.io_class, 1)
        row.addWidget(self.io_level)
        form.addRow("Disk priority", row)
        self._io_chosen()

    def _io_chosen(self) -> None:
        self.io_level.setEnabled(self.io_class.currentData() in LEVELLED)

    def _add_cpus(self, column: QVBoxLayout, count: int) -> None:
        heading = QHBoxLayout()
        heading.addWidget(QLabel("May run on", self), 1)
        everything = QPushButton("All", self)
        everything.setAutoDefault(False)
        everything.setAccessibleName("May run on all CPUs")
        everything.clicked.connect(lambda: self._check(range(count)))
        heading.addWidget(everything)
        column.addLayout(heading)
        box = QWidget(self)
        grid = QGridLayout(box)
        grid.setContentsMargins(4, 4, 4, 4)
        self.cpus: list[QCheckBox] = []
        for cpu in range(count):
            check = QCheckBox(str(cpu), box)
            check.setAccessibleName(f"CPU {cpu}")
            check.setChecked(True)
            grid.addWidget(check, cpu // _CPU_COLUMNS, cpu % _CPU_COLUMNS)
            self.cpus.append(check)
        grid.setRowStretch(count // _CPU_COLUMNS + 1, 1)
        grid.setColumnStretch(_CPU_COLUMNS, 1)
        column.addWidget(Scroll(box, self), 1)

    def _check(self, chosen: range | tuple[int, ...]) -> None:
        for cpu, check in enumerate(self.cpus):
            check.setChecked(cpu in chosen)

    def _add_limits(self, column: QVBoxLayout, cpus: int) -> None:
        self.cpu_limit = QDoubleSpinBox(self)
        spin_box.indent(self.cpu_limit)
        self.cpu_limit.setRange(0.0, float(cpus))
        self.cpu_limit.setDecimals(2)
        self.cpu_limit.setSingleStep(0.25)
        self.cpu_limit.setSpecialValueText("no limit")
        self.cpu_limit.setSuffix(" CPUs")
        self.cpu_limit.setAccessibleName("Limit of CPUs for the control group")
        self.memory_limit = QSpinBox(self)
        spin_box.indent(self.memory_limit)
        self.memory_limit.setRange(0, 1 << 26)
        self.memory_limit.setSingleStep(256)
        self.memory_limit.setSpecialValueText("no limit")
        self.memory_limit.setSuffix(" MiB")
        self.memory_limit.setAccessibleName("Limit of memory for the control group")
        row = QHBoxLayout()
        row.addWidget(self.cpu_limit, 1)
        row.addWidget(self.memory_limit, 1)
        self.group = quiet(self._theme, "Control group: being read", self)
        column.addWidget(self.group)
        column.addLayout(row)
        self._set_limits_enabled(False)

    def _set_limits_enabled(self, on: bool) -> None:
        self.cpu_limit.setEnabled(on)
        self.memory_limit.setEnabled(on)

    def _add_buttons(self, column: QVBoxLayout) -> None:
        box = QDialogButtonBox(self)
        box.addButton(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        self.apply = box.addButton("Apply", QDialogButtonBox.ButtonRole.AcceptRole)
        self.apply.setDefault(True)
        box.accepted.connect(self._accept)
        box.rejected.connect(self.reject)
        column.addWidget(box)

    # --- values -------------------------------------------------------------------------------------

    def set_group(self, words: str, *, own: bool) -> None:
        """Say whom a limit would hold for; ``own``: whether limits may be set there at all."""
        self.group.setText(words)
        self._set_limits_enabled(own)

    def set_priorities(self, now: Priorities) -> None:
        """Show what is in force. Controls that the user has touched are set too: call it before that."""
        self._before = now
        self.nice.setValue(now.nice or 0)
        if now.io_class is not None:
            self.io_class.setCurrentIndex(max(0, self.io_class.findData(now.io_class)))
            self.io_level.setValue(now.io_level)
        if now.cpus is not None:
            self._check(now.cpus)
        self.cpu_limit.setValue(_shown(now.cpu_limit, 1.0))
        self.memory_limit.setValue(round(_shown(now.memory_limit, MIB)))

    def priorities(self) -> Priorities:
        """What the controls say."""
        chosen = tuple(cpu for cpu, check in enumerate(self.cpus) if check.isChecked())
        limited = self.cpu_limit.isEnabled()
        known = self._before.cpus is not None or len(chosen) < len(self.cpus)
        nice = self.nice.value()
        return Priorities(
            nice if self._before.nice is not None or nice != 0 else None,
            self.io_class.currentData(),
            self.io_level.value(),
            chosen if known else None,
            _meant(self.cpu_limit.value(), 1.0) if limited else None,
            _meant(self.memory_limit.value(), MIB) if limited else None,
        )

    def _accept(self) -> None:
        self.wanted.emit(changes(self._before, self.priorities()))
        self.accept()


def _listed(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"


def _shown(limit: float | None, unit: float) -> float:
    return 0.0 if limit is None or math.isinf(limit) else limit / unit


def _meant(value: float, unit: float) -> float:
    return math.inf if value == 0 else value * unit
