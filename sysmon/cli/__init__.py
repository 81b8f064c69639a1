"""The command line. Knows every command by name, loads only the one that is asked for.

Exit codes: 0 done; 1 failed, or a check found something; 2 wrong usage, or no display for the
window; 130 ended by Ctrl+C; 141 nobody read what was printed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from sysmon.cli.commands import run
from sysmon.model.errors import SysmonError

FAILED = 1
INTERRUPTED = 130
BROKEN_PIPE = 141
"""As a shell reports a program that SIGPIPE ended."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command of ``argv`` (the program's own arguments where None) and answer the exit code."""
    _print_anything()
    try:
        code = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except SysmonError as error:
        print(f"sysmon: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # What is still buffered goes nowhere, else the interpreter complains about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code


def _print_anything() -> None:
    """A terminal that lacks a character shows a question mark; it is no reason to end."""
    reconfigure: Callable[..., None] | None = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _run(argv: Sequence[str]) -> int:
    try:
        return run(argv)
    except SystemExit as stop:  # argparse ends the program after --help and after wrong usage
        return stop.code if isinstance(stop.code, int) else FAILED


def main_desktop() -> int:
    """What the desktop's menu starts: the window, perhaps with no console around it."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        # Without a console (pythonw on Windows) there are no standard streams at all.
        sys.stdout = sys.stdout or nowhere
        sys.stderr = sys.stderr or nowhere
        return main(sys.argv[1:])
