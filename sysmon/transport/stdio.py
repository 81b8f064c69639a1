"""Links through ssh: the system's ssh runs ``sysmon agent --stdio`` on the other machine, and messages go through its pipes.

Who may log in there may see its figures; keys, known hosts and jump hosts are ssh's business, and it asks nobody for a
password. Before its first message the agent says a mark, and whatever a login script printed before it is skipped.
Both ends are here: `open_ssh` and `serve_stdio`. Knows no peer.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import re
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

from sysmon.model.errors import AuthRefused, ConfigError, SysmonError, Unreachable
from sysmon.model.link import Reason
from sysmon.model.printable import printable
from sysmon.protocol.codec import BINARY
from sysmon.transport.framed import FramedWire
from sysmon.transport.wire import CLOSE_LIMIT, End, Wire

SCHEME: Final = "ssh://"
MARK: Final = b"\x00sysmon stdio 1\x00\n"
"""What an agent says first."""
MOST_NOISE: Final = 1 << 16
"""Bytes that may come before the mark."""
LIMIT: Final = 20.0
"""Seconds until the mark must have come: two that dial through several hosts need a while."""
_GRACE: Final = 0.5
"""Seconds in which what the ended program had said must have come: another process may hold its pipes open."""
_OPTIONS: Final = {
    "BatchMode": "yes",  # never ask for a password or a passphrase
    "ConnectTimeout": "10",
    "ServerAliveInterval": "5",
    "ServerAliveCountMax": "3",
    "ControlMaster": "no",  # a connection that is shared would outlive us
    "ClearAllForwardings": "yes",
    "ForwardAgent": "no",
    "ForwardX11": "no",
    "PermitLocalCommand": "no",
    "EscapeChar": "none",
}
# A shell without a login finds less than a user does; programs of one user's own lie in ~/.local/bin.
_REMOTE: Final = """sh -c 'PATH="$PATH:$HOME/.local/bin"; export PATH; exec sysmon agent --stdio'"""
_USER: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_HOST: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?")
_NOT_THERE: Final = frozenset({126, 127})
"""How a shell ends that did not find a program, or may not run it (POSIX, 2.8.2)."""
_SSH_FAILED: Final = 255
"""How ssh ends when it was not the program over there that ended (ssh(1))."""
_NO_WAY: Final = "ssh: connect to host"
_NO_NAME: Final = "ssh: Could not resolve hostname"
"""How the last line begins where the network was the trouble, and the user can do nothing (OpenSSH)."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom ssh calls. Every part has been checked: none can be taken for an option."""

    host: str
    user: str = ""
    port: int = 0

    @property
    def words(self) -> str:
        """As ssh's users write it: "user@host:port"."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        place = f"{host}:{self.port}" if self.port else host
        return f"{self.user}@{place}" if self.user else place

    @property
    def by_hand(self) -> str:
        """What a person types to log in there."""
        port = f"-p {self.port} " * bool(self.port)
        return f"ssh {port}{self.user}@{self.host}" if self.user else f"ssh {port}{self.host}"

    @property
    def address(self) -> str:
        return SCHEME + self.words

    def command(self) -> list[str]:
        """The words of the command, each for itself: no shell of ours reads them."""
        options = [word for name, value in _OPTIONS.items() for word in ("-o", f"{name}={value}")]
        user = ["-l", self.user] if self.user else []
        port = ["-p", str(self.port)] if self.port else []
        return ["ssh", "-T", *options, *user, *port, "--", self.host, _REMOTE]


def is_ssh(text: str) -> bool:
    """Whether ``text`` is meant as a target, be it a good one or not."""
    return text.strip()[: len(SCHEME)].lower() == SCHEME


def parse_target(text: str) -> Target:
    """What "ssh://user@host:port" says; user and port may be missing. Raises ConfigError with a sentence for the user."""
    wrong = ConfigError("That is no target for ssh. One looks like ssh://user@host, or ssh://user@host:port.")
    if not is_ssh(text) or len(text) > 400:
        raise wrong
    rest = text.strip()[len(SCHEME) :].removesuffix("/")
    user, at, place = rest.rpartition("@")
    if at and not _USER.fullmatch(user):
        raise wrong
    if place.startswith("["):
        host, bracket, tail = place[1:].partition("]")
        colon, port = tail[:1], tail[1:]
        if not bracket or "%" in host or colon not in ("", ":"):
            raise wrong
        try:
            host = str(ipaddress.IPv6Address(host))
        except ValueError:
            raise wrong from None
    else:
        host, colon, port = place.partition(":")
        if not _HOST.fullmatch(host):
            raise wrong
    if colon and not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
        raise wrong
    return Target(host, user, int(port) if colon else 0)


async def open_ssh(target: str) -> Wire:
    """A wire to the agent at ``target``, "ssh://user@host".

    Raises ConfigError for what is no target, `AuthRefused` where ssh may not log in or finds no sysmon, `Unreachable`
    where trying again may help. Cancelling ends ssh.
    """
    called = parse_target(target)
    loop = asyncio.get_running_loop()
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        _, protocol = await loop.subprocess_exec(
            lambda: _Ssh(called),
            *called.command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Without a terminal ssh cannot ask there either, and Ctrl+C in ours is not for it.
            start_new_session=True,
            creationflags=hidden,
        )
    except FileNotFoundError:
        raise AuthRefused(Reason.SSH_FAILED, called.host, "There is no ssh on this machine. Install OpenSSH.") from None
    except OSError as error:
        text = f"ssh cannot be started: {error.strerror or error}."
        raise Unreachable(Reason.NO_DESCRIPTORS, called.host, text) from error
    try:
        async with asyncio.timeout(LIMIT):
            return await asyncio.shield(protocol.ready)
    except TimeoutError:
        protocol.abort()
        raise Unreachable(Reason.CONNECT_TIMEOUT, called.host) from None
    except BaseException:
        protocol.abort()
        raise


class _Ssh(asyncio.SubprocessProtocol):
    """One run of ssh: what it says becomes a wire, its end becomes a reason. Also the wire's way out, a `framed.Sink`."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.ready: asyncio.Future[Wire] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.SubprocessTransport | None = None
        self._wire: FramedWire | None = None
        self._noise = bytearray()
        self._said: deque[bytes] = deque(maxlen=20)
        self._open_pipes = {1, 2}
        self._exited = False
        self._ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 2:
            self._said.append(data[-2000:])
        elif self._wire is not None:
            self._wire.fed(data)
        elif not self._ended:
            self._look_for_mark(data)

    def _look_for_mark(self, data: bytes) -> None:
        self._noise += data
        place = self._noise.find(MARK)
        if place >= 0:
            rest = bytes(self._noise[place + len(MARK) :])
            self._noise.clear()
            self._wire = FramedWire(self, BINARY, self._target.address)
            if not self.ready.done():
                self.ready.set_result(self._wire)
            if rest:
                self._wire.fed(rest)
        elif len(self._noise) > MOST_NOISE:
            self._fail(AuthRefused(Reason.NOT_SYSMON, self._target.host))
            self.abort()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        self._open_pipes.discard(fd)
        if fd == 1 and self._wire is not None and not self._ended:
            # The agent is gone; ssh has nothing to wait for.
            self._close_stdin()
            asyncio.get_running_loop().call_later(CLOSE_LIMIT, self.abort)
        self._finish_if_over()

    def process_exited(self) -> None:
        self._exited = True
        asyncio.get_running_loop().call_later(_GRACE, self._finish)
        self._finish_if_over()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._finish()

    def _finish_if_over(self) -> None:
        if self._exited and not self._open_pipes:
            self._finish()

    def _finish(self) -> None:
        """ssh has ended, and has said all."""
        if self._ended:
            return
        self._ended = True
        status = self._transport.get_returncode() if self._transport is not None else None
        if self._wire is None:
            self._fail(self._why(status))
        else:
            self._wire.gone(End(Reason.CUT, self._last_words() or f"ssh ended with status {status}"))
        if self._transport is not None:
            self._transport.close()

    def _fail(self, error: SysmonError) -> None:
        if not self.ready.done():
            self.ready.set_exception(error)
            self.ready.exception()  # whoever waits sees it; nobody has to

    def _why(self, status: int | None) -> AuthRefused | Unreachable:
        """Why there is no wire."""
        host, words = self._target.host, self._last_words()
        if status in _NOT_THERE:
            return AuthRefused(Reason.SSH_NO_PROGRAM, host)
        if status == _SSH_FAILED and words.startswith(_NO_WAY):
            text = Reason.UNREACHABLE.sentence(host)
            return Unreachable(Reason.UNREACHABLE, host, f"{text} ssh says: {words.removeprefix('ssh: ')}.")
        if status == _SSH_FAILED and words.startswith(_NO_NAME):
            return Unreachable(Reason.NAME_UNKNOWN, host)
        if status == _SSH_FAILED:
            text = Reason.SSH_FAILED.sentence(host)
            log_in = f"Log in there once by hand: {self._target.by_hand}"
            return AuthRefused(Reason.SSH_FAILED, host, f"{text} {words}. {log_in}" if words else f"{text} {log_in}")
        if status is not None and status > 0:
            text = f"sysmon on {host} cannot serve ssh" + (f": {words}" if words else "; perhaps it is too old.")
            return AuthRefused(Reason.VERSION, host, text)
        return Unreachable(Reason.CUT, host)

    def _last_words(self) -> str:
        """The last line that ssh said of itself."""
        lines = b"".join(self._said)[-2000:].decode("utf-8", "replace").splitlines()
        told = [printable(line.strip()) for line in lines if line.strip()]
        return told[-1][:200].rstrip(".") if told else ""

    def pause_writing(self) -> None:
        if self._wire is not None:
            self._wire.filled()

    def resume_writing(self) -> None:
        if self._wire is not None:
            self._wire.drained()

    # The way out.

    def _stdin(self) -> asyncio.WriteTransport | None:
        found = self._transport.get_pipe_transport(0) if self._transport is not None else None
        return cast("asyncio.WriteTransport | None", found)

    def write(self, data: bytes) -> None:
        stdin = self._stdin()
        if stdin is not None and not stdin.is_closing():
            stdin.write(data)

    def get_write_buffer_size(self) -> int:
        stdin = self._stdin()
        return stdin.get_write_buffer_size() if stdin is not None and not stdin.is_closing() else 0

    def close(self) -> None:
        """The agent ends when it hears nothing more, and ssh with it."""
        self._close_stdin()

    def _close_stdin(self) -> None:
        stdin = self._stdin()
        if stdin is not None and not stdin.is_closing():
            stdin.close()

    def abort(self) -> None:
        if self._transport is not None and not self._exited:
            # Closing kills what still runs; whoever waits for children reaps it.
            self._transport.close()


class _Pipes(asyncio.Protocol):
    """Standard input and output of this process as the two halves of one stream. A `framed.Sink`."""

    def __init__(self) -> None:
        self.wire = FramedWire(self, BINARY, "stdio")
        self.reader: asyncio.ReadTransport | None = None
        self.writer: asyncio.WriteTransport | None = None

    def data_received(self, data: bytes) -> None:
        self.wire.fed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Either half ended: so does the other. Whoever cannot hear has nothing to say."""
        self.abort()
        self.wire.gone(End(Reason.CUT, printable(str(exc)) if exc is not None else "standard input ended"))

    def pause_writing(self) -> None:
        self.wire.filled()

    def resume_writing(self) -> None:
        self.wire.drained()

    def write(self, data: bytes) -> None:
        if self.writer is not None and not self.writer.is_closing():
            self.writer.write(data)

    def get_write_buffer_size(self) -> int:
        return self.writer.get_write_buffer_size() if self.writer is not None else 0

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()

    def abort(self) -> None:
        if self.writer is not None:
            self.writer.abort()
        if self.reader is not None:
            self.reader.close()


async def serve_stdio() -> Wire:
    """A wire over this process's standard input and output, for the one who started it through ssh.

    From now on what is printed goes to standard error, and nothing can be read. Raises ConfigError where they are no
    pipes, as in a terminal or on Windows.
    """
    if os.name == "nt" or os.isatty(0) or os.isatty(1):
        raise ConfigError(
            "`--stdio` is for ssh, which starts it on the machine that is watched; there is nothing to type."
        )
    sys.stdout.flush()
    loop = asyncio.get_running_loop()
    taken = _take(0, os.devnull, os.O_RDONLY), _take(1, None, 0)
    pipes = _Pipes()
    try:
        reader = os.fdopen(taken[0], "rb", buffering=0)
        writer = os.fdopen(taken[1], "wb", buffering=0)
        pipes.reader, _ = await loop.connect_read_pipe(_other(pipes), reader)
        pipes.writer, _ = await loop.connect_write_pipe(_other(pipes), writer)
    except ValueError as error:
        pipes.abort()
        raise ConfigError(f"`--stdio` needs pipes, such as those of ssh: {error}") from error
    pipes.write(MARK)
    return pipes.wire


def _other(pipes: _Pipes) -> Callable[[], _Pipes]:
    return lambda: pipes


def _take(descriptor: int, instead: str | None, flags: int) -> int:
    """A copy of ``descriptor``, which then leads to the file ``instead``, or to standard error."""
    copy = os.dup(descriptor)
    if instead is None:
        os.dup2(2, descriptor)
    else:
        new = os.open(instead, flags)
        os.dup2(new, descriptor)
        os.close(new)
    return copy
