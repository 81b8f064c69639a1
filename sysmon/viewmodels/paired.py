"""What two people see once their machines are paired: both names, the words to compare, and who sees whom. No pixels."""

from __future__ import annotations

from dataclasses import dataclass

from sysmon.model.peer import Peer
from sysmon.model.printable import printable
from sysmon.viewmodels.connections import rights_words
from sysmon.viewmodels.fingerprint import fingerprint

_SAME = "Both machines show these words. Other words on {peer} mean that somebody sits in between: revoke it then."
_SSH = "ssh has checked who {peer} is; the link runs through it."


@dataclass(frozen=True, slots=True)
class PairedView:
    """``peer`` is the id of the other machine."""

    peer: str
    name: str
    title: str
    words: str
    """To be compared with those on the other machine; empty where there are none."""
    note: str
    shown: bool
    """Whether this machine shows the other one."""


def paired_view(own_id: str, own: str, peer: Peer) -> PairedView:
    """This machine, called ``own``, and ``peer`` are paired now."""
    name = printable(peer.name)
    words = " ".join(fingerprint(own_id, peer.id))
    compare = (_SAME if words else _SSH).format(peer=name)
    note = f"{_who_sees_whom(own, name, peer)} {compare}"
    return PairedView(peer.id, name, f"{own} and {name} are paired", words, note, peer.watched)


def _who_sees_whom(own: str, name: str, peer: Peer) -> str:
    seen = rights_words(peer.rights)
    shown = f"{own} shows {name}." if peer.watched else f"{name} is not shared, so {own} does not show it."
    if seen == "nothing":
        return f"{shown} {name} sees nothing of {own}: share it, and choose what {name} may see."
    return f"{shown} {name} may see {seen} of {own}."
