from __future__ import annotations

import math

from sysmon.model import names
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing
from sysmon.viewmodels.filesystems import Filesystems
from tests.viewmodels.fake_host import FakeHost, level, plain

GIB = float(1 << 30)
NAS = ("nas:/data", "/mnt/nas", "nfs4")


def mount(place: tuple[str, str, str], used: float, free: float, inodes: tuple[float, float]) -> dict[Series, object]:
    return {
        series(names.FILESYSTEM_USAGE, *place, "used"): level(used),
        series(names.FILESYSTEM_USAGE, *place, "free"): level(free),
        series(names.FILESYSTEM_USAGE, *place, "reserved"): level(0.0),
        series(names.FILESYSTEM_LIMIT, *place): level(used + free),
        series(names.FILESYSTEM_INODES, *place, "used"): level(inodes[0]),
        series(names.FILESYSTEM_INODES, *place, "free"): level(inodes[1]),
    }


def test_the_fullest_comes_first_and_the_unknown_last() -> None:
    host = FakeHost(Missing(series(names.FILESYSTEM_LIMIT, *NAS).key, "nas:/data is not answering"))
    host.run(
        2,
        {
            **mount(NAS, math.nan, math.nan, (math.nan, math.nan)),
            **mount(("/dev/a", "/", "ext4"), 60 * GIB, 40 * GIB, (10, 90)),
            **mount(("/dev/b", "/srv", "btrfs"), 94 * GIB, 6 * GIB, (math.nan, math.nan)),
        },
    )
    rows = Filesystems(host.readings()).rows()
    assert [row.mountpoint for row in rows] == ["/srv", "/", "/mnt/nas"]
    assert [plain(row.percent) for row in rows] == ["94 %", "60 %", "–"]
    assert [plain(row.inodes) for row in rows] == ["", "10 %", ""]
    assert (rows[1].device, rows[1].kind, plain(rows[1].limit)) == ("/dev/a", "ext4", "100 GiB")
    assert [row.reason for row in rows] == [None, None, "nas:/data is not answering"]


def test_a_path_with_odd_characters_keeps_its_own_figures() -> None:
    host = FakeHost()
    host.run(
        2,
        {**mount(("/dev/a", "/a,b=c}", "ext4"), 1.0, 1.0, (1, 1)), **mount(("/dev/a", "/a", "ext4"), 3.0, 1.0, (1, 1))},
    )
    assert {row.mountpoint: plain(row.percent) for row in Filesystems(host.readings()).rows()} == {
        "/a": "75 %",
        "/a,b=c}": "50 %",
    }


def test_an_empty_file_system_of_no_size_is_unknown() -> None:
    host = FakeHost()
    host.run(2, mount(("/dev/a", "/", "ext4"), 0.0, 0.0, (0, 0)))
    assert Filesystems(host.readings()).rows()[0].percent == "–"


def test_none() -> None:
    host = FakeHost(Missing("filesystems", "nothing is mounted"))
    host.tick({series(names.LOAD_1M): 1.0})
    assert Filesystems(host.readings()).rows() == ()
    assert Filesystems(host.readings()).missing() == "nothing is mounted"
