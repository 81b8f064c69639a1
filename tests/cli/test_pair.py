"""Pairing from the command line: by a link, by a code, with words for what goes wrong."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from sysmon.cli import main
from sysmon.cli.enrolment_file import write
from sysmon.cli.pair import invited
from sysmon.model.peer import Invitation, Sharing
from sysmon.protocol.pairing_link import parse_enrolment
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


def enrolled(atlas: World, folder: Path, uses: int = 2) -> Path:
    """An enrolment file that atlas made."""
    file = folder / "farm.enrol"
    write(file, atlas.do(lambda: atlas.machine.fleet.enrol(uses, 3600.0)))
    return file


def test_an_enrolment_file_lets_in_as_many_as_it_says_and_they_are_to_be_seen(
    atlas: World, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = enrolled(atlas, tmp_path)
    for name in ("one", "two", "three"):
        monkeypatch.setenv("SYSMON_HOME", str(tmp_path / name))
        assert main(["config", "set", "sharing.name", name]) == 0
        assert main(["pair", str(file)]) == (1 if name == "three" else 0)
    assert "the enrolment file may be used up" in capsys.readouterr().err
    peers = atlas.do(atlas.machine.fleet.peers)
    assert [(peer.name, peer.watched) for peer in peers] == [("one", True), ("two", True)]
    monkeypatch.setenv("SYSMON_HOME", str(tmp_path / "one"))
    assert main(["peers"]) == 0
    assert "metrics, processes, history" in capsys.readouterr().out, (
        "atlas may see the machine, though it is not shared"
    )


def test_pairing_without_it_shows_nothing_of_a_machine_that_is_not_shared(
    atlas: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pair", atlas.do(atlas.machine.fleet.invite).link]) == 0
    assert not atlas.do(atlas.machine.fleet.peers)[0].watched
    assert main(["pair", "--publish", atlas.do(atlas.machine.fleet.invite).link]) == 0
    assert atlas.do(atlas.machine.fleet.peers)[0].watched


def test_a_file_is_made_where_no_program_runs_and_says_so(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "farm.enrol"
    assert main(["config", "set", "sharing.port", "24872"]) == 0
    assert main(["pair", "--enrol", str(file), "--uses", "3", "--days", "1"]) == 0
    said = capsys.readouterr().out
    assert "lets 3 machines join" in said
    assert "sysmon config set sharing.addresses" in said
    assert "No sysmon runs here" in said
    assert file.stat().st_mode & 0o777 == 0o600
    assert parse_enrolment(file.read_text()).addresses == ("127.0.0.1:24872",)
    assert main(["pair", "--enrol", str(file)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert main(["pair", "--withdraw"]) == 0
    assert capsys.readouterr().out.startswith("1 enrolment files are void")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--enrol", "x", "--uses", "0"], "for 1 to 10000 machines"),
        (["atlas", "--enrol", "x"], "take no WHERE"),
        (["atlas", "--withdraw"], "take no WHERE"),
        (["./not-there"], "There is no file ./not-there"),
    ],
)
def test_what_cannot_be_enrolled_is_said(
    arguments: list[str],
    words: str,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SYSMON_SHARING_PORT", "24873")
    assert main(["pair", *arguments]) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("days", ["0", "91", "nan", "-1", "week"])
def test_days_are_a_number_that_makes_sense(days: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pair", "--enrol", "x", "--days", days]) == 2
    assert "must be a number above 0 and at most 90" in capsys.readouterr().err


def test_a_withdrawn_file_lets_nobody_in(atlas: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = enrolled(atlas, tmp_path)
    assert atlas.do(atlas.machine.fleet.withdraw) == 1
    assert main(["pair", str(file)]) == 1
    assert not atlas.do(atlas.machine.fleet.peers)
