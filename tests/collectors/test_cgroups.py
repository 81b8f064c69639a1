"""Slices, scopes and containers of a whole machine."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from sysmon.collectors import cgroups
from sysmon.collectors.cgroup_tree import RESCAN, classify
from sysmon.collectors.cgroups import CgroupsCollector, choose
from sysmon.collectors.container_names import ContainerNames
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.clocks import HandClock
from tests.collectors.recorded import figures, reasons, write_tree
from tests.collectors.trees import DOCKER, PODMAN, cgroup_root, desktop_cgroups, group, remove_tree


def collector(sys: Path, clock: HandClock | None = None) -> CgroupsCollector:
    return CgroupsCollector(sys, sys, ContainerNames(sys / "root"), clock or HandClock())


def test_a_desktop(tmp_path: Path) -> None:
    desktop_cgroups(tmp_path)
    write_tree(tmp_path / "root", {f"var/lib/docker/containers/{DOCKER}/config.v2.json": json.dumps({"Name": "/web"})})
    groups = collector(tmp_path)
    reading = groups.read()
    values = figures(reading)
    web = f"container.id={DOCKER[:12]},container.name=web"
    pod = f"container.id={PODMAN[:12]},container.name={PODMAN[:12]}"
    assert values[f"container.cpu.time{{{web}}}"] == 2.0
    assert values[f"container.memory.usage{{{web}}}"] == 52428800
    assert values[f"container.memory.limit{{{web}}}"] == 104857600
    assert values[f"container.cpu.time{{{pod}}}"] == 0.3
    assert values["system.linux.cgroup.cpu.time{system.linux.cgroup.path=system.slice}"] == 60.0
    assert values["system.linux.cgroup.disk.io{system.linux.cgroup.path=system.slice,disk.io.direction=write}"] == 8192
    session = "system.linux.cgroup.path=user.slice/user-1000.slice/session-2.scope"
    assert values[f"system.linux.cgroup.tasks{{{session}}}"] == 7
    assert f"system.linux.cgroup.memory.limit{{{session}}}" not in values, "max is no limit"
    assert not any(".service}" in key or "getty" in key for key in values)
    assert reading.missing == ()
    assert groups.read().series is reading.series
    groups.close()


def test_objects_that_count() -> None:
    paths = [
        "a.slice",
        "a.slice/a-b.slice",
        "user.slice",
        "user.slice/user-1000.slice",
        "user.slice/user-1000.slice/user@1000.service/app.slice",
        "user.slice/user-1000.slice/user@1000.service/app.slice/x.scope",
        "job",
        "job/step",
        "s.service",
        "lxc.payload.web",
    ]
    assert [found.path for found in choose([classify(path) for path in paths])] == [
        "lxc.payload.web",
        "a.slice",
        "job",
        "user.slice",
        "user.slice/user-1000.slice",
        "user.slice/user-1000.slice/user@1000.service/app.slice/x.scope",
    ]


def test_too_many_groups_are_cut_deep_ones_first_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desktop_cgroups(tmp_path)
    monkeypatch.setattr(cgroups, "MAX_OBJECTS", 4)
    reading = collector(tmp_path).read()
    shown = {key for key in figures(reading) if "cpu.time" in key}
    assert len(shown) == 4
    assert sum(key.startswith("container.") for key in shown) == 2
    assert reasons(reading) == {"cgroups": "4 deeper control groups are left out: 4 are read"}


def test_controllers_that_are_off_are_said(tmp_path: Path) -> None:
    desktop_cgroups(tmp_path)
    for path in ("system.slice", "user.slice"):
        (tmp_path / "fs/cgroup" / path / "io.stat").unlink()
    reading = collector(tmp_path).read()
    assert reasons(reading) == {"system.linux.cgroup.disk.io": "the io controller is off for 2 of 6 control groups"}


def test_a_new_group_is_seen_at_once_and_a_gone_one_is_nan_then_absent(tmp_path: Path) -> None:
    clock = HandClock()
    root = desktop_cgroups(tmp_path)
    groups = collector(tmp_path, clock)
    before = groups.read()
    group(tmp_path, "batch.slice", cpu=7_000_000)
    cgroup_root(tmp_path, 14)
    key = "system.linux.cgroup.cpu.time{system.linux.cgroup.path=batch.slice}"
    assert figures(groups.read())[key] == 7.0
    group(tmp_path, "batch.slice", cpu=8_000_000)
    remove_tree(root / "init.scope")
    for shown, files in groups._figures._figures.items():
        for file in files if shown.place.name == "init.scope" else ():
            file.close()  # a removed file stays readable here; the kernel answers ENODEV instead
    reading = groups.read()
    assert math.isnan(figures(reading)["system.linux.cgroup.cpu.time{system.linux.cgroup.path=init.scope}"])
    after = figures(groups.read())
    assert not any("init.scope" in each for each in after)
    assert after[key] == 8.0
    assert groups.read().series is not before.series
    groups.close()


def test_one_group_in_place_of_another_is_seen_within_the_rescan(tmp_path: Path) -> None:
    clock = HandClock()
    root = desktop_cgroups(tmp_path)
    groups = collector(tmp_path, clock)
    groups.read()
    group(tmp_path, "new.slice")
    remove_tree(root / "init.scope")
    clock.pass_by(RESCAN)
    assert any("new.slice" in key for key in figures(groups.read()))
    groups.close()


def test_equal_short_ids_and_odd_names_still_make_a_catalog(tmp_path: Path) -> None:
    cgroup_root(tmp_path)
    for tail in ("1", "2", "3"):
        group(tmp_path, f"docker/{'a' * 63}{tail}")
    for name in ("x,y.slice", "x=y.slice", "x y.slice", b"\xff\xfe.slice".decode("utf-8", "surrogateescape")):
        group(tmp_path, name)
    values = figures(collector(tmp_path).read())
    assert sum(key.startswith("container.cpu.time") for key in values) == 3
    assert sum(key.startswith("system.linux.cgroup.cpu.time") for key in values) == 4


def test_version_1_and_none_say_why(tmp_path: Path) -> None:
    with pytest.raises(CollectorUnavailable, match="no control groups"):
        collector(tmp_path).read()
    (tmp_path / "fs/cgroup/unified").mkdir(parents=True)
    write_tree(tmp_path / "fs/cgroup/unified", {"cgroup.controllers": ""})
    groups = collector(tmp_path)
    for _ in range(2):
        with pytest.raises(CollectorUnavailable, match="version 1"):
            groups.read()


def test_malformed_files_are_nan(tmp_path: Path) -> None:
    desktop_cgroups(tmp_path)
    write_tree(
        tmp_path / "fs/cgroup/system.slice",
        {"cpu.stat": b"\x00" * 9000, "memory.current": "max\n", "io.stat": "8:0 rbytes=?\n"},
    )
    values = figures(collector(tmp_path).read())
    assert math.isnan(values["system.linux.cgroup.cpu.time{system.linux.cgroup.path=system.slice}"])
    assert math.isnan(values["system.linux.cgroup.memory.usage{system.linux.cgroup.path=system.slice}"])


def test_close_gives_all_descriptors_back(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    desktop_cgroups(tmp_path)
    groups = collector(tmp_path)
    groups.read()
    groups.close()
    groups.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
