"""Function symbols: f and q of an exercise that says nothing more about them than their names.

A formula over unknown functions is an identity if it holds for all of them. It is verified with a
function that has no structure of its own: a polynomial of second degree with irregular rational
coefficients, another one for each name and for each row of an array.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq

from exsolve.errors import LanguageError
from exsolve.exact.arithmetic import Arithmetic
from exsolve.expression import notations
from exsolve.expression.tree import Operation, OptionValue, Parameter, Shape
from exsolve.ops.shapes import describe

Options = Mapping[str, OptionValue]


def function_symbol(name: str, arguments: int) -> Operation:
    """An unknown function of vectors: of each row of its arguments on its own.

    Its value has the shape of its first argument, whose last axis all arguments share.
    """

    def shape(shapes: Sequence[Shape], options: Options) -> Shape:
        first = shapes[0]
        for other in shapes:
            if not other or other != first:
                raise LanguageError(
                    f"the arguments of {name} do not fit together: "
                    f"{' and '.join(map(describe, shapes))}",
                    expected="vectors, or arrays of row vectors, of one shape",
                    found=describe(other),
                )
        return first

    def exact(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
        return _value(name, arrays, lambda one: arithmetic.number(fmpq(*one.as_integer_ratio())))

    def numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
        return _value(name, arrays, float)

    parameters = tuple(Parameter(f"x{place}") for place in range(1, arguments + 1))
    return Operation(
        name,
        f"the unknown function {name}",
        parameters,
        shape,
        exact,
        numeric,
        notations.function(name),
    )


def _value(
    name: str, arrays: Sequence[np.ndarray], number: Callable[[Fraction], Any]
) -> np.ndarray:
    """The polynomial of each row: squares, neighbouring components, and a constant."""
    width = arrays[0].shape[-1]
    rows = [array.reshape(-1, width) for array in arrays]
    result = np.empty(rows[0].shape, dtype=rows[0].dtype)
    seed = sum(place * ord(letter) for place, letter in enumerate(name, 1)) % 89 + 2
    for row in range(len(result)):
        for column in range(width):
            total = number(Fraction(seed + row, column + 3))
            for place, vectors in enumerate(rows, 1):
                own, beside = vectors[row, column], vectors[row, (column + 1) % width]
                total = total + number(Fraction(seed + 7 * row + place, 5 + column)) * own * own
                total = total + number(Fraction(3 * row + place, seed)) * beside
            result[row, column] = total
    return result.reshape(arrays[0].shape)
