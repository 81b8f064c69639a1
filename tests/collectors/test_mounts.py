"""Which mounts are shown, on recorded ``mountinfo`` of a desktop, a container, btrfs and network mounts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.collectors.mounts import device_kinds, parse_mountinfo, shown_mounts
from sysmon.model.errors import CollectorFailed

FILESYSTEMS = b"nodev\tsysfs\nnodev\ttmpfs\nnodev\toverlay\n\text4\n\tvfat\n\tbtrfs\n\tsquashfs\n\tfuseblk\n\n"
KINDS = device_kinds(FILESYSTEMS)

DESKTOP = rb"""
22 27 0:21 / /proc rw - proc proc rw
24 27 0:6 / /dev rw shared:2 - devtmpfs devtmpfs rw
27 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw
28 27 259:1 / /boot/efi rw shared:3 - vfat /dev/nvme0n1p1 rw
29 27 0:30 / /run rw shared:4 - tmpfs tmpfs rw
30 27 7:1 / /snap/core/1 ro shared:5 - squashfs /dev/loop1 ro
31 27 259:2 /home/me/data /srv/data rw shared:1 - ext4 /dev/nvme0n1p2 rw
32 27 0:40 / /mnt/nas rw - nfs4 nas:/export rw
33 27 0:41 / /home/me/far rw - fuse.sshfs me@far:/ rw
34 27 0:42 / /run/user/1/gvfs rw - fuse.gvfsd-fuse gvfsd-fuse rw
35 27 8:1 / /media/My\040Stick\134x rw - fuseblk /dev/sdb1 rw
36 27 0:50 / /var/lib/docker/overlay2/a/merged rw - overlay overlay rw
"""


def shown(data: bytes) -> list[str]:
    return [mount.mountpoint for mount in shown_mounts(parse_mountinfo(data), KINDS)]


def test_a_desktop_shows_storage_once_and_nothing_else() -> None:
    assert shown(DESKTOP) == ["/", "/boot/efi", "/home/me/far", "/media/My Stick\\x", "/mnt/nas"]


def test_what_another_machine_or_program_answers_is_remote() -> None:
    remote = {mount.mountpoint for mount in shown_mounts(parse_mountinfo(DESKTOP), KINDS) if mount.remote}
    assert remote == {"/home/me/far", "/mnt/nas", "/media/My Stick\\x"}


def test_the_path_is_what_the_kernel_understands() -> None:
    stick = next(mount for mount in parse_mountinfo(DESKTOP) if mount.number == "8:1")
    assert stick.path == b"/media/My Stick\\x"


def test_a_container_shows_its_overlay_and_not_the_files_lent_by_the_host() -> None:
    container = b"""\
1 0 0:60 / / rw - overlay overlay rw
2 1 259:2 /docker/hosts /etc/hosts rw - ext4 /dev/sda2 rw
3 1 259:2 /docker/resolv.conf /etc/resolv.conf rw - ext4 /dev/sda2 rw
4 1 259:2 /docker/volumes/v /data rw - ext4 /dev/sda2 rw
"""
    assert shown(container) == ["/", "/data"]


def test_subvolumes_of_btrfs_are_one_file_system() -> None:
    btrfs = b"1 0 0:33 /@ / rw - btrfs /dev/sda1 rw\n2 1 0:33 /@home /home rw - btrfs /dev/sda1 rw\n"
    assert shown(btrfs) == ["/"]


def test_the_whole_is_preferred_to_a_part_on_a_shorter_path() -> None:
    data = b"1 0 8:1 /a /a rw - ext4 /dev/sda1 rw\n2 0 8:1 / /mnt/whole rw - ext4 /dev/sda1 rw\n"
    assert shown(data) == ["/mnt/whole"]


def test_a_mount_below_a_later_one_on_the_same_place_is_hidden() -> None:
    data = b"1 0 8:1 / /mnt rw - ext4 /dev/sda1 rw\n2 0 0:9 / /mnt rw - tmpfs tmpfs rw\n"
    assert shown(data) == []


def test_zfs_counts_though_it_stands_on_no_single_device() -> None:
    assert shown(b"1 0 0:70 / /tank rw - zfs tank rw\n") == ["/tank"]


def test_paths_that_are_no_text_stay_apart() -> None:
    data = b"1 0 8:1 / /\xff rw - ext4 /dev/a rw\n2 0 8:2 / /\xfe rw - ext4 /dev/b rw\n"
    assert shown(data) == ["/\\xfe", "/\\xff"]


@pytest.mark.parametrize(
    "line",
    [
        b"x",
        b"1 2 3 4 5 6 7 8",
        b"1 2 3 4 5 6 -",
        b"1 2 3 4 5 6 - ext4",
        rb"1 2 8:1 / /a\000b rw - ext4 /dev/a rw",
        b"\x00" * 9000,
    ],
)
def test_what_is_no_mount_fails(line: bytes) -> None:
    with pytest.raises(CollectorFailed, match="mountinfo"):
        parse_mountinfo(line)


def test_ten_thousand_mounts_of_one_device() -> None:
    data = b"".join(b"%d 1 8:1 / /pod/%d rw - ext4 /dev/sda1 rw\n" % (number, number) for number in range(10_000))
    assert len(shown(data)) == 1


@given(st.binary(max_size=300) | st.text("1 /-:ext4\\0\n").map(lambda text: b"1 2 3:4 / /a rw - " + text.encode()))
def test_parsers_answer_or_fail_on_any_bytes(data: bytes) -> None:
    try:
        mounts = shown_mounts(parse_mountinfo(data), device_kinds(data))
    except CollectorFailed:
        return
    assert len({mount.mountpoint for mount in mounts}) == len(mounts)
