"""The program as a user meets it: a window of a window manager, real keys, real signals."""

from __future__ import annotations

import signal

import pytest

from sysmon.runtime.settings import Settings
from tests.desktop.conftest import Desktop

pytestmark = pytest.mark.timeout(180)


def test_keys_reach_the_page_and_the_next_start_opens_it(desktop: Desktop) -> None:
    process = desktop.start()
    desktop.opened()
    desktop.press("ctrl+2")
    desktop.press("question")
    desktop.press("Escape")
    desktop.press("ctrl+k")
    desktop.xdotool("type", "--delay", "20", "theme light")
    desktop.press("Return")
    file = desktop.home / "config" / "settings.toml"
    desktop.becomes(lambda: Settings(file).window_theme == "light")
    desktop.press("ctrl+q")
    assert process.wait(30) == 0
    assert Settings(file).window_page == "cpu"
    assert (desktop.home / "state" / "window.ini").exists()


def test_a_second_start_raises_the_first_and_ends(desktop: Desktop) -> None:
    first = desktop.start()
    number = desktop.opened()
    desktop.xdotool("windowminimize", "--sync", number)
    desktop.becomes(lambda: not desktop.titles())
    second = desktop.start("--page", "memory")
    assert second.wait(30) == 0
    desktop.becomes(lambda: bool(desktop.titles()))
    assert len(desktop.titles()) == 1
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    assert Settings(desktop.home / "config" / "settings.toml").window_page == "memory"


def test_closing_the_window_ends_it_where_there_is_no_tray(desktop: Desktop) -> None:
    process = desktop.start()
    desktop.opened()
    desktop.press("alt+F4")
    assert process.wait(30) == 0
    assert "engine stopped" in desktop.log()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_in_order(desktop: Desktop, number: signal.Signals) -> None:
    process = desktop.start()
    desktop.opened()
    process.send_signal(number)
    assert process.wait(30) == 0
    assert desktop.log().rstrip().endswith("engine stopped")


def test_after_a_kill_it_starts_again(desktop: Desktop) -> None:
    process = desktop.start()
    desktop.opened()
    process.kill()
    process.wait()
    (desktop.home / "state" / "desktop.log").unlink()
    again = desktop.start()
    desktop.opened()
    again.send_signal(signal.SIGTERM)
    assert again.wait(30) == 0
