"""The exact arithmetic: rationals and closed forms, and all that is asked of them.

A scalar is ``fmpq`` or :class:`ClosedForm`. SymPy is imported by :func:`to_sympy` and by the last
rung of :func:`equal` only.
"""

from __future__ import annotations

import numpy as np
from flint import arb, ctx, fmpq

from exsolve import limits
from exsolve.arithmetic import Arithmetic, Infinity, Scalar
from exsolve.errors import LanguageError
from exsolve.exact import elementary, piecewise
from exsolve.exact.atoms import (
    PI,
    UndecidedError,
    enclose,
    is_opaque,
    named_atom,
    scalar_size,
    scalar_symbols,
    symbol_atom,
)
from exsolve.exact.equality import Equality, Judgement, equal
from exsolve.exact.limiting import limit
from exsolve.exact.matrix_product import matrix_product
from exsolve.exact.ring import ClosedForm, reciprocal
from exsolve.exact.substitution import replace_symbols
from exsolve.exact.sympy_forms import to_sympy
from exsolve.exact.writing import to_tree

PI_VALUE: Scalar = elementary.atom_scalar(PI)


def symbol(name: str) -> Scalar:
    """A letter without a value; under ``floor`` it stands for an integer."""
    return elementary.atom_scalar(symbol_atom(name))


def named(name: str, index: tuple[int, ...], definition: Scalar) -> Scalar:
    """A cell of an earlier quantity by its name; a rational definition is that rational itself."""
    if not isinstance(definition, ClosedForm):
        return definition
    return elementary.atom_scalar(named_atom(name, index, definition))


def size(scalar: Scalar) -> int:
    """The number of atoms, those in arguments counted, those behind a name not."""
    return scalar_size(scalar)


def is_long(scalar: Scalar, atoms: int) -> bool:
    """Whether a name reads better than the scalar: more than ``atoms`` atoms, or far fewer where
    a sigmoid or tanh keeps all that follows from becoming simpler."""
    if not isinstance(scalar, ClosedForm):
        return False
    length = scalar.size
    return length > atoms or (length > limits.NESTED_SIZE and is_opaque(scalar))


def free_symbols(scalar: Scalar) -> frozenset[str]:
    """The names of the symbols in a scalar, those behind a name included."""
    return scalar_symbols(scalar)


def ball(scalar: Scalar, bits: int) -> arb:
    """A ball that contains the scalar, computed at a working precision of ``bits``.

    Raises LanguageError for symbols and for values too large, UndecidedError when the precision
    does not suffice for a finite ball.
    """
    before = ctx.prec
    ctx.prec = bits
    try:
        result = enclose(scalar)
    finally:
        ctx.prec = before
    if not result.is_finite():
        raise UndecidedError(f"no finite enclosure of the value at {bits} bits")
    return result


class ClosedForms:
    """``Arithmetic`` of rationals and closed forms."""

    def number(self, value: fmpq) -> Scalar:
        return value

    def convert(self, value: Scalar) -> Scalar:
        return value

    def divide(self, a: Scalar, b: Scalar) -> Scalar:
        if isinstance(b, ClosedForm):
            return a * reciprocal(b)
        if b == 0:
            raise LanguageError("division by zero", hint="no denominator may be 0")
        return a / b if isinstance(a, (fmpq, ClosedForm)) else fmpq(a) / b

    def power(self, base: Scalar, exponent: Scalar) -> Scalar:
        return elementary.power(base, exponent)

    def exp(self, x: Scalar) -> Scalar:
        return elementary.exp(x)

    def ln(self, x: Scalar) -> Scalar:
        return elementary.ln(x)

    def sqrt(self, x: Scalar) -> Scalar:
        return elementary.sqrt(x)

    def sigmoid(self, x: Scalar) -> Scalar:
        return elementary.sigmoid(x)

    def tanh(self, x: Scalar) -> Scalar:
        return elementary.tanh(x)

    def floor(self, x: Scalar) -> Scalar:
        return piecewise.floor(x)

    def sign(self, x: Scalar) -> int:
        return elementary.sign(x)

    def maximum(self, a: Scalar, b: Scalar) -> Scalar:
        return piecewise.maximum(a, b)

    def minimum(self, a: Scalar, b: Scalar) -> Scalar:
        return piecewise.minimum(a, b)

    def absolute(self, x: Scalar) -> Scalar:
        return piecewise.absolute(x)

    def limit(self, x: Scalar, variable: str, to: fmpq | Infinity) -> Scalar:
        return limit(x, variable, to)

    def matmul(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return matrix_product(a, b)


CLOSED_FORMS: Arithmetic = ClosedForms()

__all__ = [
    "CLOSED_FORMS",
    "PI_VALUE",
    "ClosedForm",
    "ClosedForms",
    "Equality",
    "Judgement",
    "UndecidedError",
    "ball",
    "equal",
    "free_symbols",
    "is_long",
    "named",
    "replace_symbols",
    "size",
    "symbol",
    "to_sympy",
    "to_tree",
]
