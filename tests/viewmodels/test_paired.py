from __future__ import annotations

from sysmon.model.link import Rights
from sysmon.model.peer import Peer
from sysmon.viewmodels.fingerprint import fingerprint
from sysmon.viewmodels.paired import paired_view

NOTHING = Rights(False, False, False, False, False)


def test_both_names_and_the_words_of_both() -> None:
    view = paired_view("abc", "orion", Peer("def", "spi\nca"))
    assert view.title == "orion and spi\\x0aca are paired"
    assert view.words == " ".join(fingerprint("def", "abc"))
    assert "somebody sits in between" in view.note
    assert view.shown
    assert not paired_view("abc", "orion", Peer("def", "spica", watched=False)).shown


def test_who_sees_whom() -> None:
    def note(rights: Rights, *, watched: bool) -> str:
        return paired_view("abc", "orion", Peer("def", "spica", rights=rights, watched=watched)).note

    assert note(Rights(), watched=True).startswith(
        "orion shows spica. spica may see metrics, processes, history of orion."
    )
    assert note(NOTHING, watched=True).startswith("orion shows spica. spica sees nothing of orion: share it")
    assert note(Rights(history=False), watched=False).startswith("spica is not shared, so orion does not show it.")


def test_ssh_has_no_words_to_compare() -> None:
    view = paired_view("abc", "orion", Peer("ssh:ada@deneb", "deneb", rights=NOTHING))
    assert view.words == ""
    assert view.note.endswith("ssh has checked who deneb is; the link runs through it.")
