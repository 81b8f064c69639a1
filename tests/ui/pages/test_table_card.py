from __future__ import annotations

from PySide6.QtWidgets import QWidget

from sysmon.ui.pages.page import PageContext
from sysmon.ui.pages.table_card import TableCard
from sysmon.ui.widgets.simple_table import Column, TableRow


def test_as_high_as_its_rows_or_a_reason(context: PageContext, window: QWidget) -> None:
    card = TableCard(context, "Things", (Column("Name", 1.0), Column("Size", 1.0)), window)
    card.show_rows((), "No things", "nobody made one")
    assert "Nobody made one" in card.note.accessibleName()
    assert card.table.isHidden()
    rows = tuple(TableRow(f"r{at}", f"r{at}", "", ("1",)) for at in range(12))
    card.show_rows(rows, "No things", "")
    assert card.table.fitting() == 12
    assert card.note.isHidden()
