"""Why a text is not an expression, said so that its author can mend it.

Where a text has two readings, the message gives both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from exsolve.errors import LanguageError
from exsolve.expression.tokens import END, FRACTION, NAME, NUMBER, ROOT, Token
from exsolve.expression.tree import Operation

ALIASES: Final = {"log": "ln"}
ELSEWHERE: Final = {
    "E": "expectation(...)",
    "I": "identity(...)",
    "eye": "identity(...)",
    "logsumexp": "ln(sum(exp(...)))",
    "norm": "sqrt(sumsq(...))",
    "softplus": "ln(1 + exp(...))",
    "tr": "sum(diag(...))",
    "trace": "sum(diag(...))",
    "σ": "sigmoid(...)",
}
"""What functions of other libraries and of the board are called here."""
CLOSING: Final = {"(": ")", "[": "]"}
OPERANDS: Final = frozenset({NUMBER, FRACTION, NAME, ROOT, "("})
"""Kinds of tokens that begin a value (a ``[`` after a value is an index)."""
_ADVICE: Final = {
    "=": ("'=' gives a value and compares nothing", "== to compare"),
    "==": ("'==' has nothing to compare here", ""),
    ":": ("':' belongs inside an index, as in X[0:2]", "a quotient is written with /"),
    ",": ("a list needs its brackets", "[1, 2]"),
}


_LOGIC: Final = {
    "and": "conditions one by one, each an item of its list: a > 0, b > 0",
    "or": "one condition: max(a > 0, b > 0) == 1",
    "not": "the opposite comparison, such as a <= 0 for not a > 0",
    "if": "where(condition, a, b)",
}
"""What Python says in words, and how it is written here."""


class Reading(Protocol):
    """How far a text has been read; ``brackets`` are the open ones."""

    @property
    def text(self) -> str: ...

    @property
    def tokens(self) -> Sequence[Token]: ...

    @property
    def position(self) -> int: ...

    @property
    def brackets(self) -> Sequence[Token]: ...

    @property
    def operations(self) -> Mapping[str, Operation]: ...


def missing(reading: Reading) -> LanguageError:
    """What is wrong with a token that stands where a value should."""
    token = reading.tokens[reading.position]
    if token.kind in (")", "]", END) and reading.brackets:
        opening = reading.brackets[-1]
        if token.kind == END:
            return misplaced(reading)
        if token.kind == CLOSING[opening.kind]:
            return LanguageError(
                "something is missing before the bracket closes",
                token.offset,
                expected="a value",
                found=f"'{token.text}'",
            )
        return misplaced(reading)
    if token.kind in (")", "]"):
        return misplaced(reading)
    if token.kind == END:
        before = reading.tokens[reading.position - 1]
        return LanguageError(
            f"the expression ends after '{before.text}'", token.offset, expected="a value"
        )
    message, hint = _ADVICE.get(token.kind, (f"'{token.text}' stands where a value should", ""))
    return LanguageError(message, token.offset, expected="a value", found=shown(token), hint=hint)


def reserved(token: Token) -> LanguageError:
    """What is wrong with a word for settings that stands where a value should."""
    if token.text == "infinity":
        return LanguageError(
            "'infinity' is no number: it can only be where a limit goes",
            token.offset,
            hint="limit(f, beta, infinity)",
        )
    return LanguageError(
        f"'{token.text}' is a word for settings and no value",
        token.offset,
        hint="keepdims=true, axis=none" if token.text != "false" else "keepdims=false",
    )


def misplaced(reading: Reading) -> LanguageError:
    """What is wrong with a token that stands after a complete value and cannot follow it."""
    token = reading.tokens[reading.position]
    opening = reading.brackets[-1] if reading.brackets else None
    if token.kind == END and opening:
        return LanguageError(
            f"the '{opening.text}' at character {opening.offset + 1} is never closed",
            opening.offset,
            expected=f"'{CLOSING[opening.kind]}'",
            found="the end",
        )
    if token.kind in (")", "]"):
        if opening is None:
            return LanguageError(
                f"'{token.text}' closes a bracket that was never opened", token.offset
            )
        return LanguageError(
            f"'{token.text}' closes the '{opening.text}' at character {opening.offset + 1}",
            token.offset,
            expected=f"'{CLOSING[opening.kind]}'",
            found=f"'{token.text}'",
        )
    if token.kind in OPERANDS:
        return _side_by_side(reading)
    before, after = reading.tokens[reading.position - 1], reading.tokens[reading.position + 1]
    if token.kind in (",", ":") and before.kind == NUMBER == after.kind:
        written = reading.text[before.offset : after.end]
        if token.kind == ",":
            both = f"the decimal number {before.text}.{after.text}, or the list [{written}]"
            hint = f"{before.text}.{after.text} or [{before.text}, {after.text}]"
        else:
            both = "a ratio, or a time"
            hint = f"{before.text}/{after.text}"
        return LanguageError(
            f"{written} can be read in two ways", before.offset, found=both, hint=hint
        )
    message, hint = _ADVICE.get(token.kind, (f"'{token.text}' cannot follow here", ""))
    following = reading.tokens[reading.position + 1 : reading.position + 2]
    if token.kind == "=" and any(one.kind in ("<", ">") for one in following):
        hint = f"{following[0].kind}= to compare"
    return LanguageError(message, token.offset, found=shown(token), hint=hint)


def _side_by_side(reading: Reading) -> LanguageError:
    """What is wrong with two values side by side, with the readings that they can have."""
    token = reading.tokens[reading.position]
    before = reading.tokens[reading.position - 1]
    after = reading.tokens[reading.position + 1]
    touching = before.end == token.offset
    start = before.offset
    word = token if token.text in _LOGIC else before
    if not touching and word.kind == NAME and word.text in _LOGIC:
        return LanguageError(
            f"'{word.text}' is no word of the language",
            word.offset,
            expected="an operator",
            found=f"'{word.text}'",
            hint=_LOGIC[word.text],
        )
    written = reading.text[start : token.end]
    first = "(...)" if before.kind in (")", "]") else before.text
    second = "(...)" if token.kind == "(" else token.text
    if before.kind == NUMBER and token.kind in (NUMBER, FRACTION):
        if token.kind == FRACTION or after.kind == "/":
            part = token.text
            if after.kind == "/":
                part = f"{token.text}/{reading.tokens[reading.position + 2].text}"
            return LanguageError(
                f"{first}{'' if touching else ' '}{part} can be read in two ways",
                start,
                found=f"the mixed number {first} + {part}, or the product {first}*{part}",
                hint=f"{first} + {part}",
            )
        hint = f"{first}*{second}"
        if touching:
            hint = "a single point in a number"
        elif second.isdigit() and len(second) == 3:
            hint = f"{first}{second} for thousands" + ("" if second[0] == "0" else f", or {hint}")
        return LanguageError(
            f"two numbers side by side: {written}",
            start,
            expected="one number, or a sign between the two",
            found=written,
            hint=hint,
        )
    if touching and before.kind == NUMBER and token.kind == NAME:
        letter = token.text[0].lower()
        if before.text == "0" and letter in "xbo" and len(token.text) > 1:
            return LanguageError(f"{written}: only decimal numbers are read", start, found=written)
    if reading.position > 1 and reading.tokens[reading.position - 2].kind == "/":
        above = reading.tokens[reading.position - 3].text if reading.position > 2 else "a"
        return LanguageError(
            f"{above}/{written} can be read in two ways",
            token.offset,
            found=f"({above}/{first})*{second}, or {above}/({first}*{second})",
            hint="the one you mean, with its brackets",
        )
    if before.kind == NAME and before.text in {*reading.operations, *ALIASES}:
        hint = f"{first}({token.text})"
    elif before.kind == NUMBER or token.kind in (NUMBER, FRACTION):
        hint = f"{first}*{second}"
    else:
        hint = f"{first}*{second}, or {first} @ {second} for matrices"
    return LanguageError(
        f"a sign is missing between '{before.text}' and '{token.text}'",
        token.offset,
        expected="an operator",
        found=written,
        hint=hint,
    )


def shown(token: Token) -> str:
    """A token as a message quotes it."""
    return "the end" if token.kind == END else f"'{token.text}'"


def size(shape: tuple[int, ...]) -> str:
    """A shape as a message says it."""
    if not shape:
        return "a single number"
    return f"{' x '.join(map(str, shape))} entries" if len(shape) > 1 else f"{shape[0]} entries"
