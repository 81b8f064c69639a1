from __future__ import annotations

import math

from sysmon.model import names
from sysmon.model.metric import series
from sysmon.model.sample import Missing
from sysmon.viewmodels.applications import SECOND, WAITING, TopApplications
from tests.viewmodels.fake_host import FakeHost, plain
from tests.viewmodels.fake_processes import row, table

LOAD = series(names.LOAD_1M)


def test_rows_are_applications_busiest_first() -> None:
    host = FakeHost()
    host.tick({LOAD: 1.0})
    top = TopApplications(host.readings())
    host.store.put_processes(
        table(
            1,
            row(10, "cargo", read=0.0, write=0.0),
            row(11, "rustc", parent=10, read=0.0, write=0.0),
            row(20, "firefox", read=0.0, write=0.0),
        )
    )
    top.rows(6)
    host.store.put_processes(
        table(
            2,
            row(10, "cargo", read=0.0, write=0.0),
            row(11, "rustc", parent=10, cpu=2.124, read=5e6, write=1e6),
            row(20, "firefox", cpu=0.241, read=0.0, write=0.0),
        )
    )
    first, second = top.rows(6)
    assert (first.name, first.count, plain(first.cpu), plain(first.disk)) == (
        "cargo",
        "2 processes",
        "212.4 %",
        "6.00 MB/s",
    )
    assert (second.name, second.count, plain(second.cpu), second.disk) == ("firefox", "1 process", "24.1 %", "0")
    assert len(top.rows(1)) == 1


def test_the_first_table_has_no_rates_and_says_so() -> None:
    host = FakeHost()
    host.tick({LOAD: 1.0})
    host.store.put_processes(table(1, row(10)))
    first = TopApplications(host.readings()).rows(6)[0]
    assert (first.cpu, first.reason) == ("–", SECOND)
    assert math.isnan(first.cpu_share)


def test_unknown_io_has_its_reason() -> None:
    host = FakeHost()
    host.tick({LOAD: 1.0})
    top = TopApplications(host.readings())
    why = (Missing("process_io", "only root may read the I/O of others"),)
    for second in (1, 2):
        host.store.put_processes(table(second, row(10, cpu=float(second)), missing=why))
        rows = top.rows(6)
    assert (rows[0].disk, rows[0].reason) == ("–", "only root may read the I/O of others")


def test_the_same_table_is_not_counted_twice() -> None:
    host = FakeHost()
    host.tick({LOAD: 1.0})
    top = TopApplications(host.readings())
    for second in (1, 2):
        host.store.put_processes(table(second, row(10, cpu=float(second))))
        top.rows(6)
    assert plain(top.rows(6)[0].cpu) == "100.0 %"


def test_before_the_first_table() -> None:
    host = FakeHost()
    host.tick({LOAD: 1.0})
    top = TopApplications(host.readings())
    assert top.rows(6) == ()
    assert top.missing() == WAITING


def test_a_table_that_cannot_be_read() -> None:
    host = FakeHost()
    host.store.put_processes(table(1, missing=(Missing("processes", "/proc is hidden"),)))
    top = TopApplications(host.readings())
    assert top.rows(6) == ()
    assert top.missing() == "/proc is hidden"
