"""The two spellings of the messages: MessagePack (``sysmon.v1``) and JSON (``sysmon.v1+json``).

Bytes come from strangers: they become a message, nothing (a type of a later version), or a
RemoteProtocolError. Knows nothing of what a message means.
"""

from __future__ import annotations

from typing import Final, get_args

import msgspec

from sysmon.model.errors import RemoteProtocolError
from sysmon.model.link import Reason
from sysmon.model.printable import printable
from sysmon.protocol.messages import MAX_FRAME, AnyMessage, Name, Named, Tick, Whole

BINARY: Final = "sysmon.v1"
JSON: Final = "sysmon.v1+json"


class _Kind(msgspec.Struct):
    type: Name


class _ArrayKind(msgspec.Struct, array_like=True):
    type: Whole


_KNOWN: Final = {kind.__struct_config__.tag for kind in (*get_args(Named), Tick)}


_ARRAYS: Final = frozenset(bytes([first]) for first in (*range(0x90, 0xA0), 0xDC, 0xDD))
"""How an array begins in MessagePack."""
_BYTES: Final = frozenset((b"\xc4", b"\xc5", b"\xc6"))
"""How a byte string begins in MessagePack: a message that is one is a tick by itself, the commonest of all."""


_NO_MESSAGE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are no message; in MessagePack it leaves text that is no UTF-8 to Python."""


class Codec:
    """One spelling of the messages. Stateless but for buffers; use from one thread."""

    def __init__(self, name: str) -> None:
        """``name`` is `BINARY` or `JSON`. Raises ValueError for any other."""
        if name not in (BINARY, JSON):
            raise ValueError(f"there is no sub-protocol {name!r}")
        self.name = name
        self.binary = name == BINARY
        spelling = msgspec.msgpack if self.binary else msgspec.json
        self._encoder = spelling.Encoder()
        self._named = spelling.Decoder(Named)
        self._tick = spelling.Decoder(Tick)
        self._bare_tick = msgspec.msgpack.Decoder(bytes)
        self._kind = spelling.Decoder(_Kind)
        self._array_kind = spelling.Decoder(_ArrayKind)

    def encode(self, message: AnyMessage) -> bytes:
        """``message`` as bytes; JSON as UTF-8."""
        if self.binary and isinstance(message, Tick) and len(message.ticks) == 1:
            return self._encoder.encode(message.ticks[0])
        return self._encoder.encode(message)

    def decode(self, data: bytes) -> AnyMessage | None:
        """The message, or None for one of a type that this version does not know.

        Raises RemoteProtocolError for anything else that is no message, or breaks a limit.
        """
        if len(data) > MAX_FRAME:
            raise RemoteProtocolError(f"a message of {len(data)} bytes", Reason.TOO_LARGE)
        in_array = data[:1] == b"[" if not self.binary else data[:1] in _ARRAYS
        try:
            if self.binary and data[:1] in _BYTES:
                return Tick([self._bare_tick.decode(data)])
            return self._tick.decode(data) if in_array else self._named.decode(data)
        except msgspec.ValidationError as error:
            if self._unknown(data, in_array):
                return None
            raise RemoteProtocolError(f"a message that does not fit: {_words(error)}") from None
        except _NO_MESSAGE as error:
            raise RemoteProtocolError(f"not a message: {_words(error)}") from None

    def _unknown(self, data: bytes, in_array: bool) -> bool:
        try:
            return (self._array_kind if in_array else self._kind).decode(data).type not in _KNOWN
        except _NO_MESSAGE:
            return False


def _words(error: Exception) -> str:
    """What is wrong, in words that may quote the peer: short, and harmless in a log."""
    return printable(str(error)[:200])
