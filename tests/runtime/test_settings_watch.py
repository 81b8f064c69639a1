"""A settings file that is edited is followed, a wrong one keeps what was, and nothing is left."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from sysmon.runtime.settings import Settings
from sysmon.runtime.settings_watch import SettingsWatch

LIMIT = 10.0


class Heard:
    def __init__(self, settings: Settings, loop: asyncio.AbstractEventLoop) -> None:
        self.names: list[str] = []
        self.came = asyncio.Event()

        def changed(name: str, _: object) -> None:
            self.names.append(name)
            loop.call_soon_threadsafe(self.came.set)

        settings.on_change(changed)


def write(file: Path, text: str) -> None:
    file.write_text(text)
    # Two edits within one tick of the file system's clock would look alike.
    found = file.stat()
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns + len(text)))


async def test_an_edit_is_followed(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    settings = Settings(file)
    heard = Heard(settings, asyncio.get_running_loop())
    watch = SettingsWatch(settings, 0.01)
    await watch.start()
    write(file, "[sampling]\ninterval = 2.0\n")
    await asyncio.wait_for(heard.came.wait(), LIMIT)
    assert settings.sampling_interval == 2.0
    heard.came.clear()
    file.unlink()
    await asyncio.wait_for(heard.came.wait(), LIMIT)
    assert settings.sampling_interval == 1.0
    await watch.stop()


async def test_a_wrong_edit_keeps_what_was(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    write(file, "[sampling]\ninterval = 2.0\n")
    settings = Settings(file)
    heard = Heard(settings, asyncio.get_running_loop())
    watch = SettingsWatch(settings, 0.01)
    await watch.start()
    write(file, "[sampling]\ninterval = -1\n[log]\nlevel = 'debug'\n")
    await asyncio.wait_for(heard.came.wait(), LIMIT)
    await watch.stop()
    assert settings.sampling_interval == 2.0
    assert heard.names == ["log.level"]
    assert "sampling.interval" in str(settings.problems[0])


async def test_it_leaves_nothing(tmp_path: Path) -> None:
    tasks = len(asyncio.all_tasks())
    watch = SettingsWatch(Settings(tmp_path / "settings.toml"), 0.01)
    await watch.start()
    await watch.start()
    await watch.stop()
    await watch.stop()
    assert len(asyncio.all_tasks()) == tasks
    nothing = SettingsWatch(Settings(None))
    await nothing.start()
    assert len(asyncio.all_tasks()) == tasks
