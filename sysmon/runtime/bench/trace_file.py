"""Read a recorded trace, a ``.npz`` file with ``ts``, ``names`` and ``values``, without numpy.

The format is a zip of ``.npy`` files (NEP 1). Arrays of objects are refused: they would be pickles.
The scale of each column is found in its values, as a collector would have declared it.
"""

from __future__ import annotations

import ast
import math
import zipfile
from array import array
from itertools import pairwise
from pathlib import Path
from typing import Final, cast

from sysmon.model.host import LOCAL
from sysmon.model.metric import Kind, MetricSpec, Series
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.protocol.scales import Scales

SCALES: Final = (1024.0, 512.0, 1.0, 0.1, 0.05, 0.01, 1.0 / 2048, 1e-3, 1e-4, 1e-6)
"""Steps that sources have: kibibytes, sectors, whole numbers, rounded shares, hundredths of a second, the
kernel's fixed-point load averages, milli- and microseconds."""
_FITS: Final = 0.98
"""Part of a column's values that must be whole numbers of steps."""
_MAGIC: Final = b"\x93NUMPY\x01\x00"


class TraceError(ValueError):
    """The file is no trace. ``str()`` says why."""


def read_trace(path: Path) -> list[SampleBatch]:
    """The rows of the trace as batches of one host. Raises OSError, or TraceError where it is no trace."""
    try:
        with zipfile.ZipFile(path) as archive:
            times = _doubles(archive.read("ts.npy"))[0]
            names = _texts(archive.read("names.npy"))
            values, shape = _doubles(archive.read("values.npy"))
    except (zipfile.BadZipFile, KeyError) as error:
        raise TraceError(f"{path.name} is no trace: {error}") from None
    width = len(names)
    if shape != (len(times), width) or len(set(names)) != width:
        raise TraceError(f"{path.name}: {len(times)} times, {width} names, values of {shape}")
    series = tuple(Series(_spec(name, values[at::width])) for at, name in enumerate(names))
    catalog = Catalog(series)
    return [
        SampleBatch(LOCAL, 1, row + 1, time, catalog, values[row * width : (row + 1) * width])
        for row, time in enumerate(times)
    ]


def _array(data: bytes) -> tuple[str, tuple[int, ...], bytes]:
    """(type, shape, content) of a ``.npy`` file."""
    size = int.from_bytes(data[8:10], "little")
    try:
        header: object = ast.literal_eval(data[10 : 10 + size].decode("latin-1").strip())
    except (ValueError, SyntaxError):
        header = None
    if not (data.startswith(_MAGIC) and isinstance(header, dict)):
        raise TraceError("an array in a form that is not known here")
    fields = cast("dict[object, object]", header)
    kind, shape = fields.get("descr"), fields.get("shape")
    if not isinstance(kind, str) or not isinstance(shape, tuple) or fields.get("fortran_order") is not False:
        raise TraceError("an array in a form that is not known here")
    lengths = tuple(length for length in cast("tuple[object, ...]", shape) if isinstance(length, int))
    return kind, lengths, data[10 + size :]


def _doubles(data: bytes) -> tuple[array[float], tuple[int, ...]]:
    kind, shape, content = _array(data)
    if kind != "<f8" or len(content) != 8 * math.prod(shape):
        raise TraceError(f"an array of {kind} where doubles are needed")
    return array("d", content), shape


def _texts(data: bytes) -> list[str]:
    kind, shape, content = _array(data)
    if not kind.startswith("<U") or len(shape) != 1:
        raise TraceError(f"an array of {kind} where names are needed")
    size = 4 * int(kind[2:])
    return [content[at * size : (at + 1) * size].decode("utf-32-le").rstrip("\0") for at in range(shape[0])]


def _spec(name: str, column: array[float]) -> MetricSpec:
    rises = all(after >= before for before, after in pairwise(column))
    kind = Kind.COUNTER if rises else Kind.GAUGE
    for scale in SCALES:
        spec = MetricSpec(name, "1", kind, scale, "")
        scales = Scales(Catalog((Series(spec),)))
        if sum(scales.number(0, value) is not None for value in column) >= _FITS * len(column):
            return spec
    return MetricSpec(name, "1", kind, 1.0, "")
