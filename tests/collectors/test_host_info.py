"""All facts of a machine, recorded and real."""

from __future__ import annotations

import platform
import socket
from pathlib import Path

import psutil
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.host_info import field_number, host_facts, parse_os_release
from sysmon.model.host import HostFacts
from tests.collectors.recorded import write_tree
from tests.collectors.test_host_cpu import X86, cpu


def recorded(root: Path) -> HostFacts:
    write_tree(
        root / "proc",
        {
            "cpuinfo": X86,
            "meminfo": "MemTotal:       16131436 kB\nMemFree: 5 kB\n",
            "stat": "cpu  1 2 3\nintr 5\nctxt 7\nbtime 1700000000\n",
            "sys/kernel/hostname": "vega\n",
            "sys/kernel/ostype": "Linux\n",
            "sys/kernel/osrelease": "6.12.41+deb13-amd64\n",
        },
    )
    for number in range(8):
        cpu(root / "sys", number, number // 2, 0, f"pair{number // 2}", 4700)
    write_tree(
        root / "sys",
        {
            "devices/system/cpu/online": "0-7\n",
            "class/dmi/id/sys_vendor": "LENOVO\n",
            "class/dmi/id/product_name": "20XW\n",
        },
    )
    write_tree(
        root,
        {"etc/os-release": 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n', "etc/machine-id": "secret\n"},
    )
    return host_facts(root / "proc", root / "sys", root)


def test_a_recorded_machine(tmp_path: Path) -> None:
    facts = recorded(tmp_path)
    assert facts.hostname == "vega"
    assert facts.os_name == "Debian GNU/Linux 13 (trixie)"
    assert facts.kernel == "Linux 6.12.41+deb13-amd64"
    assert facts.architecture == platform.machine()
    assert facts.product == "LENOVO 20XW"
    assert (facts.cpu_sockets, facts.cpu_cores, facts.cpu_threads) == (1, 4, 8)
    assert facts.cpu_max_frequency == 4.7e9
    assert [(cache.level, cache.count) for cache in facts.cpu_caches] == [(1, 4), (3, 1)]
    assert facts.memory_total == 16131436 * 1024
    assert facts.boot_time == 1700000000
    assert (facts.virtualisation, facts.container) == ("none", "none")
    assert facts.missing == ()


def test_the_machine_id_is_not_among_the_facts(tmp_path: Path) -> None:
    assert "secret" not in repr(recorded(tmp_path))


def test_a_machine_that_tells_nothing_has_a_reason_for_each_field(tmp_path: Path) -> None:
    facts = host_facts(tmp_path / "proc", tmp_path / "sys", tmp_path)
    for name in HostFacts.__slots__:
        if name != "missing" and getattr(facts, name) in (None, ()):
            assert facts.reason(name), name
    assert facts.memory_total is None
    assert facts.cpu_model is None
    assert facts.reason("architecture") is None


def test_broken_files_are_missing_not_wrong(tmp_path: Path) -> None:
    junk = b"\xff\x00=:\n" * 5000
    write_tree(tmp_path / "proc", dict.fromkeys(("cpuinfo", "meminfo", "stat", "sys/kernel/hostname"), junk))
    write_tree(tmp_path, {"etc/os-release": junk, "sys/devices/system/cpu/online": junk})
    facts = host_facts(tmp_path / "proc", tmp_path / "sys", tmp_path)
    assert facts.memory_total is None
    assert facts.os_name is None


def test_os_release_is_shell_text() -> None:
    said = parse_os_release('# comment\nNAME=\'A B\'\nPRETTY_NAME="x \\"y\\""\nbad line\nBROKEN="\nlower=1\nEMPTY=\n')
    assert said == {"NAME": "A B", "PRETTY_NAME": 'x "y"', "EMPTY": ""}


@given(st.text(max_size=300))
def test_any_text_is_parsed(text: str) -> None:
    parse_os_release(text)
    field_number(text, "MemTotal:")


def test_this_machine_agrees_with_the_system() -> None:
    facts = host_facts(Path("/proc"), Path("/sys"))
    assert facts.hostname == socket.gethostname()
    assert facts.memory_total == psutil.virtual_memory().total
    assert facts.boot_time == psutil.boot_time()
    assert facts.cpu_threads == psutil.cpu_count()
    assert facts.kernel == f"Linux {platform.release()}"
