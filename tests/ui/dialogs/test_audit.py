"""The audit log on the screen."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from sysmon.ui.dialogs.audit import AuditDialog
from sysmon.ui.theme import Theme
from sysmon.viewmodels.process_audit import audit_view
from tests.viewmodels.test_process_audit import Line


def test_lines_and_the_words_without_any(theme: Theme, window: QWidget) -> None:
    window.show()
    dialog = AuditDialog(theme, "/somewhere/audit.jsonl", window)
    dialog.open()
    dialog.set_view(audit_view([]))
    assert "Nothing was done" in dialog.note.text()
    dialog.set_view(audit_view([Line(), Line()]))
    assert dialog.table.rows.rowCount() == 2
    assert not dialog.note.isVisible()
    assert not dialog.grab().isNull()
