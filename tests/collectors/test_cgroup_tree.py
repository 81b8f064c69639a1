"""What a path of a control group tells, and how the tree is walked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors import cgroup_tree
from sysmon.collectors.cgroup_tree import RESCAN, GroupKind, ScanClock, classify, require_v2, scan, unescape
from sysmon.model.errors import CollectorUnavailable
from tests.collectors.clocks import HandClock
from tests.collectors.recorded import write_tree
from tests.collectors.trees import DOCKER, PODMAN, cgroup_root, desktop_cgroups, group

KUBE = "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice"


@pytest.mark.parametrize(
    ("path", "runtime", "identity"),
    [
        (f"system.slice/docker-{DOCKER}.scope", "docker", DOCKER),
        (f"docker/{DOCKER}", "docker", DOCKER),
        (f"machine.slice/libpod-{PODMAN}.scope", "podman", PODMAN),
        (f"user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{PODMAN}.scope", "podman", PODMAN),
        (f"{KUBE}/cri-containerd-{DOCKER}.scope", "containerd", DOCKER),
        (f"{KUBE}/crio-{DOCKER}.scope", "cri-o", DOCKER),
        (f"kubepods/besteffort/pod1/{DOCKER}", "", DOCKER),
        ("lxc.payload.web", "lxc", "web"),
        ("lxc/db", "lxc", "db"),
        ("machine.slice/systemd-nspawn@deb\\x2d12.service", "nspawn", "deb-12"),
        ("machine.slice/machine-deb\\x2d12.scope", "nspawn", "deb-12"),
    ],
)
def test_containers(path: str, runtime: str, identity: str) -> None:
    found = classify(path)
    assert (found.kind, found.runtime, found.container) == (GroupKind.CONTAINER, runtime, identity)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("system.slice", GroupKind.SLICE),
        ("system.slice/ssh.service", GroupKind.SERVICE),
        ("user.slice/user-1000.slice/session-2.scope", GroupKind.SCOPE),
        (f"machine.slice/libpod-conmon-{PODMAN}.scope", GroupKind.SCOPE),
        ("machine.slice/machine-qemu\\x2d1\\x2dwin11.scope", GroupKind.SCOPE),
        ("lxc.monitor.web", GroupKind.OTHER),
        ("docker", GroupKind.OTHER),
        (f"system.slice/docker-{DOCKER[:40]}.scope", GroupKind.SCOPE),
    ],
)
def test_other_kinds(path: str, kind: GroupKind) -> None:
    assert classify(path).kind is kind


@given(st.text(max_size=300))
def test_any_path_is_classified(path: str) -> None:
    found = classify(path)
    assert found.path == path
    assert (found.kind is GroupKind.CONTAINER) == bool(found.container)


def test_unescape() -> None:
    assert unescape("a\\x2db") == "a-b"
    assert unescape("caf\\xc3\\xa9") == "café"
    assert unescape("\\xff") == "ÿ"


def test_a_desktop_is_walked_without_entering_containers_and_scopes(tmp_path: Path) -> None:
    groups, cut = scan(desktop_cgroups(tmp_path))
    paths = [found.path for found in groups]
    assert not cut
    assert "user.slice/user-1000.slice/user@1000.service/app.slice/pipewire.service" in paths
    assert not any("inner.service" in path for path in paths)
    assert [found.depth for found in groups] == sorted(found.depth for found in groups)


def test_links_and_unreadable_folders_are_left_out(tmp_path: Path) -> None:
    root = cgroup_root(tmp_path)
    (root / "a.slice").mkdir()
    (root / "a.slice/loop").symlink_to(root)
    assert [found.path for found in scan(root)[0]] == ["a.slice"]
    assert scan(tmp_path / "nowhere") == ([], False)


def test_depth_and_width_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = cgroup_root(tmp_path)
    (root / "/".join(["d.slice"] * 30)).mkdir(parents=True)
    assert max(found.depth for found in scan(root)[0]) == cgroup_tree.MAX_DEPTH
    monkeypatch.setattr(cgroup_tree, "MAX_FOLDERS", 3)
    assert scan(root)[1]


def test_version_1_is_told_apart_from_no_control_groups(tmp_path: Path) -> None:
    with pytest.raises(CollectorUnavailable, match="has no control groups"):
        require_v2(tmp_path)
    (tmp_path / "memory").mkdir()
    with pytest.raises(CollectorUnavailable, match="version 1"):
        require_v2(tmp_path)
    write_tree(tmp_path, {"cgroup.controllers": "cpu"})
    require_v2(tmp_path)


def test_a_scan_is_due_when_groups_come_or_go_and_every_minute(tmp_path: Path) -> None:
    clock = HandClock()
    due = ScanClock(cgroup_root(tmp_path, 5), clock)

    def scans() -> bool:
        if not due.due():
            return False
        due.scanned()
        return True

    assert due.due()
    assert due.due(), "a scan that failed is tried again"
    assert scans()
    assert not scans()
    cgroup_root(tmp_path, 6)
    assert scans()
    assert not scans()
    clock.pass_by(RESCAN)
    assert scans()
    due.expire()
    assert scans()
    (tmp_path / "fs/cgroup/cgroup.stat").unlink()
    assert scans()
    assert not scans()


def test_a_group_that_vanishes_while_it_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = cgroup_root(tmp_path)
    group(tmp_path, "a.slice/b.service")
    real = os.scandir

    def vanish(path: str | os.PathLike[str]) -> object:
        if str(path).endswith("a.slice"):
            raise FileNotFoundError(2, "gone")
        return real(path)

    monkeypatch.setattr("os.scandir", vanish)
    assert [found.path for found in scan(root)[0]] == ["a.slice"]
