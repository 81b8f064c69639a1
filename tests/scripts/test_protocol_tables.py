"""The document of the protocol says what the sources say."""

from __future__ import annotations

from typing import get_args

import protocol_tables
import pytest

from sysmon.model.link import Reason
from sysmon.protocol import messages, questions
from sysmon.protocol.states import TRANSITIONS

TEXT = protocol_tables.DOCUMENT.read_text(encoding="utf-8")


def test_the_document_is_up_to_date() -> None:
    assert protocol_tables.written(TEXT) == TEXT, "run: python scripts/protocol_tables.py"


def test_every_part_is_in_it_once() -> None:
    for name in protocol_tables.PARTS:
        assert TEXT.count(f"<!-- made: {name} -->") == 1, name


def test_a_part_that_is_old_is_written_anew() -> None:
    old = TEXT.replace("| DISABLED |", "| ENABLED |").replace("| 21 | WRONG_PIN |", "| 21 |")
    assert old != TEXT
    assert protocol_tables.written(old) == TEXT


def test_a_mark_that_means_nothing_is_found() -> None:
    with pytest.raises(KeyError):
        protocol_tables.written("<!-- made: nonsense -->\n<!-- end -->")


@pytest.mark.parametrize("kind", [*get_args(messages.Named), *get_args(questions.Question), *get_args(questions.Reply)])
def test_every_message_and_question_is_described(kind: type) -> None:
    _, found, rest = TEXT.partition(f"#### `{kind.__name__.lower()}`\n")
    assert found
    prose = rest.split("\n")[1]
    assert prose
    assert not prose.startswith("|"), "it says what it is before it says what it holds"


def test_every_reason_and_every_transition_is_in_it() -> None:
    assert all(f"| {reason.number} | {reason.name} |" in TEXT for reason in Reason)
    for state, events in TRANSITIONS.items():
        assert all(f"| {state.name} | {event.value} | {then.name} |" in TEXT for event, then in events.items())
