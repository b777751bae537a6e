"""Activations as they are written on paper: ``σ'(a)`` for a derivative, ``softmax_β(z)``."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

from flint import fmpq

from exsolve.answers.pieces import Piece, applied
from exsolve.answers.reader import Reader
from exsolve.answers.spellings import QUANTITY
from exsolve.answers.tokens import Token
from exsolve.errors import LanguageError
from exsolve.expression.tree import Call, Literal, Name
from exsolve.ops import OPERATIONS

SLOPES: Final = frozenset({"sigmoid", "tanh", "relu"})
"""Activations whose derivative is written with a prime."""
TEMPERED: Final = frozenset({"softmax", "log_softmax"})
"""Functions whose index on paper is an inverse temperature."""


class Activations(Reader):
    """Signs between an activation and its brackets."""

    __slots__ = ()

    @abstractmethod
    def called(self, token: Token) -> Piece:
        """A function with its arguments in brackets."""

    def slope(self, name: str, token: Token) -> Piece:
        """``σ'(a)``: the derivative of an activation, in terms of its value."""
        text = self.text
        if self.tokens[self.position].kind != "(":
            raise LanguageError(
                f"the derivative of {name} needs its brackets",
                token.offset,
                expected=f"{name}'(...)",
                found=self.shown(self.tokens[self.position]),
            )
        inside = self.group("(", ")")
        start, end = token.offset, inside.end
        if name == "relu":
            zero = Piece(Literal(fmpq(0), "0", start), (), start, end)
            return applied(text, "greater", (inside, zero), start, end, row=inside.row)
        one = Piece(Literal(fmpq(1), "1", start), (), start, end)
        value = applied(text, name, (inside,), start, end, row=inside.row)
        if name == "sigmoid":
            rest = applied(text, "subtract", (one, value), start, end, row=inside.row)
            return applied(text, "multiply", (value, rest), start, end, row=inside.row)
        two = Piece(Literal(fmpq(2), "2", start), (), start, end)
        square = applied(text, "power", (value, two), start, end, row=inside.row)
        return applied(text, "subtract", (one, square), start, end, row=inside.row)

    def tempered(self, token: Token) -> Piece:
        """``softmax_β(z)``: the softmax of β z, where β is a declared number."""
        scale = self.tokens[self.position + 1]
        opening = self.tokens[self.position + 2]
        if scale.kind != QUANTITY or self.vocabulary.names[scale.text]:
            raise LanguageError(
                f"the index of {token.text} is no number of this exercise",
                scale.offset,
                expected=f"{token.text}(...)",
                found=self.shown(scale),
            )
        self.position += 2
        if opening.kind != "(":
            raise LanguageError(
                f"the function {token.text} needs its brackets",
                opening.offset,
                expected=f"{token.text}(...)",
                found=self.shown(opening),
            )
        piece = self.called(token)
        call = piece.node
        assert isinstance(call, Call)
        factor = Name(scale.text, scale.offset)
        first, *others = call.args
        scaled = Call(OPERATIONS["multiply"], (factor, first), None, scale.offset)
        node = Call(call.operation, (scaled, *others), call.options, call.offset)
        return piece._replace(node=node, height=piece.height + 1)
