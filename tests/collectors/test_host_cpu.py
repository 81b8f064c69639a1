"""Facts of CPUs of several architectures."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.host_cpu import caches, count_cpu_list, highest_frequency, parse_cpuinfo, parse_size, topology
from sysmon.model.host import CacheFacts
from tests.collectors.recorded import write_tree

X86 = "".join(
    f"processor\t: {n}\nvendor_id\t: GenuineIntel\nmodel\t\t: 140\nmodel name\t: 11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz\n"
    f"physical id\t: 0\ncore id\t\t: {n // 2}\nflags\t\t: fpu vme\n\n"
    for n in range(8)
)
PI = "processor\t: 0\nBogoMIPS\t: 108.00\nCPU part\t: 0xd08\n\nprocessor\t: 1\n\nHardware\t: BCM2835\nModel\t\t: Raspberry Pi 4 Model B\n"


def test_x86() -> None:
    info = parse_cpuinfo(X86)
    assert info == ("11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", 1, 4, 8, False)
    assert parse_cpuinfo(X86.replace("fpu", "fpu hypervisor")).in_hypervisor


def test_a_board() -> None:
    assert parse_cpuinfo(PI) == ("Raspberry Pi 4 Model B", None, None, 2, False)


def test_nothing() -> None:
    assert parse_cpuinfo("") == (None, None, None, None, False)
    assert parse_cpuinfo("cpu: 7\n").model is None


@given(st.text(max_size=500))
def test_any_text_is_parsed(text: str) -> None:
    model = parse_cpuinfo(text).model
    assert model is None or (0 < len(model) <= 96 and model.isprintable())


@pytest.mark.parametrize(
    ("text", "count"),
    [("0", 1), ("0-7\n", 8), ("0-3,8,10-11", 7), ("", None), ("a", None), ("5-2", None), ("0-", None)],
)
def test_cpu_lists(text: str, count: int | None) -> None:
    assert count_cpu_list(text) == count


@given(st.text(max_size=40))
def test_any_list_or_size_is_parsed(text: str) -> None:
    count_cpu_list(text)
    parse_size(text)


@pytest.mark.parametrize(
    ("text", "size"), [("48K", 49152), ("12M\n", 12 << 20), ("512", 512), ("K", None), ("-1K", None)]
)
def test_sizes(text: str, size: int | None) -> None:
    assert parse_size(text) == size


def cpu(sys: Path, number: int, core: int, package: int, shared: str, mhz: int) -> None:
    base = f"devices/system/cpu/cpu{number}"
    write_tree(
        sys,
        {
            f"{base}/topology/core_id": f"{core}\n",
            f"{base}/topology/physical_package_id": f"{package}\n",
            f"{base}/cpufreq/cpuinfo_max_freq": f"{mhz}000\n",
            f"{base}/cache/index0/level": "1\n",
            f"{base}/cache/index0/type": "Data\n",
            f"{base}/cache/index0/size": "48K\n",
            f"{base}/cache/index0/shared_cpu_list": f"{shared}\n",
            f"{base}/cache/index3/level": "3\n",
            f"{base}/cache/index3/type": "Unified\n",
            f"{base}/cache/index3/size": "12288K\n",
            f"{base}/cache/index3/shared_cpu_list": f"{package}\n",
        },
    )


def test_topology_caches_and_frequency(tmp_path: Path) -> None:
    for number in range(8):
        cpu(tmp_path, number, number // 2 % 2, number // 4, f"pair{number // 2}", 2800 + number)
    write_tree(tmp_path, {"devices/system/cpu/cpufreq/x": "", "devices/system/cpu/cpuidle/x": ""})
    assert topology(tmp_path) == (2, 4)
    assert caches(tmp_path) == (CacheFacts(1, "data", 49152, 4), CacheFacts(3, "unified", 12 << 20, 2))
    assert highest_frequency(tmp_path) == 2807e6


def test_nothing_is_told(tmp_path: Path) -> None:
    assert topology(tmp_path) is None
    assert caches(tmp_path) == ()
    assert highest_frequency(tmp_path) is None
    write_tree(
        tmp_path,
        {"devices/system/cpu/cpu0/cache/index0/level": "x", "devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq": "0"},
    )
    assert caches(tmp_path) == ()
    assert highest_frequency(tmp_path) is None
