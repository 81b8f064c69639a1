"""The reader of details against real processes: what it tells, to whom, and what it does when they die."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.process_details_linux import MOST_VARIABLES, LinuxDetailReader, parse_environment
from sysmon.collectors.process_folder import ENDED, HIDDEN, KERNEL, OTHER_USER
from sysmon.model.errors import CollectorUnavailable, ProcessGone
from sysmon.model.process import ProcessKey
from sysmon.model.process_details import Fact, IoPriority, Section
from tests.collectors.detail_tree import KEY, PID, made
from tests.collectors.held_process import BECOME_NOBODY, boot_time, child, key_of, nobody_thread, root_only
from tests.collectors.reading_processes import descriptors

PROC, CGROUPS = Path("/proc"), Path("/sys/fs/cgroup")
TABS = ("facts", "threads", "files", "sockets", "environment", "maps", "signals")
HOLD = """
import os, signal
signal.signal(signal.SIGUSR1, lambda *_: None)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
os.kill(os.getpid(), signal.SIGUSR2)
os.nice(3)
os.sched_setaffinity(0, {0})
os.chdir("/usr")
"""


@pytest.fixture
def reader() -> LinuxDetailReader:
    return LinuxDetailReader(PROC, CGROUPS)


@pytest.fixture
def dead_key() -> Iterator[ProcessKey]:
    with child("") as (key, process):
        process.kill()
        process.wait()
        yield key


def test_facts_of_a_real_process_agree_with_psutil(reader: LinuxDetailReader) -> None:
    with child(HOLD, "--flag", "two words") as (key, process):
        facts = reader.facts(key, shares=True)
        told = psutil.Process(process.pid)
        assert facts.arguments.items == tuple(told.cmdline())
        assert (facts.executable.value, facts.directory.value, facts.root.value) == (told.exe(), "/usr", "/")
        assert [parent.key.pid for parent in facts.parents.items] == [parent.pid for parent in told.parents()]
        assert (facts.nice.value, facts.threads.value, facts.affinity.value) == (told.nice(), 1, (0,))
        assert facts.owner.value is not None
        assert (facts.owner.value.user, facts.owner.value.uid) == (told.username(), os.geteuid())
        soft, hard = told.rlimit(psutil.RLIMIT_NOFILE)
        files = next(limit for limit in facts.limits.items if limit.name == "open files")
        assert (files.soft, files.hard) == (soft, hard)
        assert facts.scheduling.value is not None
        assert facts.scheduling.value.policy == "other"
        assert facts.memory.value is not None
        assert facts.memory.value.pss > 0


def test_signals_of_a_real_process(reader: LinuxDetailReader) -> None:
    with child(HOLD) as (key, _):
        signals = reader.signals(key).value
        assert signals is not None
        assert (signals.pending, signals.blocked) == (("SIGUSR2",), ("SIGUSR2",))
        assert "SIGHUP" in signals.ignored
        assert {"SIGUSR1", "SIGINT"} <= set(signals.caught)


def test_the_environment_that_it_was_started_with(reader: LinuxDetailReader) -> None:
    with child("", ODD="a=b\n\x1b[2J") as (key, _):
        found = reader.environment(key)
        assert dict(found.items)["ODD"] == "a=b\n\x1b[2J"
        assert (found.missing, found.cut) == (None, 0)


@pytest.mark.parametrize("tab", TABS)
def test_a_process_that_is_gone_says_so(reader: LinuxDetailReader, dead_key: ProcessKey, tab: str) -> None:
    with pytest.raises(ProcessGone):
        getattr(reader, tab)(dead_key)


@pytest.mark.parametrize("tab", TABS)
def test_a_pid_that_changed_hands_is_not_read(reader: LinuxDetailReader, tab: str) -> None:
    with child("") as (key, _), pytest.raises(ProcessGone, match="another process"):
        getattr(reader, tab)(ProcessKey(key.pid, key.start - 3600.0))


def test_a_process_that_dies_half_way_is_gone() -> None:
    with child("") as (key, process):

        def killing(pid: int) -> IoPriority:
            os.kill(pid, signal.SIGKILL)
            process.wait()
            return IoPriority("none", 0)

        with pytest.raises(ProcessGone):
            LinuxDetailReader(PROC, CGROUPS, io_priority=killing).facts(key)


def test_every_tab_of_a_zombie(reader: LinuxDetailReader) -> None:
    with child("") as (key, process):
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        facts = reader.facts(key)
        assert facts.state == "zombie"
        assert facts.arguments == Section(missing=ENDED)
        assert facts.executable == Fact(missing=ENDED)
        assert facts.owner.value is not None
        assert [thread.state for thread in reader.threads(key).items] == ["zombie"]
        assert reader.files(key).items == reader.sockets(key).items == ()
        assert reader.environment(key) == Section(missing=ENDED)
        assert reader.maps(key) == Fact(missing=ENDED)
        assert reader.signals(key).value is not None


def test_every_tab_of_a_thread_of_the_kernel(reader: LinuxDetailReader) -> None:
    if Path("/proc/2/comm").read_text() != "kthreadd\n":
        pytest.skip("threads of the kernel are not seen from inside of a container")
    key = key_of(2)
    facts = reader.facts(key)
    assert facts.kernel
    assert (facts.arguments.missing, facts.executable.missing) == (KERNEL, KERNEL)
    assert reader.maps(key) == Fact(missing=KERNEL)
    assert reader.environment(key).items == ()
    assert reader.environment(key).missing
    assert reader.threads(key).items
    assert reader.files(key).items == ()


@root_only
def test_what_another_user_is_told(reader: LinuxDetailReader) -> None:
    with child("", SECRET="s3cret") as (key, _), nobody_thread() as nobody:
        facts = nobody.submit(reader.facts, key).result()
        assert (facts.executable, facts.directory) == (Fact(missing=OTHER_USER), Fact(missing=OTHER_USER))
        assert facts.owner.value is not None
        assert facts.arguments.items[0] == sys.executable
        assert nobody.submit(reader.files, key).result() == Section(missing=OTHER_USER)
        assert nobody.submit(reader.sockets, key).result() == Section(missing=OTHER_USER)
        assert nobody.submit(reader.maps, key).result() == Fact(missing=OTHER_USER)
        assert nobody.submit(reader.threads, key).result().items
        assert nobody.submit(reader.signals, key).result().value
        environment = nobody.submit(reader.environment, key).result()
        assert environment.items == ()
        assert environment.missing is not None
        assert "only root" in environment.missing


@root_only
def test_the_environment_of_ones_own_process_and_of_a_protected_one(reader: LinuxDetailReader) -> None:
    with nobody_thread() as nobody:
        with child(BECOME_NOBODY, MINE="yes") as (key, _):
            assert dict(nobody.submit(reader.environment, key).result().items)["MINE"] == "yes"
            assert dict(reader.environment(key).items)["MINE"] == "yes"
        with child(BECOME_NOBODY, DUMPABLE="0") as (key, _):
            protected = nobody.submit(reader.environment, key).result()
            assert protected.items == ()
            assert protected.missing


def test_secrets_stay_hidden_even_where_the_kernel_would_show_them() -> None:
    """A user with CAP_SYS_PTRACE may read the files of others; this program does not show them."""
    with child("", SECRET="s3cret") as (key, _):
        found = LinuxDetailReader(PROC, CGROUPS, user=lambda: os.geteuid() + 1).environment(key)
        assert found.items == ()
        assert found.missing


@root_only
def test_processes_that_are_hidden_say_so_in_every_tab() -> None:
    with tempfile.TemporaryDirectory() as folder, nobody_thread() as nobody:
        root = Path(folder) / "proc"  # pytest's own folders are closed to nobody
        made(root)
        Path(folder).chmod(0o755)
        (root / str(PID) / "stat").chmod(0)  # hidepid=noaccess
        reader = LinuxDetailReader(root, root)
        for tab in TABS:
            found = nobody.submit(getattr(reader, tab), KEY).result()
            assert (found.executable.missing if tab == "facts" else found.missing) == HIDDEN


def test_a_proc_without_a_boot_time(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "stat").write_bytes(b"cpu 1 2 3\n")
    with pytest.raises(CollectorUnavailable):
        LinuxDetailReader(tmp_path, tmp_path).threads(KEY)
    assert LinuxDetailReader(tmp_path, tmp_path, boot=KEY.start - 10.0).threads(KEY).items


def test_reading_leaves_no_descriptor(reader: LinuxDetailReader) -> None:
    with child(HOLD) as (key, _):
        before = descriptors()
        for tab in TABS:
            getattr(reader, tab)(key)
        assert descriptors() == before


def test_very_many_variables_are_cut_and_counted() -> None:
    found = parse_environment(b"A=1\0" * (MOST_VARIABLES + 3))
    assert (len(found.items), found.cut) == (MOST_VARIABLES, 3)


def test_an_environment_that_was_overwritten() -> None:
    assert parse_environment(b"no name\0=x\0\0A=\xff=2\0").items == (("no name", ""), ("", "x"), ("A", "\ufffd=2"))


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data: bytes) -> None:
    assert parse_environment(data).cut == 0


def test_the_boot_time_is_that_of_the_kernel(reader: LinuxDetailReader) -> None:
    me = ProcessKey(os.getpid(), key_of(os.getpid()).start)
    assert reader.threads(me).items[0].started == pytest.approx(me.start, abs=0.02)
    assert boot_time() > 1e9
