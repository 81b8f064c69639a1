from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import AuthRefused, ConfigError, SysmonError, Unreachable
from sysmon.model.link import Reason
from sysmon.model.peer import Found
from sysmon.viewmodels.add_machine import (
    Attempt,
    Kind,
    Refusal,
    Typed,
    attempts,
    failure,
    go_on,
    place_name,
    understood,
)

LINK = "sysmon://192.0.2.10:4870/#" + "a" * 52 + "." + "a" * 26
CODE = "granite-lantern-otter"
SPICA = Found("s", "spica", "192.0.2.41:4870", "Linux")
ALTAIR = Found("a", "altair", "192.0.2.42:4870", "Windows")
LYRA = Found("l", "lyra", "192.0.2.4:4870", "Linux", paired=True)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", Typed(Kind.NOTHING)),
        ("   ", Typed(Kind.NOTHING)),
        (CODE, Typed(Kind.CODE, code=CODE)),
        ("  Granite Lantern   OTTER ", Typed(Kind.CODE, code=CODE)),
        ("atlas", Typed(Kind.PLACE, "atlas:4870")),
        ("atlas.local:4871", Typed(Kind.PLACE, "atlas.local:4871")),
        ("my-db-server", Typed(Kind.PLACE, "my-db-server:4870")),
        ("fd00::1", Typed(Kind.PLACE, "[fd00::1]:4870")),
        ("[fd00::1]:4871", Typed(Kind.PLACE, "[fd00::1]:4871")),
        (f"atlas:4871 {CODE}", Typed(Kind.CODE_AT, "atlas:4871", CODE)),
        (f"192.0.2.7 {CODE.replace('-', ' ')}", Typed(Kind.CODE_AT, "192.0.2.7:4870", CODE)),
        (f"atlas {CODE}", Typed(Kind.CODE_AT, "atlas:4870", CODE)),
        (LINK, Typed(Kind.LINK, LINK)),
        ("ssh://ada@altair", Typed(Kind.SSH, "ssh://ada@altair")),
        ("ssh://altair:2222/", Typed(Kind.SSH, "ssh://altair:2222")),
        ("ada@altair", Typed(Kind.SSH, "ssh://ada@altair")),
    ],
)
def test_one_field_understands_them_all(text: str, meant: Typed) -> None:
    assert understood(text) == meant


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("granite-lantren-otter", "lantern"),
        ("granite lantern", "3 words"),
        ("one two three four", "words"),
        ("http://atlas", "no link of sysmon"),
        ("sysmon://atlas:4870", "copied whole"),
        (LINK[:-1], "copied whole"),
        ("ssh://-oProxyCommand=touch /tmp/x", "ssh"),
        ("ssh://", "ssh"),
        ("ada@-oProxyCommand=x", "ssh"),
        ("atlas:99999", "host:port"),
        ("a b@c", "words"),
        ("\x00", "host:port"),
    ],
)
def test_mistakes_get_a_sentence(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as told:
        understood(text)
    assert says in str(told.value)


@given(st.text(max_size=80))
def test_anything_typed_is_understood_or_explained(text: str) -> None:
    said = ""
    try:
        typed = understood(text)
    except ConfigError as error:
        said = str(error)
    else:
        said = typed.where.removeprefix("ssh://") or typed.code or "nothing"
    assert said
    assert not said.startswith("-")


def test_a_code_goes_to_the_chosen_machine() -> None:
    chosen = Attempt("192.0.2.42:4870", "", "altair")
    assert attempts(understood(CODE), chosen, (SPICA, ALTAIR)) == (Attempt("192.0.2.42:4870", CODE, "altair"),)


def test_a_code_alone_is_tried_on_all_that_were_found_and_are_new() -> None:
    asked = attempts(understood(CODE), None, (SPICA, LYRA, ALTAIR))
    assert [one.name for one in asked] == ["spica", "altair"]
    assert {one.code for one in asked} == {CODE}
    many = tuple(Found(str(at), f"m{at}", f"192.0.2.{at}:4870") for at in range(60))
    assert len(attempts(understood(CODE), None, many)) == 8
    with pytest.raises(ConfigError, match="Type its address before it"):
        attempts(understood(CODE), None, (LYRA,))


def test_links_ssh_and_addresses_go_where_they_say() -> None:
    chosen = Attempt("192.0.2.42:4870", "", "altair")
    assert attempts(understood(LINK), chosen, (SPICA,)) == (Attempt(LINK, "", "192.0.2.10:4870"),)
    assert attempts(understood("ada@deneb"), None, ()) == (Attempt("ssh://ada@deneb", "", "deneb"),)
    assert attempts(understood(f"rigel:1 {CODE}"), chosen, ()) == (Attempt("rigel:1", CODE, "rigel:1"),)
    assert attempts(understood("rigel"), None, (SPICA,)) == ()
    assert place_name("ssh://ada@[fd00::1]:22") == "[fd00::1]:22"


def test_the_next_one_is_asked_only_where_that_may_help() -> None:
    assert go_on(AuthRefused(Reason.PAIRING_CLOSED))
    assert go_on(AuthRefused(Reason.CODE_WRONG))
    assert go_on(Unreachable(Reason.CONNECT_TIMEOUT, "spica"))
    assert not go_on(AuthRefused(Reason.CODE_EXPIRED))
    assert not go_on(AuthRefused(Reason.MAN_IN_THE_MIDDLE))
    assert not go_on(ConfigError("no"))


def test_what_went_wrong_is_told_once() -> None:
    def refusal(error: SysmonError, where: str = "192.0.2.7:4870", name: str = "?") -> Refusal:
        return Refusal(Attempt(where, CODE, name), error)

    closed = refusal(AuthRefused(Reason.PAIRING_CLOSED, "spica"))
    wrong = refusal(AuthRefused(Reason.CODE_WRONG, "altair"))
    away = refusal(Unreachable(Reason.CONNECT_TIMEOUT, "vesper"))
    assert failure([wrong]) == "That code is wrong. Ask for a new one on altair."
    assert failure([closed, wrong, away]) == (
        "None of the 3 machines that were found takes that code. That code is wrong. Ask for a new one on altair."
    )
    assert failure([closed, closed]).endswith("Show a code on the other one first.")
    assert "vesper does not answer" in failure([away, away])
    for place in ("192.0.2.7", "192.0.2.7:4870"):
        error = AuthRefused(Reason.PAIRING_CLOSED, place)
        assert failure([refusal(error, name="alpha")]) == "alpha is not pairing. Open pairing there first."
    assert failure([refusal(ConfigError("Which code?"))]) == "Which code?"
