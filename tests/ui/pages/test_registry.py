from __future__ import annotations

import pytest

from sysmon.ui.pages import registry
from sysmon.ui.pages.registry import PLACES, TABS, Entry, entry

ALL = (*TABS, *PLACES)


@pytest.mark.parametrize("listed", ALL, ids=[listed.name for listed in ALL])
def test_each_entry_is_what_the_page_says_of_itself(listed: Entry) -> None:
    page = listed.load()
    assert (page.name, page.title) == (listed.name, listed.title)


def test_names_are_unique_and_others_are_none() -> None:
    assert len({listed.name for listed in ALL}) == len(ALL)
    assert entry("overview") is registry.TABS[0]
    assert entry("nowhere") is None
