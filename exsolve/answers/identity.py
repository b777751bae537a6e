"""The identity matrix without its size, ``X X^T + λ I``: what stands beside it tells the size."""

from __future__ import annotations

from flint import fmpq

from exsolve.answers.pieces import UNSIZED, Piece, applied, quoted, said
from exsolve.answers.tokens import Token
from exsolve.errors import LanguageError
from exsolve.expression.tree import Literal


def unsized(token: Token) -> Piece:
    """``I`` as it is met."""
    one = Literal(fmpq(1), "1", token.offset)
    return Piece(one, (), token.offset, token.end, form=UNSIZED)


def sized(text: str, sign: str, left: Piece, right: Piece) -> tuple[Piece, Piece]:
    """The two, an ``I`` among them with its size.

    Beside a number it waits on: ``scaled`` is for that. Raises LanguageError where the other side
    tells no size.
    """
    if left.form == UNSIZED:
        return _of_size(text, left, right, _size(text, sign, left, right, 0)), right
    return left, _of_size(text, right, left, _size(text, sign, right, left, -1))


def scaled(text: str, sign: str, left: Piece, right: Piece) -> Piece | None:
    """``2 I`` and ``I/n``, still without a size; None for all else."""
    number, one = (right, left) if left.form == UNSIZED else (left, right)
    if number.shape or number.form == UNSIZED or sign in ("+", "-", "@"):
        return None
    if sign == "/" and one is right:
        return None
    name = "divide" if sign == "/" else "multiply"
    pair = (left, right)
    whole = applied(text, name, pair, left.offset, right.end)
    if isinstance(one.node, Literal) and one.node.value == 1 and name == "multiply":
        whole = whole._replace(node=number.node, height=number.height)
    return whole._replace(form=UNSIZED)


def without_size(text: str, piece: Piece) -> LanguageError:
    """The refusal of an ``I`` that nothing gives a size."""
    return LanguageError(
        "the size of the identity matrix I does not follow here",
        piece.offset,
        found=quoted(text, piece),
        hint="I_n, or identity(n)",
    )


def _size(text: str, sign: str, one: Piece, other: Piece, axis: int) -> int | str:
    if not other.shape or other.form == UNSIZED or sign in ("/", "*", "⊙"):
        raise without_size(text, one)
    if sign in ("+", "-"):
        if len(other.shape) != 2 or other.shape[0] != other.shape[1]:
            raise LanguageError(
                "the identity matrix is square, and what stands beside it is not",
                one.offset,
                found=said(text, other),
                hint="I_n where that is meant",
            )
        return other.shape[0]
    if other.is_vector:
        if other.row != (axis == -1):
            raise without_size(text, one)
        return other.shape[0]
    return other.shape[-2] if axis == 0 else other.shape[-1]


def _of_size(text: str, one: Piece, other: Piece, size: int | str) -> Piece:
    matrix = applied(text, "identity", (), one.offset, one.end, {"n": size})
    if isinstance(one.node, Literal) and one.node.value == 1:
        return matrix
    number = one._replace(form="")
    return applied(text, "multiply", (number, matrix), one.offset, one.end)
