from __future__ import annotations

import math

from sysmon.model import names
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing
from sysmon.viewmodels.disks import Disks
from tests.viewmodels.fake_host import FakeHost, plain, steady


def disk(
    device: str, read: float, write: float, busy: float, operations: float = 1240.0, spent: float = 0.372
) -> dict[Series, object]:
    return {
        series(names.DISK_IO, device, "read"): steady(read),
        series(names.DISK_IO, device, "write"): steady(write),
        series(names.DISK_OPERATIONS, device, "read"): steady(operations),
        series(names.DISK_OPERATIONS, device, "write"): steady(0.0),
        series(names.DISK_OPERATION_TIME, device, "read"): steady(spent),
        series(names.DISK_OPERATION_TIME, device, "write"): steady(0.0),
        series(names.DISK_IO_TIME, device): steady(busy),
    }


def test_card_adds_all_disks_and_names_the_busiest() -> None:
    host = FakeHost()
    host.run(5, {**disk("sda", 1e6, 2e6, 0.04), **disk("nvme0n1", 170e6, 41e6, 0.31)})
    card = Disks(host.readings()).card()
    assert plain(card.figure) == "214 MB/s"
    assert plain(card.context) == "nvme0n1 busy 31 % · 1,240 IOPS · latency 0.30 ms"
    assert card.plot is not None
    assert [plain(line.text) for line in card.plot.lines] == ["171 MB/s", "43.0 MB/s"]
    assert [line.dashed for line in card.plot.lines] == [False, True]


def test_an_idle_disk_is_zero_and_has_no_latency() -> None:
    host = FakeHost()
    host.run(5, disk("sda", 0.0, 0.0, 0.0, operations=0.0, spent=0.0))
    disks = Disks(host.readings())
    assert plain(disks.card().figure) == "0 B/s"
    assert plain(disks.card().context) == "sda busy 0 % · 0 IOPS"
    assert math.isnan(disks.latency("sda"))


def test_a_disk_cannot_be_busier_than_always() -> None:
    host = FakeHost()
    host.run(5, disk("sda", 0.0, 0.0, 1.02))
    assert Disks(host.readings()).busy("sda") == 1.0
    assert math.isnan(Disks(host.readings()).busy("sdz"))


def test_axis_never_ends_below_a_megabyte() -> None:
    host = FakeHost()
    host.run(5, disk("sda", 300.0, 0.0, 0.0))
    assert Disks(host.readings()).throughput("sda").top == 1e6


def test_no_disk_gives_the_reason() -> None:
    host = FakeHost(Missing("disk_io", "no disk is visible here"))
    host.tick({series(names.LOAD_1M): 1.0})
    card = Disks(host.readings()).card()
    assert (card.figure, card.reason) == ("–", "no disk is visible here")
