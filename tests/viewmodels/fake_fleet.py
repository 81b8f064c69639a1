"""Several machines whose samples a test makes up, in one real store, and a fleet that says how they are connected."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from sysmon.model import names
from sysmon.model.host import LOCAL
from sysmon.model.link_report import LinkReport, LinkStep
from sysmon.model.machine import Machine, MachineState
from sysmon.model.metric import Series, series
from sysmon.model.peer import Found, Peer, Sharing
from sysmon.model.process import ProcessKey, ProcessRow, ProcessTable
from sysmon.model.sample import Catalog, SampleBatch
from sysmon.pipeline.query import Query
from sysmon.pipeline.store import Store
from tests.viewmodels.fake_host import BEGIN

GIB = float(1 << 30)
SERIES: tuple[Series, ...] = (
    series(names.CPU_TIME, "user"),
    series(names.CPU_TIME, "idle"),
    series(names.MEMORY_USAGE, "used"),
    series(names.MEMORY_USAGE, "free"),
    series(names.MEMORY_LIMIT),
    series(names.DISK_IO, "sda", "read"),
    series(names.DISK_IO, "sda", "write"),
    series(names.DISK_IO_TIME, "sda"),
    series(names.NETWORK_IO, "eth0", "receive"),
    series(names.NETWORK_IO, "eth0", "transmit"),
    series(names.TEMPERATURE, "k10temp-0/temp1", "Tctl"),
    series(names.LOAD_1M),
    series(names.UPTIME),
)


@dataclass
class Loads:
    """How hard a machine works: shares, bytes a second, Celsius."""

    cpu: float = 0.25
    memory: float = 0.5
    disk: float = 10e6
    busy: float = 0.1
    network: float = 2e6
    heat: float = 50.0

    def values(self, second: float) -> array[float]:
        """What a machine reads in its ``second`` of life."""
        used = self.memory * 16 * GIB
        return array(
            "d",
            (
                self.cpu * second, (1 - self.cpu) * second, used, 16 * GIB - used, 16 * GIB,
                self.disk * 0.75 * second, self.disk * 0.25 * second, self.busy * second,
                self.network * 0.9 * second, self.network * 0.1 * second, self.heat, 1.5, 1000.0 + second,
            ),
        )  # fmt: skip


@dataclass
class FakeFacts:
    """Who is connected. Say `changed` after changing anything."""

    version: int = 1
    own_id: str = "me"
    reports: list[LinkReport] = field(default_factory=list[LinkReport])
    known: list[Peer] = field(default_factory=list[Peer])

    def changed(self) -> None:
        self.version += 1

    def links(self) -> tuple[LinkReport, ...]:
        return tuple(self.reports)

    def peers(self) -> tuple[Peer, ...]:
        return tuple(self.known)

    def steps(self, link: str = "", since: float = 0.0) -> tuple[LinkStep, ...]:
        return ()

    def trips(self, link: str) -> tuple[tuple[float, float], ...]:
        return ()

    def sharing(self) -> Sharing:
        return Sharing()

    def found(self) -> tuple[Found, ...]:
        return ()

    def audit(self, most: int = 200) -> tuple[str, ...]:
        return ()


class FakeFleet:
    """Machines that tick together when they are told to."""

    def __init__(self, store: Store | None = None) -> None:
        self.store = store or Store()
        self.query = Query(self.store)
        self.facts = FakeFacts()
        self.now = BEGIN
        self.loads: dict[str, Loads] = {}
        self._catalogs: dict[str, Catalog] = {}
        self._sequence = 0

    def clock(self) -> float:
        return self.now

    def add(
        self,
        host: str = LOCAL,
        loads: Loads | None = None,
        state: MachineState = MachineState.LIVE,
        *,
        name: str = "",
        note: str = "",
        tags: tuple[str, ...] = (),
    ) -> Machine:
        """A machine more; it ticks unless it is silent."""
        machine = Machine(host, name or ("orion" if host == LOCAL else host), state=state, note=note)
        self.store.put_machine(machine)
        self.loads[host] = loads or Loads()
        self._catalogs[host] = Catalog(SERIES)
        if tags:
            self.facts.known.append(Peer(host, host, tags=tags))
            self.facts.changed()
        return machine

    def run(self, ticks: int, *hosts: str) -> None:
        """``ticks`` batches of ``hosts``, or of all that are not silent."""
        live = [m.host for m in self.query.machines() if m.state in (MachineState.LIVE, MachineState.ALERT)]
        for _ in range(ticks):
            self.now += 1.0
            self._sequence += 1
            for host in hosts or live:
                values = self.loads[host].values(self.now - BEGIN)
                self.store.append(SampleBatch(host, 1, self._sequence, self.now, self._catalogs[host], values))

    def processes(self, host: str, *named: str, cpu: float = 0.0) -> None:
        """``host`` has processes of these names now, with PIDs from 100 on; the first used ``cpu`` seconds."""
        rows = {
            100 + at: ProcessRow(
                ProcessKey(100 + at, BEGIN - 500), 1, name, "ada", "sleeping", 0, 1, cpu if at == 0 else 0.0,
                GIB / (at + 1), 0.0, 0.0, name, kernel=False,
            )
            for at, name in enumerate(named)
        }  # fmt: skip
        self.store.put_processes(ProcessTable(host, self.now, rows))
