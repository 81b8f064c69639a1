from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.dialogs.paired_note import PairedNote
from sysmon.ui.theme import Theme


def test_both_names_and_the_words(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    note = PairedNote(theme, window)
    shown: list[str] = []
    note.show_asked.connect(shown.append)
    note.show_peer("id", "orion", "spica", ("granite", "lantern"))
    window.show()
    note.show()
    assert note.accessibleName().startswith("orion and spica are paired. granite lantern. Both machines show these")
    assert note.look.text() == "Show spica"
    qtbot.mouseClick(note.look, Qt.MouseButton.LeftButton)
    assert shown == ["id"]
    note.show_peer("ssh:x", "orion", "deneb", ())
    assert note.words.isHidden()
    assert "ssh has checked who deneb is" in note.note.text()
    assert not note.grab().isNull()
