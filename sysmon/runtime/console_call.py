"""Ask the program that runs already, and get typed answers: the other side of `console`.

Where none runs it says so, and the caller does without. Blocks; knows no terminal.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from sysmon.model.errors import AuthRefused, ConfigError, SysmonError, Unreachable
from sysmon.model.link import Reason
from sysmon.runtime.console import Question, Reply, Trouble
from sysmon.transport.local_socket import Nobody, ask

T = TypeVar("T")

QUICK = 10.0
"""Seconds for an answer that needs nobody else."""
PATIENT = 60.0
"""Seconds for one that needs another machine."""


class NotRunning(SysmonError):
    """No program of this user runs that could be asked."""


def call(folder: Path, question: Question, answer: type[T], limit: float = QUICK) -> T:
    """The running program's answer to ``question``, of the type ``answer``.

    ``folder`` is where it listens. Raises `NotRunning`; AuthRefused, Unreachable or ConfigError as the question's own errors;
    SysmonError where it answers nothing usable.
    """
    try:
        data = ask(folder, msgspec.json.encode(question), limit)
    except Nobody as error:
        raise NotRunning(str(error)) from error
    except TimeoutError as error:
        raise SysmonError(f"the running sysmon did not answer within {limit:g} s; its log may say why") from error
    except OSError as error:
        raise SysmonError(f"the running sysmon cannot be asked: {error}") from error
    return read_reply(data, answer)


def read_reply(data: bytes, answer: type[T]) -> T:
    """What a reply says. Raises as `call` does."""
    try:
        reply = msgspec.json.decode(data, type=Reply)
        if reply.trouble is None:
            return msgspec.json.decode(reply.result, type=answer)
    except msgspec.DecodeError as error:
        raise SysmonError(f"the running sysmon is of another version, restart it: {error}") from error
    raise _error(reply.trouble)


def _error(trouble: Trouble) -> SysmonError:
    reason = Reason.of(trouble.reason)
    match trouble.kind:
        case "refused":
            return AuthRefused(reason, text=trouble.text)
        case "unreachable":
            return Unreachable(reason, "", text=trouble.text)
        case "wrong":
            return ConfigError(trouble.text)
        case _:
            return SysmonError(trouble.text)
