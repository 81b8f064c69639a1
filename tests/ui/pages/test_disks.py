from __future__ import annotations

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.ui.pages.disks import DisksPage
from tests.ui.pages.conftest import Show
from tests.viewmodels.fake_host import FakeHost
from tests.viewmodels.test_disks import disk
from tests.viewmodels.test_filesystems import mount


def test_disks_and_file_systems(show: Show[DisksPage]) -> None:
    host = FakeHost()
    host.run(
        10,
        {
            **disk("sda", 1e6, 0.0, 0.1),
            **disk("sdb", 2e6, 0.0, 0.2),
            **mount(("/dev/sda1", "/", "ext4"), 6e9, 4e9, (1, 9)),
        },
    )
    page = show(DisksPage, host)
    assert page.big.accessibleName() == "Disks 3.00\u202fMB/s"
    assert page.filesystems.table.accessibleDescription().startswith("/ 60\u202f%")
    page.big.chooser.chosen.emit("sda")
    assert page.big.accessibleName() == "sda 1.00\u202fMB/s"
    assert not page.grab().isNull()


def test_why_there_is_nothing(show: Show[DisksPage]) -> None:
    host = FakeHost(Missing("disk_io", "no disk here"), Missing("filesystems", "nothing is mounted"))
    host.tick({series(names.LOAD_1M): 1.0})
    page = show(DisksPage, host)
    assert "No disk here" in page.big.note.accessibleName()
    assert "Nothing is mounted" in page.filesystems.note.accessibleName()
    assert page.filesystems.table.isHidden()
