"""Numbers as they are written, read as exact rationals."""

from __future__ import annotations

from typing import Final

from flint import fmpq

from exsolve import limits
from exsolve.errors import LanguageError
from exsolve.expression.tokens import Token
from exsolve.expression.tree import Literal

_FRACTIONS: Final = {
    "¼": (1, 4),
    "½": (1, 2),
    "¾": (3, 4),
    "⅓": (1, 3),
    "⅔": (2, 3),
    "⅕": (1, 5),
    "⅖": (2, 5),
    "⅗": (3, 5),
    "⅘": (4, 5),
    "⅙": (1, 6),
    "⅚": (5, 6),
    "⅛": (1, 8),
    "⅜": (3, 8),
    "⅝": (5, 8),
    "⅞": (7, 8),
    "⅐": (1, 7),
    "⅑": (1, 9),
    "⅒": (1, 10),
}


def number(token: Token, minus: Token | None = None) -> Literal:
    """The value of ``12``, ``.5`` or ``1.16e-10``, negative after a minus sign.

    Raises LanguageError for a leading zero and for numbers beyond the limits.
    """
    text = token.text
    if len(text) > limits.DIGITS:
        raise LanguageError(
            "the number is too long",
            token.offset,
            expected=f"at most {limits.DIGITS} digits",
            found=f"{len(text)} characters",
        )
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, decimals = mantissa.partition(".")
    if len(whole) > 1 and whole[0] == "0":
        trimmed = text.lstrip("0")
        trimmed = trimmed if trimmed[:1].isdigit() else f"0{trimmed}"
        doubt = "could be an octal number or" if text.isdigit() else "has zeros before"
        raise LanguageError(
            f"{text} {doubt} {trimmed}",
            token.offset,
            found=text,
            hint=trimmed,
        )
    value = fmpq(int(whole + decimals), 10 ** len(decimals))
    if exponent:
        if abs(int(exponent)) > limits.DECIMAL_EXPONENT:
            raise LanguageError(
                "the power of ten is too large",
                token.offset,
                expected=f"an exponent of at most {limits.DECIMAL_EXPONENT} in size",
                found=text if len(text) < 40 else f"{text[:20]}...",
            )
        shift = fmpq(10 ** abs(int(exponent)))
        value = value / shift if exponent[0] == "-" else value * shift
    return _signed(value, token, minus)


def fraction(token: Token, minus: Token | None = None) -> Literal:
    """The value of a single character like ``½``, negative after a minus sign."""
    return _signed(fmpq(*_FRACTIONS[token.text]), token, minus)


def _signed(value: fmpq, token: Token, minus: Token | None) -> Literal:
    if minus is None:
        return Literal(value, token.text, token.offset)
    return Literal(-value, f"-{token.text}", minus.offset)
