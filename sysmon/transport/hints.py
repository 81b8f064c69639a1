"""Where somebody said that a peer is: few, the newest first. Anybody may say so; the peer's certificate will tell. Knows no link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sysmon.transport.resolver import split

MOST: Final = 4


class Hints:
    """Addresses of one peer, "host:port"."""

    def __init__(self) -> None:
        self._addresses: list[str] = []

    def add(self, address: str) -> bool:
        """Put ``address`` first; whether it was not there before. What is no address is left out."""
        if address in self._addresses or not _is_address(address):
            return False
        self._addresses.insert(0, address)
        del self._addresses[MOST:]
        return True

    def remove(self, address: str) -> None:
        """It is not there. Idempotent."""
        if address in self._addresses:
            self._addresses.remove(address)

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._addresses))

    def __len__(self) -> int:
        return len(self._addresses)


def _is_address(text: str) -> bool:
    try:
        split(text)
    except ValueError:
        return False
    return True
