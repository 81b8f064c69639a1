"""A link says the same after it was copied; anything else is refused in a sentence."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysmon.model.errors import ConfigError
from sysmon.model.printable import printable
from sysmon.protocol.pairing_link import (
    LONGEST,
    MOST_ADDRESSES,
    JoinLink,
    clean_address,
    clean_addresses,
    enrolment_text,
    format_link,
    is_link,
    new_token,
    parse_enrolment,
    parse_link,
    token_slot,
)

ID = "a2" * 26
TOKEN = bytes(range(16))
LINK = JoinLink(("atlas:4870", "[fd00::1]:4870", "192.0.2.10:80"), ID, TOKEN)
TEXT = format_link(LINK)

ports = st.integers(1, 65535)
hosts = st.one_of(
    st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?(\.[a-z0-9]{1,10}){0,3}", fullmatch=True),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address}]"),
)
addresses = st.lists(st.builds(lambda host, port: f"{host}:{port}", hosts, ports), min_size=1, max_size=MOST_ADDRESSES)
ids = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=52, max_size=52)


def test_a_link_looks_as_documented() -> None:
    assert f"sysmon://atlas:4870,[fd00::1]:4870,192.0.2.10:80/#{ID}.aaaqeayeaudaocajbifqydiob4" == TEXT


@given(addresses, ids, st.binary(min_size=16, max_size=16))
def test_every_link_comes_back(where: list[str], machine: str, token: bytes) -> None:
    link = JoinLink(tuple(where), machine, token)
    assert parse_link(format_link(link)) == link


def test_what_copying_does_is_forgiven() -> None:
    assert parse_link(f"  {TEXT}\n") == LINK
    assert parse_link(TEXT.upper()) == LINK
    assert parse_link(f"sysmon://atlas/#{ID}.{'a' * 26}").addresses == ("atlas:4870",)
    assert parse_link(f"sysmon://[::1]/#{ID}.{'a' * 26}").addresses == ("[::1]:4870",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sysmon://",
        "https://atlas:4870/#" + TEXT.partition("#")[2],
        TEXT[:-1],
        TEXT + "a",
        TEXT.replace("#", ""),
        TEXT.replace("/#", "#"),
        TEXT.replace("atlas", ""),
        TEXT.replace("atlas", "at las"),
        TEXT.replace("atlas", "user@atlas"),
        TEXT.replace("atlas", "../../etc"),
        TEXT.replace("atlas", "-oProxyCommand=x"),
        TEXT.replace("atlas", "a..b"),
        TEXT.replace("atlas", "ätlas"),
        TEXT.replace("atlas", "\x1b[31m"),
        TEXT.replace("atlas:4870", "atlas:0"),
        TEXT.replace("atlas:4870", "atlas:65536"),
        TEXT.replace("atlas:4870", "atlas:4٧"),
        TEXT.replace("atlas:4870", "atlas:+1"),
        TEXT.replace("[fd00::1]", "fd00::1"),
        TEXT.replace("[fd00::1]", "[fd00::1%eth0]"),
        TEXT.replace("[fd00::1]", "[fd00::1"),
        TEXT.replace("[fd00::1]:", "[fd00::1]x:"),
        TEXT.replace(ID, ID[:-1] + "1"),
        TEXT.replace(ID, "é" * 52),
        TEXT[:-1] + "5",  # bits that a token has not
        "sysmon://" + ",".join(["a:1"] * (MOST_ADDRESSES + 1)) + f"/#{ID}.{'a' * 26}",
        "sysmon://" + "a" * LONGEST + f":1/#{ID}.{'a' * 26}",
        "sysmon://" + "a" * 300 + f":1/#{ID}.{'a' * 26}",
    ],
)
def test_what_is_no_link_is_said(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_link(text)
    assert printable(str(caught.value)) == str(caught.value)
    assert len(str(caught.value)) < 200


@given(st.text(max_size=200))
def test_any_text_is_a_link_or_refused(text: str) -> None:
    for attempt in (text, f"sysmon://{text}", f"sysmon://{text}/#{ID}.{'a' * 26}", f"sysmon://a:1/#{text}"):
        try:
            link = parse_link(attempt)
        except ConfigError:
            continue
        assert parse_link(format_link(link)) == link
        assert is_link(attempt)


@given(st.integers(0, len(TEXT) - 1), st.characters())
def test_one_wrong_letter_never_makes_another_secret_of_another_length(place: int, letter: str) -> None:
    try:
        link = parse_link(TEXT[:place] + letter + TEXT[place + 1 :])
    except ConfigError:
        return
    assert len(link.token) == 16
    assert len(link.id) == 52


def test_addresses_of_strangers_are_cleaned() -> None:
    assert clean_addresses(["atlas", "ATLAS:4870", "a b:1", "[::1]:7", "x:99999", *[f"h{n}:1" for n in range(20)]]) == (
        "atlas:4870",
        "[::1]:7",
        *[f"h{n}:1" for n in range(6)],
    )
    assert clean_address("[FD00:0::1]:07") == "[fd00::1]:7"
    with pytest.raises(ConfigError, match="brackets"):
        clean_address("fd00::1:7")


def test_an_enrolment_file_holds_a_link() -> None:
    text = enrolment_text(LINK, 20, "Friday, 18:00")
    assert parse_enrolment(text) == LINK
    assert parse_enrolment(text.replace("\n", "\r\n")) == LINK
    assert "20 machines" in text
    for wrong in ("", "# nothing\n", f"{TEXT}\n{TEXT}\n", "\x00"):
        with pytest.raises(ConfigError):
            parse_enrolment(wrong)


def test_a_slot_tells_nothing_of_its_token() -> None:
    token = new_token(secrets.token_bytes)
    assert len(token) == 16
    assert len(token_slot(token)) == 8
    assert token_slot(token) != token_slot(new_token(secrets.token_bytes))
    assert token[:8] != token_slot(token)
