"""Pairing succeeds for two that share a secret and see each other, and for nobody else."""

from __future__ import annotations

import secrets
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sysmon.model.link import Reason
from sysmon.protocol.pairing import Guest, Inviter, Secret, Step, mac
from sysmon.protocol.pairing_messages import Ask, Card, Done, Offer, Proof, Refuse, decode, encode
from tests.protocol.pairing_pair import CODE, GUEST, INVITER, FakeDesk, guest, inviter, sign, talk

TOKEN = Secret.of_token(bytes(range(16)))


@pytest.mark.parametrize("secret", [CODE, TOKEN], ids=["code", "token"])
def test_two_that_share_a_secret_learn_each_others_certificate_and_wishes(secret: Secret) -> None:
    here = guest(secret, addresses=["desk", "bad address"], watch=True, shown=False)
    there = inviter(FakeDesk(secret), watch=False, hub=True)
    ours, theirs = talk(here, there)
    assert ours.met == Card("atlas", INVITER, watch=False, hub=True)
    assert theirs.met == Card("desk", GUEST, ["desk:4870"], shown=False)
    assert (ours.reason, theirs.reason) == (None, None)


def test_a_wrong_code_is_a_wrong_code_on_both_sides() -> None:
    ours, theirs = talk(guest(Secret.of_code("granite-lantern-olive")), inviter())
    assert (ours.reason, ours.told, theirs.reason) == (Reason.CODE_WRONG, True, Reason.CODE_WRONG)
    assert (ours.met, theirs.met) == (None, None)


def test_a_token_is_no_code_and_a_slot_is_not_enough() -> None:
    assert talk(guest(TOKEN), inviter())[0].reason is Reason.CODE_EXPIRED
    false = Guest(Card("desk", GUEST), TOKEN, INVITER, sign(GUEST), Random(1).randbytes)
    false.begin()
    other = Secret(bytes(16), link=True)
    there = inviter(FakeDesk(TOKEN))
    ask = decode(guest(other).begin())
    assert isinstance(ask, Ask)
    ask.slot = TOKEN.slot
    offer = there.receive(encode(ask))
    assert offer.send
    proof = encode(Proof(bytes(32), bytes(32), b""))
    assert there.receive(proof).reason is Reason.CODE_WRONG


@pytest.mark.parametrize("reason", [Reason.PAIRING_CLOSED, Reason.CODE_EXPIRED, Reason.BUSY])
def test_what_is_not_open_is_refused_with_its_reason(reason: Reason) -> None:
    ours, theirs = talk(guest(), inviter(FakeDesk(reason)))
    assert (ours.reason, theirs.reason) == (reason, reason)


@pytest.mark.parametrize("meanwhile", [Reason.PAIRING_CLOSED, Secret.of_code("amber-amber-amber")])
def test_a_code_that_ended_meanwhile_opens_nothing(meanwhile: Secret | Reason) -> None:
    desk = FakeDesk()
    here, there = guest(), inviter(desk)
    proof = here.receive(there.receive(here.begin()).send).send
    desk.open = meanwhile
    ended = there.receive(proof)
    assert ended.reason is (meanwhile if isinstance(meanwhile, Reason) else Reason.CODE_EXPIRED)
    assert ended.met is None


def test_one_who_passes_messages_on_is_seen_by_both() -> None:
    """He ends TLS on both sides, so each sees his certificate, and changes nothing."""
    here, there = guest(sees=b"certificate of the man in the middle"), inviter()
    ours, theirs = talk(here, there)
    assert (ours.reason, theirs.reason) == (Reason.MAN_IN_THE_MIDDLE, Reason.MAN_IN_THE_MIDDLE)


def test_one_who_passes_messages_on_and_hides_it_is_still_seen() -> None:
    """He tells the guest that all went well: he has no key to prove it with."""
    here, there = guest(sees=b"his"), inviter()
    here.receive(there.receive(here.begin()).send)
    assert here.receive(encode(Done(bytes(32), bytes(32)))).reason is Reason.MAN_IN_THE_MIDDLE


@pytest.mark.parametrize("wrong", ["code", "bound", "certificate"])
def test_the_inviter_must_prove_everything(wrong: str) -> None:
    """One who knows the code, but did not see what the guest saw, or names another certificate than TLS showed."""
    here, there = guest(), inviter()
    offer = decode(there.receive(here.begin()).send)
    assert isinstance(offer, Offer)
    if wrong == "certificate":
        offer.card = Card("atlas", b"another one")
    here.receive(encode(offer))
    code = bytes(32) if wrong == "code" else mac(here._key, b"code inviter", b"")
    bound = bytes(32) if wrong == "bound" else mac(here._key, b"bound inviter", here._seen)
    assert here.receive(encode(Done(code, bound))).reason is Reason.MAN_IN_THE_MIDDLE


def test_one_who_puts_his_own_certificate_in_is_seen() -> None:
    here, there = guest(), inviter()
    ask = decode(here.begin())
    assert isinstance(ask, Ask)
    ask.card = Card("desk", b"his")
    ours = here.receive(there.receive(encode(ask)).send)
    assert there.receive(ours.send).reason is Reason.MAN_IN_THE_MIDDLE


@pytest.mark.parametrize("field", ["watch", "shown", "name", "addresses"])
def test_no_word_of_either_side_can_be_changed_on_the_way(field: str) -> None:
    changed = {"watch": False, "shown": False, "name": "other", "addresses": ["evil:1"]}[field]
    here, there = guest(), inviter()
    offer = decode(there.receive(here.begin()).send)
    assert isinstance(offer, Offer)
    offer.card = Card(**{"name": "atlas", "certificate": INVITER, field: changed})
    proof = here.receive(encode(offer))
    assert there.receive(proof.send).reason is Reason.MAN_IN_THE_MIDDLE


def test_one_who_plays_the_inviter_by_a_guess_is_seen() -> None:
    """He answers with a guessed code, and can tell from the proof whether he was right: once, for a code that is void then."""
    here = guest()
    false = Inviter(Card("atlas", b"his"), FakeDesk(Secret.of_code("acid-acid-acid")), secrets.token_bytes)
    here_sees_him = Guest(Card("desk", GUEST), CODE, b"his", sign(GUEST), secrets.token_bytes)
    ours, theirs = talk(here_sees_him, false)
    assert theirs.reason is Reason.CODE_WRONG
    assert ours.met is None
    assert here.begin()


def test_another_machines_certificate_is_of_no_use_without_its_key() -> None:
    chance = Random(3)
    thief = Guest(Card("desk", GUEST), CODE, INVITER, sign(b"the thief's own key"), chance.randbytes)
    ours, theirs = talk(thief, inviter())
    assert (ours.reason, theirs.reason) == (Reason.WRONG_PIN, Reason.WRONG_PIN)


def test_a_machine_is_not_paired_with_itself() -> None:
    chance = Random(3)
    same = Guest(Card("atlas", INVITER), CODE, INVITER, sign(INVITER), chance.randbytes)
    assert talk(same, inviter())[0].reason is Reason.SELF


def test_a_recorded_exchange_opens_nothing_later() -> None:
    here, there = guest(), inviter()
    ask = here.begin()
    proof = here.receive(there.receive(ask).send).send
    assert there.receive(proof).met
    again = inviter(seed=5)
    again.receive(ask)
    assert again.receive(proof).reason is Reason.CODE_WRONG


def test_a_share_that_is_sent_back_or_no_point_is_refused() -> None:
    ask = decode(guest().begin())
    assert isinstance(ask, Ask)
    for share in (
        b"",
        b"A",
        b"B" + bytes(32),
        b"A" + bytes(32),
        b"A" + b"\xff" * 32,
        b"A" + b"\x01" + bytes(31),
        b"\x00" * 64,
    ):
        assert inviter().receive(encode(Ask(1, False, b"", share, ask.card))).reason is Reason.BAD_FRAME
    here = guest()
    mine = decode(here.begin())
    assert isinstance(mine, Ask)
    back = encode(Offer(b"B" + mine.share[1:], Card("atlas", INVITER)))
    assert here.receive(back).reason is Reason.BAD_FRAME


def test_a_later_version_and_messages_out_of_turn_are_refused() -> None:
    ask = decode(guest().begin())
    assert isinstance(ask, Ask)
    ask.version = 2
    assert inviter().receive(encode(ask)).reason is Reason.VERSION
    assert inviter().receive(encode(Proof(bytes(32), bytes(32), b""))).reason is Reason.OUT_OF_TURN
    here = guest()
    ask_again = here.begin()
    assert here.receive(ask_again).reason is Reason.OUT_OF_TURN
    there = inviter()
    assert there.receive(ask_again).send
    assert there.receive(ask_again).reason is Reason.OUT_OF_TURN
    assert there.receive(ask_again) == Step(ended=True, reason=Reason.OUT_OF_TURN)


def test_a_refusal_may_only_name_what_belongs_here() -> None:
    for number, reason in ((24, Reason.CODE_WRONG), (1, Reason.UNKNOWN), (4095, Reason.UNKNOWN)):
        here = guest()
        here.begin()
        assert here.receive(encode(Refuse(number))) == Step(ended=True, reason=reason, told=True)


def test_keys_for_different_purposes_differ() -> None:
    assert (
        len(
            {mac(b"k" * 32, label, b"") for label in (b"code guest", b"code inviter", b"bound guest", b"bound inviter")}
        )
        == 4
    )


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_whatever_happens_on_the_way_nobody_is_met_who_did_not_prove_it(data: st.DataObject) -> None:
    """Messages are repeated, swapped, damaged or invented; only the exchange that nobody touched may succeed."""
    here, there = guest(seed=data.draw(st.integers(0, 99))), inviter(seed=data.draw(st.integers(100, 199)))
    heard = [here.begin()]
    clean = True
    outcomes: list[tuple[str, Step]] = []
    for _ in range(data.draw(st.integers(1, 6))):
        which = data.draw(st.sampled_from(["next", "damage", "noise", "repeat"]))
        to_guest = data.draw(st.booleans()) if which != "next" else len(heard) % 2 == 0
        message = heard[-1]
        if which == "damage":
            place = data.draw(st.integers(0, len(message) - 1))
            message = message[:place] + bytes([message[place] ^ data.draw(st.integers(1, 255))]) + message[place + 1 :]
        elif which == "noise":
            message = data.draw(st.binary(max_size=100))
        elif which == "repeat":
            message = data.draw(st.sampled_from(heard))
        clean = clean and which == "next"
        step = (here if to_guest else there).receive(message)
        outcomes.append(("guest" if to_guest else "inviter", step))
        if step.send:
            heard.append(step.send)
        assert step.ended == (step.met is not None or step.reason is not None)
    for side, step in outcomes:
        if step.met is not None:
            assert step.met.certificate == (INVITER if side == "guest" else GUEST)
    if clean and len(outcomes) >= 4:
        assert outcomes[3][1].met
