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
    "process_cgroup",
    "process_columns_linux",
    "process_details_linux",
    "process_facts",
    "process_family",
    "process_files",
    "process_folder",
    "process_maps",
    "process_sockets",
    "process_status",
    "process_threads",
    "procfs",
    "snmp",
    "sock_diag",
    "socket_tables",
    "sockets",
    "zram",
)

collect_ignore = [] if sys.platform == "linux" else [f"test_{name}.py" for name in _LINUX_ONLY]
