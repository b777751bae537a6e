"""What the exact rules of operations may ask of numbers.

Two arithmetics exist: closed forms (``exact.closed_form``) and balls of a given precision
(``exact.balls``). A rule uses ``+``, ``-`` and ``*`` of the scalars themselves and the functions
here for the rest, so one rule serves both.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from flint import fmpq

Scalar = Any
"""``fmpq`` or ``ClosedForm`` in the one arithmetic, ``arb`` in the other."""


class Infinity(enum.Enum):
    """Where a limit goes when it goes to no number."""

    PLUS = "infinity"
    MINUS = "-infinity"

    def __str__(self) -> str:
        return self.value


class Arithmetic(Protocol):
    """Functions on scalars of one sort. All raise LanguageError outside their domain."""

    def number(self, value: fmpq) -> Scalar:
        """The scalar that stands for a rational."""

    def convert(self, value: Scalar) -> Scalar:
        """The scalar of this arithmetic that stands for a closed form or rational."""

    def divide(self, a: Scalar, b: Scalar) -> Scalar:
        """a / b; refuses b = 0."""

    def power(self, base: Scalar, exponent: Scalar) -> Scalar:
        """base ^ exponent; refuses 0 ^ negative, a negative base with a fractional exponent, and
        results beyond limits.POWER_BITS before computing them."""

    def exp(self, x: Scalar) -> Scalar: ...

    def ln(self, x: Scalar) -> Scalar:
        """The natural logarithm; refuses x <= 0."""

    def sqrt(self, x: Scalar) -> Scalar:
        """The root; refuses x < 0."""

    def sigmoid(self, x: Scalar) -> Scalar:
        """1 / (1 + exp(-x))"""

    def tanh(self, x: Scalar) -> Scalar: ...

    def floor(self, x: Scalar) -> Scalar: ...

    def sign(self, x: Scalar) -> int:
        """-1, 0 or 1; refuses what it cannot decide."""

    def maximum(self, a: Scalar, b: Scalar) -> Scalar: ...

    def minimum(self, a: Scalar, b: Scalar) -> Scalar: ...

    def absolute(self, x: Scalar) -> Scalar: ...

    def limit(self, x: Scalar, variable: str, to: fmpq | Infinity) -> Scalar:
        """What x tends to as a symbol goes there; refuses what is infinite or not decided."""

    def matmul(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """The matrix product of two 2-d arrays of scalars."""
