"""The asking side: errors come back as errors, and what is no answer is said in words."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from sysmon.model.errors import AuthRefused, ConfigError, SysmonError, Unreachable
from sysmon.model.link import Reason
from sysmon.model.peer import Sharing
from sysmon.runtime.console import Reply, Share, Trouble
from sysmon.runtime.console_call import NotRunning, call, read_reply
from sysmon.transport.local_socket import LocalServer


def trouble(kind: str, reason: int = 0) -> bytes:
    return msgspec.json.encode(Reply(trouble=Trouble("it did not work", kind, reason)))


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("refused", AuthRefused),
        ("unreachable", Unreachable),
        ("wrong", ConfigError),
        ("failed", SysmonError),
        ("?", SysmonError),
    ],
)
def test_a_trouble_is_raised_as_what_it_was(kind: str, error: type[SysmonError]) -> None:
    with pytest.raises(error, match="it did not work") as raised:
        read_reply(trouble(kind, Reason.CODE_WRONG.number), Sharing)
    if isinstance(raised.value, (AuthRefused, Unreachable)):
        assert raised.value.reason is Reason.CODE_WRONG


@pytest.mark.parametrize("data", [b"", b"[]", b'{"result": 1}', b'{"trouble": {}}', b"\xff"])
def test_an_answer_of_another_version_is_said(data: bytes) -> None:
    with pytest.raises(SysmonError, match="another version"):
        read_reply(data, Sharing)


def test_nobody_there_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(NotRunning):
        call(tmp_path, Share(), Sharing)


async def test_one_that_does_not_answer_is_not_waited_for(tmp_path: Path) -> None:
    async def never(_: bytes) -> bytes:
        await asyncio.Event().wait()
        return b""

    server = LocalServer(tmp_path, never)
    await server.open()
    with pytest.raises(SysmonError, match=r"did not answer within 0\.05 s"):
        await asyncio.to_thread(call, tmp_path, Share(), Sharing, 0.05)
    await server.close()
