"""The limit of an expression in a symbol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from flint import fmpq

from exsolve.arithmetic import Arithmetic, Infinity
from exsolve.errors import LanguageError
from exsolve.expression import notations
from exsolve.expression.tree import (
    Call,
    Context,
    Mistake,
    Operation,
    Option,
    OptionValue,
    Parameter,
    Shape,
    Slip,
)
from exsolve.ops.cells import applied
from exsolve.ops.mistakes import again
from exsolve.ops.registry import register

Options = Mapping[str, OptionValue]


def _same_shape(shapes: Sequence[Shape], options: Options) -> Shape:
    return shapes[0]


def _exact(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    variable, to = options["variable"], options["to"]
    with np.errstate(all="ignore"):  # what SymPy does with floats on its way is its own affair
        return applied(lambda cell: arithmetic.limit(cell, variable, to), arrays[0])


def _numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    raise LanguageError(
        "a limit has no value in float64 by itself",
        hint="evaluate it with exsolve.sampled_limits.numeric_values",
    )


def _bound(call: Call) -> tuple[str, ...]:
    return (call.options["variable"],)


def _other_way(node: Call, context: Context) -> Iterator[Mistake]:
    to = node.options["to"]
    if isinstance(to, Infinity):
        opposite = Infinity.MINUS if to is Infinity.PLUS else Infinity.PLUS
        yield Mistake(again(node, to=opposite), node)
        yield Mistake(again(node, to=fmpq(0)), node)


LIMIT = register(
    Operation(
        "limit",
        "what x tends to, cell by cell, as a symbol goes to a number, infinity or -infinity",
        (Parameter("x"),),
        _same_shape,
        _exact,
        _numeric,
        notations.limit(),
        options=(
            Option("variable", None, "name", required=True),
            Option("to", None, "point", required=True),
        ),
        binds=_bound,
        slips=(Slip("other limit", "You let the variable of {part} go elsewhere.", _other_way),),
    )
)
"""The symbol stands for itself in the argument, so the exact rule wants closed forms in which it
has no value."""
