"""The grammar: what is understood, and that anything else is one clear error at the right place."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sysmon.pipeline.search.fields import FIELDS
from sysmon.pipeline.search.language import AllOf, AnyOf, FilterError, Not, Term, parse


def shape(text: str) -> str:
    """The tree as text with every bracket written."""

    def show(node: object) -> str:
        match node:
            case Term(field, operator, value):
                return value if field is None else f"{field.name}{operator}{value}"
            case Not(inner):
                return f"not {show(inner)}"
            case AllOf(parts):
                return "(" + " and ".join(map(show, parts)) + ")"
            case AnyOf(parts):
                return "(" + " or ".join(map(show, parts)) + ")"
            case _:
                raise TypeError(node)

    return show(parse(text))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", "()"),
        ("firefox", "firefox"),
        ("fire fox", "(fire and fox)"),
        ("cpu>5 mem > 1G", "(cpu>5 and mem>1G)"),
        ("a or b c", "(a or (b and c))"),
        ("(a or b) c", "((a or b) and c)"),
        ("not user:root", "not user:root"),
        ("not not a", "not not a"),
        ("NOT a AND b OR c", "((not a and b) or c)"),
        ('cmd:"two words"', "cmd:two words"),
        (r'"a \" b"', 'a " b'),
        ("name:/^fire.*/", "name:/^fire.*/"),
        ("/x(1|2)/ or y", "(/x(1|2)/ or y)"),
        ("file:/etc/passwd", "file:/etc/passwd"),
        ("/usr/bin/python3", "/usr/bin/python3"),
        ("ppid=1", "parent=1"),
        ("port:5432", "port:5432"),
        ("state:run", "state:run"),
        ("kworker/0:1", None),
        ("läuft-schon", "läuft-schon"),
    ],
)
def test_understood(text: str, tree: str | None) -> None:
    if tree is None:
        with pytest.raises(FilterError, match="no field"):
            parse(text)
    else:
        assert shape(text) == tree


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("cpu>", "a share such as 5 or 5% is missing at the end", 4),
        ("cpu>fast", "cpu needs a share such as 5 or 5%, not 'fast'", 4),
        ("usr:me", "there is no field 'usr'; did you mean user?", 0),
        ("user>me", "user is text: use user:me", 5),
        ("a or", "a condition is missing at the end", 4),
        ("or a", "a condition is missing before 'or'", 0),
        ("(a", "a closing bracket is missing at the end", 2),
        ("a)", "this bracket was not opened", 1),
        ("()", "a condition is missing before this bracket", 1),
        (">5", "a field is missing before >", 0),
        ('cmd:"x', "a quotation mark is not closed", 4),
        ("name:/(/", "the regular expression is wrong", 5),
        ("state:dancing", "state is one of running, sleeping", 6),
        ("mem>(1G)", "mem needs a size such as 300, 512K or 1.5G here", 4),
    ],
)
def test_errors_say_what_and_where(text: str, message: str, position: int) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert message in str(caught.value)
    assert caught.value.position == position


def refused(text: str) -> FilterError | None:
    try:
        parse(text)
    except FilterError as error:
        return error
    return None


@given(st.text(max_size=60))
@example("(" * 60)
@example("not " * 60)
@example("a" * 3000)
def test_any_text_is_a_tree_or_a_filter_error_within_the_text(text: str) -> None:
    error = refused(text)
    if error is not None:
        assert 0 <= error.position <= len(text)
        assert str(error)


words = st.sampled_from(["a", "cpu>5", "user:me", "(", ")", "and", "or", "not", "/x/", '"q"', "mem<=2G", "pid:1"])


@given(st.lists(words, max_size=25))
def test_any_sequence_of_words_is_a_tree_or_an_error(parts: list[str]) -> None:
    error = refused(" ".join(parts))
    assert error is None or str(error)


def test_every_field_can_be_asked_for() -> None:
    samples = {"text": ":x", "number": ">1", "percent": ">1", "size": ">1K", "duration": ">1m"}
    for field in FIELDS:
        value = f":{field.values[0]}" if field.values else samples[field.kind.value]
        assert shape(field.name + value) == field.name + value
