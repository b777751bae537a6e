"""Inside one process: exact attention against SymPy, gradients against NumPy, linear growth."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from exsolve.evaluate import ClosedFormRoute, evaluate
from exsolve.graph import Graph
from exsolve.library import load_text
from exsolve.solving.certify import decimals
from tests.benchmarks.measuring import row


def attention(tokens: int, size: int, cell: Callable[[random.Random], str]) -> str:
    """An exercise with Q, K, V as data, whose scores Q K^T have cells of one sort."""
    source = random.Random(tokens)
    query = [[source.randint(0, 1) for _ in range(size)] for _ in range(tokens)]
    key = [[cell(source) for _ in range(size)] for _ in range(tokens)]
    value = [[source.randint(-3, 3) for _ in range(size)] for _ in range(tokens)]
    return f"""
id: attention-benchmark
title: benchmark
kind: attention
scale: 1
givens:
  Q: {query}
  K: {str(key).replace("'", "")}
  V: {value}
parts: [{{id: a, ask: H, answers: [H]}}]
"""


def logarithm(source: random.Random) -> str:
    """c*log(m) for small whole c and m."""
    return f"{source.randint(1, 2)}*log({source.randint(2, 30)})"


def rational(source: random.Random) -> str:
    """A small fraction."""
    return f"{source.randint(-9, 9)}/{source.randint(2, 9)}"


def sympy_matrices(graph: Graph) -> tuple[Any, Any, Any]:
    """Q, K, V of the exercise as SymPy matrices."""
    import sympy

    from exsolve.exact.closed_form import to_sympy

    found = []
    for name in "QKV":
        value = evaluate(graph, ClosedFormRoute(), only=[name])[name]
        cells = [[to_sympy(cell) for cell in row_] for row_ in value]
        found.append(sympy.Matrix(cells))
    return found[0], found[1], found[2]


def sympy_attention(query: Any, key: Any, value: Any) -> Any:
    """Softmax(Q K^T) V in plain SymPy, nothing simplified."""
    import sympy

    scores = query * key.T
    exponentials = scores.applyfunc(sympy.exp)
    tokens = exponentials.rows
    totals = [sum(exponentials.row(place)) for place in range(tokens)]
    weights = sympy.Matrix(tokens, tokens, lambda i, j: exponentials[i, j] / totals[i])
    return weights, weights * value


def exact_logarithms(rounds: int) -> str:
    """128 tokens of 16 features, scores made of c*log(m): closed forms against SymPy."""
    graph = load_text(attention(128, 16, logarithm)).workbook.graph
    query, key, value = sympy_matrices(graph)
    return row(
        "exact attention, 128 tokens, d_k 16, scores c*log(m), against plain SymPy",
        ">= 15x",
        lambda: evaluate(graph, ClosedFormRoute()),
        lambda: sympy_attention(query, key, value),
        min(rounds, 3),
        inverse=True,
    )


def exact_rationals(rounds: int) -> str:
    """64 tokens, rational scores, 6 certified digits: balls against evalf."""
    graph = load_text(attention(64, 4, rational)).workbook.graph
    query, key, value = sympy_matrices(graph)

    def theirs() -> None:
        weights, output = sympy_attention(query, key, value)
        for cell in [*weights, *output]:
            cell.evalf(6)

    return row(
        "exact attention, 64 tokens, rational scores, 6 digits, against SymPy evalf",
        ">= 200x",
        lambda: decimals(graph, ["A", "H"], 6),
        theirs,
        1,
        inverse=True,
    )


HIDDEN = 3


def recurrent(steps: int) -> str:
    """A recurrent exercise with random rational weights."""
    source = random.Random(7)

    def number() -> str:
        return str(Fraction(source.randint(-8, 8), 16))

    def matrix(rows: int, columns: int) -> str:
        return str([[number() for _ in range(columns)] for _ in range(rows)]).replace("'", "")

    return f"""
id: recurrent-benchmark
title: benchmark
kind: recurrent
givens:
  W: {matrix(HIDDEN, HIDDEN)}
  U: {matrix(HIDDEN, HIDDEN)}
  V: {matrix(HIDDEN, HIDDEN)}
  h_0: [0, 0, 0]
  x: {matrix(steps, HIDDEN)}
  z: {matrix(steps, HIDDEN)}
cell:
  h_t: sigmoid(W @ x_t + U @ h_prev)
outputs:
  y_t: V @ h_t
loss:
  L_t: sumsq(z_t - y_t)
steps: {steps}
parts: [{{id: a, ask: gradients, answers: [grad_W, grad_U, grad_V]}}]
"""


def numpy_gradients(data: dict[str, Any], steps: int) -> tuple[Any, Any, Any]:
    """Forward and reverse loops of the same network in plain NumPy, as one writes them by hand."""
    w, u, v = data["W"], data["U"], data["V"]
    states, outputs = [data["h_0"]], []
    for t in range(steps):
        states.append(1 / (1 + np.exp(-(w @ data["x"][t] + u @ states[-1]))))
        outputs.append(v @ states[-1])
    grad_w, grad_u, grad_v = np.zeros_like(w), np.zeros_like(u), np.zeros_like(v)
    later = np.zeros(HIDDEN)
    for t in reversed(range(steps)):
        grad_y = 2 * (outputs[t] - data["z"][t])
        state = states[t + 1]
        grad_a = (v.T @ grad_y + later) * state * (1 - state)
        grad_v += np.outer(grad_y, state)
        grad_w += np.outer(grad_a, data["x"][t])
        grad_u += np.outer(grad_a, states[t])
        later = u.T @ grad_a
    return grad_w, grad_u, grad_v


def recurrent_gradients(rounds: int) -> str:
    """RNN, hidden 3, T = 20, all gradients: 50 certified digits against float64."""
    from exsolve.evaluate import NumericRoute

    steps = 20
    graph = load_text(recurrent(steps)).workbook.graph
    names = ["grad_W", "grad_U", "grad_V"]
    data = evaluate(graph, NumericRoute(), only=["W", "U", "V", "h_0", "x", "z"])
    return row(
        "RNN hidden 3, T = 20, all gradients, 50 certified digits, against NumPy float64",
        "<= 5x",
        lambda: decimals(graph, names, 50),
        lambda: numpy_gradients(data, steps),
        max(rounds, 15),
    )


def layers(count: int) -> str:
    """A shape table of so many layers."""
    lines = "\n".join("  - Conv2d(8, 8, kernel_size=3, padding=1)" for _ in range(count))
    return f"""
id: layers-benchmark
title: benchmark
kind: cnn-shapes
input: [N, 8, 32, 32]
layers:
{lines}
parts: [{{id: a, ask: shapes, answers: [shape_{count}, params_{count}, params_total]}}]
"""


def growth_of_layers(rounds: int) -> str:
    """A table of 1,000 layers against one of 500."""
    return row(
        "a table of 1,000 layers, against 500 layers",
        "<= 2.2x",
        lambda: load_text(layers(1_000)).solve(),
        lambda: load_text(layers(500)).solve(),
        min(rounds, 3),
    )


def growth_of_time(rounds: int) -> str:
    """An RNN over 500 steps against one over 250."""
    return row(
        "an RNN with T = 500, solved with all gradients, against T = 250",
        "<= 2.2x",
        lambda: load_text(recurrent(500)).solve(),
        lambda: load_text(recurrent(250)).solve(),
        min(rounds, 3),
    )


BENCHMARKS: dict[str, Callable[[int], str]] = {
    "attention-logarithms": exact_logarithms,
    "attention-rationals": exact_rationals,
    "recurrent-gradients": recurrent_gradients,
    "layers-growth": growth_of_layers,
    "time-growth": growth_of_time,
}
