"""Numbers of an answer, with how exactly they are written: ``0.50``, ``80%``, ``0.1666...``."""

from __future__ import annotations

import re
from typing import Final

from flint import fmpq

from exsolve import limits
from exsolve.answers.pieces import DECIMAL, PERCENT, RATIO, Piece
from exsolve.answers.tokens import Token
from exsolve.answers.written import Number
from exsolve.errors import LanguageError
from exsolve.expression.numerals import fraction, number
from exsolve.expression.tokens import Token as LanguageToken
from exsolve.expression.tree import Literal

_SHORT: Final = 16
"""Digits of an integer that needs no second look."""
_PERIOD: Final = re.compile(r"([0-9]+?)\1+$")


def decimal(token: Token) -> Piece:
    """The value of ``12``, ``.5``, ``1.`` or ``1.16e-10``, with its places and digits."""
    written = token.text
    if len(written) < _SHORT and written.isdigit() and written[0] != "0":
        plain = Literal(fmpq(int(written)), written, token.offset)
        return Piece(
            plain, (), token.offset, token.end, form=DECIMAL, places=0, digits=len(written)
        )
    literal = number(LanguageToken(token.kind, written, token.offset, token.end))
    mantissa, _, exponent = written.lower().partition("e")
    whole, point, decimals = mantissa.partition(".")
    places = len(decimals) - int(exponent or 0)
    if point and not decimals:
        literal = Literal(literal.value, f"{whole}e{exponent}" if exponent else whole, token.offset)
    return Piece(
        literal,
        (),
        token.offset,
        token.end,
        form=DECIMAL,
        places=places,
        digits=len((whole + decimals).lstrip("0")),
    )


def vulgar(token: Token) -> Piece:
    """The value of a single character like ``½``."""
    written = LanguageToken(token.kind, token.text, token.offset, token.end)
    return Piece(fraction(written), (), token.offset, token.end, form=RATIO)


def shifted(piece: Piece, end: int) -> Piece:
    """A plain decimal in percent: two places more."""
    assert isinstance(piece.node, Literal)
    assert piece.places is not None
    places = max(piece.places + 2, 0)
    value = piece.node.value / 100
    return piece._replace(
        node=Literal(value, decimal_text(value, places), piece.offset),
        end=end,
        form=PERCENT,
        places=places,
    )


def with_trimmed_places(numbers: tuple[Number, ...]) -> tuple[Number, ...]:
    """The numbers of a list as NumPy prints it, ``[0.25 1.  ]``: zeros behind a point that ends a
    number were left out, and it has as many places as the others."""
    if len(numbers) == 1 or not any(one.text.endswith(".") for one in numbers):
        return numbers
    most = max(one.places or 0 for one in numbers)
    return tuple(
        one._replace(places=most, digits=(one.digits or 0) + (most if one.digits else 0))
        if one.places == 0 and one.text.endswith(".")
        else one
        for one in numbers
    )


def decimal_text(value: fmpq, places: int) -> str:
    """A decimal with so many places behind its point."""
    digits = str(abs(int((value * fmpq(10) ** places).p))).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def repeating(text: str, token: Token, last: Token, period: str = "") -> Piece:
    """``0.1666...``, the digits at the end going on for ever; or the ``period`` does.

    Raises LanguageError where no digits are written at least twice.
    """
    decimals = token.text.partition(".")[2]
    if not decimals.isdigit() and (decimals or not period):
        raise LanguageError(
            "dots stand for digits of a decimal that go on",
            token.offset,
            found=text[token.offset : last.end],
            hint="0.1666...",
        )
    if len(token.text) + len(period) > limits.REPEATING_DIGITS:
        raise LanguageError(
            "the repeating decimal is too long",
            token.offset,
            expected=f"at most {limits.REPEATING_DIGITS} digits",
        )
    if not period:
        found = _PERIOD.search(decimals)
        if found is None:
            raise LanguageError(
                f"which digits of {token.text}... go on?",
                token.offset,
                expected="the digits that repeat, written at least twice",
                found=f"{token.text}...",
                hint="0.1666... or 1/6; ≈ 0.17 for a rounded number",
            )
        period = found.group(1)
    before = number(LanguageToken(token.kind, token.text.rstrip("."), token.offset, token.end))
    scale = fmpq(10) ** len(decimals)
    value = before.value + fmpq(int(period), (10 ** len(period) - 1)) / scale
    return Piece(Literal(value, "", token.offset), (), token.offset, last.end, form=RATIO)
