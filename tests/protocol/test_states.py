"""Every state meets every event."""

from __future__ import annotations

import itertools

import pytest

from sysmon.model.errors import LocalProtocolError
from sysmon.model.link import LinkState
from sysmon.protocol.states import TRANSITIONS, LinkEvent, advance, table

S, E = LinkState, LinkEvent
AT_WORK = [S.RESOLVING, S.CONNECTING, S.SECURING, S.GREETING, S.SYNCING, S.LIVE, S.STALE]


@pytest.mark.parametrize(("state", "event"), list(itertools.product(S, E)))
def test_every_event_moves_on_or_is_our_fault(state: LinkState, event: LinkEvent) -> None:
    then = TRANSITIONS[state].get(event)
    if then is None:
        with pytest.raises(LocalProtocolError, match=state.value):
            advance(state, event)
    else:
        assert advance(state, event) is then


def run(*events: LinkEvent) -> LinkState:
    state = S.DISABLED
    for event in events:
        state = advance(state, event)
    return state


def test_the_way_to_live_and_back() -> None:
    up = (E.ENABLE, E.RESOLVED, E.CONNECTED, E.SECURED, E.GREETED, E.TICK)
    assert run(*up) is S.LIVE
    assert run(*up, E.SILENCE, E.SILENCE) is S.STALE
    assert run(*up, E.SILENCE, E.TICK) is S.LIVE
    assert run(*up, E.LOST, E.RETRY, *up[1:]) is S.LIVE
    assert run(*up, E.DISABLE, E.CLOSED) is S.DISABLED
    assert run(E.ACCEPT, E.SECURED, E.GREETED, E.TICK) is S.LIVE


@pytest.mark.parametrize("state", AT_WORK)
def test_every_state_at_work_can_fail_be_refused_and_be_switched_off(state: LinkState) -> None:
    assert advance(state, E.LOST) is S.BACKOFF
    assert advance(state, E.REFUSE) is S.REFUSED
    assert advance(state, E.DISABLE) is S.CLOSING


def test_refused_waits_for_the_user() -> None:
    assert set(TRANSITIONS[S.REFUSED]) == {E.RETRY, E.DISABLE}


def test_every_state_can_be_reached_and_left() -> None:
    reached = {then for events in TRANSITIONS.values() for then in events.values()}
    assert reached == set(S)
    assert all(set(events.values()) - {state} for state, events in TRANSITIONS.items())


def test_the_table_for_the_documentation_is_complete() -> None:
    lines = table().splitlines()
    assert len(lines) == 2 + sum(map(len, TRANSITIONS.values()))
    assert "| LIVE | no tick for three intervals | STALE |" in lines
