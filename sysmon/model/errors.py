"""The few errors of this program, each answering "whose fault" and "retry or give up"."""

from __future__ import annotations

from sysmon.model.link import Reason


class SysmonError(Exception):
    """Every error that this program raises on purpose. ``str()`` is fit for the user."""


class CollectorUnavailable(SysmonError):
    """This machine does not have what the collector reads. The family is off; the reason is shown.

    Tried again only at a slow pace (a driver may be loaded later). ``str()`` completes the
    sentence "unavailable, because …".
    """


class CollectorFailed(SysmonError):
    """A source that should work did not. Logged when it changes, tried again with back-off."""


class ConfigError(SysmonError):
    """A setting is wrong. Shown with line and reason; the old value stays in force."""


class ProcessGone(SysmonError):
    """The process that was asked for ended, or its PID belongs to another one now. Not tried again."""


class LocalProtocolError(SysmonError):
    """This program used the protocol wrongly: a fault of ours, never tried again as it is."""


class RemoteProtocolError(SysmonError):
    """A peer broke the protocol. It loses its connection, with ``reason``; nobody else is touched."""

    def __init__(self, text: str, reason: Reason = Reason.BAD_FRAME) -> None:
        super().__init__(text)
        self.reason = reason


class AuthRefused(SysmonError):
    """One side does not let the other in: the user must do something. Never tried again by itself."""

    def __init__(self, reason: Reason, peer: str = "the other machine", text: str = "") -> None:
        """``peer`` is its name, printable; ``text`` replaces the reason's own sentence."""
        super().__init__(text or reason.sentence(peer))
        self.reason = reason


class Unreachable(SysmonError):
    """A machine could not be reached this time; trying again may help."""

    def __init__(self, reason: Reason, peer: str, text: str = "") -> None:
        """As `AuthRefused`."""
        super().__init__(text or reason.sentence(peer))
        self.reason = reason
