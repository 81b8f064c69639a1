"""What can be read on this machine, what cannot, why, and what would help.

Examines and answers values; prints nothing. Knows no Qt: what the window finds out is passed in.
"""

from __future__ import annotations

import enum
import importlib.metadata
import os
import platform
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sysmon import __version__
from sysmon.model.process import ProcessTable
from sysmon.model.sample import Missing
from sysmon.runtime.paths import HOME_VARIABLE, Paths
from sysmon.runtime.reading import FamilyReading
from sysmon.runtime.settings_file import Problem


class Health(enum.Enum):
    """How a finding is to be taken."""

    GOOD = "ok"
    ABSENT = "–"
    """This machine does not have it: nothing is wrong."""
    PROBLEM = "problem"
    """Something that should work does not."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    health: Health
    subject: str
    text: str
    remedy: str | None = None
    """What the user can do, where there is something."""


@dataclass(frozen=True, slots=True)
class Section:
    """Findings under one title."""

    title: str
    findings: tuple[Finding, ...]


_REMEDIES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), remedy)
    for pattern, remedy in (
        ("even to root", ""),
        ("hidepid", "add your user to the group that the gid= option of the /proc mount names, or run sysmon as root"),
        ("CVE-2020-8694", "run sysmon as root; opening the file to all lets programs measure each other"),
        ("version 1", "boot with systemd.unified_cgroup_hierarchy=1 on the kernel command line"),
        (
            "controller is off",
            "let systemd account for it: DefaultMemoryAccounting, DefaultIOAccounting, DefaultCPUAccounting",
        ),
        (
            "root|administrator|not permitted|permission|may not read",
            "run sysmon as root, or as a user who may read it",
        ),
        ("did not answer", "look for a dead network mount or a hanging driver; it is tried again by itself"),
        ("NVML|nvidia", "install or load the driver of the graphics card; it is tried again by itself"),
    )
)


def remedy_for(reason: str) -> str | None:
    """What helps against ``reason``, as far as we know."""
    for pattern, remedy in _REMEDIES:
        if pattern.search(reason):
            return remedy or None
    return None


_LIBRARIES = {
    "libEGL.so": "libegl1",
    "libGL.so": "libgl1",
    "libOpenGL.so": "libopengl0",
    "libxkbcommon-x11": "libxkbcommon-x11-0",
    "libxkbcommon.so": "libxkbcommon0",
    "libfontconfig": "libfontconfig1",
    "libdbus-1": "libdbus-1-3",
    "libglib-2.0": "libglib2.0-0",
    "xcb-cursor": "libxcb-cursor0",
    "libxcb-icccm": "libxcb-icccm4",
    "libxcb-keysyms": "libxcb-keysyms1",
    "libxcb-shape": "libxcb-shape0",
}
"""Part of the name of a library that Qt needs, and the package of Debian and Ubuntu that has it."""


def package_for(message: str) -> str | None:
    """What to install where a message of the loader or of Qt names a missing library."""
    for part, package in _LIBRARIES.items():
        if part in message:
            return f"apt install {package} (Debian, Ubuntu); other systems name it alike"
    return None


def versions(
    installed: Callable[[str], str | None] | None = None, packages: Sequence[str] = ("psutil", "msgspec", "rich")
) -> Section:
    """Versions of sysmon, Python, the system, and what is imported from elsewhere."""
    find = installed or _installed
    findings = [
        Finding(Health.GOOD, "sysmon", __version__),
        Finding(Health.GOOD, "Python", f"{platform.python_version()} ({platform.python_implementation()})"),
        Finding(Health.GOOD, "system", _system()),
        Finding(Health.GOOD, "kernel", f"{platform.system()} {platform.release()} {platform.machine()}"),
    ]
    for package in packages:
        version = find(package)
        findings.append(
            Finding(Health.GOOD, package, version)
            if version
            else Finding(Health.PROBLEM, package, "is not installed", "install sysmon-desktop anew")
        )
    for package in ("PySide6-Essentials", "pyqtgraph", "numpy", "qasync"):
        version = find(package)
        text = version or "not installed: there is no window, everything else works"
        remedy = None if version else 'pip install "sysmon-desktop[gui]"'
        findings.append(Finding(Health.GOOD if version else Health.ABSENT, package, text, remedy))
    return Section("Versions", tuple(findings))


def _installed(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _system() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    except OSError:
        return platform.platform(terse=True)


def families(readings: Iterable[FamilyReading]) -> Section:
    """Each family with what it costs, what it lacks and why."""
    found: list[Finding] = []
    for reading in readings:
        cost = f"{reading.duration * 1e3:.2f} ms"
        if reading.reason is not None:
            health = Health.ABSENT if reading.unavailable else Health.PROBLEM
            text = f"unavailable, because {reading.reason} ({cost})"
            found.append(Finding(health, reading.family, text, remedy_for(reading.reason)))
            continue
        found.append(Finding(Health.GOOD, reading.family, f"{len(reading.figures)} series, {cost}"))
        found.extend(_missing(reading.missing))
    return Section("What can be read", tuple(found))


def processes(table: ProcessTable, cost: float) -> Section:
    """The process table, which took ``cost`` seconds."""
    good = bool(table.rows)
    text = f"{len(table.rows)} processes, {cost * 1e3:.2f} ms"
    head = Finding(Health.GOOD if good else Health.PROBLEM, "processes", text)
    return Section("Processes", (head, *_missing(table.missing)))


def _missing(missing: Iterable[Missing]) -> Iterable[Finding]:
    """One finding for each metric and reason, however many devices it holds for."""
    counted: dict[tuple[str, str], int] = {}
    for entry in missing:
        key = (entry.subject.partition("{")[0], entry.reason)
        counted[key] = counted.get(key, 0) + 1
    for (subject, reason), count in counted.items():
        many = f" ({count} of them)" if count > 1 else ""
        yield Finding(Health.ABSENT, f"  {subject}{many}", reason, remedy_for(reason))


def files(paths: Paths, problems: Iterable[Problem]) -> Section:
    """Where files are, whether they can be written, and what is wrong with the settings."""
    found = [
        _folder("settings", paths.settings_file.parent, paths.settings_file),
        _folder("state, logs", paths.state, paths.state),
        _folder("records, keys", paths.data, paths.data),
    ]
    if os.environ.get(HOME_VARIABLE):
        found.append(Finding(Health.GOOD, HOME_VARIABLE, os.environ[HOME_VARIABLE]))
    for problem in problems:
        health = Health.ABSENT if problem.unknown else Health.PROBLEM
        found.append(Finding(health, "settings", str(problem), "`sysmon config check` after you have changed it"))
    crashes = (paths.crash_file(role) for role in ("desktop", "agent"))
    found += [
        Finding(Health.PROBLEM, "crash", f"{file} tells of one", "send it to us, then remove it")
        for file in crashes
        if file.is_file() and file.stat().st_size
    ]
    return Section("Files", tuple(found))


def _folder(subject: str, folder: Path, shown: Path) -> Finding:
    nearest = next((parent for parent in (folder, *folder.parents) if parent.exists()), folder)
    if not os.access(nearest, os.W_OK | os.X_OK):
        return Finding(
            Health.PROBLEM, subject, f"{shown}: {nearest} may not be written", f"let your user write {nearest}"
        )
    return Finding(Health.GOOD, subject, f"{shown}{'' if shown.exists() else ' (not there yet)'}")


def rights() -> Section:
    """Who we are, and how many files we may open."""
    found: list[Finding] = []
    if hasattr(os, "geteuid"):
        who = "root: everything that the kernel tells can be read" if os.geteuid() == 0 else f"user {os.geteuid()}"
        found.append(Finding(Health.GOOD, "running as", who))
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        found.append(Finding(Health.GOOD, "open files", f"at most {soft} (could be {hard})"))
    return Section("Rights", tuple(found))


def display(environment: Mapping[str, str], facts: Mapping[str, object] | str) -> Section:
    """Where a window would open. ``facts`` are Qt's own, or a sentence that says why there are none."""
    found: list[Finding] = []
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM"):
        value = environment.get(name)
        if value:
            found.append(Finding(Health.GOOD, name, value))
    if isinstance(facts, str):
        found.append(Finding(Health.ABSENT, "window", facts, package_for(facts)))
    else:
        tray = "there is one" if facts.get("tray") else "none: closing the window ends sysmon"
        found.append(Finding(Health.GOOD, "Qt", f"{facts.get('version')}, platform {facts.get('platform')}"))
        found.append(Finding(Health.GOOD if facts.get("tray") else Health.ABSENT, "tray", tray))
    return Section("Display", tuple(found))
