from __future__ import annotations

from typing import get_args

from sysmon.model.process import ProcessKey
from sysmon.model.process_tab import Details, Tab, TabAnswer


def test_every_tab_holds_something_and_is_called_differently() -> None:
    assert len(get_args(Details)) == len(Tab)
    assert len({tab.value for tab in Tab}) == len(Tab)


def test_an_answer_without_details_is_of_a_process_that_may_still_live() -> None:
    answer = TabAnswer(ProcessKey(5, 1.0), Tab.FILES, 1.0, missing="not permitted")
    assert answer.details is None
    assert not answer.gone
