"""An answer about a tab holds details or says why there are none."""

from __future__ import annotations

from sysmon.model.process import ProcessKey
from sysmon.model.process_details import Section
from sysmon.model.process_tab import Tab, TabAnswer


def test_an_answer_is_details_or_a_reason() -> None:
    key = ProcessKey(7, 1.0)
    told = TabAnswer(key, Tab.ENVIRONMENT, 5.0, Section((("HOME", "/"),)))
    refused = TabAnswer(key, Tab.ENVIRONMENT, 5.0, missing="it belongs to another user")
    assert (told.details is None, told.missing is None) == (False, True)
    assert (refused.details is None, refused.missing is None) == (True, False)
    assert not refused.gone


def test_every_tab_has_a_word_of_its_own() -> None:
    assert len({tab.value for tab in Tab}) == len(Tab)
