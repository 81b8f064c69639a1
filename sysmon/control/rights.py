"""Asking the system for more rights for one action: pkexec(1) asks the user and runs ``sysmon act`` as root.

This program itself never has more rights: a small command is started that takes PIDs and start times, has the guards
of every action, and writes its own audit log. What comes back from it is checked like anything from outside.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Final, cast

from sysmon.control.deed_words import words_of
from sysmon.model.action import Action, Outcome, Target, Trouble
from sysmon.model.printable import printable

PATIENCE: Final = 300.0
"""Seconds in which the user may answer the question for rights."""
_DISMISSED, _REFUSED = 126, 127
"""Exit codes of pkexec(1): the dialog was dismissed; not authorised, or nobody there to ask."""
_LARGEST: Final = 8 << 20
_GRACE: Final = 2.0
_TROUBLES: Final = {trouble.value: trouble for trouble in Trouble}


def act_words(targets: Sequence[Target], action: Action) -> list[str]:
    """What stands behind ``sysmon`` on a command line that does ``action`` to exactly ``targets``."""
    return ["act", *words_of(action), "--exact", *(f"{target.key.pid}@{target.key.start!r}" for target in targets)]


def rights_refusal() -> str:
    """Why the system cannot be asked for more rights; empty where it can."""
    if sys.platform != "linux":
        return "this system has no pkexec to ask for administrator rights; start sysmon as an administrator"
    if os.geteuid() == 0:
        return "sysmon runs as root already"
    if _asker() is None:
        return "pkexec, which would ask for administrator rights, is not installed; run sysmon as root to do it"
    return ""


def _asker() -> str | None:
    return shutil.which("pkexec")


class RightsAsked:
    """One question. `perform` blocks until it is answered; `give_up` ends that from another thread."""

    def __init__(self, command: Sequence[str]) -> None:
        """``command`` starts this program; its first word is an absolute path."""
        self._command = tuple(command)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._given_up = False

    def perform(self, targets: Sequence[Target], action: Action, patience: float = PATIENCE) -> list[Outcome]:
        """Do ``action`` to ``targets`` as root, after the system has asked the user; one outcome for each, in their order."""
        asker = _asker()
        if asker is None:
            return _all(targets, action, Trouble.NOT_PERMITTED, "there is no pkexec here")
        # A password typed into a terminal that this program happens to run in would surprise: its own agent stays off.
        words = [asker, "--disable-internal-agent", *self._command, *act_words(targets, action), "--json"]
        try:
            code, out, told = self._run(words, patience)
        except subprocess.TimeoutExpired:
            return _all(
                targets, action, Trouble.NOT_PERMITTED, f"nobody answered the question for rights in {patience:g} s"
            )
        except OSError as error:
            return _all(targets, action, Trouble.FAILED, f"pkexec could not be started: {error.strerror}")
        if code == _DISMISSED:
            return _all(targets, action, Trouble.NOT_PERMITTED, "the question for administrator rights was dismissed")
        if code == _REFUSED:
            reason = "administrator rights were not given, or no program here asks for the password (a polkit agent)"
            return _all(targets, action, Trouble.NOT_PERMITTED, reason)
        return parse_outcomes(out, targets, action) or _all(targets, action, Trouble.FAILED, _last_line(told, code))

    def _run(self, words: Sequence[str], patience: float) -> tuple[int, bytes, bytes]:
        with self._lock:
            if self._given_up:
                return _DISMISSED, b"", b""
            process = self._process = subprocess.Popen(  # noqa: S603  # our own program, through pkexec
                words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        try:
            out, told = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            self._end(process)
            _let_go(process)
            raise
        return (_DISMISSED if self._given_up else process.returncode), out, told

    def give_up(self) -> None:
        """Wait no more. Idempotent, any thread."""
        with self._lock:
            self._given_up = True
            process = self._process
        if process is not None:
            self._end(process)

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        try:
            process.terminate()
        except PermissionError:
            return  # it is root's by now: pkexec ends by itself when we do


def _let_go(process: subprocess.Popen[bytes]) -> None:
    """Wait shortly for what was told to end; what is root's by now ends by itself."""
    try:
        process.communicate(timeout=_GRACE)
    except subprocess.TimeoutExpired:
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def parse_outcomes(data: bytes, targets: Sequence[Target], action: Action) -> list[Outcome] | None:
    """What ``sysmon act --json`` answered about ``targets``, in their order; None where that is no such answer."""
    if len(data) > _LARGEST:
        return None
    try:
        told = cast("list[dict[str, object]]", json.loads(data))
        if not isinstance(told, list) or len(told) != len(targets):  # pyright: ignore[reportUnnecessaryIsInstance]
            return None
        return [_outcome(entry, target, action) for entry, target in zip(told, targets, strict=True)]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _outcome(entry: dict[str, object], target: Target, action: Action) -> Outcome:
    if entry["pid"] != target.key.pid:
        raise ValueError("an answer about another process")
    trouble = entry["trouble"]
    words = str(entry["action"]) if entry["action"] != "act" else " ".join(words_of(action))
    known = None if trouble is None else _TROUBLES.get(str(trouble), Trouble.FAILED)
    return Outcome(target, printable(words), known, printable(str(entry["reason"])))


def _all(targets: Sequence[Target], action: Action, trouble: Trouble, reason: str) -> list[Outcome]:
    return [Outcome(target, " ".join(words_of(action)), trouble, reason) for target in targets]


def _last_line(told: bytes, code: int) -> str:
    lines = told.decode("utf-8", "replace").strip().splitlines()
    return f"it ended with code {code}: {printable(lines[-1])[:300]}" if lines else f"it ended with code {code}"
