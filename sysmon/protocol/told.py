"""What a peer was told of a host, and its place in the host's stream. Both sides of a link forget the same."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from sysmon.model.process import ProcessTable
from sysmon.model.sample import Catalog
from sysmon.protocol import messages as m
from sysmon.protocol.feed import Frame, Selection, Stream

KEPT_CATALOGS: Final = 8
"""Catalogs of a host that both sides remember, besides the one in use."""


class OlderCatalogs:
    """The catalogs of a host that are no longer in use, by revision: the last few that travelled."""

    def __init__(self) -> None:
        self._catalogs: dict[int, Catalog] = {}

    def keep(self, revision: int, catalog: Catalog) -> None:
        """Remember ``catalog``, and forget the one that came first where they are too many."""
        self._catalogs[revision] = catalog
        if len(self._catalogs) > KEPT_CATALOGS:
            del self._catalogs[next(iter(self._catalogs))]

    def get(self, revision: int) -> Catalog | None:
        return self._catalogs.get(revision)

    def __len__(self) -> int:
        return len(self._catalogs)


@dataclass(slots=True, eq=False)
class Follow:
    """A peer's place in a host's stream. ``position`` None: it needs a key frame."""

    selection: Selection
    stream: Stream
    position: int | None = None
    last: Frame | None = None
    """What was sent last; None where nothing was since the follower began anew."""


@dataclass(slots=True, eq=False)
class Told:
    """What a peer knows of a host."""

    host: m.Host
    interval: float
    revision: int
    catalog: Catalog
    older: OlderCatalogs = field(default_factory=OlderCatalogs)
    follow: Follow | None = None
    table: ProcessTable | None = None
    table_due: float = -math.inf

    def renew(self, revision: int, catalog: Catalog) -> None:
        """Another catalog is in use from now on."""
        self.older.keep(self.revision, self.catalog)
        self.revision, self.catalog = revision, catalog

    def keep(self, revision: int, catalog: Catalog) -> None:
        """The peer was sent ``catalog`` for the sake of history."""
        self.older.keep(revision, catalog)

    def knows(self, revision: int) -> bool:
        """Whether the peer has the catalog of ``revision`` now."""
        return revision == self.revision or self.older.get(revision) is not None
