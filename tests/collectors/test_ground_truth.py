"""Our figures against other programs and against loads whose size is known, on the real machine."""

from __future__ import annotations

import json
import mmap
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from sysmon.collectors.contract import Collector
from sysmon.collectors.cpu import CpuCollector
from sysmon.collectors.disk_io import DiskIoCollector
from sysmon.collectors.filesystems import FilesystemsCollector
from sysmon.collectors.load import LoadCollector
from sysmon.collectors.memory import MemoryCollector
from sysmon.collectors.network import NetworkCollector
from sysmon.collectors.sockets import SocketsCollector
from sysmon.model.errors import SysmonError
from tests.collectors.agreement import between, eventually
from tests.collectors.recorded import figures

MIB = 1024**2
DEADLINE = 30.0
"""Seconds after which a load that does not show is a failure."""

Read = Callable[[], dict[str, float]]


@pytest.fixture
def reader() -> Iterator[Callable[[Callable[[Path, Path], Collector]], Read]]:
    opened: list[Collector] = []

    def open_reader(factory: Callable[[Path, Path], Collector]) -> Read:
        collector = factory(Path("/proc"), Path("/sys"))
        opened.append(collector)
        try:
            collector.read()
        except SysmonError as error:
            pytest.skip(f"{collector.family} cannot be read here: {error}")
        return lambda: figures(collector.read())

    yield open_reader
    for collector in opened:
        collector.close()


Reader = Callable[[Callable[[Path, Path], Collector]], Read]


def output_of(*command: str) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    environment = os.environ | {"LC_ALL": "C"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False, env=environment)
    if done.returncode != 0:
        pytest.skip(f"{' '.join(command)} fails here: {done.stderr.strip()}")
    return done.stdout


def wait_until(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + DEADLINE
    pause = threading.Event()
    while not holds():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.05)
    return True


def usage(state: str) -> str:
    return f"system.memory.usage{{system.memory.state={state}}}"


def io(metric: str, interface: str, direction: str) -> str:
    return f"system.network.{metric}{{network.interface.name={interface},network.io.direction={direction}}}"


def busy(found: dict[str, float]) -> float:
    return sum(v for key, v in found.items() if key.startswith("system.cpu.logical.time") and "mode=busy" in key)


# --- against other programs -----------------------------------------------------------------------
def test_memory_is_what_free_says(reader: Reader) -> None:
    read = reader(MemoryCollector)

    def compare() -> list[str]:
        before = read()
        head, memory, swap, *_ = output_of("free", "-b", "-w").splitlines()
        after = read()
        told = dict(zip(head.split(), map(float, memory.split()[1:]), strict=True))
        swap_total, swap_used, swap_free = map(float, swap.split()[1:4])
        # free counts shared memory as cache, this program as used.
        truth = {
            "system.memory.limit": told["total"],
            usage("free"): told["free"],
            usage("buffers"): told["buffers"],
            usage("cached"): told["cache"] - told["shared"],
            "system.memory.linux.shared": told["shared"],
            "system.memory.linux.available": told["available"],
            "system.paging.usage{system.paging.state=used}": swap_used,
            "system.paging.usage{system.paging.state=free}": swap_free,
        }
        assert swap_total == swap_used + swap_free
        return between(before, truth, after, 16 * MIB)

    eventually(compare)


def test_file_systems_are_what_df_says(reader: Reader) -> None:
    read = reader(FilesystemsCollector)

    def compare() -> list[str]:
        before = read()
        lines = output_of("df", "-B1", "--output=target,size,used,avail,iused,iavail").splitlines()[1:]
        after = read()
        rows = {words[0]: words[1:] for words in (line.rsplit(None, 5) for line in lines)}
        truth: dict[str, float] = {}
        for key in before:
            point = key.partition("system.filesystem.mountpoint=")[2].partition(",system.filesystem.type=")[0]
            column = _df_column(key)
            if point in rows and column is not None and rows[point][column] != "-":
                truth[key] = float(rows[point][column])
        assert truth
        return between(before, truth, after, 1.0 * MIB)

    eventually(compare)


def _df_column(key: str) -> int | None:
    metric, _, rest = key.partition("{")
    state = rest.partition("system.filesystem.state=")[2].rstrip("}")
    columns = {
        ("system.filesystem.limit", ""): 0,
        ("system.filesystem.usage", "used"): 1,
        ("system.filesystem.usage", "free"): 2,
        ("system.linux.filesystem.inodes", "used"): 3,
        ("system.linux.filesystem.inodes", "free"): 4,
    }
    return columns.get((metric, state))


def test_interfaces_are_what_ip_says(reader: Reader) -> None:
    read = reader(NetworkCollector)

    def compare() -> list[str]:
        before = read()
        links = json.loads(output_of("ip", "-s", "-j", "link"))
        after = read()
        truth: dict[str, float] = {}
        for link in links:
            for direction, side in (("receive", "rx"), ("transmit", "tx")):
                told = link["stats64"][side]
                truth[io("io", link["ifname"], direction)] = told["bytes"]
                truth[io("packet.count", link["ifname"], direction)] = told["packets"]
                truth[io("errors", link["ifname"], direction)] = told["errors"]
        assert truth
        return between(before, truth, after, 0.0)

    eventually(compare)


def test_the_number_of_cpus_is_what_psutil_and_the_scheduler_say(reader: Reader) -> None:
    found = reader(CpuCollector)()
    assert found["system.cpu.logical.count"] == psutil.cpu_count()
    physical = psutil.cpu_count(logical=False)
    if physical is not None and "system.cpu.physical.count" in found:
        assert found["system.cpu.physical.count"] == physical


def test_load_is_what_getloadavg_says(reader: Reader) -> None:
    read = reader(LoadCollector)

    def compare() -> list[str]:
        before = read()
        one, five, fifteen = os.getloadavg()
        truth = {
            "system.cpu.load_average.1m": one,
            "system.cpu.load_average.5m": five,
            "system.cpu.load_average.15m": fifteen,
            "system.uptime": time.clock_gettime(time.CLOCK_BOOTTIME),
        }
        return between(before, truth, read(), 0.011)

    eventually(compare)


def test_listening_sockets_are_what_psutil_finds(reader: Reader) -> None:
    read = reader(SocketsCollector)
    key = "system.network.connection.count{network.transport=tcp,network.connection.state=listen}"
    with socket.create_server(("127.0.0.1", 0)):

        def compare() -> list[str]:
            before = read()
            listening = sum(each.status == psutil.CONN_LISTEN for each in psutil.net_connections(kind="tcp"))
            return between(before, {key: float(listening)}, read(), 0.0)

        eventually(compare)


# --- against loads of a known size ----------------------------------------------------------------
def test_a_core_busy_for_a_second_shows_as_a_second(reader: Reader) -> None:
    read = reader(CpuCollector)
    before, started = read(), time.monotonic()
    end = time.process_time() + 1.0
    while time.process_time() < end:
        sum(range(10_000))
    after, wall = read(), time.monotonic() - started
    cpus = after["system.cpu.logical.count"]
    gained = busy(after) - busy(before)
    assert gained >= 0.95
    assert gained <= cpus * wall + 0.1
    modes = sum(after[key] - before[key] for key in before if key.startswith("system.cpu.time"))
    assert modes == pytest.approx(cpus * wall, rel=0.1, abs=0.1)


def test_200_megabytes_show_as_used(reader: Reader) -> None:
    read = reader(MemoryCollector)
    size = 200_000_000
    if read()["system.memory.linux.available"] < 10 * size:
        pytest.skip("this machine has too little free memory for the test")
    held: list[mmap.mmap] = []

    def compare() -> list[str]:
        before = read()[usage("used")]
        block = mmap.mmap(-1, size)
        # Held until the end: pages that are given back wait on lists of each CPU, where the
        # kernel does not count them as free, so the next block would seem to cost less.
        held.append(block)
        for page in range(0, size, mmap.PAGESIZE):
            block[page] = 1
        grown = read()[usage("used")] - before
        return [] if 0.9 * size <= grown <= 1.25 * size else [f"used grew by {grown}"]

    eventually(compare)
    for block in held:
        block.close()


def test_a_file_written_with_fsync_shows_on_its_disk(reader: Reader, tmp_path: Path) -> None:
    read = reader(DiskIoCollector)
    disk = disk_below(tmp_path)
    key = f"system.disk.io{{system.device={disk},disk.io.direction=write}}"
    before = read()
    if key not in before:
        pytest.skip(f"the folder for temporary files lies on no disk that is counted ({disk or 'memory'})")
    size = 16 * MIB
    with (tmp_path / "written").open("wb") as file:
        file.write(os.urandom(size))
        file.flush()
        os.fsync(file.fileno())
    assert wait_until(lambda: read()[key] - before[key] >= size)


def disk_below(path: Path) -> str:
    """The name of the whole disk that holds ``path``; empty where none does."""
    number = path.stat().st_dev
    device = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
    if not device.exists():
        return ""
    device = device.resolve()
    return device.parent.name if (device / "partition").exists() else device.name


def test_bytes_over_loopback_show_both_ways(reader: Reader) -> None:
    read = reader(NetworkCollector)
    receive, transmit = io("io", "lo", "receive"), io("io", "lo", "transmit")
    before = read()
    if receive not in before:
        pytest.skip("there is no loopback interface")
    size = 5_000_000
    with socket.create_server(("127.0.0.1", 0)) as server:
        sender = threading.Thread(target=_send, args=(server.getsockname(), size))
        sender.start()
        connection, _ = server.accept()
        with connection:
            connection.settimeout(DEADLINE)
            while connection.recv(1 << 20):
                continue
        sender.join(DEADLINE)
    after = read()
    for key in (receive, transmit):
        assert after[key] - before[key] >= size
    segments = "system.linux.tcp.segments{system.linux.tcp.segment.kind=sent}"
    opens = "system.linux.tcp.opens{system.linux.tcp.open.kind=active}"
    assert after[segments] - before[segments] >= size / 65_536
    assert after[opens] - before[opens] >= 1


def _send(address: tuple[str, int], size: int) -> None:
    with socket.create_connection(address, timeout=DEADLINE) as connection:
        connection.sendall(b"x" * size)


def test_50_processes_started_are_counted(reader: Reader) -> None:
    read = reader(CpuCollector)
    program = shutil.which("true")
    if program is None:
        pytest.skip("there is no program true")
    before = read()["system.process.created"]
    for _ in range(50):
        os.waitpid(os.posix_spawn(program, ["true"], {}), 0)
    assert read()["system.process.created"] - before >= 50
