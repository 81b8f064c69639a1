from __future__ import annotations

from sysmon.model.events import Mark, MarkKind
from sysmon.ui.pages.events import EventsPage
from sysmon.ui.widgets.event_list import ROW
from tests.ui.pages.conftest import Show
from tests.viewmodels.fake_host import BEGIN, HOST, FakeHost


def test_every_event_has_room(show: Show[EventsPage]) -> None:
    host = FakeHost()
    for at in range(40):
        host.store.put_mark(Mark(HOST, BEGIN + at, MarkKind.PAUSED, f"pause {at}"))
    page = show(EventsPage, host)
    assert page.list.height() == 40 * ROW
    assert page.list.accessibleDescription().startswith("paused: orion Pause 39")
    assert page.note.isHidden()


def test_nothing_happened_yet(show: Show[EventsPage]) -> None:
    page = show(EventsPage, FakeHost())
    assert not page.note.isHidden()
    assert page.list.isHidden()
