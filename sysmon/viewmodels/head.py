"""The head of the window: which machine, and what it is in one line. Knows no pixels."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sysmon.model.host import HostFacts
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.readings import joined

_NOISE = re.compile(r"\((R|TM|tm|r)\)|\bCPU\b|\bProcessor\b|\b\d+-Core\b|@.*$|^(Intel|AMD)\b")


@dataclass(frozen=True, slots=True)
class HeadView:
    """Name and facts of the machine that is shown. ``tip`` holds what the line has no room for."""

    name: str
    facts: str
    tip: str


def head(facts: HostFacts, name: str, now: float) -> HeadView:
    """``name`` is how the machine is called on the screen, ``now`` a time in seconds since 1970."""
    system = (facts.os_name or "").partition(" (")[0].replace("GNU/Linux ", "")
    up = f"up {fmt.duration(now - facts.boot_time)}" if facts.boot_time is not None else ""
    line = joined(system, _release(facts.kernel), _processor(facts), up if fmt.UNKNOWN not in up else "")
    tip = "\n".join(
        text
        for text in (
            facts.product or "",
            facts.os_name or "",
            facts.kernel or "",
            facts.cpu_model or "",
            f"Virtual machine ({facts.virtualisation})" if facts.virtualisation not in (None, "none") else "",
            f"Container ({facts.container})" if facts.container not in (None, "none") else "",
            f"Up since {fmt.exact(facts.boot_time)}" if facts.boot_time is not None else "",
        )
        if text
    )
    return HeadView(name, line, tip)


def _release(kernel: str | None) -> str:
    """The kernel without the build of its maker: "Linux 6.18"."""
    match = re.match(r"(\S+ \d+\.\d+)", kernel or "")
    return match.group(1) if match else kernel or ""


def _processor(facts: HostFacts) -> str:
    model = " ".join(_NOISE.sub(" ", facts.cpu_model or "").split())
    cores = fmt.counted(facts.cpu_cores, "core", "cores") if facts.cpu_cores else ""
    return ", ".join(text for text in (model, cores) if text)
