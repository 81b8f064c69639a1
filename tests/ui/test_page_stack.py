from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest
from PySide6.QtWidgets import QWidget

from sysmon.ui.page_stack import PageStack
from sysmon.ui.pages import registry
from sysmon.ui.pages.page import Page, PageContext
from sysmon.ui.pages.registry import Entry
from sysmon.ui.theme import Theme
from sysmon.ui.widgets.cursor import TimeCursor
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.source import Source
from tests.viewmodels.fake_host import FakeHost


class Told(Page):
    name: ClassVar[str] = "one"
    title: ClassVar[str] = "One"
    topics: ClassVar[tuple[str, ...]] = ("processes",)
    made: ClassVar[list[str]] = []

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self.made.append(self.name)
        self.told: list[str] = []

    def show_machine(self, source: Source) -> None:
        self.told.append(source.host)

    def choose_view(self, name: str) -> None:
        if name != self.name:
            self.told.append(f"view {name}")

    def refresh(self, scope: TimeScope) -> None:
        self.told.append("refresh")

    def shown(self) -> None:
        self.told.append("shown")

    def hidden(self) -> None:
        self.told.append("hidden")


class Other(Told):
    name: ClassVar[str] = "two"
    title: ClassVar[str] = "Two"
    topics: ClassVar[tuple[str, ...]] = ()


class Wants:
    def __init__(self) -> None:
        self.open: list[tuple[str, str]] = []

    def __call__(self, host: str, topic: str) -> Callable[[], None]:
        self.open.append((host, topic))
        return lambda: self.open.remove((host, topic))


@pytest.fixture
def wants() -> Wants:
    return Wants()


@pytest.fixture
def stack(
    theme: Theme, cursor: TimeCursor, window: QWidget, wants: Wants, monkeypatch: pytest.MonkeyPatch
) -> PageStack:
    Told.made.clear()
    pages = (
        Entry("one", "One", lambda: Told),
        Entry("one-more", "One more", lambda: Told, "one"),
        Entry("two", "Two", lambda: Other),
    )
    monkeypatch.setattr(registry, "TABS", pages)
    source = Source(FakeHost().query, "local", Units())
    return PageStack(PageContext(theme, cursor, lambda name: None), source, wants, window)


def told(stack: PageStack) -> list[str]:
    assert isinstance(stack.page, Told)
    return stack.page.told


def test_pages_are_made_when_first_shown_and_kept(stack: PageStack) -> None:
    assert Told.made == []
    assert stack.show_page("one")
    first = stack.page
    stack.show_page("two")
    stack.show_page("one")
    assert stack.page is first
    assert Told.made == ["one", "two"]


def test_a_name_that_is_no_page_changes_nothing(stack: PageStack) -> None:
    stack.show_page("one")
    assert not stack.show_page("nowhere")
    assert stack.page is not None
    assert stack.page.name == "one"


def test_what_a_page_needs_is_wanted_only_while_it_is_seen(stack: PageStack, wants: Wants) -> None:
    stack.show_page("one")
    assert wants.open == []
    stack.set_seen(True)
    assert wants.open == [("local", "processes")]
    stack.show_page("two")
    assert wants.open == []
    stack.show_page("one")
    stack.set_seen(False)
    assert wants.open == []


def test_a_page_is_told_when_it_is_seen(stack: PageStack) -> None:
    stack.show_page("one")
    stack.set_seen(True)
    stack.refresh(TimeScope(0, 1, live=True))
    stack.set_seen(False)
    assert told(stack) == ["local", "shown", "refresh", "hidden"]


def test_another_machine_reaches_hidden_pages_when_they_are_shown(stack: PageStack, wants: Wants) -> None:
    stack.set_seen(True)
    stack.show_page("one")
    stack.show_page("two")
    stack.set_source(Source(FakeHost().query, "vega", Units()))
    assert told(stack) == ["local", "shown", "hidden", "vega", "shown"]
    stack.show_page("one")
    assert told(stack)[-2:] == ["vega", "shown"]
    assert wants.open == [("vega", "processes")]


def test_nothing_shown_yet(stack: PageStack) -> None:
    stack.refresh(TimeScope(0, 1, live=True))
    stack.set_seen(True)
    stack.set_source(Source(FakeHost().query, "vega", Units()))
    assert stack.page is None


def test_views_of_one_page_share_it_and_are_known_by_their_own_name(stack: PageStack) -> None:
    stack.show_page("one")
    first = stack.page
    assert stack.show_page("one-more")
    assert stack.page is first
    assert stack.name == "one-more"
    assert told(stack)[-1] == "view one-more"
    assert Told.made == ["one"]
