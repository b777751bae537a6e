"""A part of an answer that has been read: its tree, its shape, and where it stands in the text."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from exsolve import limits
from exsolve.answers.written import Number
from exsolve.errors import LanguageError, ShapeError
from exsolve.expression.tree import Call, Node, OptionValue, Shape
from exsolve.ops import OPERATIONS

DECIMAL: Final = "decimal"
"""A plain decimal number, perhaps an integer, with its sign."""
RATIO: Final = "ratio"
"""A fraction of two integers."""
PERCENT: Final = "percent"
TEN: Final = "ten"
"""A power of ten with an integer written as its exponent."""
OPEN: Final = "open"
"""A function without brackets: what follows could belong to it."""
DIVIDED: Final = "divided"
"""A quotient with its slash."""
BESIDE: Final = "beside"
"""Factors side by side, without a sign."""
STRETCHED: Final = "stretched"
"""An array multiplied entry by entry with a number behind it: ``h ⊙ 2``."""
UNSIZED: Final = "unsized"
"""A number times the identity matrix, whose size its neighbour tells; the tree is the number's."""
SETTING: Final = "setting"
"""A word for an option of a function."""
LIST: Final = "list"
EULER: Final = "euler"
"""The letter e, whose powers are the exponential function."""
LONGEST_QUOTE: Final = 60
_SIZES: Final = re.compile(r"\\(?:left|right)(?![A-Za-z])")
_WHOLE: Final = re.compile(r"[\w\\{}]+|\([^()]*\)")


class Piece(NamedTuple):
    """``row``: a vector that stands as a row, since it was transposed. ``form``: how it is written,
    where that matters for what may follow, "" inside of brackets. ``height``: of its tree.
    ``places`` and ``digits`` are those of a decimal. ``cells``: the numbers of a list of numbers.
    """

    node: Node
    shape: Shape
    offset: int
    end: int
    row: bool = False
    form: str = ""
    height: int = 0
    places: int | None = None
    digits: int | None = None
    cells: tuple[Number, ...] | None = None
    approximate: bool = False

    @property
    def is_vector(self) -> bool:
        return len(self.shape) == 1

    def number(self, text: str) -> Number:
        """The piece as a number of the answer."""
        return Number(
            self.node,
            text[self.offset : self.end],
            self.offset,
            self.end,
            self.places,
            self.digits,
            self.approximate,
        )


def quoted(text: str, *pieces: Piece) -> str:
    """What a student wrote from the first to the last of these, for a message."""
    written = text[pieces[0].offset : pieces[-1].end]
    written = " ".join(_SIZES.sub("", written).split())
    return written if len(written) <= LONGEST_QUOTE else f"{written[: LONGEST_QUOTE - 3]}..."


def grouped(text: str, piece: Piece) -> str:
    """What a student wrote, in brackets where something stands behind it in a message."""
    written = quoted(text, piece)
    return written if _WHOLE.fullmatch(written) else f"({written})"


def said(text: str, piece: Piece) -> str:
    """A piece and its shape, for a message: ``x^T is a row of n numbers``."""
    written = quoted(text, piece)
    if not piece.shape:
        return f"{written} is a number"
    if piece.is_vector:
        stands = "row" if piece.row else "column"
        return f"{written} is a {stands} of {piece.shape[0]} numbers"
    sizes = " x ".join(map(str, piece.shape))
    return f"{written} is {sizes}"


def applied(
    text: str,
    name: str,
    pieces: tuple[Piece, ...],
    offset: int,
    end: int,
    options: dict[str, OptionValue] | None = None,
    *,
    row: bool = False,
    form: str = "",
) -> Piece:
    """An operation applied to pieces; raises LanguageError where their shapes do not fit, said in
    the student's own words."""
    operation = OPERATIONS[name]
    call = Call(operation, tuple(piece.node for piece in pieces), options, offset)
    return over(text, call, pieces, offset, end, row=row, form=form)


def over(
    text: str,
    call: Call,
    pieces: tuple[Piece, ...],
    offset: int,
    end: int,
    *,
    row: bool = False,
    form: str = "",
) -> Piece:
    """The piece of a call of these pieces."""
    try:
        shape = call.operation.shape([piece.shape for piece in pieces], call.options)
    except LanguageError as error:
        raise unfit(text, error, pieces, call.offset) from None
    height = 1 + max((piece.height for piece in pieces), default=0)
    if height > limits.TREE_HEIGHT:
        raise LanguageError(
            "the expression has too many terms in a row",
            offset,
            expected=f"at most {limits.TREE_HEIGHT}",
        )
    return Piece(call, shape, offset, end, row and len(shape) == 1, form, height)


def unfit(text: str, error: LanguageError, pieces: tuple[Piece, ...], offset: int) -> ShapeError:
    """Shapes that do not fit, with what the student wrote and the shape of each."""
    problem = error.problem
    return ShapeError(
        problem.message,
        offset if error.offset < 0 else error.offset,
        expected=problem.expected,
        found=", ".join(said(text, piece) for piece in pieces[:4]),
        hint=problem.hint,
    )


def shapes_agree(one: Shape, other: Shape) -> bool:
    """Whether two shapes stand entry by entry, as NumPy stretches them."""
    return all(a == b or 1 in (a, b) for a, b in zip(reversed(one), reversed(other), strict=False))
