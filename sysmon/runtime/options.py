"""Every option of the program, declared once.

Type, default, help and bounds stand here; the settings file, the command line, the settings
dialog and `docs/settings.md` derive from them. Knows no file, no screen and no command.

The attribute name gives the rest: ``sampling_interval`` is ``interval`` in the section
``sampling``, so ``sampling.interval`` in words and ``--interval`` on a command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, cast, get_args

from sysmon.runtime.option import Option, Value
from sysmon.runtime.toml_edit import literal

Theme: TypeAlias = Literal["dark", "light", "system"]
Range: TypeAlias = Literal["1m", "5m", "1h", "6h", "24h", "7d", "30d"]
NetworkUnit: TypeAlias = Literal["bytes", "bits"]
TemperatureUnit: TypeAlias = Literal["C", "F"]
CpuShare: TypeAlias = Literal["core", "machine"]
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "sampling": "How often this machine is read, and how long readings are kept.",
        "window": "How the window looks and behaves.",
        "units": "How figures are written.",
        "processes": "The table of processes.",
        "sharing": "What this machine lets other machines see. Nobody gets anything before both were paired.",
        "fleet": "Other machines.",
        "log": "What is written to the log file.",
    }
)


class Values:
    """The values in force, one typed attribute for each option. Immutable; `Settings` changes them."""

    sampling_interval = Option(
        1.0,
        "Refresh interval",
        "Time between two readings of this machine.",
        low=0.25,
        high=10.0,
        unit="s",
    )
    sampling_keep = Option(
        60,
        "Keep in memory",
        "How far back the live plots can go. Longer costs memory.",
        low=5,
        high=240,
        unit="min",
        restart=True,
    )
    sampling_disabled = Option[tuple[str, ...]](
        (),
        "Families that are not read",
        "Names of families (as `sysmon doctor` lists them) that are never read, for example gpu or services.",
    )

    window_theme = Option[Theme](
        "system", "Theme", "Dark, light, or as the desktop says.", choices=cast("tuple[Theme, ...]", get_args(Theme))
    )
    window_page = Option("overview", "First page", "The page that the window shows when it opens.")
    window_range = Option[Range](
        "5m", "Time range", "How much time the plots show.", choices=cast("tuple[Range, ...]", get_args(Range))
    )
    window_close_to_tray = Option(
        True,
        "Close to tray",
        "Closing the window keeps sysmon in the tray. Where no tray exists, closing the window ends sysmon.",
    )
    window_start_hidden = Option(False, "Start hidden", "Begin in the tray, without a window, where a tray exists.")
    window_single_instance = Option(
        True,
        "Single instance",
        "A second start shows the window of the first instead of opening another.",
        restart=True,
    )

    units_network = Option[NetworkUnit](
        "bytes",
        "Network rates",
        "Write network rates in bytes or in bits per second.",
        choices=cast("tuple[NetworkUnit, ...]", get_args(NetworkUnit)),
    )
    units_size_base = Option(
        2, "Base of sizes", "Memory and disk sizes: 2 for KiB, MiB, GiB; 10 for kB, MB, GB.", choices=(2, 10)
    )
    units_rate_base = Option(
        10, "Base of rates", "Disk and network rates: 2 for KiB/s, MiB/s; 10 for kB/s, MB/s.", choices=(2, 10)
    )
    units_temperature = Option[TemperatureUnit](
        "C",
        "Temperature",
        "Degrees Celsius or Fahrenheit.",
        choices=cast("tuple[TemperatureUnit, ...]", get_args(TemperatureUnit)),
    )

    processes_cpu = Option[CpuShare](
        "core",
        "CPU of processes",
        "As a share of one core (a busy program of four threads shows 400 %) or of the whole machine.",
        choices=cast("tuple[CpuShare, ...]", get_args(CpuShare)),
    )
    processes_kernel = Option(False, "Kernel threads", "List the threads of the kernel too.")

    sharing_on = Option(False, "Share this machine", "Let paired machines connect to this one and watch it.")
    sharing_addresses = Option[tuple[str, ...]](
        ("127.0.0.1",),
        "Addresses",
        "Addresses of this machine on which it is shared. 127.0.0.1 reaches nobody else; 0.0.0.0 and :: are all networks.",
    )
    sharing_port = Option(4870, "Port", "TCP port on which this machine is shared.", low=1, high=65535)
    sharing_announce = Option(
        True,
        "Found by others",
        "While this machine is shared on a network, announce its name, port and short id there (mDNS).",
    )
    sharing_name = Option("", "Name", "How this machine calls itself towards others; empty for its host name.")

    fleet_dial = Option[tuple[str, ...]](
        (),
        "Publish to",
        "Paired machines, by name or id, that this one connects to so that they can watch it: hubs, or machines that cannot "
        "reach this one. Of several hubs the less loaded one is taken.",
    )

    log_level = Option[LogLevel](
        "info",
        "Log level",
        "The least important kind of message that is kept.",
        choices=cast("tuple[LogLevel, ...]", get_args(LogLevel)),
    )

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        """``values`` by dotted name; the rest are defaults. Raises ValueError for a bad value, KeyError for a bad name."""
        self._values: dict[str, Value] = {name: option.default for name, option in OPTIONS.items()}
        for name, value in (values or {}).items():
            self._values[name] = OPTIONS[name].check(value)

    def value(self, name: str) -> Value:
        """The value of the option with the dotted ``name``. Raises KeyError where there is none."""
        return self._values[name]


def _declared() -> dict[str, Option[Value]]:
    entries = cast("dict[str, object]", dict(vars(Values)))
    found = [cast("Option[Value]", entry) for entry in entries.values() if isinstance(entry, Option)]
    return {option.name: option for option in found}


OPTIONS: Mapping[str, Option[Value]] = MappingProxyType(_declared())
"""Every option by dotted name, in the order of declaration."""


def render_manual() -> str:
    """The text of `docs/settings.md`."""
    lines = [
        "# Settings",
        "",
        "One TOML file; `sysmon config path` says where it is. The settings dialog and `sysmon config set NAME VALUE` write it,",
        "and keep your comments and whatever they do not know. `--set NAME=VALUE` holds for one run; so does a variable of the",
        "environment, `SYSMON_SECTION_KEY`, for example `SYSMON_SAMPLING_INTERVAL=2`; lists are separated by commas. A value that is wrong",
        "is reported with its line, and the one in force before stays; `sysmon config check` looks without starting anything.",
        "",
        "This page is made from `sysmon/runtime/options.py`: `sysmon config manual` prints it.",
    ]
    for section, text in SECTIONS.items():
        lines += [
            "",
            f"## [{section}]",
            "",
            text,
            "",
            "| key | default | allowed | what it does |",
            "|---|---|---|---|",
        ]
        for option in OPTIONS.values():
            if option.section == section:
                note = " Takes effect at the next start." if option.restart else ""
                lines.append(
                    f"| `{option.key}` | `{literal(option.default)}` | {option.bounds()} | {option.text}{note} |"
                )
    return "\n".join(lines) + "\n"
