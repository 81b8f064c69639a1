from __future__ import annotations

import pytest

from sysmon.ui.pages import registry
from sysmon.ui.pages.registry import FLEET, Entry, entries, entry, place_of

ALL = entries()


@pytest.mark.parametrize("listed", ALL, ids=[listed.name for listed in ALL])
def test_each_entry_is_what_the_page_says_of_itself(listed: Entry) -> None:
    page = listed.load()
    if place_of(listed.name) is None:
        assert (page.name, page.title) == (listed.name, listed.title)
    else:
        assert page.name == (listed.page or listed.name)


def test_names_are_unique_and_others_are_none() -> None:
    assert len({listed.name for listed in ALL}) == len(ALL)
    assert entry("overview") is registry.TABS[0]
    assert entry("nowhere") is None


def test_places_hold_their_tabs() -> None:
    assert place_of("overview") is None
    assert place_of("nowhere") is None
    assert [place_of(tab.name) for place in FLEET for tab in place.tabs] == [
        place for place in FLEET for _ in place.tabs
    ]
