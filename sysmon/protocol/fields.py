"""What messages are made of: texts, numbers and lists with their limits. Knows no message.

Everything that a peer may make long has a limit here. Times are seconds since 1970; null stands for
a number that is not known, as JSON has no NaN.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

MAX_FRAME: Final = 1 << 20
MAX_SERIES: Final = 20_000
MOST_ENTRIES: Final = 1 << 16
"""Of a list of series on the wire: more than a host may have, so that too many are told as that."""
MAX_HOSTS: Final = 10_000
MAX_PROCESSES: Final = 100_000

Name: TypeAlias = Annotated[str, Meta(max_length=256)]
Text: TypeAlias = Annotated[str, Meta(max_length=4096)]
Whole: TypeAlias = Annotated[int, Meta(ge=0, lt=1 << 53)]
Channel: TypeAlias = Annotated[int, Meta(ge=0, lt=1 << 24)]
Number: TypeAlias = float | None
Span: TypeAlias = tuple[Whole, Whole]
"""First and last sequence, both included."""
Spans: TypeAlias = Annotated[list[Span], Meta(max_length=4096)]
Names: TypeAlias = Annotated[list[Name], Meta(max_length=64)]


class Message(msgspec.Struct, omit_defaults=True, tag_field="type", tag=str.lower):
    """What all messages are. The type is written as the class's name in lower case."""


class Row(msgspec.Struct, array_like=True):
    """A part of a message that comes in great numbers: written as an array, without field names."""
