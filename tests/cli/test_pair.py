"""Pairing from the command line: by a link, by a code, with words for what goes wrong."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from sysmon.cli import main
from sysmon.cli.pair import invited
from sysmon.model.peer import Invitation, Sharing
from sysmon.runtime.fleet_place import FleetOptions
from tests.cli.fleet_world import World
from tests.runtime.machines_of_a_fleet import TestMachine

INVITATION = Invitation("granite-lantern-otter", 1.0, "sysmon://127.0.0.1:4870/#id.token", 2.0)


def test_a_link_is_enough(atlas: World, capsys: pytest.CaptureFixture[str]) -> None:
    invitation = atlas.do(atlas.machine.fleet.invite)
    assert main(["pair", invitation.link]) == 0
    assert capsys.readouterr().out.startswith("Paired with atlas (")


def test_an_address_and_a_code_are_enough(atlas: World, capsys: pytest.CaptureFixture[str]) -> None:
    invitation = atlas.do(atlas.machine.fleet.invite)
    assert main(["pair", atlas.machine.address(), invitation.code]) == 0
    assert "Paired with atlas" in capsys.readouterr().out


def test_a_wrong_code_is_said_in_words(atlas: World, capsys: pytest.CaptureFixture[str]) -> None:
    invitation = atlas.do(atlas.machine.fleet.invite)
    wrong = "-".join(reversed(invitation.code.split("-")))
    assert main(["pair", atlas.machine.address(), wrong]) == 1
    assert "That code is wrong" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("where", "words"),
    [("", "A code has 3 words"), ("sysmon://x", ""), ("ssh://-oProxyCommand=x", "no target for ssh")],
)
def test_what_means_nothing_is_said(home: Path, where: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pair", where]) == 1
    said = capsys.readouterr().err
    assert said.startswith("sysmon: ")
    assert words in said


def test_this_machine_lets_one_in_and_ends(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "set", "sharing.port", "24871"]) == 0
    codes: list[int] = []
    command = threading.Thread(target=lambda: codes.append(main(["pair"])))
    command.start()

    async def join() -> None:
        orion = TestMachine(tmp_path, "orion", FleetOptions())
        await orion.fleet.start()
        link = ""
        printed = ""
        while not link:
            await asyncio.sleep(0.05)
            printed += capsys.readouterr().out
            link = next((word.strip("'") for word in printed.split() if word.startswith("'sysmon://")), "")
        await orion.fleet.pair(link)
        await asyncio.to_thread(command.join, 10.0)
        await orion.fleet.stop()

    asyncio.run(join())
    assert codes == [0]
    said = capsys.readouterr().out
    assert "Paired with orion" in said
    assert "start `sysmon`" in said


def test_a_machine_that_only_itself_reaches_is_told_how_to_let_others_in() -> None:
    alone = "\n".join(invited(INVITATION, Sharing(True, ("127.0.0.1:4870",), 4870), qr=False))
    assert "granite-lantern-otter" in alone
    assert "sysmon config set sharing.addresses" in alone
    assert "sharing.addresses" not in "\n".join(invited(INVITATION, Sharing(True, ("10.0.0.1:4870",), 4870), qr=False))
    assert "▀" in "\n".join(invited(INVITATION, Sharing(), qr=True))
