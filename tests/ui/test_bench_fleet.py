from __future__ import annotations

from PySide6.QtGui import QImage, QPixmap
from pytestqt.qtbot import QtBot

from sysmon.model.host import LOCAL
from sysmon.model.machine import MachineState
from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from sysmon.ui.bench_fleet import Crowd, Floor


def test_every_live_machine_of_a_crowd_ticks() -> None:
    store = Store()
    crowd = Crowd(60, store)
    query = Query(store)
    for _ in range(3):
        crowd.tick()
    machines = query.machines()
    assert len(machines) == 60
    live = [m.host for m in machines if m.state in (MachineState.LIVE, MachineState.ALERT)]
    assert {query.version(host) for host in live} == {3}
    assert {query.version(m.host) for m in machines if m.host not in live} == {0}
    assert {query.newest(host) for host in live} == {query.newest(LOCAL)}


def test_the_floor_draws_more_for_more_tiles(qtbot: QtBot) -> None:
    pictures: list[QImage] = []
    for tiles in (0, 3):
        floor = Floor(tiles)
        qtbot.addWidget(floor)
        floor.resize(1188, 848)
        picture = QPixmap(floor.size())
        floor.render(picture)
        pictures.append(picture.toImage())
    assert pictures[0] != pictures[1]
