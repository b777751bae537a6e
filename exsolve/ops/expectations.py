"""The expectation over the random symbols of an exercise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from exsolve.errors import LanguageError
from exsolve.exact.arithmetic import Arithmetic
from exsolve.expression.tree import Form, Notation, Operation, OptionValue, Parameter
from exsolve.ops.registry import register
from exsolve.ops.shapes import same_shape

Options = Mapping[str, OptionValue]


def _refuse() -> LanguageError:
    # where sizes are known the sum over all outcomes stands in its place
    return LanguageError(
        "an expectation has a value only where its random symbols are declared",
        expected="random symbols under random, in a general formula or a derivation",
    )


def _exact(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    raise _refuse()


def _numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    raise _refuse()


register(
    Operation(
        "expectation",
        "the expectation over all random symbols in it",
        (Parameter("x"),),
        same_shape,
        _exact,
        _numeric,
        Notation(
            Form("expectation({0})"),
            Form("E[{0}]"),
            Form(r"\mathbb{{E}}\left[ {0} \right]"),
        ),
    )
)
