"""Enrolment files on the disk: written for their owner only, and read with words for what is wrong. Knows no connection."""

from __future__ import annotations

import datetime as dt
import os
import stat
import sys
from pathlib import Path
from typing import Final

from sysmon import private_files
from sysmon.model.errors import ConfigError
from sysmon.model.peer import Enrolment
from sysmon.model.printable import printable
from sysmon.protocol.pairing_link import LARGEST_FILE, enrolment_text, format_link, is_link, parse_enrolment, parse_link

_SSH: Final = "ssh://"


def meant_file(where: str) -> Path | None:
    """The file that ``where`` names; None where it is a code, a link or an address. Raises ConfigError where it is none that is there."""
    if is_link(where) or where.startswith(_SSH) or not where.strip() or "\0" in where:
        return None
    path = Path(where)
    try:
        if path.is_file():
            return path
    except OSError:  # a name that is too long
        return None
    if "/" in where or os.sep in where:
        raise ConfigError(f"There is no file {printable(where)}.")
    return None


def free(path: Path) -> None:
    """Raises ConfigError where ``path`` is taken: a file that others may hold already is not replaced."""
    if os.path.lexists(path):
        raise ConfigError(f"{printable(str(path))} is there already; give another name.")


def write(path: Path, made: Enrolment) -> None:
    """Put ``made`` into the new file ``path``, mode 0600. Raises ConfigError."""
    until = dt.datetime.fromtimestamp(made.until, dt.UTC).astimezone()
    text = enrolment_text(parse_link(made.link), made.uses, f"{until:%Y-%m-%d %H:%M %Z}")
    try:
        private_files.create(path, text.encode())
    except OSError as error:
        free(path)
        raise ConfigError(f"{printable(str(path))} cannot be written: {error.strerror or error}") from error


def read(path: Path) -> str:
    """The link in ``path``. Says on standard error where others can read it, too. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ConfigError(f"{printable(str(path))} cannot be read: {error.strerror or error}") from error
    if len(content) > LARGEST_FILE:
        raise ConfigError(f"{printable(str(path))} is too large for an enrolment file of sysmon.")
    link = format_link(parse_enrolment(content.decode("utf-8", "replace")))
    if os.name != "nt" and mode & 0o077:
        print(f"sysmon: others can read {printable(str(path))}; whoever does can join", file=sys.stderr)
    return link
