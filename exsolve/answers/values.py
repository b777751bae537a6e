"""Reading an answer that is a value: a number, a list or matrix of numbers, a tuple of sizes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from exsolve import limits
from exsolve.answers.commands import ACCENT, ELLIPSIS, OVERLINE, ROW
from exsolve.answers.givens import with_givens
from exsolve.answers.grammar import COMPARISONS, Grammar
from exsolve.answers.magnitudes import agree
from exsolve.answers.no_answer import refuse_words
from exsolve.answers.numerals import with_trimmed_places
from exsolve.answers.pieces import Piece, quoted, said
from exsolve.answers.plain import read_plain
from exsolve.answers.reader import listing
from exsolve.answers.spellings import QUANTITY
from exsolve.answers.tokens import BEGIN, CLOSING, FINISH, OPENING, Token
from exsolve.answers.written import Number, Vocabulary, Written
from exsolve.errors import LanguageError
from exsolve.expression.tokens import END, NAME, NUMBER
from exsolve.expression.tree import Call, Literal
from exsolve.graph import CONSTANT_NAMES
from exsolve.notation import written as printed

if TYPE_CHECKING:
    from exsolve.answers.givens import Array

_EQUAL: Final = frozenset({"=", "==", "≈"})
_GOES_ON: Final = frozenset({ELLIPSIS, OVERLINE, ACCENT})
"""What stands behind a decimal without an end."""
_NONE: Final[Mapping[str, Any]] = {}


def read_value(text: str, vocabulary: Vocabulary, givens: Mapping[str, Array] = _NONE) -> Written:
    """The value that ``text`` writes down, with each of its numbers, row by row.

    givens: the values of names of the vocabulary, which may stand for them (``w^2``, ``V = X``) as
    long as nothing is left to be computed but numbers, entry by entry.

    A chain ``14/9 = 1.556`` is the exact one of its values, if they agree as far as the decimals
    go, or the decimal with the most places; sides with names that are only working are passed over.
    Raises LanguageError, with the offset in the text, for what cannot be read or can be read in
    two ways.
    """
    return read_plain(text) or _read(text, vocabulary, givens)


class _Values(Grammar):
    """One reading of a value."""

    __slots__ = ()

    def names_expected(self) -> str:
        names = [name for name in self.vocabulary.names if name not in CONSTANT_NAMES]
        return f"numbers, or the names {listing(names)}" if names else "numbers"


def _read(text: str, vocabulary: Vocabulary, givens: Mapping[str, Array] = _NONE) -> Written:
    refuse_words(text, vocabulary, "a number, or a list of numbers")
    reader = _Values(text, vocabulary)
    reader.givens = givens
    if "=" in text or "&" in text:
        _pass_working(reader)
    sides = [_side(reader)]
    while reader.tokens[reader.position].kind in _EQUAL:
        sides.append(_side(reader))
        if len(sides) > limits.ANSWER_CHAIN:
            raise LanguageError(
                "the chain of equal values is too long",
                sides[-1].piece.offset,
                expected=f"at most {limits.ANSWER_CHAIN} values",
            )
    if reader.tokens[reader.position].kind != END:
        raise reader.misplaced()
    piece, numbers, _ = _chosen(text, sides)
    shape = tuple(size for size in piece.shape if isinstance(size, int))
    return Written(text, piece.node, shape, numbers, printed(piece.node, "text"))


def _pass_working(reader: Grammar) -> None:
    """Without the sides of a chain that are working, ``Q K^T/√3`` of ``Q K^T/√3 = [[0, 1]]``: those
    with names, where one with numbers alone follows. And without the signs that align such lines
    below each other."""
    depth = 0
    sides: list[list[Token]] = [[]]
    ranks = [0]
    for place, token in enumerate(reader.tokens):
        kind = token.kind
        depth += (kind in OPENING or kind == BEGIN) - (kind in CLOSING or kind == FINISH)
        if depth == 0 and kind in ("&", ROW):
            following = reader.tokens[place + 1].kind
            if following in _EQUAL or (kind == ROW and following == "&"):
                continue
        if depth == 0 and kind in _EQUAL:
            sides.append([])
            ranks.append(0)
        elif depth == 0 and kind == ":":
            return
        elif kind in (ACCENT, "∇", "∂") or (kind == NAME and token.text not in ("pi", "e")):
            ranks[-1] = 2
        elif kind == QUANTITY and reader.shape_of(token.text):
            ranks[-1] = max(ranks[-1], 1)
        sides[-1].append(token)
    least = ranks[-1]
    kept = [sides[-1]]
    for side, rank in zip(reversed(sides[:-1]), reversed(ranks[:-1]), strict=True):
        if rank <= least:
            kept.append(side)
        least = min(least, rank)
    reader.tokens = [token for side in reversed(kept) for token in side]


class _Side(NamedTuple):
    """One of the values of a chain. ``exact``: no decimals and no ≈ in it."""

    piece: Piece
    numbers: tuple[Number, ...]
    exact: bool


def _side(reader: Grammar) -> _Side:
    """One value of a chain, with the sign before it."""
    token = reader.tokens[reader.position]
    if token.kind in _EQUAL:
        reader.position += 1
    approximate = token.kind == "≈"
    begin = reader.position
    piece = reader.expression()
    read = reader.tokens[begin : reader.position]
    numbers = with_givens(piece, reader.text, reader.givens)
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
    numbers = with_trimmed_places(numbers)
    if approximate:
        numbers = tuple(one._replace(approximate=True) for one in numbers)
    return _Side(piece, numbers, not approximate and not _has_decimals(read))


def _has_decimals(read: list[Token]) -> bool:
    """Whether decimals that end are among these tokens, or a sign that something is rounded."""
    return any(
        one.kind == "≈"
        or (one.kind == NUMBER and "." in one.text and following.kind not in _GOES_ON)
        for one, following in zip(read, [*read[1:], read[-1]], strict=True)
    )


def _chosen(text: str, sides: list[_Side]) -> _Side:
    """The side of a chain that says most of the value: one that is meant exactly, in lowest terms
    if there is one; else the decimal with the most places, the last of several. All have to agree.
    """
    if len(sides) == 1:
        return sides[0]
    exact = [side for side in sides if side.exact]
    decimals = [side for side in sides if all(one.places is not None for one in side.numbers)]
    if exact:
        chosen = min(exact, key=lambda side: not all(map(_is_finished, side.numbers)))
    elif decimals:
        chosen = max(reversed(decimals), key=_places)
    else:
        chosen = sides[-1]
    for other in sides:
        if other is not chosen and not _agree(chosen, other):
            raise LanguageError(
                "the values of the chain are not equal",
                other.piece.offset,
                found=f"{quoted(text, chosen.piece)}, and {quoted(text, other.piece)}",
                hint="one of the two",
            )
    return chosen


def _places(side: _Side) -> int:
    return max(one.places or 0 for one in side.numbers)


def _is_finished(number: Number) -> bool:
    """Whether it is written as an integer or a fraction in lowest terms."""
    node = number.node
    return isinstance(node, Literal) and node.text in ("", str(node.value))


def _agree(one: _Side, other: _Side) -> bool:
    if one.piece.shape != other.piece.shape:
        return False
    return all(agree(a, b) for a, b in zip(one.numbers, other.numbers, strict=True))
