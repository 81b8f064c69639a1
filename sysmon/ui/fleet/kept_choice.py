"""What the page of all machines remembers of what the user chose, as one text. Knows no file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast

from sysmon.viewmodels.fleet import Order
from sysmon.viewmodels.measures import FIXED


@dataclass(frozen=True, slots=True)
class KeptChoice:
    """Order, keys of what is compared and of the heat map's figure, and tags of folded groups."""

    order: Order = Order.WORST
    measure: str = FIXED[0].key
    heat: str = "cpu"
    folded: frozenset[str] = frozenset()

    def written(self) -> bytes:
        """To be kept."""
        return json.dumps([self.order.value, self.measure, self.heat, *sorted(self.folded)]).encode()

    @classmethod
    def read(cls, kept: bytes) -> KeptChoice:
        """What `written` gave; the usual choice where ``kept`` is anything else."""
        try:
            words = cast("object", json.loads(kept))
            if isinstance(words, list):
                order, measure, heat, *folded = (str(word) for word in cast("list[object]", words))
                return cls(Order(order), measure, heat, frozenset(folded))
        except ValueError:  # what is kept in a file may be anything
            pass
        return cls()
