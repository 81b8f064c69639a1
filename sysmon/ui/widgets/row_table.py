"""What all tables of rows look like: rows of one height that are selected whole, no grid, smooth scrolling. Knows no row."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from sysmon.ui.theme import Theme


class RowTable(QTableView):
    """A table whose cells a delegate draws. ``name`` is what it is called by those who do not see it."""

    def __init__(self, theme: Theme, name: str, row: int, parent: QWidget, *, least: int = 40) -> None:
        """``row``: logical pixels of the height of a row; ``least``: of the width of a column."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        side, head = self.verticalHeader(), self.horizontalHeader()
        side.setVisible(False)
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setMinimumSectionSize(row)
        side.setDefaultSectionSize(row)
        head.setHighlightSections(False)
        head.setMinimumSectionSize(least)
        theme.changed.connect(self.viewport().update)
