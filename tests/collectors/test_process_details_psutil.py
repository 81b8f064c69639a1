"""Details through psutil: this system's own answers, and those of systems that tell less."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sysmon.collectors.process_details_psutil import (
    MOST_ITEMS,
    MOST_THREADS,
    NOT_HERE,
    OTHER_USER,
    PsutilDetailReader,
)
from sysmon.model.errors import ProcessGone
from sysmon.model.process import ProcessKey
from sysmon.model.process_details import Fact, Owner, Section

TABS = ("facts", "threads", "files", "sockets", "environment", "maps", "signals")
PROGRAM = "import socket, sys\nserver = socket.create_server(('127.0.0.1', 0))\nfile = open(sys.argv[1])\nprint('ready', flush=True)\ninput()\n"
_Ids = namedtuple("_Ids", "real effective saved")
_Thread = namedtuple("_Thread", "id user_time system_time")
_Address = namedtuple("_Address", "ip port")
_Connection = namedtuple("_Connection", "fd family type laddr raddr status")
_Memory = namedtuple("_Memory", "rss uss pss swap")
_Map = namedtuple("_Map", "path rss")


class FakeProcess:
    """A process as psutil answers for it. ``answers`` overrides; an exception is raised."""

    def __init__(self, answers: dict[str, object] | None = None) -> None:
        self.pid = 7
        self._answers = {"create_time": 100.0, "status": "sleeping", **(answers or {})}

    def __getattr__(self, name: str) -> object:
        if name.startswith("_") or name not in self._answers:
            raise AttributeError(name)

        def answer(*_arguments: object, **_options: object) -> object:
            value = self._answers[name]
            if isinstance(value, Exception):
                raise value
            return value

        return answer


FACTS: dict[str, object] = {
    "name": "demo.exe",
    "cmdline": ["demo", "-x"],
    "exe": "C:\\demo.exe",
    "cwd": "",
    "parents": [FakeProcess({"name": "explorer"})],
    "children": [FakeProcess({"create_time": psutil.NoSuchProcess(8), "name": "gone"})],
    "username": "vega\\ada",
    "nice": 32,
    "num_threads": 3,
    "ionice": 2,
    "cpu_affinity": [0, 1],
    "memory_full_info": _Memory(1000, 600, 700, 5),
}
KEY = ProcessKey(7, 100.0)


def made(answers: dict[str, object]) -> PsutilDetailReader:
    return PsutilDetailReader(lambda pid: FakeProcess({**FACTS, **answers}))  # type: ignore[arg-type, return-value]


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[ProcessKey, Path]]:
    path = tmp_path / "held"
    path.touch()
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "ODD": "yes"},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"ready"
        yield ProcessKey(process.pid, psutil.Process(process.pid).create_time()), path
        process.kill()


def test_a_real_process(held: tuple[ProcessKey, Path]) -> None:
    key, path = held
    reader = PsutilDetailReader()
    facts = reader.facts(key, shares=True)
    assert facts.arguments.items[-1] == str(path)
    assert facts.parents.items[0].key.pid == os.getpid()
    assert facts.memory.value is not None
    assert facts.memory.value.private > 0
    assert [thread.tid for thread in reader.threads(key).items]
    assert [file.path for file in reader.files(key).items] == [str(path)]
    assert [each.state for each in reader.sockets(key).items] == ["listen"]
    assert dict(reader.environment(key).items)["ODD"] == "yes"
    assert reader.signals(key) == Fact(missing=NOT_HERE)
    maps = reader.maps(key)
    assert maps.value is not None or maps.missing


@pytest.mark.parametrize("tab", TABS)
def test_a_process_that_is_gone_or_another(held: tuple[ProcessKey, Path], tab: str) -> None:
    key, _ = held
    with pytest.raises(ProcessGone, match="another process"):
        getattr(PsutilDetailReader(), tab)(ProcessKey(key.pid, key.start - 60.0))
    psutil.Process(key.pid).kill()
    psutil.Process(key.pid).wait()
    with pytest.raises(ProcessGone, match="has ended"):
        getattr(PsutilDetailReader(), tab)(key)


def test_a_pid_that_changes_hands_while_it_is_read() -> None:
    starts = iter([100.0, 500.0])

    def find(pid: int) -> psutil.Process:
        return FakeProcess({**FACTS, "environ": {"SECRET": "1"}, "create_time": next(starts)})  # type: ignore[return-value]

    with pytest.raises(ProcessGone, match="another process"):
        PsutilDetailReader(find).environment(KEY)


def test_a_process_of_windows() -> None:
    facts = made({}).facts(KEY)
    assert facts.arguments == Section(("demo", "-x"))
    assert (facts.executable, facts.directory) == (Fact("C:\\demo.exe"), Fact(missing=NOT_HERE))
    assert [each.name for each in facts.parents.items] == ["explorer"]
    assert facts.children == Section()
    assert facts.owner == Fact(Owner("vega\\ada"))
    assert facts.io_priority.value is not None
    assert (facts.io_priority.value.io_class, facts.io_priority.value.level) == ("best-effort", 4)
    assert facts.affinity == Fact((0, 1))
    assert {facts.cgroup.missing, facts.seccomp.missing, facts.limits.missing} == {NOT_HERE}


def test_the_effective_user_is_not_the_one_that_psutil_names() -> None:
    owner = made({"uids": _Ids(501, 0, 0), "gids": _Ids(20, 20, 20), "username": "ada"}).facts(KEY).owner.value
    assert owner == Owner("0", 0, "20", 20, "ada", 501)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (psutil.AccessDenied(7), OTHER_USER),
        (PermissionError(1, "no"), OTHER_USER),
        (NotImplementedError(), NOT_HERE),
        (OSError(5, "Input/output error"), "Input/output error"),
    ],
)
def test_what_is_refused_says_why(error: Exception, reason: str) -> None:
    refused: dict[str, object] = dict.fromkeys(FACTS, error)
    refused |= dict.fromkeys(("threads", "open_files", "net_connections", "environ", "memory_maps"), error)
    reader = made(refused)
    facts = reader.facts(KEY, shares=True)
    assert {facts.arguments.missing, facts.executable.missing, facts.owner.missing, facts.memory.missing} == {reason}
    assert {facts.parents.missing, facts.affinity.missing, facts.io_priority.missing} == {reason}
    for tab in ("threads", "files", "sockets", "environment"):
        assert getattr(reader, tab)(KEY) == Section(missing=reason)
    assert reader.maps(KEY) == Fact(missing=reason)


def test_a_process_that_dies_half_way_is_gone() -> None:
    with pytest.raises(ProcessGone):
        made({"exe": psutil.NoSuchProcess(7)}).facts(KEY)


def test_a_zombie_says_so() -> None:
    found = made({"exe": psutil.ZombieProcess(7)}).facts(KEY).executable
    assert found.missing is not None
    assert "ended" in found.missing


def test_very_much_is_cut_and_counted() -> None:
    reader = made({"threads": [_Thread(n, 1.0, 2.0) for n in range(MOST_THREADS + 4)]})
    found = reader.threads(KEY)
    assert (len(found.items), found.cut, found.items[0].cpu_time) == (MOST_THREADS, 4, 3.0)
    variables = {f"V{n}": "" for n in range(MOST_ITEMS + 2)}
    assert made({"environ": variables}).environment(KEY).cut == 2


def test_sockets_and_their_words() -> None:
    one = _Connection(3, socket.AF_INET6, socket.SOCK_STREAM, _Address("::1", 80), (), "FIN_WAIT1")
    other = _Connection(
        -1, socket.AF_INET, socket.SOCK_DGRAM, _Address("127.0.0.1", 53), _Address("1.1.1.1", 9), "NONE"
    )
    found = made({"net_connections": [one, other]}).sockets(KEY).items
    assert [(each.family, each.type, each.local, each.remote, each.state) for each in found] == [
        ("ipv6", "tcp", "[::1]:80", "", "fin_wait_1"),
        ("ipv4", "udp", "127.0.0.1:53", "1.1.1.1:9", ""),
    ]


def test_mapped_files_largest_first_and_systems_without_maps() -> None:
    summary = made({"memory_maps": [_Map("/small", 1), _Map("/large", 9)]}).maps(KEY).value
    assert summary is not None
    assert [file.path for file in summary.files.items] == ["/large", "/small"]
    assert (summary.shares.shared, summary.shares.swap) == (400.0, 5.0)
    without = made({}).maps(KEY).value
    assert without is not None
    assert without.files == Section(missing=NOT_HERE)
