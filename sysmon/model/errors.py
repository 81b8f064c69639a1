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
