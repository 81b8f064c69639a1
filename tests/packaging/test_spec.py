"""The rules of packaging fit the tree: nothing that the program imports is left out, nothing dead is taken along."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import textwrap
import tomllib
from functools import cache
from pathlib import Path

import pytest
from contents import (
    DESCRIBED,
    EXCLUDED_MODULES,
    LINUX_FILES,
    PLUGINS,
    plugin_is_kept,
    wanted_binaries,
    wanted_data,
)
from packaging.requirements import Requirement

REPOSITORY = Path(__file__).resolve().parents[2]

QT = "PySide6/Qt"


@cache
def imported() -> set[str]:
    """Every module that the program names in an import."""
    names: set[str] = set()
    for file in (REPOSITORY / "sysmon").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("module", EXCLUDED_MODULES)
def test_nothing_that_is_imported_is_left_out(module: str) -> None:
    assert not [name for name in imported() if name == module or name.startswith(f"{module}.")]


def test_only_modules_of_qt_whose_plugins_were_thought_of_are_used() -> None:
    """A new module of Qt may need kinds of plugins that `PLUGINS` leaves out: look at it, then add it here."""
    used = {name.split(".")[1] for name in imported() if name.startswith("PySide6.")}
    assert used <= {"QtCore", "QtDBus", "QtGui", "QtNetwork", "QtSvg", "QtWidgets"}


def test_every_package_that_is_shipped_tells_its_version() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = (*project["dependencies"], *project["optional-dependencies"]["gui"])
    assert {Requirement(text).name for text in required} == set(DESCRIBED)


def test_the_icons_can_be_drawn() -> None:
    assert "svg" in PLUGINS["imageformats"]
    assert "svgicon" in PLUGINS["iconengines"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (f"{QT}/plugins/platforms/libqxcb.so", True),
        (f"{QT}/plugins/platforms/libqoffscreen.so", True),
        (f"{QT}/plugins/platforms/libqeglfs.so", False),
        ("PySide6/plugins/platforms/qwindows.dll", True),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6\\plugins\\tls\\qschannelbackend.dll", False),
        (f"{QT}/plugins/platforms/libqcocoa.dylib", True),
        (f"{QT}/plugins/imageformats/libqpdf.so", False),
        (f"{QT}/plugins/a-kind-of-tomorrow/libqnew.so", False),
        (f"{QT}/lib/libQt6Core.so.6", True),
        ("somebody/plugins/platforms/thing.so", True),
        ("sysmon/_resources/icons/cpu.svg", True),
    ],
)
def test_plugins(name: str, kept: bool) -> None:
    assert plugin_is_kept(name) is kept


def test_a_library_comes_along_only_where_something_kept_is_linked_with_it() -> None:
    linked = {
        "QtCore": ["libQt6Core.so.6"],
        "libQt6Core.so.6": ["libicu.so.73"],
        "libqxcb.so": ["/deep/folder/libxcb.so.1"],
        "libqpdf.so": ["libQt6Pdf.so.6"],
    }
    entries = [
        ("PySide6/QtCore.abi3.so", "QtCore", "EXTENSION"),
        (f"{QT}/lib/libQt6Core.so.6", "libQt6Core.so.6", "BINARY"),
        (f"{QT}/lib/libicu.so.73", "libicu.so.73", "BINARY"),
        (f"{QT}/lib/libQt6Pdf.so.6", "libQt6Pdf.so.6", "BINARY"),
        (f"{QT}/plugins/platforms/libqxcb.so", "libqxcb.so", "BINARY"),
        (f"{QT}/plugins/imageformats/libqpdf.so", "libqpdf.so", "BINARY"),
        ("libxcb.so.1", "libxcb.so.1", "BINARY"),
        ("libpython3.11.so.1.0", "libpython3.11.so.1.0", "BINARY"),
        ("libQt6Core.so.6", f"{QT}/lib/libQt6Core.so.6", "SYMLINK"),
        ("libQt6Pdf.so.6", f"{QT}/lib/libQt6Pdf.so.6", "SYMLINK"),
    ]
    kept = [name for name, _, _ in wanted_binaries(entries, lambda file: linked.get(file, []))]
    assert sorted(kept) == sorted(
        [
            "PySide6/QtCore.abi3.so",
            f"{QT}/lib/libQt6Core.so.6",
            f"{QT}/lib/libicu.so.73",
            f"{QT}/plugins/platforms/libqxcb.so",
            "libxcb.so.1",
            "libpython3.11.so.1.0",
            "libQt6Core.so.6",
        ]
    )


def test_data_that_nothing_reads_is_left_out() -> None:
    entries = [
        ("sysmon/_resources/icons/cpu.svg", "resources/icons/cpu.svg", "DATA"),
        ("PySide6/Qt/translations/qt_de.qm", "qt_de.qm", "DATA"),
        ("libQt6Pdf.so.6", f"{QT}/lib/libQt6Pdf.so.6", "SYMLINK"),
    ]
    assert [name for name, _, _ in wanted_data(entries, [])] == ["sysmon/_resources/icons/cpu.svg"]


def test_the_desktop_entry_starts_what_the_spec_builds() -> None:
    entry = (REPOSITORY / "packaging" / "linux" / "sysmon.desktop").read_text(encoding="utf-8")
    assert "\nExec=sysmon\n" in entry
    assert "\nIcon=sysmon\n" in entry
    spec = (REPOSITORY / "packaging" / "sysmon.spec").read_text(encoding="utf-8")
    assert '"sysmon", console=True' in spec
    assert '"sysmon/_resources"' in spec


def test_all_that_linux_is_given_is_there_and_all_that_is_there_is_given() -> None:
    ours = {path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "packaging" / "linux").rglob("*.*")}
    ours = {name for name in ours if (REPOSITORY / name).is_file()}
    assert {name for name in LINUX_FILES if name.startswith("packaging/")} == ours
    assert all((REPOSITORY / name).is_file() for name in LINUX_FILES)


def test_everything_is_imported_without_what_is_left_out() -> None:
    """What the libraries themselves need, too, without building anything: the excluded modules are blocked."""
    program = """
        import importlib.abc, json, pkgutil, runpy, sys

        runpy.run_path("packaging/without_opengl.py")
        excluded = set(json.loads(sys.argv[1])) - set(sys.modules)

        class Absent(importlib.abc.MetaPathFinder):
            def find_spec(self, fullname, path=None, target=None):
                if any(fullname == name or fullname.startswith(name + ".") for name in excluded):
                    raise ModuleNotFoundError(f"{fullname} is left out of the bundle", name=fullname)

        sys.meta_path.insert(0, Absent())
        sysmon = __import__("sysmon")
        for found in pkgutil.walk_packages(sysmon.__path__, "sysmon."):
            if not found.name.endswith("__main__"):
                __import__(found.name)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), json.dumps(EXCLUDED_MODULES)],
        cwd=REPOSITORY, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
