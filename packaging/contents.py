"""What goes into the frozen program, and what is left out and why.

`sysmon.spec` applies these rules, the tests hold them against the tree. Left to itself PyInstaller
takes every plugin of Qt with all that the plugins link (QML, GTK, a PDF reader): three times the size.
Knows nothing of PyInstaller but the shape of its lists: (name in the bundle, file, kind).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatch
from pathlib import PurePath

Entry = tuple[str, str, str]

EXCLUDED_MODULES = (
    # other bindings of Qt, and parts of this one that pyqtgraph tries to import and does without
    "PyQt5",
    "PyQt6",
    "PySide2",
    "PySide6.QtOpenGL",  # without_opengl.py stands in for it
    "PySide6.QtOpenGLWidgets",  # and for this
    "PySide6.QtTest",
    # what libraries offer to interactive and scientific users
    "IPython",
    "matplotlib",
    "numpy.f2py",
    "numpy.random",
    "numpy.testing",
    "OpenGL",
    "pandas",
    "PIL",
    "pyqtgraph.console",
    "pyqtgraph.examples",
    "pyqtgraph.jupyter",
    "pyqtgraph.opengl",
    "scipy",
    # what belongs to a developer's machine
    "_pytest",
    "curses",
    "distutils",
    "doctest",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "pdb",
    "pip",
    "pkg_resources",
    "pydoc_data",
    "pytest",
    "setuptools",
    "test",
    "tkinter",
    "turtle",
    "unittest",
    "venv",
    "wheel",
)

DESCRIBED = (
    "cryptography",
    "msgspec",
    "numpy",
    "nvidia-ml-py",
    "platformdirs",
    "psutil",
    "pyqtgraph",
    "PySide6-Essentials",
    "qasync",
    "rich",
    "segno",
    "spake2",
    "websockets",
    "zeroconf",
)
"""Packages whose metadata is taken along: `sysmon doctor` prints their versions."""

PLUGINS: dict[str, tuple[str, ...]] = {
    "platforms": ("xcb", "wayland*", "offscreen", "windows", "cocoa"),
    "imageformats": ("svg", "ico", "icns"),
    "iconengines": ("svgicon",),
    "styles": ("*",),
    "platformthemes": ("xdgdesktopportal",),
    "platforminputcontexts": ("composeplatforminputcontext*", "ibusplatforminputcontext*"),
    "wayland-shell-integration": ("xdg-shell",),
    "wayland-decoration-client": ("adwaita", "bradient"),
}
"""Kind of plugin: the ones that are kept (without ``lib``, ``q`` and ending). A kind that is not named is left out:
the window is painted by the processor, speaks no TLS and shows no PDF."""

LINUX_FILES: dict[str, str] = {
    "packaging/linux/sysmon.desktop": "applications",
    "resources/icons/sysmon.svg": "icons/hicolor/scalable/apps",
    "packaging/linux/systemd/user/sysmon-agent.service": "systemd/user",
    "packaging/linux/systemd/system/sysmon-agent.service": "systemd/system",
    "packaging/linux/systemd/system/sysmon-hub.service": "systemd/system",
    "packaging/linux/sysusers.d/sysmon.conf": "sysusers.d",
}
"""File of this repository: the folder below ``share`` of the bundle; an installer puts them where the system looks for them."""

EXCLUDED_DATA = ("PySide6/Qt/translations/*", "PySide6/translations/*", "pyqtgraph/examples/*", "*/tests/*", "*.pyi")
"""The program speaks English; Qt's own texts come from the program."""


def plugin_is_kept(name: str) -> bool:
    """True for a file that is no plugin of Qt, or one that is wanted. ``name`` is its place in the bundle."""
    parts = PurePath(name.replace("\\", "/")).parts
    if "plugins" not in parts[:-2] or not name.startswith("PySide6"):
        return True
    kind, file = parts[-2], parts[-1]
    stem = file.removeprefix("lib").partition(".")[0].removeprefix("q")
    return any(fnmatch(stem, pattern) for pattern in PLUGINS.get(kind, ()))


def wanted_data(entries: Iterable[Entry], binaries: Iterable[Entry]) -> list[Entry]:
    """Data files without those that nothing reads, and without links to libraries that are left out."""
    kept = [entry for entry in entries if not any(fnmatch(entry[0], pattern) for pattern in EXCLUDED_DATA)]
    return live_links(kept, [*kept, *binaries])


def live_links(entries: Iterable[Entry], targets: Iterable[Entry]) -> list[Entry]:
    """``entries`` without links to what is not among ``targets``. A link's second field is relative to its folder."""
    names = {entry[0] for entry in targets}
    return [entry for entry in entries if entry[2] != "SYMLINK" or str(PurePath(entry[0]).parent / entry[1]) in names]


def wanted_binaries(entries: Iterable[Entry], imports: Callable[[str], Iterable[str]]) -> list[Entry]:
    """Extension modules, wanted plugins, and only those libraries that one of these needs in the end.

    ``imports`` answers the file names of the libraries that a file is linked with.
    """
    kept = [entry for entry in entries if plugin_is_kept(entry[0])]
    libraries = {PurePath(entry[0]).name: entry for entry in kept if is_library(entry)}
    chosen = [entry for entry in kept if not is_library(entry)]
    for entry in chosen:  # grows while it is walked: what is chosen is asked for its own needs
        for library in imports(entry[1]) if entry[2] != "SYMLINK" else ():
            needed = libraries.pop(PurePath(library).name, None)
            if needed is not None:
                chosen.append(needed)
    return live_links(chosen, chosen)


def is_library(entry: Entry) -> bool:
    """True for what is there only because something else is linked with it."""
    name, _, kind = entry
    if kind in ("EXTENSION", "SYMLINK") or "plugins" in PurePath(name.replace("\\", "/")).parts:
        return False
    return not fnmatch(PurePath(name).name, "*python3*")
