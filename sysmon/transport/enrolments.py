"""Enrolment files: one token with which several machines may join this one, until a day. Kept over a restart.

Only the machine that made the file can say what is left of it. Knows no connection.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from sysmon import private_files
from sysmon.model.errors import ConfigError
from sysmon.protocol.pairing import Random, Secret
from sysmon.protocol.pairing_link import TOKEN_BYTES, new_token

log = logging.getLogger(__name__)

FILE: Final = "enrolments.json"
MOST: Final = 100
MOST_USES: Final = 10_000
LONGEST_LIFE: Final = 90 * 86_400.0
_LARGEST: Final = 1 << 20


class Enrolment(msgspec.Struct, frozen=True):
    """One file that was made."""

    token: Annotated[bytes, Meta(min_length=TOKEN_BYTES, max_length=TOKEN_BYTES)]
    until: float
    """Seconds since 1970."""
    uses: Annotated[int, Meta(ge=0, le=MOST_USES)]
    """How many machines may still join."""


class Enrolments:
    """All files that are still valid. On the engine's loop."""

    def __init__(
        self, folder: Path, now: Callable[[], float] = time.time, random: Random = secrets.token_bytes
    ) -> None:
        """A list that cannot be read is worth nothing: then no file is valid, which is logged."""
        self._file = folder / FILE
        self._now = now
        self._random = random
        self._all = self._read()

    def _read(self) -> dict[bytes, Enrolment]:
        try:
            with self._file.open("rb") as stream:
                content = stream.read(_LARGEST)
            found = msgspec.json.decode(content, type=list[Enrolment])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            log.warning("the list of enrolment files cannot be read, so none is valid: %s", error)
            return {}
        return {Secret.of_token(one.token).slot: one for one in found}

    def make(self, uses: int, life: float) -> Enrolment:
        """A new token for ``uses`` machines within ``life`` seconds. Raises ConfigError."""
        if not 0 < uses <= MOST_USES or not 0 < life <= LONGEST_LIFE:
            raise ConfigError(f"An enrolment is for 1 to {MOST_USES} machines, and for at most 90 days.")
        valid = self._valid()
        if len(valid) >= MOST:
            raise ConfigError(f"There are {MOST} enrolment files already. Withdraw them first.")
        made = Enrolment(new_token(self._random), self._now() + life, uses)
        self._write({**valid, Secret.of_token(made.token).slot: made})
        return made

    def any(self) -> bool:
        """Whether one is valid now."""
        return bool(self._all) and bool(self._valid())

    def find(self, slot: bytes) -> Secret | None:
        """The token that ``slot`` names, if it is valid now."""
        found = self._valid().get(slot)
        return Secret.of_token(found.token) if found is not None else None

    def use(self, slot: bytes) -> None:
        """A machine joined. Raises ConfigError where that cannot be written down: then it must not."""
        valid = self._valid()
        found = valid.get(slot)
        if found is not None:
            valid[slot] = msgspec.structs.replace(found, uses=found.uses - 1)
            self._write(valid)

    def withdraw(self) -> int:
        """No file that was made so far is valid any more; how many that were. Raises ConfigError."""
        count = len(self._valid())
        self._all = {}
        self._write({})
        return count

    def _valid(self) -> dict[bytes, Enrolment]:
        now = self._now()
        return {slot: one for slot, one in self._all.items() if one.uses > 0 and now < one.until}

    def _write(self, kept: dict[bytes, Enrolment]) -> None:
        kept = {slot: one for slot, one in kept.items() if one.uses > 0}
        try:
            private_files.replace(self._file, msgspec.json.encode(list(kept.values())))
        except OSError as error:
            raise ConfigError(f"{self._file} cannot be written: {error.strerror or error}") from error
        self._all = kept
