"""The settings in force: typed, validated, saved, and told to whoever listens.

Three layers: default, file, and what this run was told on the command line. Knows no option by
name. Every method may be called from any thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from sysmon.model.errors import ConfigError
from sysmon.runtime import settings_file
from sysmon.runtime.option import Option, Value
from sysmon.runtime.options import OPTIONS, Values
from sysmon.runtime.settings_file import Problem

Listener = Callable[[str, Value], None]


class Settings(Values):
    """The values in force. Read them as attributes: ``settings.sampling_interval``."""

    def __init__(self, file: Path | None = None, overrides: Mapping[str, Value] | None = None) -> None:
        """Load ``file`` (None: remember nothing); ``overrides`` by dotted name hold for this run and are not saved.

        A file that is wrong does not stop the program: see ``problems``. Raises ConfigError for a wrong override.
        """
        super().__init__()
        self._file = file
        self._lock = threading.RLock()
        self._listeners: tuple[Listener, ...] = ()
        self.problems: tuple[Problem, ...] = ()
        """What is wrong with the file, as of the last time it was read."""
        self._overrides = {name: checked(name, value) for name, value in (overrides or {}).items()}
        self.reload()

    @property
    def file(self) -> Path | None:
        """Where changes are saved, None where they are not."""
        return self._file

    def reload(self) -> tuple[Problem, ...]:
        """Read the file again and tell listeners what changed. Answers what is wrong with it.

        A value that is wrong leaves the one in force as it is; one that is gone becomes the default.
        """
        content = settings_file.Content() if self._file is None else settings_file.read(self._file)
        with self._lock:
            self.problems = content.problems
            changed: list[tuple[str, Value]] = []
            for name, option in OPTIONS.items():
                if name in self._overrides:
                    value = self._overrides[name]
                elif name in content.refused:
                    continue
                else:
                    value = content.values.get(name, option.default)
                if value != self._values[name]:
                    self._values[name] = value
                    changed.append((name, value))
        self._tell(changed)
        return content.problems

    def set(self, name: str, value: object) -> Path | None:
        """Put ``value`` in force and save it; it wins over this run's overrides.

        Answers where a settings file that was no TOML has been moved to, else None. Raises
        ConfigError where there is no such option or the value is wrong (the old one stays), and
        where it could not be saved (it is in force until the program ends).
        """
        good = checked(name, value)
        with self._lock:
            self._overrides.pop(name, None)
            changed = self._values[name] != good
            self._values[name] = good
        if changed:
            self._tell([(name, good)])
        if self._file is None:
            return None
        with self._lock:  # two threads that save must not write over each other's key
            return settings_file.write(self._file, name, good)

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener(name, value)`` after each change, on the thread that made it.

        The returned function ends that; it may be called more than once.
        """
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def leave() -> None:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other is not listener)

        return leave

    def _tell(self, changed: list[tuple[str, Value]]) -> None:
        for name, value in changed:
            for listener in self._listeners:
                listener(name, value)


def declared(name: str) -> Option[Value]:
    """The option with the dotted ``name``. Raises ConfigError where there is none."""
    option = OPTIONS.get(name)
    if option is None:
        raise ConfigError(f"there is no setting {name}{_suggestion(name)}")
    return option


def checked(name: str, value: object) -> Value:
    """``value`` as the option ``name`` takes it. Raises ConfigError with the reason."""
    try:
        return declared(name).check(value)
    except ValueError as error:
        raise ConfigError(f"{name}: {value!r} {error}") from None


def parsed(name: str, text: str) -> Value:
    """The value that ``text`` of a command line means for the option ``name``. Raises ConfigError."""
    try:
        return declared(name).parse(text)
    except ValueError as error:
        raise ConfigError(f"{name}: {text!r} {error}") from None


def _suggestion(name: str) -> str:
    import difflib

    close = difflib.get_close_matches(name, OPTIONS, 1)
    return f"; did you mean {close[0]}?" if close else "; `sysmon config show` lists them"
