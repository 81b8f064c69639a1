"""Facts of single processes: real ones of this test, and trees that misbehave."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.process_lookup import MOST_DESCRIPTORS, ProcessLookup, parse_socket_table
from sysmon.model.process import ProcessKey

ME = ProcessKey(os.getpid(), 0.0)
TABLE = (
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 x\n"
    "   1: 0100007F:ZZZZ broken\n"
)


def made_process(proc: Path, pid: int, links: dict[str, str], cgroup: str = "0::/\n") -> ProcessKey:
    folder = proc / str(pid)
    (folder / "fd").mkdir(parents=True)
    for name, target in links.items():
        (folder / "fd" / name).symlink_to(target)
    (folder / "cgroup").write_text(cgroup)
    return ProcessKey(pid, 0.0)


def test_this_process_and_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "held open"
    with socket.create_server(("127.0.0.1", 0)) as server, path.open("w"):
        lookup = ProcessLookup()
        assert server.getsockname()[1] in lookup.ports(ME)
        assert str(path) in lookup.files(ME)
        assert lookup.refused == 0


def test_the_socket_table_gives_ports_by_inode_and_skips_what_is_broken() -> None:
    assert parse_socket_table(TABLE) == {4711: 5432}


@given(st.text(max_size=300))
def test_any_table_is_survived(text: str) -> None:
    assert all(inode > 0 or inode < 0 for inode in parse_socket_table(text))


def test_a_made_process(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "tcp").write_text(TABLE)
    name = "docker-" + "a" * 64 + ".scope"
    links = {"0": "/dev/null", "3": "socket:[4711]", "4": "socket:[1]", "5": "pipe:[9]"}
    key = made_process(tmp_path, 7, links, f"0::/system.slice/{name}\n")
    lookup = ProcessLookup(tmp_path)
    assert lookup.ports(key) == {5432}
    assert lookup.files(key) == ("/dev/null",)
    assert lookup.cgroup(key) == f"/system.slice/{name}"
    assert lookup.container(key) == "a" * 64


def test_answers_are_kept_until_forgotten(tmp_path: Path) -> None:
    key = made_process(tmp_path, 7, {"0": "/one"})
    lookup = ProcessLookup(tmp_path)
    assert lookup.files(key) == ("/one",)
    (tmp_path / "7" / "fd" / "1").symlink_to("/two")
    assert lookup.files(key) == ("/one",)
    lookup.forget()
    assert set(lookup.files(key)) == {"/one", "/two"}


def test_a_process_that_is_gone_has_nothing(tmp_path: Path) -> None:
    lookup, key = ProcessLookup(tmp_path), ProcessKey(99, 0.0)
    assert lookup.ports(key) == frozenset()
    assert (lookup.files(key), lookup.cgroup(key), lookup.container(key)) == ((), "", "")


def test_a_process_with_very_many_descriptors_is_cut_and_counted(tmp_path: Path) -> None:
    key = made_process(tmp_path, 7, {str(n): "/x" for n in range(MOST_DESCRIPTORS + 5)})
    lookup = ProcessLookup(tmp_path)
    assert len(lookup.files(key)) == MOST_DESCRIPTORS
    assert lookup.cut == 1
