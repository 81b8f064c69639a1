"""What Netdata's streaming takes on this machine: a child and a parent on the loopback, with somebody between who counts.

Both run in a folder of their own, collect what Netdata collects of a Linux system without its plug-ins of other programs, speak to
nobody else, and end with the measurement. Linux.
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import json
import shutil
import socket
import tempfile
import urllib.request
import uuid
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final, TypedDict, cast

from sysmon.runtime.bench.harness import Result

METRIC: Final = "netdata_bytes_per_sample"
SETTLE: Final = 15.0
"""Seconds after the first byte in which charts are declared."""
SECONDS: Final = 30.0
_PATIENCE: Final = 20.0
_PLACES: Final = ("/usr/sbin", "/usr/local/sbin", "/opt/netdata/usr/sbin")


class _Chart(TypedDict):
    dimensions: dict[str, object]
    update_every: int


def measure(settle: float = SETTLE, seconds: float = SECONDS) -> Result:
    """Bytes of one sample from child to parent, both directions; where it cannot be measured the note says why."""
    program = find()
    if program is None:
        return Result(METRIC, None, "By", None, "Netdata is not installed here (Debian: netdata)")
    try:
        return asyncio.run(_measure(program, settle, seconds))
    except (OSError, TimeoutError, ValueError, KeyError) as error:
        return Result(METRIC, None, "By", None, f"Netdata did not stream here: {str(error) or type(error).__name__}")


def find() -> str | None:
    """The program, where it is installed."""
    return shutil.which("netdata") or shutil.which("netdata", path=":".join(_PLACES))


async def _measure(program: str, settle: float, seconds: float) -> Result:
    with tempfile.TemporaryDirectory(prefix="sysmon-netdata-") as name:
        folder = Path(name)
        counter = _Counter(port := _free_port())
        async with await asyncio.start_server(counter.carry, "127.0.0.1", 0) as between:
            key = str(uuid.uuid4())
            parent = configure(folder / "parent", f"    bind to = 127.0.0.1:{port}", _parent(key), collect=False)
            middle = int(between.sockets[0].getsockname()[1])
            child = configure(folder / "child", "    mode = none", _child(key, middle), collect=True)
            async with _running(program, parent), _running(program, child):
                await asyncio.wait_for(counter.begun.wait(), _PATIENCE)
                await asyncio.sleep(settle)
                before = counter.bytes
                await asyncio.sleep(seconds)
                carried = counter.bytes - before
                rate = await asyncio.to_thread(_samples_a_second, port)
    note = f"{await _version(program)}, child to parent on this machine, compressed as it is by default, {rate:.0f} samples/s"
    return Result(METRIC, carried / (rate * seconds), "By", None, note)


class _Counter:
    """Carries bytes to the parent and counts them."""

    def __init__(self, port: int) -> None:
        self.bytes = 0
        self.begun = asyncio.Event()
        self._port = port

    async def carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            there, to_parent = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.close()  # the parent does not listen yet, or no more: the child tries again
            return
        # Whichever direction ends first closes both.
        with contextlib.suppress(OSError):
            await asyncio.gather(self._pump(reader, to_parent), self._pump(there, writer))

    async def _pump(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            while data := await reader.read(1 << 16):
                self.bytes += len(data)
                self.begun.set()
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def _running(program: str, settings: Path) -> AsyncGenerator[Process]:
    process = await asyncio.create_subprocess_exec(
        program, "-D", "-c", str(settings), stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 10.0)
        except TimeoutError:
            process.kill()
            await process.wait()


def configure(folder: Path, web: str, stream: str, *, collect: bool) -> Path:
    """Write the settings of one of the two below ``folder``; the file that names them all."""
    for name in ("etc", "cache", "lib", "lib/cloud.d", "log", "home"):
        (folder / name).mkdir(parents=True)
    (folder / "etc" / ".opt-out-from-anonymous-statistics").touch()
    (folder / "lib" / "cloud.d" / "cloud.conf").write_text("[global]\n    enabled = no\n", encoding="utf-8")
    (folder / "etc" / "stream.conf").write_text(stream, encoding="utf-8")
    places = "\n".join(f"    {name} = {folder / name}" for name in ("cache", "lib", "log", "home"))
    off = ("cgroups", "tc", "idlejitter", "timex", "apps", "netdata monitoring", "checks", "perf", "charts.d")
    reads = "yes" if collect else "no"
    settings = folder / "etc" / "netdata.conf"
    settings.write_text(
        f"""[global]
    run as user = {getpass.getuser()}
[db]
    mode = ram
    retention = 600
[directories]
    config = {folder / "etc"}
    stock config = {folder / "etc"}
{places}
[logs]
    debug = none
    error = none
    access = none
[registry]
    enabled = no
[health]
    enabled = no
[ml]
    enabled = no
[statsd]
    enabled = no
[plugins]
    enable running new plugins = no
    proc = {reads}
    diskspace = {reads}
{chr(10).join(f"    {name} = no" for name in off)}
[web]
{web}
""",
        encoding="utf-8",
    )
    return settings


def _parent(key: str) -> str:
    return f"[{key}]\n    enabled = yes\n    default memory mode = ram\n    health enabled by default = no\n"


def _child(key: str, port: int) -> str:
    return f"[stream]\n    enabled = yes\n    destination = 127.0.0.1:{port}\n    api key = {key}\n"


def _samples_a_second(port: int) -> float:
    """What the parent gets each second: dimensions of charts by their interval. Raises OSError, ValueError, KeyError."""
    info = cast("dict[str, list[dict[str, object]]]", _get(port, "/api/v1/info"))
    (child,) = (host["guid"] for host in info["mirrored_hosts_status"] if host["hops"] == 1)
    charts = cast("dict[str, dict[str, _Chart]]", _get(port, f"/host/{child}/api/v1/charts"))["charts"]
    rate = sum(len(chart["dimensions"]) / chart["update_every"] for chart in charts.values())
    if not rate:
        raise ValueError("the parent got nothing")
    return rate


def _get(port: int, path: str) -> object:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5.0) as answer:
        return json.load(answer)


async def _version(program: str) -> str:
    process = await asyncio.create_subprocess_exec(program, "-v", stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL)
    out, _ = await process.communicate()
    return " ".join(out.decode("utf-8", "replace").split())[:40] or "Netdata"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
