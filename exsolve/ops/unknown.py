"""Function symbols: f and q of an exercise that says nothing more about them than their names.

A formula over unknown functions is an identity if it holds for all of them. At numbers it is
verified with functions that have no structure of their own: every component depends on all
components of all arguments, mixes them, and is no polynomial; its coefficients are irregular, and
others for each name and for each row of an array. At symbols the value is a new symbol for each row
of arguments, so that what is proved there is proved for all functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from hashlib import blake2b
from operator import truediv
from typing import Any

import numpy as np
from flint import fmpq

from exsolve.arithmetic import Arithmetic
from exsolve.errors import LanguageError
from exsolve.exact.atoms import scalar_key, scalar_symbols, shorten
from exsolve.exact.ring import ClosedForm
from exsolve.expression import notations
from exsolve.expression.binding import OWN
from exsolve.expression.tree import Call, Node, Operation, OptionValue, Parameter, Shape, walk
from exsolve.ops.shapes import describe

Options = Mapping[str, OptionValue]


class FunctionSymbol(Operation):
    """An operation without values of its own: what it is applied to has none either."""

    __slots__ = ()


def function_symbols(node: Node) -> frozenset[str]:
    """The names of the unknown functions in an expression."""
    return frozenset(
        one.operation.name
        for one in walk(node)
        if isinstance(one, Call) and isinstance(one.operation, FunctionSymbol)
    )


def function_symbol(name: str, arguments: int) -> Operation:
    """An unknown function of vectors: of each row of its arguments on its own.

    Its value has the shape of its first argument, whose last axis all arguments share; its rules
    raise LanguageError for other shapes, and for a limit of it.
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
        symbols = _symbols_in(arrays)
        bound = {one for one in symbols if one.endswith(OWN)}
        if bound and bound != symbols:
            raise LanguageError(f"no limit of the unknown function {name} is known")
        if symbols and not bound:
            return _symbols(name, arrays)

        def number(value: Fraction) -> Any:
            return arithmetic.number(fmpq(*value.as_integer_ratio()))

        return _value(name, arrays, number, arithmetic.divide)

    def numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
        return _value(name, arrays, float, truediv)

    parameters = tuple(Parameter(f"x{place}") for place in range(1, arguments + 1))
    return FunctionSymbol(
        name,
        f"the unknown function {name}",
        parameters,
        shape,
        exact,
        numeric,
        notations.function(name),
    )


def _symbols_in(arrays: Sequence[np.ndarray]) -> set[str]:
    """The symbols in closed forms; balls have none."""
    return {
        name
        for array in arrays
        for cell in array.flat
        if isinstance(cell, ClosedForm)
        for name in scalar_symbols(cell)
    }


def _rows(arrays: Sequence[np.ndarray]) -> Iterator[list[Any]]:
    """Row by row the components of all arguments."""
    width = arrays[0].shape[-1]
    flat = [array.reshape(-1, width) for array in arrays]
    for row in range(len(flat[0])):
        yield [cell for vectors in flat for cell in vectors[row]]


def _value(
    name: str,
    arrays: Sequence[np.ndarray],
    number: Callable[[Fraction], Any],
    divide: Callable[[Any, Any], Any],
) -> np.ndarray:
    """u v + 1/(1 + w^2) in each component, with u, v and w linear in all numbers of the row."""
    shape = arrays[0].shape
    result = np.empty(shape, dtype=arrays[0].dtype).reshape(-1, shape[-1])
    for row, cells in enumerate(_rows(arrays)):
        for column in range(shape[-1]):
            u, v, w = (
                sum(
                    (
                        number(_coefficient(name, row, column, factor, place)) * cell
                        for place, cell in enumerate(cells, 1)
                    ),
                    number(_coefficient(name, row, column, factor, 0)),
                )
                for factor in range(3)
            )
            one = number(Fraction(1))
            result[row, column] = u * v + divide(one, one + w * w)
    return result.reshape(shape)


def _coefficient(*places: str | int) -> Fraction:
    """A fraction between 1/9 and 9, of either sign, that looks as if drawn at random."""
    first, second, sign = blake2b(repr(places).encode(), digest_size=3).digest()
    return Fraction((1 if sign % 2 else -1) * (first % 9 + 1), second % 9 + 1)


def _symbols(name: str, arrays: Sequence[np.ndarray]) -> np.ndarray:
    """A symbol for each component, known by the function, its row and what it is applied to."""
    from exsolve.exact.closed_form import symbol

    shape = arrays[0].shape
    result = np.empty(shape, dtype=object).reshape(-1, shape[-1])
    for row, cells in enumerate(_rows(arrays)):
        applied_to = shorten(", ".join(map(scalar_key, cells)))
        for column in range(shape[-1]):
            result[row, column] = symbol(f"{name}_{row + 1}_{column + 1}({applied_to})")
    return result.reshape(shape)
