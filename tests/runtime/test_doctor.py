from __future__ import annotations

import os
from pathlib import Path

import pytest

from sysmon.model.host import LOCAL
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Missing
from sysmon.runtime import doctor
from sysmon.runtime.doctor import Finding, Health, Section
from sysmon.runtime.paths import find_paths
from sysmon.runtime.reading import FamilyReading
from sysmon.runtime.settings_file import Problem


def by_subject(section: Section) -> dict[str, Finding]:
    return {finding.subject.strip(): finding for finding in section.findings}


def test_a_family_that_works_shows_its_cost_and_what_it_lacks() -> None:
    missing = (Missing("a.b{x=1}", "no driver"), Missing("a.b{x=2}", "no driver"), Missing("a.c", "needs root"))
    section = doctor.families([FamilyReading("cpu", (), missing, None, False, 0.0012)])
    found = by_subject(section)
    assert found["cpu"] == Finding(Health.GOOD, "cpu", "0 series, 1.20 ms")
    assert found["a.b (2 of them)"].text == "no driver"
    assert found["a.c"].remedy is not None


def test_absence_is_no_problem_but_failure_is() -> None:
    section = doctor.families(
        [
            FamilyReading("gpu", (), (), "no NVML here", True, 0.0),
            FamilyReading("disk_io", (), (), "reading failed: input/output error", False, 0.0),
        ]
    )
    found = by_subject(section)
    assert found["gpu"].health is Health.ABSENT
    assert found["disk_io"].health is Health.PROBLEM
    assert "unavailable, because reading failed" in found["disk_io"].text


@pytest.mark.parametrize(
    ("reason", "part"),
    [
        ("needs root", "run sysmon as root"),
        ("this user may not read /proc/pressure/cpu", "run sysmon as root"),
        ("energy_uj is readable by root only since CVE-2020-8694", "measure each other"),
        ("the system hides them (/proc is mounted with hidepid)", "gid="),
        ("it did not answer within 2 s", "network mount"),
    ],
)
def test_what_helps_is_said(reason: str, part: str) -> None:
    remedy = doctor.remedy_for(reason)
    assert remedy is not None
    assert part in remedy


@pytest.mark.parametrize("reason", ["the kernel refuses it, even to root", "this machine has no battery"])
def test_where_nothing_helps_nothing_is_promised(reason: str) -> None:
    assert doctor.remedy_for(reason) is None


def test_packages_that_are_not_there() -> None:
    found = by_subject(doctor.versions({"psutil": "7.2.2", "msgspec": "0.22"}.get))
    assert found["psutil"].text == "7.2.2"
    assert found["rich"].health is Health.PROBLEM
    assert found["PySide6-Essentials"].health is Health.ABSENT
    assert found["PySide6-Essentials"].remedy is not None


def test_the_packages_of_this_environment_are_found() -> None:
    assert by_subject(doctor.versions())["psutil"].health is Health.GOOD


def test_no_processes_at_all_is_a_problem() -> None:
    table = ProcessTable(LOCAL, 1.0, {}, (Missing("processes", "hidden"),))
    found = by_subject(doctor.processes(table, 0.001))
    assert found["processes"].text in ("0 processes, 1.00 ms", "hidden")
    assert doctor.processes(table, 0.001).findings[0].health is Health.PROBLEM


def test_files_problems_and_crashes_are_named(tmp_path: Path) -> None:
    paths = find_paths({"SYSMON_HOME": str(tmp_path)})
    paths.state.mkdir()
    paths.crash_file("agent").write_text("Fatal Python error", encoding="utf-8")
    problems = [
        Problem(paths.settings_file, 3, "window.theme", "is wrong"),
        Problem(paths.settings_file, 0, "x", "?", True),
    ]
    section = doctor.files(paths, problems)
    assert [finding.health for finding in section.findings if finding.subject == "settings"] == [
        Health.GOOD,
        Health.PROBLEM,
        Health.ABSENT,
    ]
    assert by_subject(section)["crash"].health is Health.PROBLEM


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_a_problem(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    found = by_subject(doctor.files(find_paths({"SYSMON_HOME": str(tmp_path)}), ()))
    tmp_path.chmod(0o700)
    assert found["state, logs"].health is Health.PROBLEM


def test_who_we_are() -> None:
    assert doctor.rights().title == "Rights"


def test_the_display_with_and_without_qt() -> None:
    without = by_subject(doctor.display({"DISPLAY": ":0"}, "no display"))
    assert without["DISPLAY"].text == ":0"
    assert without["window"].text == "no display"
    facts = {"version": "6.11.3", "platform": "xcb", "tray": False}
    with_qt = by_subject(doctor.display({}, facts))
    assert with_qt["Qt"].text == "6.11.3, platform xcb"
    assert with_qt["tray"].health is Health.ABSENT


def test_a_library_that_qt_misses_has_a_package() -> None:
    needed = "From 6.5.0, xcb-cursor0 or libxcb-cursor0 is needed to load the Qt xcb platform plugin."
    assert by_subject(doctor.display({}, needed))["window"].remedy == doctor.package_for("libxcb-cursor.so.0")
    assert doctor.package_for("something else") is None
