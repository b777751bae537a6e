"""The sum over all time steps, in formulas at a general time t."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from exsolve.errors import LanguageError
from exsolve.exact.arithmetic import Arithmetic
from exsolve.expression.levels import PRODUCT
from exsolve.expression.tree import Form, Notation, Operation, OptionValue, Parameter
from exsolve.ops.registry import register
from exsolve.ops.shapes import same_shape

Options = Mapping[str, OptionValue]


def _refuse() -> LanguageError:
    # where the number of steps is known, the terms of all of them stand in its place
    return LanguageError(
        "a sum over time has a value only where the steps are known",
        expected="sum_t(...) in a general formula of a recurrent network",
    )


def _exact(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    raise _refuse()


def _numeric(arrays: Sequence[np.ndarray], options: Options) -> Any:
    raise _refuse()


register(
    Operation(
        "sum_t",
        "the sum over all time steps t = 1, ..., T of what stands at time t",
        (Parameter("x"),),
        same_shape,
        _exact,
        _numeric,
        Notation(
            Form("sum_t({0})"),
            Form("Σₜ {0}", PRODUCT, (PRODUCT,)),
            Form(r"\sum_{{t=1}}^{{T}} {0}", PRODUCT, (PRODUCT,)),
        ),
    )
)
