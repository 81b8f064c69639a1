"""How often Python looks for garbage in cycles, in programs without a window.

A hub has a million objects of thousands of links, which live as long as these. Looking through all of them takes a tenth of a second
in which no tick is taken in, so it is done rarely; what is not in a cycle is freed at once all the same. With a window `ui.garbage` decides.
"""

from __future__ import annotations

import gc
from typing import Final

THRESHOLDS: Final = (5_000, 20, 20)
"""New objects, looks at the young ones, and looks at those of middle age after which the next older are looked at (`gc.set_threshold`)."""


def settle() -> None:
    """What is loaded by now lives as long as the program: it is not looked at again. What comes later, seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
