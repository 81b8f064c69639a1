"""How ``sysmon watch`` looks: figures into `rich` renderables that fit the terminal as it is now."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from rich.text import Text

from sysmon.cli.watch_figures import Flow, Now
from sysmon.model.printable import printable
from sysmon.viewmodels import format as words
from sysmon.viewmodels.format import Units

CPU, MEMORY, DISK, NETWORK, QUIET = "blue", "magenta", "green", "yellow", "bright_black"
_EIGHTHS = " ▏▎▍▌▋▊▉█"
NARROW = 100
"""Below so many columns the blocks stand under each other."""


def screen(figures: Now, units: Units, host: str, width: int, height: int) -> Text:
    """The whole screen, ``width`` by ``height`` characters; what does not fit is left out at the bottom."""
    half = width if width < NARROW else (width - 3) // 2
    cpu = _cpu_block(figures, half)
    memory = _memory_block(figures, units, half)
    disks = _flow_block("Disks", DISK, ("read", "write"), figures.disks, units.rate)
    networks = _flow_block("Network", NETWORK, ("in", "out"), figures.networks, units.network)
    if width < NARROW:
        top = [*cpu, *memory, *disks[:4], *networks[:4]]
    else:
        top = _side_by_side([*cpu, *memory], [*disks[:7], Text(), *networks[:7]], half)
    lines = [_head(figures, units, host), *top, Text()]
    lines.extend(_processes(figures, units, width, max(0, height - len(lines) - 2)))
    return Text("\n", no_wrap=True, overflow="crop").join(line[:width] for line in lines)


def bar(share: float, width: int, style: str) -> Text:
    """A bar of ``width`` characters, filled for ``share`` (0 to 1); a dotted line where it is unknown."""
    if math.isnan(share):
        return Text("·" * width, QUIET)
    eighths = round(min(1.0, max(0.0, share)) * width * 8)
    filled = _EIGHTHS[8] * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")
    return Text.assemble((filled, style), ("─" * (width - len(filled)), QUIET))


def _plain(text: str) -> str:
    return text.replace(words.SPACE, " ")


def _head(figures: Now, units: Units, host: str) -> Text:
    load = " ".join(words.number(value) for value in figures.cpu.load)
    parts = [(printable(host), "bold"), (f"  up {words.duration(figures.uptime)}  load {load}", "")]
    if figures.temperatures:
        sensor, degrees = figures.temperatures[0]
        parts.append((f"  {printable(sensor)} {units.temperature(degrees)}", ""))
    parts.extend((f"  {resource} waits {words.percent(share)}", QUIET) for resource, share in figures.pressure)
    parts.append((f"  {words.clock(figures.time)}  q quits", QUIET))
    return Text.assemble(*((_plain(text), style) for text, style in parts), no_wrap=True, overflow="ellipsis")


def _meter(name: str, share: float, text: str, width: int, style: str) -> Text:
    """A name of 7 characters, a bar, and a figure of 24 at the right."""
    right = _plain(text)
    return Text.assemble(
        (f"{name:<7}", "bold"), bar(share, max(4, width - 33), style), f" {right:>24}", no_wrap=True, overflow="crop"
    )


def _cpu_block(figures: Now, width: int) -> list[Text]:
    cpu = figures.cpu
    detail = f"{words.percent(cpu.busy)} at {words.hertz(cpu.frequency)}"
    lines = [_meter("CPU", cpu.busy, detail, width, CPU)]
    modes = (("user", cpu.user), ("system", cpu.system), ("iowait", cpu.iowait), ("steal", cpu.steal))
    lines.append(Text(_plain("  ".join(f"{name} {words.percent(share)}" for name, share in modes)), QUIET))
    lines.extend(_cores(cpu.cores, width))
    return lines


def _cores(cores: Sequence[tuple[str, float]], width: int) -> Iterable[Text]:
    """Every core as a short bar with its share; as single cells where there are many."""
    if not cores:
        return
    per_line = max(1, width // 20)
    if len(cores) > per_line * 8:
        cells = [_EIGHTHS_UP[_step(share)] for _, share in cores]
        for start in range(0, len(cells), width):
            yield Text("".join(cells[start : start + width]), CPU, no_wrap=True)
        return
    for start in range(0, len(cores), per_line):
        line = Text(no_wrap=True)
        for number, share in cores[start : start + per_line]:
            line.append(f"{number:>3} ", QUIET).append_text(bar(share, 9, CPU))
            line.append(f" {_plain(words.percent(share)):>5} ")
        yield line


_EIGHTHS_UP = "·▁▂▃▄▅▆▇█"


def _step(share: float) -> int:
    return 0 if math.isnan(share) else 1 + round(min(1.0, max(0.0, share)) * 7)


def _memory_block(figures: Now, units: Units, width: int) -> list[Text]:
    memory = figures.memory
    lines = [
        _meter("Memory", memory.used / memory.limit, units.size_of(memory.used, memory.limit), width, MEMORY),
        Text(_plain(f"available {units.size(memory.available)}  cached {units.size(memory.cached)}"), QUIET),
    ]
    if memory.swap_limit > 0.0:
        share = memory.swap_used / memory.swap_limit
        lines.append(_meter("Swap", share, units.size_of(memory.swap_used, memory.swap_limit), width, MEMORY))
    return lines


def _flow_block(
    title: str, style: str, ways: tuple[str, str], flows: Sequence[Flow], write: Callable[[float], str]
) -> list[Text]:
    lines = [Text.assemble((f"{title:<18}", "bold"), (f"{ways[0]:>12}{ways[1]:>12}", QUIET))]
    for flow in flows:
        line = Text(f"{printable(flow.name)[:18]:<18}{_plain(write(flow.into)):>12}{_plain(write(flow.out)):>12}")
        if not math.isnan(flow.busy):
            line.append("  ").append_text(bar(flow.busy, 8, style)).append(f" {_plain(words.percent(flow.busy)):>5}")
        lines.append(line)
    return lines


def _side_by_side(left: Sequence[Text], right: Sequence[Text], width: int) -> list[Text]:
    """Both blocks beside each other, the left one ``width`` characters wide and three apart."""
    lines: list[Text] = []
    for row in range(max(len(left), len(right))):
        line = left[row][:width] if row < len(left) else Text()
        line.pad_right(width + 3 - len(line))
        lines.append(line.append_text(right[row]) if row < len(right) else line)
    return lines


def _processes(figures: Now, units: Units, width: int, rows: int) -> Iterable[Text]:
    """A line of titles and ``rows`` processes. Plain columns: a `rich` table takes three times as long."""
    count = "–" if figures.processes is None else words.count(figures.processes)
    titles = f"{'PID':>7} {'CPU':>8} {'memory':>9} {'read':>10} {'write':>10}  {'user':<10} {count} processes"
    yield Text(titles, f"bold {QUIET}")
    for row, rate in figures.busiest[:rows]:
        cells = (words.percent_exact(rate.cpu), units.size(row.memory), units.rate(rate.read), units.rate(rate.write))
        cpu, memory, read, written = (_plain(cell) for cell in cells)
        line = Text(
            f"{row.key.pid:>7} {cpu:>8} {memory:>9} {read:>10} {written:>10}  {_cut(printable(row.user), 10):<10} "
        )
        command = printable(row.command) or printable(row.name)
        yield line.append(_cut(command, max(0, width - len(line))), QUIET if row.kernel else "")


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: max(0, width - 1)]}…"
