"""Which mounts are file systems worth showing, from the text of ``/proc/self/mountinfo`` (Linux).

Format: proc_pid_mountinfo(5). Opens nothing and asks no file system.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sysmon.model.errors import CollectorFailed

_REMOTE: Final = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs",
        "nfs", "nfs4", "ocfs2", "orangefs", "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
    }
)  # fmt: skip
"""Answered by another machine or another program: asking them may take for ever."""

_LOCAL_WITHOUT_DEVICE: Final = frozenset({"zfs", "ubifs", "jffs2"})
"""Marked ``nodev`` in /proc/filesystems (no *block* device) though they stand on storage of this machine."""

_IMAGES: Final = frozenset({"squashfs", "erofs", "cramfs"})
"""Read-only images (snaps, live systems): always exactly full, so nothing to watch."""

_FUSE_WITHOUT_STORAGE: Final = frozenset(
    {"fuse.gvfsd-fuse", "fuse.portal", "fuse.lxcfs", "fuse.snapfuse", "fuse.squashfuse"}
)

_CONTAINER_FILES: Final = frozenset({"/etc/hosts", "/etc/hostname", "/etc/resolv.conf"})
"""Single files that container engines mount from a file system of the host."""

_ESCAPE: Final = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """One mount. ``path`` is what the kernel understands, ``mountpoint`` the same fit for a screen."""

    number: str
    """Major and minor device number: the same for every mount of one file system."""
    root: str
    """The part of the file system that is mounted; ``/`` is all of it."""
    path: bytes
    mountpoint: str
    kind: str
    """File system type, for example ``ext4`` or ``fuse.sshfs``."""
    source: str

    @property
    def remote(self) -> bool:
        """Whether another machine or another program answers for it, so that asking may hang."""
        return self.kind in _REMOTE or self.kind.startswith("fuse")


def parse_mountinfo(data: bytes) -> tuple[Mount, ...]:
    """Every mount, in the order of the kernel. Raises CollectorFailed on a line that is none."""
    found: list[Mount] = []
    for line in data.split(b"\n"):
        if not line:
            continue
        words = line.split(b" ")
        try:
            dash = words.index(b"-", 6)
            number, root, path, kind, source = words[2], words[3], words[4], words[dash + 1], words[dash + 2]
        except (ValueError, IndexError) as error:
            raise CollectorFailed(f"a line of mountinfo is not understood: {line[:80]!r}") from error
        raw = _unescaped(path)
        if b"\0" in raw:
            raise CollectorFailed(f"a line of mountinfo is not understood: {line[:80]!r}")
        found.append(
            Mount(_text(number), _text(_unescaped(root)), raw, _text(raw), _text(kind), _text(_unescaped(source)))
        )
    return tuple(found)


def device_kinds(data: bytes) -> frozenset[str]:
    """The file system types that stand on a block device, from the text of ``/proc/filesystems``."""
    return frozenset(
        _text(line.strip()) for line in data.split(b"\n") if line.strip() and not line.startswith(b"nodev")
    )


def shown_mounts(mounts: Iterable[Mount], on_devices: frozenset[str]) -> tuple[Mount, ...]:
    """One mount for each file system that holds files on storage, local or remote, sorted by mount point.

    Left out: kernel interfaces and memory, read-only images, mounts hidden below a later one on the
    same place, and all but one mount (the whole before a part, then the shortest path) of the same
    file system. An overlay counts only as ``/``: there it is what a container has for a disk.
    """
    visible = {mount.mountpoint: mount for mount in mounts}
    best: dict[tuple[str, str], Mount] = {}
    for mount in visible.values():
        if not _is_storage(mount, on_devices):
            continue
        identity = (mount.number, mount.source)
        known = best.get(identity)
        if known is None or _rank(mount) < _rank(known):
            best[identity] = mount
    return tuple(sorted(best.values(), key=lambda mount: mount.mountpoint))


def _is_storage(mount: Mount, on_devices: frozenset[str]) -> bool:
    if mount.kind in _IMAGES or mount.mountpoint in _CONTAINER_FILES:
        return False
    if mount.kind == "overlay":
        return mount.mountpoint == "/"
    if mount.remote:
        return mount.kind not in _FUSE_WITHOUT_STORAGE
    return mount.kind in on_devices or mount.kind in _LOCAL_WITHOUT_DEVICE


def _rank(mount: Mount) -> tuple[bool, int]:
    return mount.root != "/", len(mount.path)


def _unescaped(word: bytes) -> bytes:
    # Space, tab, newline and backslash are written as a backslash and three octal digits.
    return _ESCAPE.sub(lambda found: bytes((int(found[1], 8) & 0xFF,)), word) if b"\\" in word else word


def _text(word: bytes) -> str:
    return word.decode("utf-8", "backslashreplace")
