"""The arithmetic of balls: every result certainly contains the true value.

The precision of python-flint is global, so a whole evaluation runs inside ``with balls:``.
"""

from __future__ import annotations

from types import TracebackType

import numpy as np
from flint import arb, arb_mat, ctx, fmpq

from exsolve import limits
from exsolve.arithmetic import Infinity, Scalar
from exsolve.errors import LanguageError
from exsolve.exact.atoms import UndecidedError, enclose, exp_ball, sigmoid_ball, whole_power_ball
from exsolve.exact.matrix_product import as_array, check_shapes

Undecided = UndecidedError

MATRIX_WORK = 64
"""Scalar products up to which NumPy's loop is faster than FLINT's matrices with conversions."""


class Balls:
    """``Arithmetic`` with ``arb`` at a working precision of ``bits``.

    Use as a context manager around the evaluation; blocks may nest, and the precision found is put
    back when a block ends, however it ends. What the precision leaves open raises Undecided: try
    again with more bits.
    """

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self._outer: list[int] = []

    def __enter__(self) -> Balls:
        self._outer.append(ctx.prec)
        ctx.prec = self.bits
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        ctx.prec = self._outer.pop()

    def number(self, value: fmpq) -> arb:
        return arb(value)

    def convert(self, value: Scalar) -> arb:
        return value if isinstance(value, arb) else enclose(value)

    def divide(self, a: arb, b: arb) -> arb:
        if b.contains(0):
            if b.is_zero():
                raise LanguageError("division by zero", hint="no denominator may be 0")
            raise self._undecided("whether a denominator is zero")
        return a / b

    def power(self, base: arb, exponent: arb) -> arb:
        whole = exponent.unique_fmpz() if exponent.is_integer() else None
        if whole is not None:
            return self._whole_power(base, int(whole))
        if base > 0:
            return exp_ball(exponent * base.log())
        if base < 0 and not exponent.contains_integer():
            raise LanguageError(
                "a root of a negative number is not real",
                expected="a base >= 0",
                found=f"a base of about {base.str(6, radius=False)}",
            )
        if base.is_zero() and exponent > 0:
            return arb(0)
        if base.is_zero() and exponent < 0:
            raise LanguageError("division by zero: 0 to a negative power")
        raise self._undecided("the sign of a base under a root")

    def _whole_power(self, base: arb, exponent: int) -> arb:
        if exponent < 0:
            base, exponent = self.divide(arb(1), base), -exponent
        size = abs(base).upper()
        growth = abs(size.log()) if size > 0 else arb(0)
        if not growth * exponent < limits.POWER_BITS:
            raise LanguageError(
                "the power is too large to compute",
                expected=f"a result of at most {limits.POWER_BITS} bits",
                found=f"{base.str(6, radius=False)} to the power {exponent}",
            )
        return whole_power_ball(base, exponent)

    def exp(self, x: arb) -> arb:
        if not x.is_finite():
            raise self._undecided("the argument of an exponential")
        return exp_ball(x)

    def ln(self, x: arb) -> arb:
        if x > 0:
            return x.log()
        if x <= 0:
            raise LanguageError(
                "the logarithm is defined for positive numbers only",
                expected="ln(x) with x > 0",
                found=f"x = {x.str(6, radius=False)}",
            )
        raise self._undecided("whether the argument of a logarithm is positive")

    def sqrt(self, x: arb) -> arb:
        if x >= 0:
            return x.sqrt()
        if x < 0:
            raise LanguageError(
                "a root of a negative number is not real",
                expected="sqrt(x) with x >= 0",
                found=f"x = {x.str(6, radius=False)}",
            )
        raise self._undecided("whether the argument of a root is negative")

    def sigmoid(self, x: arb) -> arb:
        return sigmoid_ball(x)

    def tanh(self, x: arb) -> arb:
        return x.tanh()

    def floor(self, x: arb) -> arb:
        below = x.floor().unique_fmpz()
        if below is None:
            raise self._undecided("on which side of an integer a value lies")
        return arb(below)

    def sign(self, x: arb) -> int:
        if x > 0:
            return 1
        if x < 0:
            return -1
        if x.is_zero():
            return 0
        raise self._undecided("the sign of a value")

    def maximum(self, a: arb, b: arb) -> arb:
        return a if a > b else b if b > a else a.max(b)

    def minimum(self, a: arb, b: arb) -> arb:
        return a if a < b else b if b < a else a.min(b)

    def absolute(self, x: arb) -> arb:
        return abs(x)

    def limit(self, x: Scalar, variable: str, to: fmpq | Infinity) -> arb:
        raise UndecidedError("a ball has no limit: its closed form does")

    def matmul(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        check_shapes(a, b)
        rows, inner, columns = a.shape[0], a.shape[1], b.shape[1]
        if inner and (rows == 1 or columns == 1 or rows * inner * columns <= MATRIX_WORK):
            product: np.ndarray = a.dot(b)
            return product
        left, right = a.ravel().tolist(), b.ravel().tolist()
        matrix = arb_mat(rows, inner, left) * arb_mat(inner, columns, right)
        return as_array(matrix.entries(), (rows, columns))

    def _undecided(self, what: str) -> UndecidedError:
        return UndecidedError(f"{self.bits} bits do not settle {what}")
