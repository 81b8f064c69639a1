"""On other systems than Linux the readers of kernel files are not tested: they cannot even be imported there."""

from __future__ import annotations

import sys

_LINUX_ONLY = (
    "block_devices",
    "cpu",
    "cpu_frequency",
    "disk_io",
    "filesystems",
    "ground_truth",
    "load",
    "memory",
    "mount_probe",
    "mounts",
    "network",
    "network_link",
    "pressure",
    "procfs",
    "snmp",
    "sock_diag",
    "sockets",
    "zram",
)

collect_ignore = [] if sys.platform == "linux" else [f"test_{name}.py" for name in _LINUX_ONLY]
