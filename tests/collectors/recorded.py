"""Trees of kernel files for tests, and what the tests ask of a reading."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sysmon.model.sample import Catalog, Reading


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write ``files`` (path below ``root`` to content) and return ``root``.

    A file that exists is written in place, so that a kept descriptor sees the new content.
    """
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def figures(reading: Reading) -> dict[str, float]:
    """Key of each series to its value. Fails where the reading would not make a catalog."""
    Catalog(reading.series, reading.missing)
    return {each.key: value for each, value in zip(reading.series, reading.values, strict=True)}


def reasons(reading: Reading) -> dict[str, str]:
    """What is missing, and why."""
    return {each.subject: each.reason for each in reading.missing}
