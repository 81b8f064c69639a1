"""What tests of pages share: a context, and a page shown at a size with a machine's figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sysmon.ui.pages.page import Page, PageContext
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.source import Source
from tests.viewmodels.fake_host import HOST, FakeHost

P = TypeVar("P", bound=Page)
Show = Callable[[type[P], FakeHost], P]


@pytest.fixture
def context(theme: Theme, cursor: TimeCursor) -> PageContext:
    return PageContext(theme, cursor, lambda _: None)


@pytest.fixture
def show(context: PageContext, window: QWidget, qtbot: QtBot) -> Show[Page]:
    """Makes a page, shows it 1188 x 812 and refreshes it with what the host has."""

    def shown(kind: type[P], host: FakeHost) -> P:
        page = kind(context, window)
        window.resize(1188, 812)
        page.resize(1188, 812)
        page.show_machine(Source(host.query, HOST, Units(), "orion"))
        window.show()
        page.show()
        qtbot.waitUntil(page.isVisible)
        page.refresh(host.scope())
        return page

    return shown
