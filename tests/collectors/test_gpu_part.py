"""Cards, their names, and when they are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from sysmon.collectors.gpu_part import IDLE_BEFORE_REST, PATIENCE, REST, Sleep, find_cards, pci_name
from tests.collectors.clocks import HandClock
from tests.collectors.recorded import write_tree
from tests.collectors.trees import amd_card, card, link

IDS = """# List of PCI ID's
1002  Advanced Micro Devices, Inc. [AMD/ATI]
\t73bf  Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]
\t\t1002 0e3a  Radeon RX 6800
\t73ff  Navi 23
8086  Intel Corporation
\t9a49  TigerLake-LP GT2 [Iris Xe Graphics]
C 03  Display controller
\t00  VGA compatible controller
"""


@pytest.mark.parametrize(
    ("vendor", "model", "name"),
    [
        ("1002", "73bf", "Radeon RX 6800/6800 XT / 6900 XT"),
        ("1002", "73ff", "Navi 23"),
        ("8086", "9a49", "Iris Xe Graphics"),
        ("1002", "9a49", ""),
        ("10de", "73bf", ""),
        ("", "", ""),
    ],
)
def test_names_of_the_pci_list(tmp_path: Path, vendor: str, model: str, name: str) -> None:
    write_tree(tmp_path, {"pci.ids": IDS})
    assert pci_name(tmp_path / "pci.ids", vendor, model) == name


def test_no_list_or_a_broken_one_gives_no_name(tmp_path: Path) -> None:
    write_tree(tmp_path, {"broken": b"\xff\x00" * 1000})
    assert pci_name(tmp_path / "absent", "1002", "73bf") == pci_name(tmp_path / "broken", "1002", "73bf") == ""


def test_cards_of_a_driver(tmp_path: Path) -> None:
    amd_card(tmp_path, screen="connected")
    card(tmp_path, 0, "i915", "0000:00:02.0", {"vendor": "0x8086", "device": "0x9a49"})
    write_tree(tmp_path, {"pci.ids": IDS})
    (found,) = find_cards(tmp_path, frozenset({"amdgpu"}), (tmp_path / "pci.ids",))
    assert (found.address, found.title) == ("0000:03:00.0", "Radeon RX 6800/6800 XT / 6900 XT")
    assert found.drives_screen()
    (other,) = find_cards(tmp_path, frozenset({"i915"}), ())
    assert other.title == "i915 GPU 8086:9a49"
    assert not other.drives_screen()
    assert find_cards(tmp_path / "nowhere", frozenset({"amdgpu"})) == []


def test_a_card_whose_device_went(tmp_path: Path) -> None:
    link(tmp_path / "class/drm/card0/device", tmp_path / "gone")
    assert find_cards(tmp_path, frozenset({"amdgpu"})) == []


def sleeper(sys: Path, clock: HandClock, *, control: str = "auto", screen: bool = False) -> Sleep:
    device = write_tree(sys, {"power/control": f"{control}\n", "power/runtime_status": "active\n"})
    return Sleep(device, lambda: screen, clock)


def idle_for(sleep: Sleep, clock: HandClock, seconds: float) -> None:
    sleep.seen(busy=False)
    clock.pass_by(seconds)
    sleep.seen(busy=False)


def test_an_idle_card_gets_a_rest_and_then_patience(tmp_path: Path) -> None:
    clock = HandClock()
    sleep = sleeper(tmp_path, clock)
    idle_for(sleep, clock, IDLE_BEFORE_REST - 1)
    assert sleep.closed() is None
    clock.pass_by(1)
    sleep.seen(busy=False)
    assert "left alone" in (sleep.closed() or "")
    clock.pass_by(REST)
    assert sleep.closed() is None
    idle_for(sleep, clock, PATIENCE - 1)
    assert sleep.closed() is None
    sleep.close()


def test_work_and_sleep_end_the_patience(tmp_path: Path) -> None:
    clock = HandClock()
    sleep = sleeper(tmp_path, clock)
    for event in ("work", "sleep"):
        idle_for(sleep, clock, IDLE_BEFORE_REST)
        assert sleep.closed()
        clock.pass_by(REST)
        if event == "work":
            sleep.seen(busy=True)
        else:
            write_tree(tmp_path, {"power/runtime_status": "suspended\n"})
            assert "asleep" in (sleep.closed() or "")
            write_tree(tmp_path, {"power/runtime_status": "active\n"})
        idle_for(sleep, clock, IDLE_BEFORE_REST)
        assert "left alone" in (sleep.closed() or "")
        clock.pass_by(REST)
        sleep.seen(busy=True)
    sleep.close()


@pytest.mark.parametrize(("control", "screen"), [("on", False), ("auto", True)])
def test_a_card_that_cannot_sleep_is_never_left_alone(tmp_path: Path, control: str, screen: bool) -> None:
    clock = HandClock()
    sleep = sleeper(tmp_path, clock, control=control, screen=screen)
    for _ in range(5):
        idle_for(sleep, clock, PATIENCE)
        assert sleep.closed() is None
    sleep.close()
