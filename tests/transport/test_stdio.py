"""The system's ssh is called safely, its end is understood, and it never stays behind. An ssh of the test's own plays along."""

from __future__ import annotations

import asyncio
import os
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import AuthRefused, ConfigError, Unreachable
from sysmon.model.link import Reason
from sysmon.model.printable import printable
from sysmon.transport import stdio
from sysmon.transport.stdio import MARK, MOST_NOISE, Target, open_ssh, parse_target, serve_stdio
from sysmon.transport.wire import Mailbox

REPOSITORY = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="a script stands for ssh")

ECHO = """
    import asyncio
    from sysmon.transport.stdio import serve_stdio
    from sysmon.transport.wire import Mailbox, WireLost

    async def main():
        wire = await serve_stdio()
        print("a stray print")
        wire.widen(1 << 20)
        box = Mailbox(wire)
        try:
            while True:
                wire.send(await box.take())
        except WireLost:
            pass

    asyncio.run(main())
"""

Play = Callable[[str], Path]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Put an ssh on the path that runs some Python; answers where it notes its arguments and its PID."""

    def put(program: str) -> Path:
        script = tmp_path / "ssh"
        note = tmp_path / "called"
        head = f"""
            #!{sys.executable}
            import os, sys, time
            sys.path.insert(0, {str(REPOSITORY)!r})
            open({str(note)!r}, "w").write(repr((os.getpid(), sys.argv[1:])))
        """
        script.write_text(textwrap.dedent(head).lstrip() + textwrap.dedent(program))
        script.chmod(0o700)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        return note

    return put


def called(note: Path) -> tuple[int, list[str]]:
    pid, arguments = eval(note.read_text())  # what the script above wrote
    return pid, arguments


async def started(note: Path) -> None:
    """Wait until the script has noted who it is."""
    async with asyncio.timeout(10):
        while True:
            if note.exists() and note.read_text().endswith(")"):
                return
            await asyncio.sleep(0.01)


async def gone(note: Path) -> bool:
    """Whether the process ended and was reaped: its number is nobody's."""
    pid = called(note)[0]
    async with asyncio.timeout(10):
        while True:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return True
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("text", "target", "words"),
    [
        ("ssh://atlas", Target("atlas"), "atlas"),
        (" SSH://me@atlas.example:2222/ ", Target("atlas.example", "me", 2222), "me@atlas.example:2222"),
        ("ssh://me@[fd00::1]:22", Target("fd00::1", "me", 22), "me@[fd00::1]:22"),
        ("ssh://[::1]", Target("::1"), "[::1]"),
    ],
)
def test_targets_are_understood(text: str, target: Target, words: str) -> None:
    assert parse_target(text) == target
    assert target.words == words
    assert parse_target(target.address) == target
    assert Target("fd00::1", "me", 22).by_hand == "ssh -p 22 me@fd00::1"
    assert Target("atlas").by_hand == "ssh atlas"


@pytest.mark.parametrize(
    "text",
    [
        "ssh://",
        "atlas",
        "ssh://-oProxyCommand=id",
        "ssh://-l@atlas",
        "ssh://me@-atlas",
        "ssh://a b",
        "ssh://a;id",
        "ssh://$(id)",
        "ssh://a`id`",
        "ssh://a\nb",
        "ssh://a/b",
        "ssh://me:password@atlas",
        "ssh://a@b@c",
        "ssh://atlas:0",
        "ssh://atlas:99999",
        "ssh://atlas:",
        "ssh://atlas:22x",
        "ssh://[fe80::1%eth0]",
        "ssh://[::1",
        "ssh://[::1]22",
        "ssh://" + "a" * 500,
    ],
)
def test_what_could_be_anything_else_is_no_target(text: str) -> None:
    with pytest.raises(ConfigError, match="no target for ssh"):
        parse_target(text)


@given(st.text(max_size=60))
def test_no_text_becomes_an_option(text: str) -> None:
    try:
        target = parse_target(f"ssh://{text}")
    except ConfigError:
        return
    command = target.command()
    assert command[command.index("--") + 1 :] == [target.host, stdio._REMOTE]
    for word in (target.host, target.user):
        assert not word.startswith("-")
        assert printable(word) == word
        assert not set(word) & set(" ;|&$`'\"\\\n<>()*?!")


async def test_messages_go_to_and_fro_and_the_end_is_clean(play: Play) -> None:
    note = play('print("Welcome!\\n" * 100, flush=True)' + textwrap.dedent(ECHO))
    wire = await open_ssh("ssh://me@atlas:2222")
    assert wire.address == "ssh://me@atlas:2222"
    assert (wire.peer_certificate, wire.spelling) == (b"", "sysmon.v1")
    arguments = called(note)[1]
    assert arguments[arguments.index("-l") :][:2] == ["-l", "me"]
    assert arguments[arguments.index("-p") :][:2] == ["-p", "2222"]
    assert arguments[-3:] == ["--", "atlas", stdio._REMOTE]
    assert "BatchMode=yes" in arguments
    wire.widen(1 << 20)
    box = Mailbox(wire)
    for message in (b"one", b"\x00" * 300_000, b"three"):
        wire.send(message)
    assert [await box.take() for _ in range(3)] == [b"one", b"\x00" * 300_000, b"three"]
    wire.close(Reason.NOT_WANTED)
    assert (await box.gone()).reason is Reason.NOT_WANTED
    assert await gone(note)


@pytest.mark.parametrize(
    ("program", "reason", "says"),
    [
        (
            'sys.stderr.write("noise\\nme@atlas: Permission denied (publickey).\\n"); sys.exit(255)',
            Reason.SSH_FAILED,
            "ssh could not log in to atlas. me@atlas: Permission denied (publickey). Log in there once by hand: ssh me@atlas",
        ),
        ("sys.exit(255)", Reason.SSH_FAILED, "by hand"),
        (
            'sys.stderr.write("ssh: connect to host atlas port 22: Connection refused\\r\\n"); sys.exit(255)',
            Reason.UNREACHABLE,
            "atlas cannot be reached over the network. ssh says: connect to host atlas port 22: Connection refused.",
        ),
        (
            'sys.stderr.write("ssh: Could not resolve hostname atlas: Name or service not known\\n"); sys.exit(255)',
            Reason.NAME_UNKNOWN,
            "leads to no address",
        ),
        ('sys.stderr.write("sh: sysmon: not found"); sys.exit(127)', Reason.SSH_NO_PROGRAM, "not installed on atlas"),
        ('sys.stderr.write("no such option: --stdio\\n"); sys.exit(2)', Reason.VERSION, "no such option: --stdio"),
        ("sys.exit(1)", Reason.VERSION, "too old"),
        ("sys.exit(0)", Reason.CUT, "broke"),
        ("os.kill(os.getpid(), 9)", Reason.CUT, "broke"),
        (
            f"sys.stdout.write('x' * {2 * MOST_NOISE}); sys.stdout.flush(); time.sleep(60)",
            Reason.NOT_SYSMON,
            "not sysmon",
        ),
        ('sys.stderr.write("\\x1b[31mred\\n" + "x" * 100000); sys.exit(255)', Reason.SSH_FAILED, "xxx"),
    ],
)
async def test_each_way_to_fail_has_its_reason(play: Play, program: str, reason: Reason, says: str) -> None:
    note = play(program)
    with pytest.raises((AuthRefused, Unreachable)) as caught:
        await open_ssh("ssh://me@atlas")
    assert caught.value.reason is reason
    assert says in str(caught.value)
    assert printable(str(caught.value)) == str(caught.value)
    assert len(str(caught.value)) < 500
    assert await gone(note)


async def test_no_ssh_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AuthRefused, match="Install OpenSSH"):
        await open_ssh("ssh://atlas")


async def test_one_that_hangs_is_ended(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    note = play("import signal; signal.signal(15, signal.SIG_IGN); time.sleep(600)")
    monkeypatch.setattr(stdio, "LIMIT", 0.5)
    with pytest.raises(Unreachable) as caught:
        await open_ssh("ssh://atlas")
    assert caught.value.reason is Reason.CONNECT_TIMEOUT
    if note.exists():
        assert await gone(note)


async def test_cancelling_ends_it(play: Play) -> None:
    note = play("time.sleep(600)")
    task = asyncio.get_running_loop().create_task(open_ssh("ssh://atlas"))
    await started(note)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(note)


async def test_one_that_dies_under_the_link_cuts_it(play: Play) -> None:
    program = """
        sys.stdout.buffer.write({mark!r} + (3).to_bytes(4, "big") + b"abc"); sys.stdout.flush()
        sys.stderr.write("Connection to atlas closed by remote host.\\n")
        sys.exit(255)
    """
    note = play(textwrap.dedent(program).format(mark=MARK))
    wire = await open_ssh("ssh://atlas")
    box = Mailbox(wire)
    assert await box.take() == b"abc"
    end = await box.gone()
    assert (end.reason, end.text) == (Reason.CUT, "Connection to atlas closed by remote host")
    assert await gone(note)


async def test_one_that_does_not_listen_to_the_goodbye_is_ended(play: Play) -> None:
    note = play(f"sys.stdout.buffer.write({MARK!r}); sys.stdout.flush(); time.sleep(600)")
    wire = await open_ssh("ssh://atlas")
    box = Mailbox(wire)
    wire.send(bytes(8000))
    wire.close(Reason.NOT_WANTED, limit=0.1)
    assert (await box.gone()).reason is Reason.NOT_WANTED
    assert await gone(note)


async def test_an_agent_that_is_not_read_from_fills_and_is_full(play: Play) -> None:
    note = play(f"sys.stdout.buffer.write({MARK!r}); sys.stdout.flush(); time.sleep(600)")
    wire = await open_ssh("ssh://atlas")
    box = Mailbox(wire)
    assert wire.room
    for _ in range(100):
        wire.send(bytes(8000))
    assert not wire.room
    assert wire.in_flight > 0
    wire.abort()
    assert (await box.gone()).reason is Reason.CUT
    assert wire.in_flight == 0
    assert await gone(note)


async def test_nothing_is_left_of_many_calls(play: Play) -> None:
    play(f"sys.stdout.buffer.write({MARK!r}); sys.stdout.flush(); sys.stdin.read()")
    files = Path("/proc/self/fd")

    async def visit() -> None:
        wire = await open_ssh("ssh://atlas")
        box = Mailbox(wire)
        wire.close(Reason.NOT_WANTED)
        await box.gone()

    await visit()
    before = sum(1 for _ in files.iterdir()) if files.is_dir() else 0
    for _ in range(5):
        await visit()
    assert len(asyncio.all_tasks()) == 1
    if before:
        assert sum(1 for _ in files.iterdir()) <= before


@pytest.mark.parametrize("kind", ["file", "terminal"])
def test_an_agent_without_pipes_says_what_it_is_for(kind: str, tmp_path: Path) -> None:
    """In a process of its own, as it takes standard input and output away."""
    import pty
    import subprocess

    program = """
        import asyncio
        from sysmon.model.errors import ConfigError
        from sysmon.transport.stdio import serve_stdio
        try:
            asyncio.run(serve_stdio())
        except ConfigError as error:
            import sys
            sys.stderr.write(str(error))
            sys.exit(7)
    """
    (tmp_path / "in").write_text("x")
    main, terminal = pty.openpty()
    try:
        with open(tmp_path / "in", "rb") as file, open(tmp_path / "out", "wb") as out:
            stdin, stdout = (terminal, terminal) if kind == "terminal" else (file.fileno(), out.fileno())
            done = subprocess.run(
                [sys.executable, "-c", textwrap.dedent(program)],
                stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, cwd=REPOSITORY, timeout=60, check=False,
            )  # fmt: skip
    finally:
        os.close(main)
        os.close(terminal)
    assert (done.returncode, b"--stdio" in done.stderr) == (7, True), done.stderr
    assert serve_stdio.__doc__
