"""A layer as PyTorch writes it, ``Conv2d(3, 16, kernel_size=3)``: its name and its arguments.

Numbers, tuples, ``True``/``False``/``None`` and quoted strings, with sums and products of whole
numbers (``Linear(4*12*12, 10)``); nothing is ever evaluated as Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from exsolve import limits
from exsolve.errors import LanguageError
from exsolve.expression.tokens import END, NAME, NUMBER, Token, tokens

Value = int | float | bool | str | None | tuple["Value", ...]
"""What an argument may be."""

STRING: Final = "string"
_WORDS: Final[dict[str, bool | None]] = {"True": True, "False": False, "None": None}
_PREFIX: Final = re.compile(r"\s*(?:torch\s*\.\s*)?nn\s*\.\s*")
_QUOTED: Final = re.compile(r"'[^'\\]*'|\"[^\"\\]*\"")
_LARGEST: Final = 10**18


class Written(NamedTuple):
    """An argument as it stands in the text; ``offset`` is its place there."""

    value: Value
    offset: int
    text: str


class WrittenLayer(NamedTuple):
    """A layer's name and arguments, not yet held against its signature."""

    name: str
    offset: int
    positional: tuple[Written, ...]
    keywords: tuple[tuple[Token, Written], ...]


def read_layer(text: str) -> WrittenLayer:
    """The layer in a text; raises LanguageError with the place of what cannot be read."""
    prefix = _PREFIX.match(text)
    start = prefix.end() if prefix else 0
    return _Reader(text, list(_tokens(text, start))).layer()


def _tokens(text: str, start: int) -> Iterator[Token]:
    """The tokens of the language, and quoted strings, which the language does not have."""
    last = END
    for quoted in _QUOTED.finditer(text, start):
        yield from _between(text, start, quoted.start())
        yield Token(STRING, quoted.group()[1:-1], quoted.start(), quoted.end())
        start, last = quoted.end(), STRING
    yield from _between(text, start, len(text))
    yield Token(END, last, len(text), len(text))


def _between(text: str, start: int, end: int) -> Iterator[Token]:
    for place in range(start, end):
        if text[place] in "'\"":
            raise LanguageError(
                "a quotation mark that is not closed",
                place,
                expected="a word in quotation marks, such as 'same'",
                found=text[place : place + 20],
            )
    try:
        found = tokens(text[start:end])
    except LanguageError as error:
        error.offset += start
        raise
    for token in found[:-1]:
        yield token._replace(offset=token.offset + start, end=token.end + start)


class _Reader:
    """Reads one layer from its tokens."""

    def __init__(self, text: str, found: list[Token]) -> None:
        self._text = text
        self._tokens = found
        self._place = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    def _take(self) -> Token:
        token = self._tokens[self._place]
        if token.kind != END:
            self._place += 1
        return token

    def _skip(self, kind: str) -> bool:
        if self._next.kind != kind:
            return False
        self._take()
        return True

    def _unexpected(self, expected: str, hint: str = "") -> LanguageError:
        token = self._next
        found = f"'{token.text}'" if token.kind != END else "the end of the text"
        return LanguageError(
            "this layer cannot be read", token.offset, expected=expected, found=found, hint=hint
        )

    def layer(self) -> WrittenLayer:
        name = self._next
        if name.kind != NAME:
            raise self._unexpected("the name of a layer, as in Conv2d(3, 16, kernel_size=3)")
        self._take()
        positional: list[Written] = []
        keywords: list[tuple[Token, Written]] = []
        if self._skip("("):
            while not self._skip(")"):
                self._argument(positional, keywords)
                if not self._skip(",") and self._next.kind != ")":
                    raise self._unexpected("a comma or the closing bracket")
        if self._next.kind != END:
            raise self._unexpected("nothing behind the layer", "write one layer in each line")
        return WrittenLayer(name.text, name.offset, tuple(positional), tuple(keywords))

    def _argument(self, positional: list[Written], keywords: list[tuple[Token, Written]]) -> None:
        following = self._tokens[min(self._place + 1, len(self._tokens) - 1)]
        if self._next.kind == NAME and following.kind == "=":
            keyword = self._take()
            self._take()
            keywords.append((keyword, self._value()))
            return
        value = self._value()
        if keywords:
            raise LanguageError(
                "an argument without a name stands behind one with a name",
                value.offset,
                expected="positional arguments first, as in Python",
                hint="write its name: padding=1",
            )
        positional.append(value)

    def _value(self, depth: int = 0) -> Written:
        """A value: a tuple, a word, a string, or whole numbers added and multiplied."""
        start = self._next.offset
        total = self._product(depth)
        while self._next.kind in ("+", "-"):
            sign = 1 if self._take().kind == "+" else -1
            place = self._next.offset
            total = _checked(
                _whole(total, start) + sign * _whole(self._product(depth), place), start
            )
        end = self._tokens[self._place - 1].end
        return Written(total, start, " ".join(self._text[start:end].split()))

    def _product(self, depth: int) -> Value:
        start = self._next.offset
        result = self._single(depth)
        while self._skip("*"):
            place = self._next.offset
            result = _checked(_whole(result, start) * _whole(self._single(depth), place), start)
        return result

    def _single(self, depth: int) -> Value:
        token = self._next
        if depth > 4:
            raise self._unexpected("fewer brackets inside one another")
        if token.kind in ("(", "["):
            return self._bracket(depth)
        if token.kind == "-":
            self._take()
            negative = self._single(depth + 1)
            if isinstance(negative, bool) or not isinstance(negative, int | float):
                raise LanguageError("a sign before something that is no number", token.offset)
            return -negative
        if token.kind == NUMBER:
            self._take()
            return _number(token)
        if token.kind == STRING:
            self._take()
            return token.text
        if token.kind == NAME and token.text in _WORDS:
            self._take()
            return _WORDS[token.text]
        hint = ""
        if token.kind == NAME:
            folded = token.text.capitalize()
            hint = (
                folded
                if folded in _WORDS
                else f"in quotation marks if it is a word: '{token.text}'"
            )
        raise self._unexpected("a number, a tuple, True, False, None or a word in quotes", hint)

    def _bracket(self, depth: int) -> Value:
        opening = self._take()
        closing = ")" if opening.kind == "(" else "]"
        items: list[Value] = []
        commas = 0
        while not self._skip(closing):
            items.append(self._value(depth + 1).value)
            if self._skip(","):
                commas += 1
            elif self._next.kind != closing:
                raise self._unexpected(f"a comma or '{closing}'")
        if opening.kind == "(" and len(items) == 1 and not commas:
            return items[0]
        return tuple(items)


def _number(token: Token) -> int | float:
    if token.text.isdigit():
        if len(token.text) > 18:
            raise LanguageError(
                "a number that is too large for a layer",
                token.offset,
                expected=f"sizes up to {limits.IMAGE_SIZE:,}",
                found=f"{len(token.text)} digits",
            )
        return int(token.text)
    return float(token.text)


def _whole(value: Value, offset: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise LanguageError(
            "only whole numbers are added and multiplied here",
            offset,
            expected="whole numbers, as in Linear(4*12*12, 10)",
            found=str(value),
        )
    return value


def _checked(value: int, offset: int) -> int:
    if abs(value) > _LARGEST:
        raise LanguageError("a number that is too large for a layer", offset)
    return value
