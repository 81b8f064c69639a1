"""Batteries and mains from ``/sys/class/power_supply`` (Linux).

One read of ``uevent`` gives all properties of a supply at once. Facts and units (µWh, µAh, µV, µA, µW):
https://docs.kernel.org/power/power_supply_class.html and Documentation/ABI/testing/sysfs-class-power.
Batteries of mice, headsets and the like (scope Device) are batteries of their own.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sysmon.collectors.contract import Pace
from sysmon.collectors.procfs import entries
from sysmon.collectors.sysfs import SysFile, clean_label, parse_number, reason_of
from sysmon.model import names
from sysmon.model.errors import CollectorUnavailable
from sysmon.model.metric import Series, series
from sysmon.model.sample import Missing, Reading

STATES: Final = ("charging", "discharging", "full", "idle", "unknown")
"""What a battery may be doing; idle is "not charging": plugged in, neither filled nor emptied."""

_STATE_OF: Final = {"Charging": "charging", "Discharging": "discharging", "Full": "full", "Not charging": "idle"}

_MAX_SUPPLIES: Final = 32


@dataclass(frozen=True, slots=True)
class BatteryState:
    """What one battery says of itself. NaN where it does not."""

    charge: float
    """Remaining share, 0 to 1."""
    health: float
    """Full charge as a share of the designed one; a new battery may be above 1."""
    power: float
    """Watts out of (positive) or into (negative) the battery."""
    seconds: float
    """Seconds until empty or full; NaN where it is neither charging nor discharging."""
    cycles: float
    state: str
    """One of `STATES`."""


def parse_uevent(data: bytes) -> dict[str, str]:
    """Properties by name without the prefix ``POWER_SUPPLY_``. Never fails."""
    found: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        name, equals, value = line.partition("=")
        if equals and name.startswith("POWER_SUPPLY_"):
            found[name.removeprefix("POWER_SUPPLY_")] = value.strip()
    return found


def battery_state(properties: Mapping[str, str]) -> BatteryState:
    """What the properties of a battery mean, for batteries that count energy (µWh) and that count charge (µAh)."""

    def number(name: str) -> float:
        return parse_number(properties.get(name, ""))

    kind = "ENERGY" if "ENERGY_FULL" in properties or "ENERGY_NOW" in properties else "CHARGE"
    now, full, design = number(f"{kind}_NOW"), number(f"{kind}_FULL"), number(f"{kind}_FULL_DESIGN")
    charge = _share(now, full)
    if math.isnan(charge):
        charge = number("CAPACITY") / 100.0
    state = _STATE_OF.get(properties.get("STATUS", ""), "unknown")
    current, volts = number("CURRENT_NOW"), number("VOLTAGE_NOW")
    watts = number("POWER_NOW") / 1e6
    if math.isnan(watts):
        watts = current * volts / 1e12
    # Drivers disagree about the sign; the state does not.
    watts = -abs(watts) if state == "charging" else abs(watts)
    rate = abs(number("POWER_NOW")) if kind == "ENERGY" else abs(current)
    if kind == "ENERGY" and math.isnan(rate):
        rate = abs(current * volts) / 1e6
    return BatteryState(
        charge=min(max(charge, 0.0), 1.0) if math.isfinite(charge) else math.nan,
        health=_share(full, design),
        power=watts,
        seconds=_seconds(properties, state, now, full, rate),
        cycles=_cycles(number("CYCLE_COUNT")),
        state=state,
    )


def _seconds(properties: Mapping[str, str], state: str, now: float, full: float, rate: float) -> float:
    if state not in ("charging", "discharging"):
        return math.nan
    left = now if state == "discharging" else full - now
    hours = _share(max(left, 0.0) if math.isfinite(left) else left, rate)
    if math.isfinite(hours):
        return hours * 3600.0
    for form in ("NOW", "AVG"):
        said = parse_number(properties.get(f"TIME_TO_{'EMPTY' if state == 'discharging' else 'FULL'}_{form}", ""))
        if said > 0:
            return said
    return math.nan


def _share(part: float, whole: float) -> float:
    """``part / whole``, NaN where the driver gives nonsense."""
    return part / whole if part >= 0 and whole > 0 else math.nan


def _cycles(count: float) -> float:
    # Many drivers answer 0 or -1 for "not counted"; a battery with no cycle at all does not exist for long.
    return count if count > 0 else math.nan


class BatteryCollector:
    """Family ``battery``: every battery and every mains supply."""

    family = "battery"
    pace = Pace(interval=10.0, limit=5.0)

    def __init__(self, proc: Path, sys: Path) -> None:
        del proc
        self._folder = sys / "class/power_supply"
        self._files: dict[str, SysFile] = {}
        self._series: tuple[Series, ...] = ()
        self._missing: tuple[Missing, ...] = ()

    def read(self) -> Reading:
        """State of each supply. Raises CollectorUnavailable where there is none."""
        found = entries(self._folder)[:_MAX_SUPPLIES]
        for gone in self._files.keys() - set(found):
            self._files.pop(gone).close()
        wanted: list[Series] = []
        values: list[float] = []
        missing: list[Missing] = []
        for name in found:
            file = self._files.setdefault(name, SysFile(self._folder / name / "uevent"))
            try:
                properties = parse_uevent(file.read())
            except OSError as error:
                missing.append(Missing(f"{names.BATTERY_CHARGE.name}{{hw.id={name}}}", reason_of(error)))
                continue
            for of, value in _supply(name, properties):
                wanted.append(of)
                values.append(value)
        if not wanted and not missing:
            raise CollectorUnavailable("this machine has no battery and reports no power supply")
        if tuple(wanted) != self._series:
            self._series = tuple(wanted)
        if tuple(missing) != self._missing:
            self._missing = tuple(missing)
        return Reading(self._series, values, self._missing)

    def close(self) -> None:
        for file in self._files.values():
            file.close()


def _supply(name: str, properties: Mapping[str, str]) -> list[tuple[Series, float]]:
    """Series and values of one supply; nothing where it is no battery and no mains, or its slot is empty."""
    kind = properties.get("TYPE", "")
    if kind in ("Mains", "USB", "Wireless"):
        online = parse_number(properties.get("ONLINE", ""))
        if "ONLINE" not in properties or properties.get("SCOPE") == "Device":
            return []
        return [(series(names.MAINS_ONLINE, clean_label(name)), online if math.isnan(online) else float(online > 0))]
    if kind not in ("Battery", "UPS") or properties.get("PRESENT") == "0":
        return []
    return battery_values(battery_id(name, properties), battery_state(properties))


def battery_values(identity: str, state: BatteryState) -> list[tuple[Series, float]]:
    """The series of a battery with their values. A part that a battery never tells is left out, not NaN."""
    known = (
        (series(names.BATTERY_CHARGE, identity), state.charge, True),
        (series(names.BATTERY_HEALTH, identity), state.health, False),
        (series(names.BATTERY_POWER, identity), state.power, False),
        (series(names.BATTERY_CYCLES, identity), state.cycles, False),
    )
    pairs = [(of, value) for of, value, always in known if always or not math.isnan(value)]
    pairs += [
        (series(names.BATTERY_TIME_LEFT, identity, way), state.seconds if state.state == way else math.nan)
        for way in ("charging", "discharging")
    ]
    pairs += [(series(names.HARDWARE_STATUS, identity, "battery", one), float(state.state == one)) for one in STATES]
    return pairs


def battery_id(name: str, properties: Mapping[str, str]) -> str:
    """An id that stays over reboots and reconnects.

    The system's batteries have fixed names (BAT0). Those of peripherals are numbered as they
    come, or carry a radio address: they are told by model and a short hash of what is unique in them.
    """
    if properties.get("SCOPE") != "Device":
        return clean_label(name)
    model = clean_label(properties.get("MODEL_NAME", ""), 40) or "device"
    unique = properties.get("SERIAL_NUMBER", "").strip() or name
    return f"{model} #{hashlib.blake2b(unique.encode(), digest_size=3).hexdigest()}"
