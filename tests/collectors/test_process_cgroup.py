"""Limits on the way from a control group up to the root, and the container on that way."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.container_names import ContainerNames
from sysmon.collectors.process_cgroup import NO_GROUPS, container, control_group, parse_cpu_max, parse_maximum
from sysmon.model.process_details import Container, ControlGroup, Fact, GroupLimit
from tests.collectors.recorded import write_tree
from tests.collectors.trees import DOCKER

APP = "/user.slice/app.scope"


def tree(root: Path, **files: str) -> Path:
    return write_tree(
        root,
        {
            "cgroup.controllers": "cpu memory pids\n",
            "user.slice/cpu.max": "400000 100000\n",
            "user.slice/memory.max": "1073741824\n",
            "user.slice/pids.max": "max\n",
            "user.slice/app.scope/cpu.max": "max 100000\n",
            "user.slice/app.scope/memory.max": "2147483648\n",
            "user.slice/app.scope/pids.max": "500\n",
            **files,
        },
    )


def test_the_tightest_limit_counts_and_says_where_it_is_set(tmp_path: Path) -> None:
    assert control_group(APP, tree(tmp_path)).value == ControlGroup(
        APP, GroupLimit(4.0, "/user.slice"), GroupLimit(2.0**30, "/user.slice"), GroupLimit(500.0, APP)
    )


def test_a_group_without_limits(tmp_path: Path) -> None:
    assert control_group("/", tree(tmp_path)).value == ControlGroup("/", None, None, None)


def test_a_tree_beside_version_1(tmp_path: Path) -> None:
    tree(tmp_path / "unified")
    found = control_group(APP, tmp_path).value
    assert found is not None
    assert found.tasks == GroupLimit(500.0, APP)


def test_a_path_that_leads_out_of_the_tree_is_not_followed(tmp_path: Path) -> None:
    write_tree(tmp_path, {"secret/memory.max": "1\n"})
    found = control_group("/../secret", tree(tmp_path / "cgroup")).value
    assert found is not None
    assert found.memory is None
    assert found.missing is not None
    assert "outside" in found.missing


def test_no_groups_at_all(tmp_path: Path) -> None:
    assert control_group("", tmp_path) == Fact(missing=NO_GROUPS)
    found = control_group(APP, tmp_path).value
    assert found is not None
    assert (found.path, found.missing) == (APP, NO_GROUPS)
    assert container("", ContainerNames(tmp_path)) == Fact(missing=NO_GROUPS)


def test_a_group_that_vanished(tmp_path: Path) -> None:
    found = control_group("/user.slice/gone.scope (deleted)", tree(tmp_path)).value
    assert found is not None
    assert found.memory == GroupLimit(2.0**30, "/user.slice")


def test_a_container_by_its_name(tmp_path: Path) -> None:
    path = f"/system.slice/docker-{DOCKER}.scope/inner"
    write_tree(tmp_path, {f"var/lib/docker/containers/{DOCKER}/config.v2.json": json.dumps({"Name": "/web"})})
    assert container(path, ContainerNames(tmp_path)).value == Container("web", DOCKER, "docker")
    assert container(APP, ContainerNames(tmp_path)) == Fact()


@pytest.mark.parametrize(
    ("text", "cpus"),
    [("150000 100000", 1.5), ("max 100000", math.inf), ("1 0", math.nan), ("", math.nan), ("-5 10", math.nan), ("1e9 1", math.nan)],
)  # fmt: skip
def test_cpu_max(text: str, cpus: float) -> None:
    assert parse_cpu_max(text) == pytest.approx(cpus, nan_ok=True)


@given(st.text(max_size=30))
def test_any_text_is_survived(text: str) -> None:
    for value in (parse_cpu_max(text), parse_maximum(text)):
        assert math.isnan(value) or value >= 0
