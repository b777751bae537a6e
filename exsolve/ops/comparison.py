"""Comparisons, whose cells are 0 or 1, and the choice between two arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from exsolve.arithmetic import Arithmetic
from exsolve.expression import notations
from exsolve.expression.tree import (
    Call,
    Context,
    Form,
    Mistake,
    Node,
    Operation,
    OptionValue,
    Parameter,
    Slip,
    walk,
)
from exsolve.ops.cells import (
    applied,
    entry_cellwise,
    number,
    numeric_cellwise,
    tied,
)
from exsolve.ops.construct import call, literal, no_gradient, unbroadcast
from exsolve.ops.mistakes import again, instead
from exsolve.ops.registry import register
from exsolve.ops.shapes import elementwise

Options = Mapping[str, OptionValue]

COMPARISONS = frozenset(
    ("greater", "less", "greater_equal", "less_equal", "equal_to", "not_equal_to")
)

OPPOSITE = {
    "greater": "less_equal",
    "less": "greater_equal",
    "greater_equal": "less",
    "less_equal": "greater",
    "equal_to": "not_equal_to",
    "not_equal_to": "equal_to",
}
AT_EQUALITY = {
    "greater": "greater_equal",
    "less": "less_equal",
    "greater_equal": "greater",
    "less_equal": "less",
}


def _slips(name: str) -> tuple[Slip, ...]:
    turned = Slip(
        "comparison turned round",
        "You have 0 and 1 the wrong way round: 1 stands where {part}.",
        instead(OPPOSITE[name]),
    )
    if name not in AT_EQUALITY:
        return (turned,)
    return (
        turned,
        Slip(
            "case of equality",
            "You took the case of equality the other way in {part}.",
            instead(AT_EQUALITY[name]),
        ),
    )


def _comparison(
    name: str,
    summary: str,
    sign: str,
    terminal: str,
    latex: str,
    holds: Callable[[Any], Any],
) -> None:
    def exact(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
        answers = (number(arithmetic, 0), number(arithmetic, 1))

        def answer(a: Any, b: Any) -> Any:
            # a ball less itself is not known to be 0, as where a cell is the greatest of its array
            return answers[bool(holds(0 if a is b else arithmetic.sign(a - b)))]

        return applied(answer, *arrays)

    def rule(a: np.ndarray, b: np.ndarray) -> Any:
        signs = np.where(tied(a, b), 0.0, np.sign(a - b))
        return np.where(holds(signs), 1.0, 0.0)

    register(
        Operation(
            name,
            summary,
            (Parameter("a"), Parameter("b")),
            elementwise(sign),
            exact,
            numeric_cellwise(rule),
            notations.comparison(sign, terminal=terminal, latex=latex),
            no_gradient,
            entry_cellwise,
            infix=sign,
            reason="a step function: its slope is 0 wherever it has one",
            slips=_slips(name),
        )
    )


def compares(node: Node) -> bool:
    """Whether an expression has a comparison in it, so that it can be a condition."""
    return any(isinstance(part, Call) and part.operation.name in COMPARISONS for part in walk(node))


_comparison("greater", "1 where a > b, else 0", ">", ">", ">", lambda s: s > 0)
_comparison("less", "1 where a < b, else 0", "<", "<", "<", lambda s: s < 0)
_comparison("greater_equal", "1 where a >= b, else 0", ">=", "≥", r"\ge", lambda s: s >= 0)
_comparison("less_equal", "1 where a <= b, else 0", "<=", "≤", r"\le", lambda s: s <= 0)
_comparison("equal_to", "1 where a = b, else 0", "==", "=", "=", lambda s: s == 0)
_comparison("not_equal_to", "1 where a and b differ, else 0", "!=", "≠", r"\ne", lambda s: s != 0)


def _where(arithmetic: Arithmetic, arrays: Sequence[np.ndarray], options: Options) -> Any:
    return applied(lambda test, a, b: a if arithmetic.sign(test) else b, *arrays)


def _where_derivative(node: Call, gradient: Node, context: Context) -> list[Node | None]:
    test, a, b = node.args
    shape = context.shape(node)
    zero = literal(0)
    return [
        None,
        unbroadcast(call("where", test, gradient, zero), shape, context.shape(a)),
        unbroadcast(call("where", test, zero, gradient), shape, context.shape(b)),
    ]


def _branches_swapped(node: Call, context: Context) -> Iterator[Mistake]:
    test, a, b = node.args
    yield Mistake(again(node, test, b, a), test)


def _one_branch(node: Call, context: Context) -> Iterator[Mistake]:
    test, a, b = node.args
    yield Mistake(a, test)
    yield Mistake(b, test)


register(
    Operation(
        "where",
        "a where the condition is not 0, else b, cell by cell",
        (Parameter("condition"), Parameter("a"), Parameter("b")),
        elementwise("where"),
        _where,
        numeric_cellwise(lambda test, a, b: np.where(test != 0, a, b)),
        notations.function("where")._replace(
            latex=Form(
                r"\begin{{cases}} {1} & \text{{if }} {0} \\ {2} & \text{{otherwise}} \end{{cases}}"
            )
        ),
        _where_derivative,
        entry_cellwise,
        reason="each cell of the gradient goes to the branch that was taken there",
        slips=(
            Slip("cases swapped", "You swapped the two cases of {part}.", _branches_swapped),
            Slip(
                "one case",
                "You took one case everywhere and did not ask whether {part}.",
                _one_branch,
            ),
        ),
    )
)
