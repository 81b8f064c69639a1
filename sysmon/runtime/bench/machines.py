"""Many machines in a process of their own, which dial a hub: ``python -m sysmon.runtime.bench.machines ADDRESS COUNT FOLDER``.

Without TLS where FOLDER is "-". They say hello, announce a catalog and send ticks once a second, spread evenly over it, and hear nothing:
all is coded beforehand, so that the machine that is measured has its cores for the hub. The ticks of all are the same; names, keys,
connections and series are their own. Says "connected" on standard output when all are; ends when standard input does. Knows nothing of what is
measured with it.
"""

from __future__ import annotations

import base64
import math
import os
import socket
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from sysmon.model.sample import SampleBatch
from sysmon.protocol import catalog_codec
from sysmon.protocol import messages as m
from sysmon.protocol.codec import BINARY, Codec
from sysmon.protocol.side import greeting
from sysmon.protocol.tick_codec import TickEncoder
from sysmon.runtime.bench.hour import made_up
from sysmon.runtime.bench.hub import CHANNEL, REVISION, own_catalog
from sysmon.runtime.bench.station import trust_of

CENTER: Final = "center"
_TICKS: Final = 300
"""Seconds for which the machines can go on."""
_AT_ONCE: Final = 100
"""Machines that dial in a second: a hub takes no more."""
_LIMIT: Final = 60.0


def name_of(number: int) -> str:
    """The name of a machine."""
    return f"machine{number:05d}"


class Machine:
    """One connection to the hub."""

    def __init__(self, address: str, name: str, folder: Path | None, rows: Sequence[SampleBatch]) -> None:
        """Dial and announce. Raises OSError where the hub does not let it in."""
        self._lost = False
        host, _, port = address.rpartition(":")
        self._socket = socket.create_connection((host, int(port)), _LIMIT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        own = name
        if folder is not None:
            identity, book, hub = trust_of(folder, name)
            own = identity.id
            self._socket = book.client_context(hub).wrap_socket(self._socket)
        try:
            self._announce(address, name, own, folder, rows)
        except BaseException:
            self.close()
            raise

    def _announce(self, address: str, name: str, own: str, folder: Path | None, rows: Sequence[SampleBatch]) -> None:
        self._open(address, f"/as/{name}" if folder is None else "/")
        codec, of = Codec(BINARY), m.Host(own, name)
        self._say(codec.encode(greeting("bench", of, 1)))
        catalog = own_catalog(rows[0].catalog, name)
        self._say(codec.encode(catalog_codec.whole(CHANNEL, REVISION, of, catalog, 1.0)))

    def _open(self, address: str, path: str) -> None:
        """The opening handshake of RFC 6455, section 4.1; what the hub makes of the key is not looked at."""
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: {address}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Protocol: {BINARY}",
        )
        self._socket.sendall("\r\n".join((*lines, "", "")).encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            data = self._socket.recv(1 << 16)
            if not data:
                raise ConnectionError("the hub hung up")
            answer += data
        status = answer.partition(b"\r\n")[0]
        if b" 101 " not in status:
            raise ConnectionError(f"the hub said {status!r}")

    def _say(self, message: bytes) -> None:
        self._socket.sendall(framed(message))

    def send(self, frame: bytes) -> None:
        """Send a message that was framed. Says so, once, where the hub hung up; then nothing is sent any more."""
        if self._lost:
            return
        try:
            self._socket.sendall(frame)
        except OSError as error:
            self._lost = True
            sys.stderr.write(f"a machine was hung up on: {error}\n")

    def close(self) -> None:
        """Hang up. Idempotent."""
        self._lost = True
        self._socket.close()


def framed(message: bytes) -> bytes:
    """``message`` as a frame of a client (RFC 6455, section 5.2)."""
    size = len(message)
    if size < 126:
        head = bytes((0x82, 0x80 | size))
    elif size < 1 << 16:
        head = b"\x82\xfe" + size.to_bytes(2, "big")
    else:
        head = b"\x82\xff" + size.to_bytes(8, "big")
    # A mask of zeros masks nothing, and is one all the same.
    return head + bytes(4) + message


def ticks(begin: float) -> list[tuple[bytes, bytes]]:
    """The frames of all ticks, of which the first is of the second ``begin`` since 1970: as a step, and as a key frame."""
    rows = [replace(row, time=begin + number) for number, row in enumerate(made_up("machine", _TICKS))]
    encoder, codec = TickEncoder(CHANNEL, REVISION, rows[0].catalog, 1.0), Codec(BINARY)
    found: list[tuple[bytes, bytes]] = []
    for row in rows:
        step = encoder.encode(row)
        found.append((framed(codec.encode(m.Tick([step]))), framed(codec.encode(m.Tick([encoder.key()])))))
    return found


class Fleet:
    """The machines that are connected, and what they send."""

    def __init__(self, address: str, count: int, folder: Path | None) -> None:
        self._address = address
        self._count = count
        self._folder = folder
        self._machines: list[Machine] = []
        self._over = threading.Event()

    def end(self) -> None:
        """Send nothing any more. May be called on any thread."""
        self._over.set()

    def dial(self) -> None:
        """Connect all, and say so. Raises OSError where one is not let in."""
        rows = made_up("machine", 1)
        begun = time.monotonic()
        for number in range(self._count):
            if self._over.wait(max(0.0, begun + number / _AT_ONCE - time.monotonic())):
                return
            self._machines.append(Machine(self._address, name_of(number), self._folder, rows))
        sys.stdout.write("connected\n")
        sys.stdout.flush()

    def send(self) -> None:
        """Send the ticks of all who are connected until `end`, or until there are no more."""
        begin = math.ceil(time.time()) + 1
        here = 0
        for tick, (step, key) in enumerate(ticks(begin)):
            if self._stopped_by(begin + tick):
                return
            before, here = here, len(self._machines)
            for number, machine in enumerate(self._machines[:here]):
                if self._stopped_by(begin + tick + number / self._count):
                    return
                machine.send(step if number < before else key)

    def _stopped_by(self, moment: float) -> bool:
        """Wait until ``moment``, or until `end`; whether it was that."""
        wait = moment - time.time()
        return wait > 0.0 and self._over.wait(wait)


def serve(address: str, count: int, folder: Path | None) -> None:
    """Connect, say so, and send until standard input ends, or all ticks are sent."""
    fleet = Fleet(address, count, folder)
    threading.Thread(target=fleet.dial, name="dial", daemon=True).start()
    threading.Thread(target=lambda: (sys.stdin.read(), fleet.end()), name="stdin", daemon=True).start()
    fleet.send()


def main(arguments: Sequence[str]) -> None:
    address, count, folder = arguments
    serve(address, int(count), None if folder == "-" else Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
