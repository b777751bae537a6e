"""Entries of arrays: ``X[0, 2]`` as in Python, ``X_{1, 3}`` as on paper."""

from __future__ import annotations

from exsolve.answers.pieces import Piece, applied, over, quoted
from exsolve.answers.reader import Reader
from exsolve.answers.spellings import QUANTITY
from exsolve.errors import LanguageError
from exsolve.expression.tokens import NUMBER
from exsolve.expression.tree import Call, OptionValue, Slice
from exsolve.ops import OPERATIONS


class Indices(Reader):
    """What stands behind an array and takes entries out of it."""

    __slots__ = ()

    def index(self, array: Piece) -> Piece:
        """``X[0, 2]``, counted from 0 as in the language."""
        opening = self.tokens[self.position]
        self.open(opening)
        places = [self.place()]
        while self.tokens[self.position].kind == ",":
            self.position += 1
            places.append(self.place())
        end = self.close("]")
        self.refuse_counting(array, places, end)
        operation = OPERATIONS["index"]
        call = Call(operation, (array.node,), {"at": tuple(places)}, opening.offset)
        return over(self.text, call, (array,), array.offset, end)

    def refuse_counting(self, array: Piece, places: list[int | Slice], end: int) -> None:
        """Python counts from 0, paper from 1; 0 and negative places are Python's, as slices are."""
        python = any(place <= 0 if isinstance(place, int) else place != Slice() for place in places)
        if python or not any(isinstance(place, int) for place in places):
            return
        name = quoted(self.text, array)
        listed = ", ".join(str(one) if isinstance(one, int) else ":" for one in places)
        raise LanguageError(
            f"this can be read in two ways: {name}[{listed}]",
            array.offset,
            found="places counted from 0, as in Python, or from 1, as on paper",
            hint=f"{name}_{{{listed}}}, which counts from 1",
        )

    def component(self, array: Piece) -> Piece | None:
        """``X_{1, 3}`` or ``X₁₃``: one entry, counted from 1; None where something else is below.

        A number below a plain vector (``x_1``) could as well be another name, and is no entry.
        """
        at = self.position + 1
        braced = self.tokens[at].kind == "{"
        at += braced
        digits: list[str] = []
        while self.tokens[at].text.isdigit():
            digits.append(self.tokens[at].text)
            at += 1
            if not braced or self.tokens[at].kind != ",":
                break
            at += 1
        if braced:
            if self.tokens[at].kind != "}":
                return None
            at += 1
        depth = len(array.shape)
        if len(digits) == 1 and depth > 1:
            digits = list(digits[0])
        before = self.tokens[self.position - 1]
        plain = depth == 1 and before.kind == QUANTITY and "_" not in before.text
        if len(digits) != depth or plain or any(len(one) > 6 or int(one) < 1 for one in digits):
            return None
        self.position = at
        places: OptionValue = tuple(int(one) - 1 for one in digits)
        end = self.tokens[at - 1].end
        return applied(self.text, "index", (array,), array.offset, end, {"at": places})

    def place(self) -> int | Slice:
        start = self.integer()
        if self.tokens[self.position].kind != ":":
            if start is None:
                raise LanguageError(
                    "an index is an integer that is written out, or a slice",
                    self.tokens[self.position].offset,
                    expected="0, -1, 1:3, counted from 0",
                )
            return start
        self.position += 1
        stop = self.integer()
        step: int | None = None
        if self.tokens[self.position].kind == ":":
            self.position += 1
            step = self.integer()
            if step == 0:
                raise LanguageError(
                    "the step of a slice cannot be 0", self.tokens[self.position - 1].offset
                )
        return Slice(start, stop, step)

    def integer(self) -> int | None:
        negative = self.tokens[self.position].kind == "-"
        token = self.tokens[self.position + negative]
        if token.kind != NUMBER or not token.text.isdigit() or len(token.text) > 9:
            return None
        self.position += 1 + negative
        return -int(token.text) if negative else int(token.text)
