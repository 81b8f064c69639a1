"""``sysmon doctor``: what can be read here, what cannot, why, and what helps."""

from __future__ import annotations

import json
import os
import subprocess
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from sysmon.cli.arguments import add_set, overrides
from sysmon.cli.commands import command_parser
from sysmon.cli.window import has_display
from sysmon.collectors.processes import open_process_reader
from sysmon.collectors.registry import local_collectors
from sysmon.model.host import LOCAL
from sysmon.model.printable import printable
from sysmon.runtime import doctor
from sysmon.runtime.doctor import Finding, Health, Section
from sysmon.runtime.paths import find_paths
from sysmon.runtime.program import own_command
from sysmon.runtime.reading import read_machine
from sysmon.runtime.settings import Settings

QT_LIMIT = 15.0
"""Seconds that Qt has to answer about display and tray."""


def parser() -> ArgumentParser:
    made = command_parser(
        "doctor",
        "Examine what sysmon can read on this machine, what it cannot and why, and what would help:\n"
        "versions, families with their cost, rights, files, settings, display.\n\n"
        "Ends with 1 where something that should work does not.",
    )
    add_set(made)
    return made


def run(args: Namespace) -> int:
    sections = examine(args)
    for line in lines(sections):
        print(line)
    return 1 if any(finding.health is Health.PROBLEM for section in sections for finding in section.findings) else 0


def examine(args: Namespace) -> list[Section]:
    """Everything that there is to say, in the order it is printed."""
    paths = find_paths()
    settings = Settings(paths.settings_file, overrides(args))
    collectors = local_collectors()
    processes = open_process_reader()
    try:
        reading = read_machine(collectors, None, 0.2)
        processes.read(LOCAL, time.time(), True)
        begun = time.perf_counter()
        table = processes.read(LOCAL, time.time(), True)
        cost = time.perf_counter() - begun
    finally:
        processes.close()
        for collector in collectors:
            collector.close()
    return [
        doctor.versions(),
        doctor.families(reading.families),
        doctor.processes(table, cost),
        doctor.rights(),
        doctor.files(paths, settings.problems),
        doctor.display(os.environ, qt_facts(os.environ)),
    ]


def qt_facts(environment: Mapping[str, str]) -> Mapping[str, object] | str:
    """What Qt says about display and tray, or why it says nothing. Asked in a child: Qt aborts where it finds no display."""
    if not has_display(environment):
        return "no display; `sysmon watch`, `sysmon agent` and `sysmon screenshot` need none"
    try:
        done = subprocess.run(  # noqa: S603  # our own program
            [*own_command(), "selftest", "--qt"], capture_output=True, text=True, timeout=QT_LIMIT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"Qt did not answer: {error}"
    try:
        return cast("dict[str, object]", json.loads(done.stdout))
    except ValueError:
        return f"Qt cannot open a window: {_reason(done.stderr) or f'it ended with {done.returncode}'}"


def _reason(errors: str) -> str:
    """What matters of what Qt or we wrote on standard error."""
    written = [line.strip() for line in errors.splitlines() if line.strip()]
    told = [line.partition(": ")[2] for line in written if line.startswith("qt.qpa.")]
    if told and "could not connect" in told[0]:
        return told[0]  # Qt goes on to name a library that it has
    return "; ".join(told) or (written[-1] if written else "")


def lines(sections: Sequence[Section]) -> Iterator[str]:
    """The report, line by line."""
    for number, section in enumerate(sections):
        if number:
            yield ""
        yield section.title
        for finding in section.findings:
            yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[str]:
    yield f"  {finding.health.value:<8} {printable(finding.subject):<44} {printable(finding.text)}".rstrip()
    if finding.remedy is not None:
        yield f"{'':55} → {printable(finding.remedy)}"
