"""The pages of the window: made when first shown, told when they are seen, one at a time.

Holds the demand of the page that is seen: what only it needs is read only while somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QWidget

from sysmon.ui.pages import registry
from sysmon.ui.pages.page import Page, PageContext, Want
from sysmon.viewmodels.plot import TimeScope
from sysmon.viewmodels.source import Source


class PageStack(QStackedWidget):
    """Shows one page of one machine."""

    def __init__(self, context: PageContext, source: Source, want: Want, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._source = source
        self._want = want
        self._pages: dict[str, Page] = {}
        self._sources: dict[str, Source] = {}
        self._releases: list[Callable[[], None]] = []
        self._shown: Page | None = None
        self._name = ""
        self._seen = False

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        return self._shown

    @property
    def name(self) -> str:
        """The name under which it is shown: that of the page, or of one of its views."""
        return self._name

    def show_page(self, name: str) -> bool:
        """Show the page or view called ``name``; False where there is none."""
        entry = registry.entry(name)
        if entry is None:
            return False
        key = entry.page or name
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = entry.load()(self._context, self)
            self.addWidget(page)
        self._leave()
        self._shown, self._name = page, name
        page.choose_view(name)
        self.setCurrentWidget(page)
        self._enter()
        return True

    def headline(self) -> str:
        """What the shown page says beside the title; empty where it leaves that to others."""
        return self._shown.headline() if self._shown is not None else ""

    def empty_views(self) -> frozenset[str]:
        """Names of views of the shown page that have nothing to show."""
        return self._shown.empty_views() if self._shown is not None else frozenset()

    @property
    def timed(self) -> bool:
        """Whether the shown page shows the time range of the window."""
        return self._shown is None or self._shown.timed

    def tools(self) -> QWidget | None:
        """What the shown page puts beside the tabs."""
        return self._shown.tools() if self._shown is not None else None

    def set_source(self, source: Source) -> None:
        """Show another machine, or the same in other units; the pages that are not shown follow when they are."""
        self._leave()
        self._source = source
        self._enter()

    def set_seen(self, seen: bool) -> None:
        """Whether anything of the window can be seen: while not, nothing is wanted."""
        if seen is not self._seen:
            self._leave()
            self._seen = seen
            self._enter()

    def refresh(self, scope: TimeScope) -> None:
        """Let the shown page show ``scope``."""
        if self._shown is not None:
            self._shown.refresh(scope)

    def _enter(self) -> None:
        page = self._shown
        if page is None:
            return
        if self._sources.get(page.name) is not self._source:
            self._sources[page.name] = self._source
            page.show_machine(self._source)
        if self._seen:
            self._releases = [self._want(self._source.host, topic) for topic in page.topics]
            page.shown()

    def _leave(self) -> None:
        for release in self._releases:
            release()
        self._releases = []
        if self._shown is not None and self._seen:
            self._shown.hidden()
