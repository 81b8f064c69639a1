"""Trees of sysfs, cgroupfs and procfs as real machines show them, for the collectors of hardware and control groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.collectors.recorded import write_tree


def link(at: Path, to: str | Path) -> None:
    """A symbolic link at ``at``; it may lead nowhere."""
    at.parent.mkdir(parents=True, exist_ok=True)
    at.symlink_to(to)


def chip(sys: Path, number: int, name: str, device: str, files: Mapping[str, str]) -> Path:
    """A hwmon chip on a device below ``sys/devices``; returns the device's folder."""
    home = sys / "devices" / device
    home.mkdir(parents=True, exist_ok=True)
    place = sys / f"class/hwmon/hwmon{number}"
    write_tree(place, {"name": f"{name}\n", **{file: f"{content}\n" for file, content in files.items()}})
    link(place / "device", home)
    return home


def laptop_sensors(sys: Path) -> Path:
    """A ThinkPad: coretemp, an NVMe disk, the embedded controller's fans and voltages, a Wi-Fi card."""
    chip(
        sys,
        0,
        "coretemp",
        "platform/coretemp.0",
        {
            "temp1_input": "47000",
            "temp1_label": "Package id 0",
            "temp1_max": "100000",
            "temp1_crit": "100000",
            "temp1_crit_alarm": "0",
            "temp2_input": "46000",
            "temp2_label": "Core 0",
            "temp2_max": "100000",
            "temp2_crit": "100000",
        },
    )
    disk = chip(
        sys,
        1,
        "nvme",
        "pci0000:00/0000:00:1d.0/0000:04:00.0/nvme/nvme0",
        {
            "temp1_input": "38850",
            "temp1_label": "Composite",
            "temp1_max": "83850",
            "temp1_crit": "87850",
            "temp2_input": "38850",
            "temp2_label": "Sensor 1",
            "temp2_max": "65261850",
        },
    )
    write_tree(disk, {"model": "Samsung SSD 970 EVO Plus 1TB\n"})
    link(disk / "device", disk.parent.parent)
    write_tree(disk.parent.parent, {"power/runtime_status": "active\n"})
    chip(
        sys,
        2,
        "thinkpad",
        "platform/thinkpad_hwmon",
        {"fan1_input": "2431", "fan2_input": "0", "temp1_input": "47000", "temp1_fault": "0", "pwm1": "128"},
    )
    chip(
        sys,
        3,
        "BAT0",
        "virtual/power_supply/BAT0",
        {"in0_input": "12643", "curr1_input": "850", "power1_input": "10746550"},
    )
    return sys


def drivetemp(sys: Path, rotational: str) -> None:
    """A SATA disk that tells its temperature."""
    device = chip(sys, 7, "drivetemp", "pci0000:00/ata1/host0/target0:0:0/0:0:0:0", {"temp1_input": "33000"})
    write_tree(
        device,
        {
            "model": "WDC WD40EFRX-68N\n",
            "block/sda/queue/rotational": f"{rotational}\n",
            "block/sda/stat": " 100 0 800 40 5 0 40 3 0 40 43\n",
        },
    )


def thermal_zone(sys: Path, number: int = 0) -> None:
    """A board without hwmon."""
    write_tree(
        sys / f"class/thermal/thermal_zone{number}",
        {
            "type": "cpu-thermal\n",
            "temp": "51540\n",
            "trip_point_0_type": "passive\n",
            "trip_point_0_temp": "80000\n",
            "trip_point_1_type": "critical\n",
            "trip_point_1_temp": "110000\n",
        },
    )


def rapl(sys: Path, zones: Mapping[str, tuple[str, int]]) -> Path:
    """Powercap zones: folder to name and energy in µJ. Returns the folder of the class."""
    folder = sys / "class/powercap"
    (folder / "intel-rapl").mkdir(parents=True)
    for zone, (name, energy) in zones.items():
        write_tree(
            folder / zone,
            {
                "name": f"{name}\n",
                "energy_uj": f"{energy}\n",
                "max_energy_range_uj": "262143328850\n",
                "enabled": "1\n",
            },
        )
    return folder


def supply(sys: Path, name: str, **properties: str | int) -> None:
    """One power supply with these properties in its ``uevent``."""
    text = "".join(f"POWER_SUPPLY_{key}={value}\n" for key, value in {"NAME": name, **properties}.items())
    write_tree(sys / "class/power_supply" / name, {"uevent": f"DEVTYPE=power_supply\n{text}"})


ENERGY_BATTERY: Mapping[str, str | int] = {
    "TYPE": "Battery",
    "STATUS": "Discharging",
    "PRESENT": 1,
    "TECHNOLOGY": "Li-poly",
    "CYCLE_COUNT": 213,
    "VOLTAGE_MIN_DESIGN": 11520000,
    "VOLTAGE_NOW": 11843000,
    "POWER_NOW": 9000000,
    "ENERGY_FULL_DESIGN": 57020000,
    "ENERGY_FULL": 45000000,
    "ENERGY_NOW": 22500000,
    "CAPACITY": 50,
    "MODEL_NAME": "02DL007",
    "SERIAL_NUMBER": " 4711",
}
CHARGE_BATTERY: Mapping[str, str | int] = {
    "TYPE": "Battery",
    "STATUS": "Charging",
    "PRESENT": 1,
    "CYCLE_COUNT": 0,
    "VOLTAGE_NOW": 12000000,
    "CURRENT_NOW": 1500000,
    "CHARGE_FULL_DESIGN": 5000000,
    "CHARGE_FULL": 4000000,
    "CHARGE_NOW": 1000000,
    "CAPACITY": 25,
}


def card(sys: Path, number: int, driver: str, address: str, files: Mapping[str, str], *, control: str = "on") -> Path:
    """A card of ``/sys/class/drm`` with its PCI device; returns the device's folder."""
    device = write_tree(
        sys / "devices/pci0000:00" / address,
        {
            "power/runtime_status": "active\n",
            "power/control": f"{control}\n",
            **{k: f"{v}\n" for k, v in files.items()},
        },
    )
    (sys / "bus/pci/drivers" / driver).mkdir(parents=True, exist_ok=True)
    link(device / "driver", sys / "bus/pci/drivers" / driver)
    link(sys / f"bus/pci/drivers/{driver}/{address}", device)
    link(sys / f"class/drm/card{number}/device", device)
    return device


def amd_card(sys: Path, *, control: str = "on", screen: str = "disconnected") -> Path:
    """A Radeon RX 6800 as amdgpu shows it."""
    write_tree(sys / "class/drm/card1-DP-1", {"status": f"{screen}\n"})
    return card(
        sys,
        1,
        "amdgpu",
        "0000:03:00.0",
        {
            "vendor": "0x1002",
            "device": "0x73bf",
            "gpu_busy_percent": "37",
            "mem_busy_percent": "12",
            "mem_info_vram_used": "2147483648",
            "mem_info_vram_total": "17163091968",
            "pp_dpm_sclk": "0: 500Mhz\n1: 1815Mhz *\n2: 2475Mhz",
            "pp_dpm_mclk": "0: 96Mhz\n1: 456Mhz\n2: 1000Mhz *",
            "hwmon/hwmon5/name": "amdgpu",
            "hwmon/hwmon5/power1_average": "61000000",
            "hwmon/hwmon5/power1_cap": "203000000",
            "hwmon/hwmon5/temp1_input": "54000",
            "hwmon/hwmon5/pwm1": "51",
            "hwmon/hwmon5/pwm1_max": "255",
        },
        control=control,
    )


def gpu_process(proc: Path, pid: int, *descriptors: tuple[int, str]) -> None:
    """A process that holds GPUs open: descriptor number and text of its fdinfo."""
    (proc / str(pid) / "fd").mkdir(parents=True, exist_ok=True)
    link(proc / str(pid) / "fd/0", "/dev/null")
    for number, text in descriptors:
        link(proc / str(pid) / "fd" / str(number), "/dev/dri/renderD128")
        write_tree(proc / str(pid) / "fdinfo", {str(number): text})


def i915_fdinfo(client: int, render: int, *, video: int = 0, device: str = "0000:00:02.0") -> str:
    """The fdinfo of an i915 client: busy nanoseconds."""
    return (
        f"pos:\t0\nflags:\t02100002\nmnt_id:\t26\nino:\t731\ndrm-driver:\ti915\ndrm-pdev:\t{device}\n"
        f"drm-client-id:\t{client}\ndrm-total-system0:\t30100 KiB\ndrm-resident-system0:\t20480 KiB\n"
        f"drm-engine-render:\t{render} ns\ndrm-engine-copy:\t0 ns\ndrm-engine-video:\t{video} ns\n"
        "drm-engine-capacity-video:\t2\ndrm-engine-video-enhance:\t0 ns\n"
    )


def xe_fdinfo(client: int, busy: int, total: int, *, device: str = "0000:00:02.0") -> str:
    """The fdinfo of an xe client: busy and total cycles."""
    return (
        f"drm-driver:\txe\ndrm-client-id:\t{client}\ndrm-pdev:\t{device}\ndrm-resident-system:\t0\n"
        f"drm-resident-gtt:\t5 MiB\ndrm-cycles-rcs:\t{busy}\ndrm-total-cycles-rcs:\t{total}\n"
    )


def group(
    sys: Path, path: str, *, cpu: int = 0, memory: str = "4096", tasks: int = 1, io: str = "", limit: str = "max"
) -> Path:
    """A control group of a v2 tree with the files of all controllers."""
    return write_tree(
        sys / "fs/cgroup" / path,
        {
            "cpu.stat": f"usage_usec {cpu}\nuser_usec {cpu}\nsystem_usec 0\n",
            "memory.current": f"{memory}\n",
            "memory.max": f"{limit}\n",
            "pids.current": f"{tasks}\n",
            "io.stat": io,
            "cgroup.procs": "",
        },
    )


DOCKER = "4c01db0b339c4c01db0b339c4c01db0b339c4c01db0b339c4c01db0b339c4c01"
PODMAN = "b" * 64


def cgroup_root(sys: Path, descendants: int = 1) -> Path:
    """The root of a v2 tree; the number of descendants is what tells that groups came or went."""
    return write_tree(
        sys / "fs/cgroup",
        {
            "cgroup.controllers": "cpuset cpu io memory pids\n",
            "cgroup.stat": f"nr_descendants {descendants}\nnr_dying_descendants 3\n",
        },
    )


def desktop_cgroups(sys: Path) -> Path:
    """A desktop under systemd with a Docker and a rootless Podman container."""
    root = cgroup_root(sys, 13)
    user = "user.slice/user-1000.slice"
    group(sys, "init.scope", cpu=5_000_000, tasks=1)
    group(sys, "system.slice", cpu=60_000_000, memory="1073741824", io="8:0 rbytes=4096 wbytes=8192 rios=1 wios=2\n")
    group(sys, "system.slice/ssh.service", cpu=1_500_000, memory="8388608", tasks=3)
    group(sys, "system.slice/system-getty.slice", cpu=10)
    group(sys, "system.slice/system-getty.slice/getty@tty1.service", cpu=10)
    group(sys, f"system.slice/docker-{DOCKER}.scope", cpu=2_000_000, memory="52428800", limit="104857600")
    group(sys, f"system.slice/docker-{DOCKER}.scope/inner.service", cpu=1)
    group(sys, "user.slice", cpu=90_000_000)
    group(sys, user, cpu=80_000_000)
    group(sys, f"{user}/session-2.scope", cpu=10_000_000, tasks=7)
    group(sys, f"{user}/user@1000.service", cpu=70_000_000)
    group(sys, f"{user}/user@1000.service/app.slice", cpu=50_000_000)
    group(sys, f"{user}/user@1000.service/app.slice/app-firefox-4711.scope", cpu=40_000_000)
    group(sys, f"{user}/user@1000.service/app.slice/pipewire.service", cpu=600_000)
    group(sys, f"{user}/user@1000.service/user.slice/libpod-{PODMAN}.scope", cpu=300_000)
    return root


def remove_tree(path: Path) -> None:
    """Remove a folder and all in it, as the kernel does when a device or a group goes."""
    for below in sorted(_below(path), reverse=True):
        below.rmdir() if below.is_dir() and not below.is_symlink() else below.unlink()
    path.rmdir()


def _below(path: Path) -> Iterable[Path]:
    return path.rglob("*")
