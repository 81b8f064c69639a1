"""The grammar of the filter language: text in, a tree or one clear error out.

    filter  = any                                cpu>5 and (user:me or not state:sleeping)
    any     = all { "or" all }
    all     = one { ["and"] one }                words side by side must all match
    one     = "not" one | "(" any ")" | term
    term    = [field operator] value             operators  :  =  !=  <  <=  >  >=
    value   = word | "quoted" | /regular expression/

A term without a field looks at name and command line; a bare number also at the PID. Pure: knows
no process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sysmon.pipeline.search.fields import BY_NAME, EXAMPLES, FIELDS, Field, ValueKind, parse_value

LONGEST: Final = 2000
"""Characters; a longer filter is refused."""
DEEPEST: Final = 50
"""Nested brackets and nots; deeper ones are refused."""


class FilterError(ValueError):
    """A filter that cannot be understood. ``str()`` says what and what to write instead."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position
        """Where in the text, in characters from its start."""


@dataclass(frozen=True, slots=True)
class Term:
    """A single test. ``field`` None looks at name, command line and PID."""

    field: Field | None
    operator: str
    text: str
    number: float | None = None
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Not:
    inner: Node


@dataclass(frozen=True, slots=True)
class AllOf:
    """True where every part is; an empty one is always true."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True where at least one part is."""

    parts: tuple[Node, ...]


Node = Term | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """One of: word, quoted, regex, operator, open, close."""
    text: str
    at: int


_TOKENS: Final = re.compile(
    r"""\s*(?:
      (?P<open>\()|(?P<close>\))
    | (?P<quoted>"(?:[^"\\]|\\.)*")
    | (?P<regex>(?<![\w/.-])/(?:[^/\\]|\\.)+/(?![\w.-]))
    | (?P<operator>!=|<=|>=|[:=<>])
    | (?P<word>[^\s()":=<>!]+)
    )""",
    re.VERBOSE,
)


def parse(text: str) -> Node:
    """The tree of ``text``; an empty text matches everything. Raises FilterError."""
    if len(text) > LONGEST:
        raise FilterError(f"a filter is at most {LONGEST} characters long", LONGEST)
    parser = _Parser(_split(text), len(text))
    return parser.whole()


def _split(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        found = _TOKENS.match(text, at)
        if found is None or found.lastgroup is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            if text[at] == '"':
                raise FilterError("a quotation mark is not closed", at)
            raise FilterError(f"{text[at]!r} means nothing here; put it in quotation marks", at)
        kind = found.lastgroup
        tokens.append(_Token(kind, found[kind], found.start(kind)))
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = tokens
        self._length = length
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        if not self._tokens:
            return AllOf(())
        node = self._any()
        left = self._peek()
        if left is not None:
            raise FilterError("this bracket was not opened", left.at)
        return node

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, expected: str) -> _Token:
        token = self._peek()
        if token is None:
            raise FilterError(f"{expected} is missing at the end", self._length)
        self._next += 1
        return token

    def _at_word(self, word: str) -> bool:
        token = self._peek()
        return token is not None and token.kind == "word" and token.text.lower() == word

    def _any(self) -> Node:
        parts = [self._all()]
        while self._at_word("or"):
            self._next += 1
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all(self) -> Node:
        parts = [self._one()]
        while True:
            if self._at_word("and"):
                self._next += 1
            else:
                token = self._peek()
                if token is None or token.kind == "close" or self._at_word("or"):
                    break
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _one(self) -> Node:
        self._depth += 1
        try:
            token = self._take("a condition")
            if self._depth > DEEPEST:
                raise FilterError(f"brackets are nested more than {DEEPEST} deep", token.at)
            if token.kind == "open":
                node = self._any()
                if self._take("a closing bracket").kind != "close":
                    raise FilterError("a closing bracket is missing", token.at)
                return node
            if token.kind == "word" and token.text.lower() == "not":
                return Not(self._one())
            return self._term(token)
        finally:
            self._depth -= 1

    def _term(self, token: _Token) -> Term:
        if token.kind == "close":
            raise FilterError("a condition is missing before this bracket", token.at)
        if token.kind == "operator":
            raise FilterError(f"a field is missing before {token.text}", token.at)
        if token.kind == "word" and token.text.lower() in ("and", "or"):
            raise FilterError(f"a condition is missing before {token.text!r}; quote it to look for the word", token.at)
        following = self._peek()
        if following is None or following.kind != "operator":
            return self._plain(token)
        field = BY_NAME.get(token.text.lower()) if token.kind == "word" else None
        if field is None:
            raise FilterError(f"there is no field {token.text!r}{_nearest(token.text)}", token.at)
        operator = self._take("an operator").text
        value = self._take(EXAMPLES[field.kind])
        if value.kind not in ("word", "quoted", "regex"):
            raise FilterError(f"{field.name} needs {EXAMPLES[field.kind]} here", value.at)
        return _fielded(field, operator, value)

    def _plain(self, token: _Token) -> Term:
        if token.kind == "regex":
            return Term(None, ":", token.text, pattern=_pattern(token))
        text = _unquoted(token)
        number = float(text) if token.kind == "word" and text.isascii() and text.isdigit() and len(text) < 10 else None
        return Term(None, ":", text, number)


def _fielded(field: Field, operator: str, value: _Token) -> Term:
    text = _unquoted(value)
    if field.kind is ValueKind.TEXT:
        if operator not in (":", "=", "!="):
            raise FilterError(f"{field.name} is text: use {field.name}:{text or 'word'}", value.at)
        if field.values and value.kind == "word" and not any(known.startswith(text.lower()) for known in field.values):
            raise FilterError(f"{field.name} is one of {', '.join(field.values)}", value.at)
        return Term(field, operator, text, pattern=_pattern(value) if value.kind == "regex" else None)
    number = parse_value(field.kind, text) if value.kind == "word" else None
    if number is None:
        raise FilterError(f"{field.name} needs {EXAMPLES[field.kind]}, not {text!r}", value.at)
    return Term(field, operator, text, number)


def _unquoted(token: _Token) -> str:
    if token.kind != "quoted":
        return token.text
    return re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL)


def _pattern(token: _Token) -> re.Pattern[str]:
    try:
        return re.compile(token.text[1:-1], re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise FilterError(f"the regular expression is wrong: {error}", token.at) from error


def _nearest(word: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word.lower(), [field.name for field in FIELDS], 1)
    return f"; did you mean {close[0]}?" if close else f"; fields are {', '.join(field.name for field in FIELDS)}"
