from __future__ import annotations

from typing import ClassVar

import pytest
from PySide6.QtWidgets import QWidget

from sysmon.ui.pages.page import Page, PageContext
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.plot import TimeScope


class Bare(Page):
    name: ClassVar[str] = "bare"
    title: ClassVar[str] = "Bare"


def test_a_page_has_a_name_and_must_show_something(theme: Theme, cursor: TimeCursor, window: QWidget) -> None:
    page = Bare(PageContext(theme, cursor, lambda name: None), window)
    assert page.accessibleName() == "Bare"
    assert page.topics == ()
    assert not page.focus_filter()
    page.shown()
    page.hidden()
    with pytest.raises(NotImplementedError):
        page.refresh(TimeScope(0, 1, live=True))
