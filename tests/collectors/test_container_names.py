"""Names of containers from files: absent, hostile, huge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sysmon.collectors.cgroup_tree import classify
from sysmon.collectors.container_names import ContainerNames, short_id
from tests.collectors.recorded import write_tree
from tests.collectors.trees import DOCKER, PODMAN

ON_DOCKER = classify(f"system.slice/docker-{DOCKER}.scope")
ON_PODMAN = classify(f"user.slice/libpod-{PODMAN}.scope")
CONFIG = f"var/lib/docker/containers/{DOCKER}/config.v2.json"
LIST = "overlay-containers/containers.json"


def test_docker_podman_and_kubernetes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_tree(tmp_path, {CONFIG: json.dumps({"ID": DOCKER, "Name": "/web-1"})})
    write_tree(home, {f".local/share/containers/storage/{LIST}": json.dumps([{"id": PODMAN, "names": ["db", "x"]}])})
    pod = classify(f"kubepods.slice/cri-containerd-{'c' * 64}.scope")
    write_tree(tmp_path, {f"var/log/containers/api-7d9_prod_server-{'c' * 64}.log": ""})
    names = ContainerNames(tmp_path, home)
    names.refresh([ON_DOCKER, ON_PODMAN, pod])
    assert [names.name(group) for group in (ON_DOCKER, ON_PODMAN, pod)] == ["web-1", "db", "prod/api-7d9/server"]


def test_an_unknown_name_is_the_short_id(tmp_path: Path) -> None:
    names = ContainerNames(tmp_path)
    assert names.name(ON_DOCKER) == DOCKER[:12]
    names.refresh([ON_DOCKER])
    assert names.name(ON_DOCKER) == short_id(ON_DOCKER) == DOCKER[:12]
    assert short_id(classify("lxc.payload.web-server")) == "web-server"


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"Name": 7}', b"null", b"[" * 100_000, b"\xff\xfe", b'{"Name": "' + b"x" * (1 << 20) + b'"}'],
)
def test_broken_files_cost_only_the_name(tmp_path: Path, content: bytes) -> None:
    write_tree(tmp_path, {CONFIG: content, f"var/lib/containers/storage/{LIST}": content})
    names = ContainerNames(tmp_path)
    names.refresh([ON_DOCKER, ON_PODMAN])
    assert names.name(ON_DOCKER) == DOCKER[:12]
    assert names.name(ON_PODMAN) == PODMAN[:12]


@pytest.mark.parametrize(
    "entry",
    [7, {}, {"id": PODMAN}, {"id": PODMAN, "names": []}, {"id": PODMAN, "names": [7]}, {"id": 7, "names": ["a"]}],
)
def test_odd_entries_of_the_list_are_left_out(tmp_path: Path, entry: object) -> None:
    write_tree(tmp_path, {f"var/lib/containers/storage/{LIST}": json.dumps([entry])})
    names = ContainerNames(tmp_path)
    names.refresh([ON_PODMAN])
    assert names.name(ON_PODMAN) == PODMAN[:12]


def test_a_name_is_made_harmless(tmp_path: Path) -> None:
    write_tree(tmp_path, {CONFIG: json.dumps({"Name": "/a,b}\x1b[2J" + "c" * 500})})
    names = ContainerNames(tmp_path)
    names.refresh([ON_DOCKER])
    assert names.name(ON_DOCKER).isprintable()
    assert len(names.name(ON_DOCKER)) <= 64


def test_a_name_in_a_path_does_not_choose_a_file(tmp_path: Path) -> None:
    write_tree(tmp_path, {"var/lib/docker/containers/web/config.v2.json": json.dumps({"Name": "/stolen"})})
    group = classify("lxc.payload.web")
    names = ContainerNames(tmp_path)
    names.refresh([group])
    assert names.name(group) == "web"


def test_names_are_looked_up_once_and_forgotten_with_the_container(tmp_path: Path) -> None:
    write_tree(tmp_path, {CONFIG: json.dumps({"Name": "/one"})})
    names = ContainerNames(tmp_path)
    names.refresh([ON_DOCKER])
    write_tree(tmp_path, {CONFIG: json.dumps({"Name": "/two"})})
    names.refresh([ON_DOCKER])
    assert names.name(ON_DOCKER) == "one"
    names.refresh([])
    names.refresh([ON_DOCKER])
    assert names.name(ON_DOCKER) == "two"
