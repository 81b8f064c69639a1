from __future__ import annotations

from sysmon.model.events import Mark, MarkKind
from sysmon.model.sample import Missing
from sysmon.viewmodels.format import Units
from sysmon.viewmodels.overview import APPLICATIONS, EVENTS, CardWidths, OverviewModel
from tests.viewmodels.fake_host import BEGIN, HOST, CountingStore, FakeHost, plain
from tests.viewmodels.fake_processes import row, table
from tests.viewmodels.test_cpu import modes
from tests.viewmodels.test_disks import disk
from tests.viewmodels.test_gpu import nvidia
from tests.viewmodels.test_memory import machine
from tests.viewmodels.test_network import interface

WIDTHS = CardWidths(300, 300, 300, 300, 300)


def test_everything_at_once() -> None:
    host = FakeHost()
    host.run(
        30,
        {**modes(1.0, 0.36, 0.0), **machine(), **disk("sda", 2e6, 1e6, 0.1), **interface("eth0", 1e6, 1e6), **nvidia()},
    )
    for number in range(10):
        host.store.put_mark(Mark(HOST, BEGIN + number, MarkKind.PAUSED, "paused by the user"))
    host.store.put_processes(table(1, *(row(pid, f"p{pid}") for pid in range(10, 30))))
    view = OverviewModel(host.query, HOST, Units(), "orion").view(host.scope(), WIDTHS)
    figures = [plain(card.figure) for card in (view.cpu, view.memory, view.disks, view.network, view.gpu)]
    assert figures == ["34 %", "38.9 GiB", "3.00 MB/s", "2.00 MB/s", "41 %"]
    assert len(view.applications) == APPLICATIONS
    assert len(view.events) == EVENTS
    assert view.events[0].host == "orion"
    assert view.applications_missing is None


def test_a_machine_of_which_nothing_is_known_gives_reasons_everywhere() -> None:
    host = FakeHost(Missing("gpu", "no driver"))
    view = OverviewModel(host.query, HOST, Units()).view(host.scope(), WIDTHS)
    for card in (view.cpu, view.memory, view.disks, view.network, view.gpu):
        assert card.figure == "–"
        assert card.reason
    assert view.cores == view.applications == view.events == ()
    assert view.applications_missing


def test_a_refresh_reads_little() -> None:
    counted = CountingStore()
    host = FakeHost(store=counted)
    made = {
        **modes(1.0, 0.36, 0.0),
        **machine(),
        **disk("sda", 2e6, 1e6, 0.1),
        **interface("eth0", 1e6, 1e6),
        **nvidia(),
    }
    host.run(300, made)
    model = OverviewModel(host.query, HOST, Units())
    model.view(host.scope(300), WIDTHS)
    whole, counted.rows = counted.rows, 0
    host.run(1, made)
    model.view(host.scope(300), WIDTHS)
    assert whole > 10 * counted.rows > 0
