"""Numbers and times as words: three significant digits, a thin space, the unit.

Everything that a person reads passes through here, so that 0 is "0", unknown is "–" and a figure
keeps its width. Pure; the only thing it asks the system is the time zone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

UNKNOWN = "–"
SPACE = "\u202f"
"""Narrow no-break space between number and unit (SI brochure, 5.4.3, asks for a space there)."""

_DECIMAL = ("", "k", "M", "G", "T", "P", "E", "Z", "Y", "R", "Q")
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi", "Ri", "Qi")
_ROUNDS_UP = 999.5
"""From here on a number of three digits would be written with four: the next prefix takes over."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def number(value: float) -> str:
    """Three significant digits without a prefix: "4.21", "31.0", "1,240"; "–" for NaN and infinity."""
    if not math.isfinite(value):
        return UNKNOWN
    return _signed(value, _three)


def _signed(value: float, write: Callable[[float], str]) -> str:
    text = write(abs(value))
    # "-0.00" would say less than nothing.
    return f"-{text}" if value < 0 and text.strip("0.") else text


def _three(value: float) -> str:
    if value == 0:
        return "0"
    if value < 9.995:
        return f"{value:.2f}"
    if value < 99.95:
        return f"{value:.1f}"
    return f"{value:,.0f}"


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def scaled(value: float, unit: str, base: int = 10) -> str:
    """Three significant digits with prefix and unit: "38.9 GiB", "214 MB/s", "5.12 GHz".

    The unit alone (bytes, bits, hertz) has no decimals: nothing is smaller than one of them.
    """
    if not math.isfinite(value):
        return UNKNOWN
    prefixes, step = (_BINARY, 1024.0) if base == 2 else (_DECIMAL, 1000.0)
    size, power = abs(value), 0
    while size >= _ROUNDS_UP and power < len(prefixes) - 1:
        size /= step
        power += 1
    write = _three if power else _whole
    digits = ">999" if size >= _ROUNDS_UP else write(size)
    minus = "-" if value < 0 and digits != "0" else ""
    return f"{minus}{digits}{SPACE}{prefixes[power]}{unit}"


def trimmed(text: str) -> str:
    """A formatted quantity without empty decimals: "64.0 GiB" becomes "64 GiB"."""
    digits, space, unit = text.partition(SPACE)
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits}{space}{unit}"


def percent(share: float) -> str:
    """A share as whole percent, below one percent with one decimal: "34 %", "0.6 %", "0 %"."""
    if not math.isfinite(share):
        return UNKNOWN
    hundredths = share * 100.0
    if 0.05 <= abs(hundredths) < 0.95:
        return f"{hundredths:.1f}{SPACE}%"
    return f"{_signed(hundredths, _whole)}{SPACE}%"


def percent_exact(share: float) -> str:
    """A share as percent with one decimal, for columns of figures: "98.7 %", "212.4 %"."""
    if not math.isfinite(share):
        return UNKNOWN
    text = f"{share * 100.0:,.1f}"
    return f"{'0.0' if text == '-0.0' else text}{SPACE}%"


def count(value: float) -> str:
    """A whole number with separators: "1,930"."""
    return _signed(value, _whole) if math.isfinite(value) else UNKNOWN


def counted(value: float, one: str, many: str) -> str:
    """A number and its noun: "1 process", "31 processes"."""
    return f"{count(value)} {one if value == 1 else many}"


def per_second(value: float) -> str:
    """Events a second: "41.2 k/s", "12 /s"."""
    if not math.isfinite(value):
        return UNKNOWN
    return scaled(value, "/s") if abs(value) >= _ROUNDS_UP else f"{_signed(value, _short)}{SPACE}/s"


def _short(value: float) -> str:
    if value == 0 or value >= 9.95:
        return _whole(value)
    return f"{value:.1f}"


def hertz(value: float) -> str:
    """A frequency: "5.12 GHz"."""
    return scaled(value, "Hz")


def watts(value: float) -> str:
    """Power: "88 W", "3.4 W"."""
    return f"{_signed(value, _short)}{SPACE}W" if math.isfinite(value) else UNKNOWN


def volts(value: float) -> str:
    """Voltage: "1.23 V"."""
    return f"{number(value)}{SPACE}V" if math.isfinite(value) else UNKNOWN


def amperes(value: float) -> str:
    """Current: "0.84 A"."""
    return f"{number(value)}{SPACE}A" if math.isfinite(value) else UNKNOWN


def rpm(value: float) -> str:
    """Speed of a fan: "1,240 rpm"."""
    return f"{count(value)}{SPACE}rpm" if math.isfinite(value) else UNKNOWN


def latency(seconds: float) -> str:
    """A short time: "0.30 ms", "12.4 ms", "1.20 s", "840 µs"."""
    if not math.isfinite(seconds):
        return UNKNOWN
    size = abs(seconds)
    if size >= 0.9995:
        return f"{number(seconds)}{SPACE}s"
    if size >= 99.95e-6 or size == 0:
        return f"{number(seconds * 1e3)}{SPACE}ms"
    return f"{number(seconds * 1e6)}{SPACE}µs"


def duration(seconds: float) -> str:
    """How long something lasted, in its two largest units: "12 d 4 h", "3 min 5 s", "42 s"."""
    if not math.isfinite(seconds) or seconds < 0:
        return UNKNOWN
    left = int(seconds)
    parts: list[str] = []
    for length, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s")):
        whole, left = divmod(left, length)
        if whole:
            parts.append(f"{whole:,}{SPACE}{unit}")
        elif parts:
            break
        if len(parts) == 2:
            break
    return " ".join(parts) or f"0{SPACE}s"


def ago(seconds: float) -> str:
    """How long since something happened, in its largest unit: "now", "just now", "20 s ago", "2 min ago", "3 d ago"."""
    if not math.isfinite(seconds):
        return UNKNOWN
    if seconds < 1.0:
        return "now"
    for length, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= length:
            return f"{int(seconds // length):,}{SPACE}{unit} ago"
    # Whole tens: a text that changes each second moves the eye, and is drawn again for nothing.
    return f"{int(seconds // 10) * 10}{SPACE}s ago" if seconds >= 10.0 else "just now"


def age(seconds: float) -> str:
    """How long something has lasted, in its largest unit: "12 d", "2 h", "42 s"."""
    return duration(seconds).partition(" ")[0]


def milliseconds(seconds: float) -> str:
    """A time on the way between machines, without decimals that only tremble: "12 ms", "0.3 ms", "1.2 s"."""
    if not math.isfinite(seconds):
        return UNKNOWN
    size = abs(seconds) * 1e3
    if size >= 999.5:
        return f"{_signed(seconds, _short)}{SPACE}s"
    return f"{_signed(seconds * 1e3, _whole if size >= 0.95 else _short)}{SPACE}ms"


def offset(seconds: float) -> str:
    """By how much a clock is ahead: "+3 ms", "-1 ms", "0 ms", "+2 d"."""
    if not math.isfinite(seconds):
        return UNKNOWN
    size = abs(seconds)
    if size < 0.5e-3:
        return f"0{SPACE}ms"
    return f"{'-' if seconds < 0 else '+'}{age(size) if size >= 100.0 else milliseconds(size)}"


def span(seconds: float) -> str:
    """A length of time as people say it: "5 minutes", "1 hour"."""
    for length, unit in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= length:
            amount = round(seconds / length)
            return f"{amount} {unit}{'' if amount == 1 else 's'}"
    amount = round(seconds)
    return f"{amount} second{'' if amount == 1 else 's'}"


def clock(moment: float) -> str:
    """The local time of day of a moment (seconds since 1970): "03:11:58"."""
    return _local(moment, "%H:%M:%S")


def exact(moment: float) -> str:
    """The local date and time of a moment (seconds since 1970): "2026-11-23 03:11:58"."""
    return _local(moment, "%Y-%m-%d %H:%M:%S")


def _local(moment: float, pattern: str) -> str:
    if not math.isfinite(moment):
        return UNKNOWN
    try:
        return time.strftime(pattern, time.localtime(moment))
    except (OverflowError, OSError, ValueError):  # beyond what the C library can count
        return UNKNOWN


@dataclass(frozen=True, slots=True)
class Units:
    """How the user wants quantities written."""

    network_bits: bool = False
    """Network rates in bits instead of bytes."""
    size_base: int = 2
    """2 for KiB, MiB, GiB; 10 for kB, MB, GB."""
    rate_base: int = 10
    fahrenheit: bool = False
    machine_cpu: bool = False
    """CPU of processes as a share of the whole machine instead of one core."""
    cores: int = 1
    """What the whole machine is: logical CPUs of the one that is shown."""

    def cpu(self, share: float) -> str:
        """What a process takes, ``share`` 1.0 being one core: "98.7 %"."""
        return percent_exact(share / max(1, self.cores) if self.machine_cpu else share)

    @property
    def cpu_of(self) -> str:
        """Of what shares of CPU are, in words."""
        return "the machine" if self.machine_cpu else "one core"

    def size(self, value: float) -> str:
        """Bytes that something holds: "38.9 GiB"."""
        return scaled(value, "B", self.size_base)

    def limit(self, value: float) -> str:
        """Bytes that something can hold, without empty decimals: "64 GiB"."""
        return trimmed(self.size(value))

    def size_of(self, value: float, limit: float) -> str:
        """A size beside its limit, in the limit's unit: "0.2 of 8 GiB"."""
        whole = self.limit(limit)
        prefixes, step = (_BINARY, 1024.0) if self.size_base == 2 else (_DECIMAL, 1000.0)
        unit = whole.partition(SPACE)[2]
        if not math.isfinite(value) or not unit:
            return f"{self.size(value)} of {whole}"
        power = prefixes.index(unit.removesuffix("B"))
        return f"{_short(max(0.0, value) / step**power)} of {whole}"

    def rate(self, value: float) -> str:
        """Bytes a second of a disk: "214 MB/s"."""
        return scaled(value, "B/s", self.rate_base)

    def network(self, value: float) -> str:
        """Bytes a second of a network, as the user wants them: "18.2 MB/s" or "146 Mb/s"."""
        if self.network_bits:
            return scaled(value * 8.0, "b/s", self.rate_base)
        return scaled(value, "B/s", self.rate_base)

    def temperature(self, celsius: float) -> str:
        """A temperature: "61 °C", "142 °F"."""
        if not math.isfinite(celsius):
            return UNKNOWN
        return f"{self.degrees(celsius)}{SPACE}°{'F' if self.fahrenheit else 'C'}"

    def degrees(self, celsius: float) -> str:
        """A temperature without its unit, for notes beside one that has it: "95"."""
        return _signed(celsius * 1.8 + 32.0 if self.fahrenheit else celsius, _whole)


def link_speed(bits: float) -> str:
    """What a link can carry, always in bits as on the box: "2.5 Gb/s"."""
    return trimmed(scaled(bits, "b/s"))
