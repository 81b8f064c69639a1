"""The page of disks: throughput, how busy, how fast to answer; the file systems below."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget

from sysmon.ui.pages.device import DevicePage
from sysmon.ui.pages.page import PageContext
from sysmon.ui.pages.table_card import TableCard
from sysmon.ui.widgets.simple_table import Column, TableRow
from sysmon.viewmodels.disks_page import ALL, DisksModel, DisksView
from sysmon.viewmodels.filesystems import FilesystemRow
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.source import Source

_COLUMNS = (
    Column("Mounted at", 2.4),
    Column("Used", 1.4, "disk", bar=True),
    Column("In use", 1.0),
    Column("Free", 1.0),
    Column("Size", 1.0),
    Column("Inodes", 0.8),
)


class DisksPage(DevicePage):
    """The disks and file systems of one machine."""

    name: ClassVar[str] = "disks"
    title: ClassVar[str] = "Disks"
    topics: ClassVar[tuple[str, ...]] = ("devices",)

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._model: DisksModel | None = None
        self.filesystems = TableCard(context, "File systems", _COLUMNS, self)
        self.below.addWidget(self.filesystems, 1)

    def show_machine(self, source: Source) -> None:
        self._model = DisksModel(source.query, source.host, source.units)

    def draw(self, scope: TimeScope) -> None:
        if self._model is not None:
            self.show_view(self._model.view(scope, self.big.plot.columns(), self.choice))

    def show_view(self, view: DisksView) -> None:
        """Hand each part of ``view`` to its place."""
        chosen = view.device.chosen
        self.show_device(view.device, self.title if chosen == ALL or not view.device.choices else chosen)
        rows = tuple(_row(row) for row in view.filesystems)
        self.filesystems.show_rows(rows, "No file systems to show", view.filesystems_missing or "")


def _row(row: FilesystemRow) -> TableRow:
    tip = f"{row.device} on {row.mountpoint} ({row.kind})"
    return TableRow(
        row.mountpoint,
        row.mountpoint,
        f"{row.kind} · {row.device}",
        (row.percent, row.used, row.free, row.limit, row.inodes),
        row.share if row.share == row.share else 0.0,
        tip if row.reason is None else f"{tip}: {row.reason}",
    )
