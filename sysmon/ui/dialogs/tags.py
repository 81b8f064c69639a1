"""The tags of one machine, to be typed. Tells which were typed; whoever opens it has them kept."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from sysmon.ui.dialogs.confirm import quiet
from sysmon.ui.theme import Theme
from sysmon.viewmodels import tags as words

_WIDTH = 420


class TagsDialog(QDialog):
    """Open it with `open`; it closes itself."""

    given = Signal(tuple)
    """The tags that were typed."""

    def __init__(self, theme: Theme, name: str, tags: Sequence[str], parent: QWidget) -> None:
        """``name``: how the machine is called; ``tags``: those that it has."""
        super().__init__(parent)
        self.setWindowTitle(f"Tags of {name}")
        self.setMinimumWidth(_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel(self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setText(f"Tags of {name}")
        self.field = QLineEdit(words.written(tags), self)
        self.field.setAccessibleName(title.text())
        self.field.setPlaceholderText("servers, production")
        hint = quiet(
            theme,
            "Your own words for this machine, with commas between. They stay here; the machine does not learn of them.",
            self,
        )
        hint.setWordWrap(True)
        self.problem = QLabel(self)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.setStyleSheet(f"color: {theme.name_of('critical', 'window')};")
        self.problem.hide()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        self.buttons.accepted.connect(self._save)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        for widget in (title, self.field, hint, self.problem, self.buttons):
            column.addWidget(widget)

    def _save(self) -> None:
        try:
            found = words.read(self.field.text())
        except ValueError as error:
            self.problem.setText(str(error))
            self.problem.show()
            self.field.setFocus()
            return
        self.given.emit(found)
        self.accept()
