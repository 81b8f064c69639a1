"""States and speeds of links on recorded ``/sys/class/net`` trees."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from sysmon.collectors.network_link import NetworkLinkCollector, link_is_up, link_speed
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.recorded import figures, reasons, write_tree


def link(root: Path, name: str, **attributes: str) -> None:
    write_tree(root, {f"class/net/{name}/{path}": f"{text}\n" for path, text in attributes.items()})


def key(metric: str, name: str) -> str:
    return f"system.linux.network.{metric}{{network.interface.name={name}}}"


def test_speed_in_bits_and_state(tmp_path: Path) -> None:
    link(tmp_path, "eth0", operstate="up", speed="2500", carrier="1")
    link(tmp_path, "wlan0", operstate="dormant", speed="-1")
    link(tmp_path, "lo", operstate="unknown", carrier="1")
    write_tree(tmp_path, {"class/net/bonding_masters": "a file between the interfaces\n"})
    collector = NetworkLinkCollector(tmp_path, tmp_path)
    reading = collector.read()
    found = figures(reading)
    assert found[key("speed", "eth0")] == 2.5e9
    assert found[key("up", "eth0")] == 1.0
    assert found[key("up", "wlan0")] == 0.0
    assert found[key("up", "lo")] == 1.0
    assert math.isnan(found[key("speed", "wlan0")])
    assert reasons(reading).keys() == {key("speed", "wlan0"), key("speed", "lo")}
    assert not any("bonding_masters" in each for each in found)
    assert collector.read().series is reading.series
    collector.close()


def test_a_link_that_goes_down_and_one_that_vanishes(tmp_path: Path) -> None:
    link(tmp_path, "eth0", operstate="up", speed="1000")
    link(tmp_path, "usb0", operstate="up", speed="480")
    collector = NetworkLinkCollector(tmp_path, tmp_path)
    collector.read()
    link(tmp_path, "eth0", operstate="down", speed="-1")
    for name in ("operstate", "speed"):
        (tmp_path / f"class/net/usb0/{name}").unlink()
    (tmp_path / "class/net/usb0").rmdir()
    found = figures(collector.read())
    assert found[key("up", "eth0")] == 0.0
    assert key("up", "usb0") not in found


def test_no_network_in_sysfs_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(CollectorUnavailable, match="lists no interface"):
        NetworkLinkCollector(tmp_path, tmp_path).read()


@pytest.mark.parametrize("speed", [None, "", "-1", "0", "fast", "nan", "inf", "\x00"])
def test_a_speed_that_is_none_is_unknown_not_zero(speed: str | None) -> None:
    assert math.isnan(link_speed(speed))


@pytest.mark.parametrize(
    ("operstate", "carrier", "up"),
    [
        ("up", None, 1.0),
        ("down", "1", 0.0),
        ("lowerlayerdown", None, 0.0),
        ("unknown", "0", 0.0),
        ("unknown", None, math.nan),
        (None, "1", 1.0),
        (None, "x", math.nan),
    ],
)
def test_whether_a_link_is_up(operstate: str | None, carrier: str | None, up: float) -> None:
    assert link_is_up(operstate, carrier) == pytest.approx(up, nan_ok=True)
