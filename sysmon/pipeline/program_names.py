"""What a program is called, and whether it only launches others: read off a name and a command line.

Pure functions on one `ProcessRow`. Command lines are foreign text of any content, and may be empty
(kernel threads, a peer that may not see them).
"""

from __future__ import annotations

import re
from typing import Final

from sysmon.model.process import ProcessRow

_SHELLS: Final = frozenset(
    {
        "bash",
        "sh",
        "dash",
        "zsh",
        "fish",
        "ksh",
        "ash",
        "tcsh",
        "csh",
        "nu",
        "pwsh",
        "cmd.exe",
        "powershell.exe",
        "pwsh.exe",
    }
)
_INTERPRETERS: Final = frozenset(
    {"python", "pythonw", "pypy", "perl", "ruby", "node", "nodejs", "php", "lua", "java", "javaw", "mono", "dotnet"}
)
_LAUNCHERS: Final = frozenset(
    {
        # service managers and init
        "systemd", "init", "launchd", "runit", "runsvdir", "runsv", "s6-svscan", "s6-supervise", "openrc-init", "tini", "dumb-init", "docker-init",
        # containers
        "containerd-shim", "containerd-shim-runc-v2", "conmon", "lxc-start", "bwrap", "flatpak", "snap",
        # sessions and desktop shells
        "gnome-session", "gnome-session-binary", "gnome-session-service", "gnome-shell", "plasmashell", "ksmserver", "plasma_session", "startplasma-wayland",
        "startplasma-x11", "kded5", "kded6", "krunner", "kwin_wayland", "kwin_x11", "xfce4-session", "xfce4-panel", "xfdesktop", "cinnamon", "cinnamon-session",
        "mate-session", "mate-panel", "lxsession", "lxqt-session", "lxqt-panel", "sway", "hyprland", "i3", "labwc", "openbox", "budgie-panel",
        "lightdm", "gdm", "gdm3", "gdm-session-worker", "gdm-wayland-session", "gdm-x-session", "sddm", "sddm-helper", "dbus-daemon", "dbus-broker",
        "loginwindow", "Dock", "Finder", "explorer.exe", "services.exe", "svchost.exe", "wininit.exe", "winlogon.exe", "userinit.exe", "sihost.exe", "smss.exe",
        # logins, terminals inside terminals, programs that only start another one
        "sshd", "sshd-session", "sshd-auth", "login", "agetty", "cron", "crond", "atd", "su", "sudo", "doas", "pkexec", "tmux", "tmux: server", "screen", "env", "nohup", "setsid", "xargs",
    }
)  # fmt: skip
"""Programs whose children are applications of their own."""
_KERNEL_NAME: Final = 15
"""The kernel cuts names of programs at this length."""


_NAMED_BY: Final = frozenset({"-m", "-jar"})
"""Options of interpreters whose value is the program."""
_INLINE: Final = frozenset({"-c", "-e", "-E", "-r", "--eval", "--print"})
"""Options of interpreters that are followed by the program itself."""
_WITH_VALUE: Final = frozenset({"-W", "-X", "-I", "-cp", "-classpath", "--class-path", "-o", "-O", "--require"})
_VERSION: Final = re.compile(r"[\d.]*(\.exe)?$", re.IGNORECASE)


def is_launcher(row: ProcessRow) -> bool:
    """Whether the children of this process are programs of their own: launchers by name, PID 1, interactive shells."""
    if row.key.pid <= 1 or row.name in _LAUNCHERS:
        return True
    return row.name in _SHELLS and not _runs_something(row.command.split()[1:])


def program_name(row: ProcessRow) -> str:
    """The name of the program that people know: whole where the kernel cut it, the script of an interpreter."""
    words = row.command.split(maxsplit=12)
    if row.name in _SHELLS:
        return (_script(words[1:]) if not _has_inline_command(words[1:]) else None) or row.name
    if _VERSION.sub("", row.name).lower() in _INTERPRETERS:
        return _script(words[1:]) or row.name
    if len(row.name) >= _KERNEL_NAME:
        for word in words[:2]:
            if _last(word).startswith(row.name):
                return _last(word)
    return row.name or (_last(words[0]) if words else "") or str(row.key.pid)


def _runs_something(words: list[str]) -> bool:
    return _has_inline_command(words) or _script(words) is not None


def _has_inline_command(words: list[str]) -> bool:
    """Whether a shell was given its commands as an argument (``-c``, ``-ec``, ``/c``)."""
    for word in words:
        if word.lower() in {"/c", "-command"} or (word[:1] == "-" and word[:2] != "--" and "c" in word):
            return True
        if word[:1] not in "-+/":
            return False
    return False


def _script(words: list[str]) -> str | None:
    """The program among the arguments of an interpreter, None for code on the command line or none at all."""
    left = iter(words)
    for word in left:
        if word in _NAMED_BY:
            return _last(next(left, "")) or None
        if word in _INLINE:
            return None
        if word in _WITH_VALUE:
            next(left, None)
        elif not word.startswith("-"):
            return _last(word) or None
    return None


def _last(path: str) -> str:
    """The last part of a path of any system."""
    return re.split(r"[/\\]", path.strip('"'))[-1]
