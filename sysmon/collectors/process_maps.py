"""What is mapped into the memory of one process (Linux): ``smaps_rollup`` and ``smaps``, proc_pid_smaps(5).

The kernel walks the pages of the process for both, holding a lock that the process needs to map
memory: about a millisecond for each hundred megabytes. So they are read where somebody asked.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from typing import Final

from sysmon.collectors.process_folder import ProcessFolder
from sysmon.model.process_details import Fact, MappedFile, MapsSummary, MemoryShares, Section

MOST_MAPPINGS: Final = 20_000
"""Mappings that are looked at; the kernel allows 65,530 unless told otherwise (vm.max_map_count)."""
MOST_FILES: Final = 100
"""Files in the answer, the largest ones."""
_ROLLUP_BYTES: Final = 4096
_KIB: Final = 1024.0
_FIELDS: Final = frozenset(
    {b"Rss", b"Pss", b"Shared_Clean", b"Shared_Dirty", b"Private_Clean", b"Private_Dirty", b"Swap"}
)
"""The fields that are kept, of some two dozen of each mapping."""

_Sizes = dict[bytes, float]


def parse_sizes(text: bytes) -> _Sizes:
    """Field to bytes of a ``smaps_rollup``. Never fails."""
    found: _Sizes = {}
    for line in text.split(b"\n"):
        name, _, rest = line.partition(b":")
        if name in _FIELDS and (size := _size(rest)) is not None:
            found[name] = size
    return found


def shares_of(sizes: _Sizes) -> MemoryShares:
    """The sums that are shown; NaN for what is not there."""
    return MemoryShares(
        sizes.get(b"Rss", math.nan),
        sizes.get(b"Pss", math.nan),
        sizes.get(b"Shared_Clean", math.nan) + sizes.get(b"Shared_Dirty", math.nan),
        sizes.get(b"Private_Clean", math.nan) + sizes.get(b"Private_Dirty", math.nan),
        sizes.get(b"Swap", math.nan),
    )


class MapsAdder:
    """Adds up the mappings of a ``smaps``, line by line. Never fails."""

    def __init__(self) -> None:
        self.total: _Sizes = {}
        self.mappings = 0
        self._by_path: dict[bytes, _Sizes] = {}
        self._counts: dict[bytes, int] = {}
        self._current: _Sizes = {}

    def add(self, line: bytes) -> None:
        """Take the next line. A mapping begins with a lower-case hexadecimal address, a field with a capital."""
        name, colon, rest = line.partition(b":")
        if colon and name[:1].isupper():
            if name in _FIELDS and (size := _size(rest)) is not None:
                self._current[name] = self._current.get(name, 0.0) + size
                self.total[name] = self.total.get(name, 0.0) + size
            return
        words = line.split(maxsplit=5)
        if len(words) < 5 or b"-" not in words[0]:
            return
        self.mappings += 1
        path = words[5].rstrip(b"\n") if len(words) > 5 else b"[anonymous]"
        self._current = self._by_path.setdefault(path, {})
        self._counts[path] = self._counts.get(path, 0) + 1

    def files(self, most: int) -> tuple[tuple[MappedFile, ...], int]:
        """The largest by resident memory, and how many were left out."""
        largest = heapq.nlargest(most, self._by_path.items(), key=lambda item: item[1].get(b"Rss", 0.0))
        found = tuple(self._file(path, sizes) for path, sizes in largest)
        return found, len(self._by_path) - len(found)

    def _file(self, path: bytes, sizes: _Sizes) -> MappedFile:
        return MappedFile(
            path.decode("utf-8", "replace"),
            sizes.get(b"Rss", math.nan),
            sizes.get(b"Pss", math.nan),
            sizes.get(b"Swap", math.nan),
            self._counts[path],
        )


def read_shares(folder: ProcessFolder) -> Fact[MemoryShares]:
    """The sums alone."""
    try:
        shares = shares_of(parse_sizes(folder.read("smaps_rollup", _ROLLUP_BYTES)))
    except OSError as error:
        return Fact(missing=folder.reason(error))
    return Fact(shares) if not math.isnan(shares.rss) else Fact(missing="it has no memory of its own")


def read_maps(folder: ProcessFolder) -> Fact[MapsSummary]:
    """Sums and the largest files. Where one of the two cannot be read, the other is there."""
    shares = read_shares(folder)
    adder = MapsAdder()
    missing: str | None = None
    try:
        _add_all(adder, folder.lines("smaps"))
    except OSError as error:
        missing = folder.reason(error)
    if shares.value is None and not adder.mappings:
        return Fact(missing=missing or shares.missing)
    files, cut = adder.files(MOST_FILES)
    if adder.mappings > MOST_MAPPINGS:
        missing = f"it has more than {MOST_MAPPINGS} mappings; only these were looked through"
    # Kernels before 4.14 have no rollup.
    return Fact(MapsSummary(shares.value or shares_of(adder.total), Section(files, missing, cut)))


def _add_all(adder: MapsAdder, lines: Iterable[bytes]) -> None:
    for line in lines:
        if adder.mappings > MOST_MAPPINGS:
            return
        adder.add(line)


def _size(text: bytes) -> float | None:
    """Bytes of "  12 kB"; None for anything else."""
    words = text.split()
    return float(words[0]) * _KIB if len(words) == 2 and words[1] == b"kB" and words[0].isdigit() else None
