"""Random formulas over names of fixed shapes, for reading back what was printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from flint import fmpq
from hypothesis import strategies as st

from exsolve.errors import LanguageError
from exsolve.expression.tree import Call, Literal, Name, Node, Shape, postorder
from exsolve.notation import INNER
from exsolve.ops import OPERATIONS
from exsolve.ops.unknown import function_symbol

NAMES: Mapping[str, Shape] = {
    "A": (2, 3),
    "B": (3, 2),
    "C": (2, 2),
    "M": (3, 3),
    "W_Q": (2, 3),
    "u": (2,),
    "v": (3,),
    "h_next": (3,),
    "h_prev": (3,),
    "grad_h_next": (3,),
    "h_1": (2,),
    "mu_batch": (3,),
    "x_hat": (2,),
    "beta": (),
    "s": (),
    "lambda_star": (),
    "dh3_dh1": (),
    "sigma_2": (),
}
UNKNOWN = function_symbol("f", 1)
NUMBERS = [
    Literal(fmpq(2), "2"),
    Literal(fmpq(-3), "-3"),
    Literal(fmpq(1, 2), "1/2"),
    Literal(fmpq(3, 10), "0.3"),
    Literal(fmpq(-1, 4), "-0.25"),
    Literal(fmpq(7, 3)),
]
_EXPONENTS = [Literal(fmpq(2), "2"), Literal(fmpq(-1), "-1"), Literal(fmpq(12))]
_SCALAR = ["inner", "dot", "sumsq", "sum", "divide", "power", "exp", "ln", "sqrt", "tanh", "norm"]
_VECTOR = ["matvec", "vecmat", "sigmoid", "square", "diag", "softmax", "relu", "solve", "unknown"]
_MATRIX = ["matmul", "outer", "transpose", "sigmoid", "softmax", "columns"]
_SQUARE = ["diag", "inverse"]
_ALWAYS = ["leaf", "add", "subtract", "negate", "scale", "divide", "multiply"]


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3) -> Node:
    """A formula of any shape up to a matrix."""
    shape = draw(st.sampled_from([(), (2,), (3,), (2, 3), (2, 2)]))
    return _formula(draw, shape, depth)


def _call(name: str, *args: Node, **options: object) -> Node:
    return Call(OPERATIONS[name], args, options)


def _leaf(draw: st.DrawFn, shape: Shape) -> Node:
    names: list[Node] = [Name(name) for name, known in NAMES.items() if known == shape]
    if shape == ():
        names += NUMBERS
    if not names:  # no name has the shape (2, 1) and its like, which no formula here asks for
        raise AssertionError(shape)
    return draw(st.sampled_from(names))


def _formula(draw: st.DrawFn, shape: Shape, depth: int) -> Node:
    if depth == 0:
        return _leaf(draw, shape)

    def below(wanted: Shape) -> Node:
        return _formula(draw, wanted, depth - 1)

    kinds = [*_ALWAYS, *[_SCALAR, _VECTOR, _MATRIX][len(shape)]]
    if len(shape) == 2 and shape[0] == shape[1]:
        kinds += _SQUARE
    kind = draw(st.sampled_from(kinds))
    n = draw(st.sampled_from([2, 3]))
    pairs: dict[str, Callable[[], Node]] = {
        "leaf": lambda: _leaf(draw, shape),
        "scale": lambda: _call("multiply", below(()), below(shape)),
        "divide": lambda: _call("divide", below(shape), below(())),
        "inner": lambda: Call(INNER, (below((n,)), below((n,)))),
        "dot": lambda: _call("dot", below((n,)), below((n,))),
        "sumsq": lambda: _call("sumsq", below((n,))),
        "sum": lambda: _call("sum", below((n,))),
        "norm": lambda: _call("sqrt", _call("sumsq", below((n,)))),
        "power": lambda: _call("power", below(()), draw(st.sampled_from(_EXPONENTS))),
        "square": lambda: _call("power", below(shape), _EXPONENTS[0]),
        "matvec": lambda: _call("matmul", below((*shape, n)), below((n,))),
        "vecmat": lambda: _call("matmul", below((n,)), below((n, *shape))),
        "solve": lambda: _call("matmul", _call("inverse", below((*shape, *shape))), below(shape)),
        "unknown": lambda: Call(UNKNOWN, (below(shape),)),
        "matmul": lambda: _call("matmul", below((shape[0], n)), below((n, shape[1]))),
        "outer": lambda: _call("outer", below(shape[:1]), below(shape[1:])),
        "transpose": lambda: _call("transpose", below(shape[::-1])),
        "columns": lambda: _call("softmax", below(shape), axis=0),
    }
    if kind in pairs:
        return pairs[kind]()
    if kind in ("add", "subtract", "multiply"):
        return _call(kind, below(shape), below(shape))
    if kind == "diag" and len(shape) == 1:
        return _call("matmul", _call("diag", below(shape)), below(shape))
    return _call(kind, below(shape[:1]) if kind == "diag" else below(shape))


VALUES = {
    name: np.random.default_rng(place).uniform(0.2, 1.5, shape)
    for place, (name, shape) in enumerate(NAMES.items())
}


def value(node: Node) -> np.ndarray | None:
    """The value in float64 at fixed numbers; None where there is none."""
    stack: list[np.ndarray] = []
    with np.errstate(all="ignore"):
        for part in postorder(node):
            if isinstance(part, Literal):
                stack.append(np.asarray(int(part.value.p) / int(part.value.q)))
            elif isinstance(part, Name):
                stack.append(VALUES[part.name])
            elif isinstance(part, Call):
                arrays = stack[len(stack) - len(part.args) :]
                del stack[len(stack) - len(part.args) :]
                try:
                    found = part.operation.numeric(arrays, part.options)
                except (LanguageError, np.linalg.LinAlgError, ZeroDivisionError):
                    return None
                stack.append(np.asarray(found, dtype=float))
    return stack[0]
