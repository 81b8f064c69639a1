"""What an option is: its type, default, bounds and words, and how a value for it is checked.

Knows no particular option (`options.py` declares them), no file and no screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeAlias, TypeVar, cast, overload

Value: TypeAlias = bool | int | float | str | tuple[str, ...]
"""What an option can hold: the types that TOML, a command line and a dialog all can show."""

T = TypeVar("T", bound=Value)


class Holder(Protocol):
    """Whatever holds values of options."""

    def value(self, name: str) -> Value:
        """The value of the option with the dotted ``name``. Raises KeyError where there is none."""
        ...


class Option(Generic[T]):
    """One option. As an attribute of a `Holder` it answers the value in force, with its type."""

    def __init__(
        self,
        default: T,
        title: str,
        text: str,
        *,
        low: float | None = None,
        high: float | None = None,
        choices: Sequence[T] = (),
        unit: str = "",
        restart: bool = False,
    ) -> None:
        """``title`` labels a control; ``text`` is one or two sentences for help and manual.

        ``restart`` tells the user that a change takes effect when the program starts again.
        """
        self.default = default
        self.title = title
        self.text = text
        self.low = low
        self.high = high
        self.choices = tuple(choices)
        self.unit = unit
        self.restart = restart
        self.attribute = self.section = self.key = self.name = ""

    def __set_name__(self, owner: type, attribute: str) -> None:
        self.attribute = attribute
        self.section, _, self.key = attribute.partition("_")
        self.name = f"{self.section}.{self.key}"

    @overload
    def __get__(self, holder: None, owner: type) -> Option[T]: ...
    @overload
    def __get__(self, holder: Holder, owner: type) -> T: ...
    def __get__(self, holder: Holder | None, owner: type) -> Option[T] | T:
        return self if holder is None else cast("T", holder.value(self.name))

    @property
    def kind(self) -> type[Value]:
        """The type of the value: bool, int, float, str or tuple (of str)."""
        return type(self.default)

    def check(self, raw: object) -> T:
        """``raw`` as a value of this option (a list becomes a tuple, a whole number a float).

        Raises ValueError whose text says what is expected.
        """
        value = self._typed(raw)
        if self.choices and value not in self.choices:
            raise ValueError(f"must be one of {', '.join(str(choice) for choice in self.choices)}")
        if isinstance(value, (int, float)) and not self._within(value):
            raise ValueError(f"must be {self.bounds()}")
        return value

    def _within(self, number: float) -> bool:
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)

    def _typed(self, raw: object) -> T:
        expected = self.kind
        if expected is float and type(raw) is int:
            raw = float(raw)
        if expected is tuple and isinstance(raw, (list, tuple)):
            items = cast("Sequence[object]", raw)
            if all(isinstance(item, str) for item in items):
                return cast("T", tuple(dict.fromkeys(cast("Sequence[str]", items))))
        elif type(raw) is expected and raw == raw:  # NaN is the float that differs from itself
            return cast("T", raw)
        raise ValueError(f"must be {_WORDS[expected]}")

    def parse(self, text: str) -> T:
        """The value that ``text`` from a command line means. Raises ValueError as `check` does."""
        kind = self.kind
        word = text.strip()
        if kind is bool:
            if word.lower() in _BOOLEANS:
                return self.check(_BOOLEANS[word.lower()])
            raise ValueError("must be true or false")
        if kind is tuple:
            return self.check(tuple(part.strip() for part in word.split(",") if part.strip()))
        if kind is str:
            return self.check(word)
        try:
            return self.check(kind(word))
        except (ValueError, OverflowError) as error:
            # "abc" is no number at all: int() and float() say so in words that no user needs.
            reason = str(error)
            raise ValueError(reason if reason.startswith("must be") else f"must be {self.bounds()}") from None

    def bounds(self) -> str:
        """What is allowed, in words: "between 0.25 and 10 s", "dark, light or system"."""
        if self.choices:
            *most, last = (str(choice) for choice in self.choices)
            return f"{', '.join(most)} or {last}"
        if self.low is not None and self.high is not None:
            return f"between {self.low:g} and {self.high:g} {self.unit}".rstrip()
        if self.low is not None:
            return f"at least {self.low:g} {self.unit}".rstrip()
        return _WORDS[self.kind]


_WORDS: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    tuple: "a list of texts",
}

_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
