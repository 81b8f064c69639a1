"""Masks, limits and lists of the kernel as values; nothing makes the parsers fail."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.process_status import (
    MOST_CPUS,
    capability_names,
    ids,
    parse_cpu_list,
    parse_limits,
    parse_stat_tail,
    parse_status,
    seccomp_mode,
    signal_facts,
)
from sysmon.model.process_details import ResourceLimit, Scheduling
from tests.collectors.detail_tree import LIMITS, STATUS
from tests.collectors.proc_tree import stat_line

FIELDS = parse_status(STATUS.encode())


def test_the_fields_of_a_status_file() -> None:
    assert ids(FIELDS, "Uid") == (1000, 0)
    assert FIELDS["Name"] == r"demo\nUid:	0	0	0	0"
    assert seccomp_mode(FIELDS) == "filter"
    assert parse_cpu_list(FIELDS["Cpus_allowed_list"]) == (0, 1, 3)


def test_signals_by_name() -> None:
    facts = signal_facts(FIELDS)
    assert facts is not None
    assert facts.pending == ("SIGHUP", "SIGTERM")
    assert facts.blocked == ("SIGCHLD",)
    assert facts.ignored == ("SIGPIPE",)
    assert facts.caught == ("SIGINT", "SIGRTMIN", "SIGRTMIN+30")


def test_capabilities_by_name() -> None:
    everything = capability_names("000001ffffffffff")
    assert everything is not None
    assert (len(everything), everything[0], everything[21], everything[40]) == (
        41,
        "chown",
        "sys_admin",
        "checkpoint_restore",
    )
    assert capability_names("0000000000000000") == ()
    assert capability_names("8000000000000000") == ("capability 63",)
    assert capability_names("") is None


@pytest.mark.parametrize("missing", ["ShdPnd", "SigPnd", "SigBlk", "SigIgn", "SigCgt"])
def test_a_mask_that_is_not_told_is_not_empty(missing: str) -> None:
    assert signal_facts({name: value for name, value in FIELDS.items() if name != missing}) is None


def test_limits() -> None:
    assert parse_limits(LIMITS.encode()) == (
        ResourceLimit("cpu time", math.inf, math.inf, "seconds"),
        ResourceLimit("open files", 1024.0, 524288.0, "files"),
        ResourceLimit("nice priority", 0.0, 0.0, ""),
    )


@pytest.mark.parametrize("text", ["", "a", "3-1", "0-", f"0-{MOST_CPUS}", "0-99999999999", "-1", "1,,2", "\u0661"])
def test_what_is_no_list_of_cpus(text: str) -> None:
    assert parse_cpu_list(text) is None


def test_the_end_of_a_stat_line() -> None:
    tail = parse_stat_tail(b"7 (a) b) S " + b" ".join(b"%d" % field for field in range(4, 53)))
    assert tail == (Scheduling("policy 41", 40), 42)
    fields = [b"0"] * 49
    fields[37 - 1], fields[38 - 1] = b"50", b"1"
    assert parse_stat_tail(b"7 (x) S " + b" ".join(fields)).scheduling == Scheduling("fifo", 50)
    with pytest.raises(ValueError, match="whole"):
        parse_stat_tail(stat_line(7)[:120])


def test_this_process() -> None:
    fields = parse_status(Path("/proc/self/status").read_bytes())
    assert ids(fields, "Uid") == (os.getuid(), os.geteuid())
    assert parse_cpu_list(fields["Cpus_allowed_list"]) == tuple(sorted(os.sched_getaffinity(0)))
    assert signal_facts(fields) is not None
    assert {limit.name for limit in parse_limits(Path("/proc/self/limits").read_bytes())} >= {
        "open files",
        "stack size",
        "nice priority",
        "realtime timeout",
    }


@given(st.binary(max_size=400))
def test_any_bytes_are_survived(data: bytes) -> None:
    fields = parse_status(data)
    ids(fields, "Uid")
    parse_limits(data)
    signal_facts(fields)


@given(st.text(max_size=40))
def test_any_text_is_survived(text: str) -> None:
    names = capability_names(text)
    assert names is None or len(names) <= 64
    cpus = parse_cpu_list(text)
    assert cpus is None or list(cpus) == sorted(set(cpus))
    assert ids({"Uid": text}, "Uid") is None or len(text.split()) >= 2


@given(st.sets(st.integers(0, MOST_CPUS - 1), min_size=1, max_size=60))
def test_a_list_of_cpus_comes_back(cpus: set[int]) -> None:
    assert parse_cpu_list(",".join(map(str, cpus))) == tuple(sorted(cpus))


@given(st.integers(0, 2**64 - 1))
def test_every_bit_has_a_name_of_its_own(mask: int) -> None:
    names = capability_names(f"{mask:016x}")
    assert names is not None
    assert len(set(names)) == mask.bit_count()
