from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.dialogs.paired_note import PairedNote
from sysmon.ui.theme import Theme
from sysmon.viewmodels.paired import PairedView


def test_both_names_and_the_words(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    note = PairedNote(theme, window)
    shown: list[str] = []
    note.show_asked.connect(shown.append)
    note.show_view(
        PairedView("id", "spica", "orion and spica are paired", "granite lantern", "Compare them.", shown=True)
    )
    window.show()
    note.show()
    assert note.accessibleName().startswith("orion and spica are paired. granite lantern. Compare them.")
    assert note.look.text() == "Show spica"
    qtbot.mouseClick(note.look, Qt.MouseButton.LeftButton)
    assert shown == ["id"]
    note.show_view(PairedView("ssh:x", "deneb", "orion and deneb are paired", "", "ssh has checked it.", shown=False))
    assert note.words.isHidden()
    assert note.look.isHidden()
    assert not note.grab().isNull()
