"""How a link moves from state to state: one table, one function. Knows no socket, no timer and no reason.

Who dials begins at DISABLED with ENABLE, who is dialled with ACCEPT.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sysmon.model.errors import LocalProtocolError
from sysmon.model.link import LinkState


class LinkEvent(enum.Enum):
    """What happens to a link. The value says it in words."""

    ENABLE = "the link is wanted"
    ACCEPT = "a peer connected to us"
    RESOLVED = "addresses are known"
    CONNECTED = "a connection stands"
    SECURED = "both sides are who they should be"
    GREETED = "both hellos were exchanged and fit"
    TICK = "a tick came"
    SILENCE = "no tick for three intervals"
    LOST = "the link failed, and trying again may help"
    REFUSE = "the link failed, and the user must do something"
    RETRY = "it is time to try again, or the user wants it now"
    DISABLE = "the link is no longer wanted"
    CLOSED = "the connection is gone"


_S, _E = LinkState, LinkEvent
_ENDS: Final = {_E.LOST: _S.BACKOFF, _E.REFUSE: _S.REFUSED, _E.DISABLE: _S.CLOSING}
"""How every state with a connection, or on the way to one, may end."""

TRANSITIONS: Final[Mapping[LinkState, Mapping[LinkEvent, LinkState]]] = MappingProxyType(
    {
        _S.DISABLED: {_E.ENABLE: _S.RESOLVING, _E.ACCEPT: _S.SECURING},
        _S.RESOLVING: {_E.RESOLVED: _S.CONNECTING, **_ENDS},
        _S.CONNECTING: {_E.CONNECTED: _S.SECURING, **_ENDS},
        _S.SECURING: {_E.SECURED: _S.GREETING, **_ENDS},
        _S.GREETING: {_E.GREETED: _S.SYNCING, **_ENDS},
        _S.SYNCING: {_E.TICK: _S.LIVE, _E.SILENCE: _S.STALE, **_ENDS},
        _S.LIVE: {_E.TICK: _S.LIVE, _E.SILENCE: _S.STALE, **_ENDS},
        _S.STALE: {_E.TICK: _S.LIVE, _E.SILENCE: _S.STALE, **_ENDS},
        _S.BACKOFF: {_E.RETRY: _S.RESOLVING, _E.REFUSE: _S.REFUSED, _E.DISABLE: _S.DISABLED},
        _S.REFUSED: {_E.RETRY: _S.RESOLVING, _E.DISABLE: _S.DISABLED},
        _S.CLOSING: {_E.CLOSED: _S.DISABLED, _E.LOST: _S.DISABLED},
    }
)


def advance(state: LinkState, event: LinkEvent) -> LinkState:
    """The state after ``event``. Raises LocalProtocolError where the table has no such event."""
    try:
        return TRANSITIONS[state][event]
    except KeyError:
        raise LocalProtocolError(f"a link that is {state.value} cannot take: {event.value}") from None


def table() -> str:
    """The transitions as a table in Markdown, for the documentation."""
    lines = ["| State | What happens | State then |", "|---|---|---|"]
    for state, events in TRANSITIONS.items():
        lines += [f"| {state.name} | {event.value} | {then.name} |" for event, then in events.items()]
    return "\n".join(lines)
