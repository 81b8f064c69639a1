"""The process table of Linux, read straight from ``/proc`` at a fraction of the usual cost.

What makes it cheap:

- descriptors stay open, so that a process costs one ``pread``, and ``/proc`` is listed only where
  somebody can have been born;
- a process of one thread is *watched* through ``/proc/<pid>/schedstat`` (nanoseconds on a CPU,
  nanoseconds in the run queue, number of time slices: Documentation/scheduler/sched-stats.rst of the
  kernel), which answers three times as fast as ``stat``. Where it has not moved the process has not
  run, and a process that has not run used no time, did no I/O, and keeps its threads and program.
  What others may change meanwhile is its parent (looked up at once when a parent ends), its nice value
  and resident pages (looked up every `TURNS` seconds; threads of the kernel have no pages), and
  its state from sleeping to waiting for a CPU, which shows when it gets one;
- a line is parsed only where it differs from the last one, and a row that did not change stays the
  same object.

A process of several threads is always read through ``stat``: its ``schedstat`` tells of one thread only.
Knows no rate and no grouping.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from sysmon.collectors.processes_linux_births import Births
from sysmon.collectors.processes_linux_entry import NO_DESCRIPTOR, NO_IO, LinuxProcess, Source, SweepCounts
from sysmon.collectors.processes_linux_files import KeptDescriptors, read_once
from sysmon.collectors.processes_linux_stat import HOT_BYTES, parse_boot_time
from sysmon.collectors.processes_linux_watch import GONE, Watch
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.process import ProcessRow, ProcessTable
from sysmon.model.sample import Missing

TURNS: Final = 8
"""Within so many seconds every process is looked at whole, even where it has not run."""
_ENDED: Final = frozenset({"zombie", "dead"})


class LinuxProcessReader:
    """`ProcessReader` of Linux. ``proc`` is the root, ``most_descriptors`` a fixed bound on kept descriptors."""

    def __init__(self, proc: Path = Path("/proc"), most_descriptors: int | None = None) -> None:
        self._root = str(proc)
        self._files = KeptDescriptors(most_descriptors)
        self._source: Source | None = None
        self._known: dict[str, LinuxProcess] = {}
        self._hidden: set[str] = set()
        self._names: list[str] = []
        self._relist = True
        """Somebody listed is not known, or a PID may belong to somebody else by now."""
        self._births = Births(self._root, self._files)
        self._watch = Watch()
        self._io_watch = Watch()
        self._io_each: dict[LinuxProcess, None] = {}
        self._loose: dict[LinuxProcess, None] = {}
        self._turns: tuple[dict[LinuxProcess, None], ...] = tuple({} for _ in range(TURNS))
        self._second = 0
        self._rows: dict[int, ProcessRow] = {}
        self._missing: tuple[Missing, ...] = ()

        self._gone: set[LinuxProcess] = set()
        self._lost_parents: set[int] = set()
        self._moved: list[LinuxProcess] = []

    @property
    def counts(self) -> SweepCounts:
        """What the last sweep did."""
        return SweepCounts() if self._source is None else self._source.counts

    def read(self, host: str, time: float, with_io: bool) -> ProcessTable:
        """See `ProcessReader.read`."""
        source = self._source = self._source or self._open_source()
        source.counts = SweepCounts(watched=len(self._watch) + len(self._io_watch))
        self._rows = self._rows.copy()
        turns = self._turns_due(time)
        names = self._list(first_turn=0 in turns)
        if self._hidden and 0 in turns:
            self._hidden.clear()  # it may belong to us by now
            self._relist = True
        if with_io != source.io:
            self._switch_io(source, with_io)
        if names != self._names:
            self._leave(source, names)
            self._relist = True
        self._look_at_changed(source)
        for turn in turns:
            self._look_by_turn(source, turn)
        if with_io:
            self._watch_io(source)
        self._settle(source)
        if self._relist:
            self._names, self._relist = names, False
            self._enter(source, names)
        return ProcessTable(host, time, self._rows, self._explain(source))

    def close(self) -> None:
        """See `ProcessReader.close`."""
        if self._source is not None:
            self._rows = {}  # the last table that was given out stays whole
            self._gone.update(self._known.values())
            self._bury(self._source)
            self._births.close()

    def _open_source(self) -> Source:
        try:
            boot = parse_boot_time(read_once(f"{self._root}/stat", 1 << 20))
        except (OSError, ValueError) as error:
            raise CollectorUnavailable(f"{self._root}/stat does not tell when the machine booted") from error
        try:
            # A kernel that keeps no such times answers zeros; this process has run for certain.
            schedules = not read_once(f"{self._root}/self/schedstat", HOT_BYTES).startswith(b"0 ")
        except OSError:
            schedules = False
        return Source(self._root, self._files, float(boot), schedules)

    def _turns_due(self, time: float) -> set[int]:
        """One turn for each second that began since the last sweep."""
        second, before = int(time), self._second
        self._second = second
        began = second - before if second >= before else 1
        return {(second - number) % TURNS for number in range(min(began, TURNS))}

    def _list(self, first_turn: bool) -> list[str]:
        """The names in ``/proc``: those of the last time where nobody can have been born, but anew on every first turn.

        Who ended is found without a list: their descriptors say so.
        """
        if not self._births.possible() and not self._relist and not self._loose and not first_turn:
            return self._names
        try:
            return os.listdir(self._root)  # noqa: PTH208 - a Path for every entry would cost more than the sweep
        except OSError as error:
            raise CollectorUnavailable(f"{self._root} cannot be listed") from error

    def _leave(self, source: Source, names: list[str]) -> None:
        """Part from every process that is not listed any more."""
        listed = set(names)
        self._hidden &= listed
        self._gone.update(process for name, process in self._known.items() if name not in listed)
        self._bury(source)

    def _look_at_changed(self, source: Source) -> None:
        for process, answer in self._watch.changed():
            if process.watched == process.stat:
                self._look(source, process, answer)
            elif answer == GONE:
                self._gone.add(process)
            else:
                self._look(source, process)
                if source.io and process not in self._gone:
                    self._read_io(source, process)
        for process in self._loose:
            self._look(source, process)

    def _look_by_turn(self, source: Source, turn: int) -> None:
        for process in self._turns[turn]:
            if process.row.kernel or process in self._gone:
                continue
            if process.watched != process.stat:
                self._look(source, process)
            if process not in self._gone:
                try:
                    process.look_again_at_facts(source)
                except OSError:
                    self._gone.add(process)
                else:
                    self._rows[process.pid] = process.row

    def _look(self, source: Source, process: LinuxProcess, line: bytes | None = None) -> None:
        before = process.row
        try:
            process.look(source, line)
        except (OSError, ValueError):
            self._gone.add(process)
            return
        row = process.row
        if row is before:
            return
        self._rows[process.pid] = row
        if row.key != before.key or (row.state in _ENDED and before.state not in _ENDED):
            self._lost_parents.add(process.pid)
        if process.telling != process.watched:
            self._moved.append(process)

    def _settle(self, source: Source) -> None:
        """Part from what ended, and look at the children of what ended: they have another parent now."""
        self._bury(source)
        while self._lost_parents:
            lost, self._lost_parents = self._lost_parents, set()
            for process in [process for process in self._known.values() if process.row.parent in lost]:
                self._look(source, process)
            self._bury(source)
        moved, self._moved = self._moved, []
        for process in moved:
            if self._known.get(process.name) is process:
                self._arrange(source, process)

    def _bury(self, source: Source) -> None:
        gone, self._gone = self._gone, set()
        if not gone:
            return
        self._relist = True
        self._watch.discard(gone)
        self._io_watch.discard(gone)
        for process in gone:
            process.close(source)
            del self._known[process.name]
            self._turns[process.pid % TURNS].pop(process, None)
            self._loose.pop(process, None)
            self._io_each.pop(process, None)
            self._rows.pop(process.pid, None)
            self._lost_parents.add(process.pid)
            source.io_refused.discard(process.pid)

    def _enter(self, source: Source, names: list[str]) -> None:
        """Take in every process that is listed and not known."""
        fresh = [name for name in names if name not in self._known and name not in self._hidden]
        for name in fresh:
            if not (name.isascii() and name.isdigit()):
                continue
            process = LinuxProcess(name)
            try:
                process.open(source)
            except (OSError, ValueError) as error:
                process.close(source)
                if isinstance(error, PermissionError):
                    self._hidden.add(name)
                else:
                    self._relist = True
                continue
            self._known[name] = process
            self._turns[process.pid % TURNS][process] = None
            if process.stat == NO_DESCRIPTOR:
                self._loose[process] = None
            self._rows[process.pid] = process.row
            self._arrange(source, process)

    def _arrange(self, source: Source, process: LinuxProcess) -> None:
        """Watch the file that tells of this process now: a thread more or less may have changed which."""
        if process.telling != process.watched:
            if process.watched != NO_DESCRIPTOR:
                self._watch.discard({process})
            process.watched = process.telling
            self._watch.add(process, process.watched)
        if source.io:
            self._arrange_io(source, process)

    def _arrange_io(self, source: Source, process: LinuxProcess) -> None:
        """Read I/O now; later when it runs, or on every sweep where we cannot tell whether it ran."""
        self._io_watch.discard({process})
        self._io_each.pop(process, None)
        process.drop_io(source)
        self._read_io(source, process)
        if process.watched == process.stat:
            if process.watched != NO_DESCRIPTOR and process.keep_io(source):
                self._io_watch.add(process, process.io)
            else:
                self._io_each[process] = None

    def _watch_io(self, source: Source) -> None:
        for process, answer in self._io_watch.changed():
            if process in self._gone:
                continue
            try:
                process.take_io(answer)
            except ValueError:
                self._moved.append(process)  # it ended, or changed its owner: arranged anew if it is still here
            else:
                self._rows[process.pid] = process.row
        for process in self._io_each:
            if process not in self._gone:
                self._read_io(source, process)

    def _read_io(self, source: Source, process: LinuxProcess) -> None:
        try:
            process.read_io(source)
        except (OSError, ValueError):
            process.set_io(NO_IO)
        self._rows[process.pid] = process.row

    def _switch_io(self, source: Source, wanted: bool) -> None:
        source.io = wanted
        source.io_refused.clear()
        source.io_absent = False
        for process in self._known.values():
            if wanted:
                self._arrange_io(source, process)
            else:
                process.drop_io(source)
                process.set_io(NO_IO)
                self._rows[process.pid] = process.row
        if not wanted:
            self._io_watch = Watch()
            self._io_each.clear()

    def _explain(self, source: Source) -> tuple[Missing, ...]:
        found: list[Missing] = []
        if self._hidden or "1" not in self._known:
            found.append(Missing("other users' processes", "the system hides them (/proc is mounted with hidepid)"))
        if source.io_refused:
            why = "needs root" if os.geteuid() else "the kernel refuses it, even to root"
            found.append(Missing("I/O of other users' processes", why))
        if source.io_absent:
            found.append(Missing("I/O of processes", "this kernel keeps no I/O accounting of tasks"))
        if tuple(found) != self._missing:
            self._missing = tuple(found)
        return self._missing
