"""Sums that are written out before anything is evaluated: expectations, and sums over time.

Where the sizes and steps are known their terms stand in their place, so that they have no rules of
their own for values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from exsolve.arithmetic import Arithmetic
from exsolve.errors import LanguageError
from exsolve.expression.levels import PRODUCT
from exsolve.expression.tree import Form, Notation, Operation, OptionValue, Parameter
from exsolve.ops.registry import register
from exsolve.ops.shapes import same_shape

Options = Mapping[str, OptionValue]


def _register(name: str, doc: str, notation: Notation, message: str, expected: str) -> None:
    def exact(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
        raise LanguageError(message, expected=expected)

    def numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
        raise LanguageError(message, expected=expected)

    register(Operation(name, doc, (Parameter("x"),), same_shape, exact, numeric, notation))


_register(
    "expectation",
    "the expectation over all random symbols in it",
    Notation(Form("expectation({0})"), Form("E[{0}]"), Form(r"\mathbb{{E}}\left[ {0} \right]")),
    "an expectation has a value only where its random symbols are declared",
    "random symbols under random, in a general formula or a derivation",
)

_register(
    "sum_t",
    "the sum over all time steps t = 1, ..., T of what stands at time t",
    Notation(
        Form("sum_t({0})"),
        Form("Σₜ {0}", PRODUCT, (PRODUCT,)),
        Form(r"\sum_{{t=1}}^{{T}} {0}", PRODUCT, (PRODUCT,)),
    ),
    "a sum over time has a value only where the steps are known",
    "sum_t(...) in a general formula of a recurrent network",
)
