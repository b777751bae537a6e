"""Reading an answer that is a value: a number, a list or matrix of numbers, a tuple of sizes."""

from __future__ import annotations

from typing import Final

from exsolve import limits
from exsolve.answers.commands import ROW
from exsolve.answers.grammar import COMPARISONS, Grammar
from exsolve.answers.magnitudes import agree
from exsolve.answers.pieces import Piece, quoted, said
from exsolve.answers.plain import read_plain
from exsolve.answers.spellings import QUANTITY
from exsolve.answers.tokens import BEGIN, CLOSING, FINISH, OPENING, Token
from exsolve.answers.written import Number, Vocabulary, Written
from exsolve.errors import LanguageError
from exsolve.expression.tokens import END, NAME
from exsolve.expression.tree import Call
from exsolve.notation import written as printed

_EQUAL: Final = frozenset({"=", "==", "≈"})


def read_value(text: str, vocabulary: Vocabulary) -> Written:
    """The value that ``text`` writes down, with each of its numbers, row by row.

    A chain ``14/9 = 1.556`` is the exact one of its values, if they agree as far as the decimals
    go. Raises LanguageError, with the offset in the text, for what cannot be read or can be read in
    two ways.
    """
    return read_plain(text) or _read(text, vocabulary)


def _read(text: str, vocabulary: Vocabulary) -> Written:
    reader = Grammar(text, vocabulary)
    if "=" in text or "&" in text:
        _pass_working(reader)
    values = [_value(reader)]
    while reader.tokens[reader.position].kind in _EQUAL:
        values.append(_value(reader))
        if len(values) > limits.ANSWER_CHAIN:
            raise LanguageError(
                "the chain of equal values is too long",
                values[-1][0].offset,
                expected=f"at most {limits.ANSWER_CHAIN} values",
            )
    if reader.tokens[reader.position].kind != END:
        raise reader.misplaced()
    piece, numbers = _chosen(text, values)
    shape = tuple(size for size in piece.shape if isinstance(size, int))
    return Written(text, piece.node, shape, numbers, printed(piece.node, "text"))


def _pass_working(reader: Grammar) -> None:
    """Past the formula of ``Q K^T/√3 = [[0, 1]]``, whose names an answer with numbers has not; and
    without the signs that align such lines below each other."""
    depth = begin = 0
    words = numbers = False
    kept: list[Token] = []
    for place, token in enumerate(reader.tokens):
        kind = token.kind
        depth += (kind in OPENING or kind == BEGIN) - (kind in CLOSING or kind == FINISH)
        if depth == 0 and kind in ("&", ROW):
            following = reader.tokens[place + 1].kind
            if following in _EQUAL or (kind == ROW and following == "&"):
                continue
        if depth == 0 and kind in _EQUAL:
            if words and not numbers:
                begin = len(kept)
            numbers = numbers or (bool(kept) and not words)
            words = False
        elif kind == NAME:
            words = words or token.text not in ("pi", "e")
        elif kind == QUANTITY:
            words = words or bool(reader.shape_of(token.text))
        elif kind == ":" and depth == 0:
            return
        kept.append(token)
    reader.tokens = kept
    reader.position = begin


_Value = tuple[Piece, tuple[Number, ...]]


def _value(reader: Grammar) -> _Value:
    """One value of a chain, with the sign before it."""
    token = reader.tokens[reader.position]
    if token.kind in _EQUAL:
        reader.position += 1
    approximate = token.kind == "≈"
    piece = reader.expression()
    numbers = piece.cells
    if not piece.shape:
        numbers = (piece.number(reader.text),)
    if numbers is None:
        raise LanguageError(
            "numbers are asked for here, each written out",
            piece.offset,
            expected="a number, or a list of numbers",
            found=said(reader.text, piece),
        )
    for number in numbers:
        node = number.node
        if isinstance(node, Call) and node.operation.infix in COMPARISONS:
            raise LanguageError("a comparison is no number", number.offset, found=number.text[:80])
    if approximate:
        numbers = tuple(one._replace(approximate=True) for one in numbers)
    return piece, numbers


def _chosen(text: str, values: list[_Value]) -> _Value:
    """The first value of a chain that is meant exactly, if all agree with it; else the first."""
    if len(values) == 1:
        return values[0]
    exact = [value for value in values if all(one.places is None for one in value[1])]
    chosen = exact[0] if exact else values[0]
    for other in values:
        if other is not chosen and not _agree(chosen, other):
            raise LanguageError(
                "the values of the chain are not equal",
                other[0].offset,
                found=f"{quoted(text, chosen[0])}, and {quoted(text, other[0])}",
                hint="one of the two",
            )
    return chosen


def _agree(one: _Value, other: _Value) -> bool:
    if one[0].shape != other[0].shape:
        return False
    return all(agree(a, b) for a, b in zip(one[1], other[1], strict=True))
