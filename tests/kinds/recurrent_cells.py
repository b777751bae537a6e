"""Recurrent networks over symbols, for tests: cells by name, written as exercises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Cell(NamedTuple):
    """A network over symbols: ``symbols`` with their sizes as text, equations by name.

    ``probabilities``: targets that must be probabilities.
    """

    symbols: Mapping[str, str]
    cell: Mapping[str, str]
    outputs: Mapping[str, str]
    loss: str
    states: str = "h"
    probabilities: str = ""

    def exercise(self, answers: str, more: str = "") -> str:
        """The exercise that asks for these names."""
        lines = ["id: general", "title: General formulas", "kind: recurrent", "symbols:"]
        lines += [f"  {name}: [{sizes}]" for name, sizes in self.symbols.items()]
        lines += ["cell:", *(f"  {name}: {text}" for name, text in self.cell.items())]
        if self.outputs:
            lines += ["outputs:", *(f"  {name}: {text}" for name, text in self.outputs.items())]
        if self.loss:
            lines += ["loss:", f"  L_t: {self.loss}"]
        lines += [more] if more else []
        lines += ["parts:", f"  - {{id: a, ask: Derive., answers: [{answers}]}}"]
        return "\n".join(lines) + "\n"


def weights(gates: str) -> dict[str, str]:
    """The weights and the bias of each gate."""
    kinds = (("W", "n, d"), ("U", "n, n"), ("b", "n"))
    return {f"{kind}_{gate}": sizes for gate in gates for kind, sizes in kinds}


def gate(name: str, function: str = "sigmoid") -> str:
    """The equation of a gate with its own weights."""
    return f"{function}(W_{name} @ x_t + U_{name} @ h_prev + b_{name})"


PLAIN = {"W": "n, d", "U": "n, n", "V": "m, n", "x_t": "d", "h_t": "n", "z_t": "m"}
OUTPUT = {"y_t": "V @ h_t"}
SQUARES = "sumsq(z_t - y_t)"
GATED = {"V": "m, n", "x_t": "d", "h_t": "n", "z_t": "m"}

CELLS = {
    "sigmoid": Cell(PLAIN, {"h_t": "sigmoid(W @ x_t + U @ h_prev)"}, OUTPUT, SQUARES),
    "tanh with biases, mean squared error": Cell(
        {**PLAIN, "b": "n", "c": "m"},
        {"h_t": "tanh(W @ x_t + U @ h_prev + b)"},
        {"y_t": "V @ h_t + c"},
        "mean((z_t - y_t)^2)",
    ),
    "ReLU, cross-entropy": Cell(
        PLAIN,
        {"h_t": "relu(W @ x_t + U @ h_prev)"},
        OUTPUT,
        "cross_entropy(y_t, z_t)",
        probabilities="z",
    ),
    "softmax as output": Cell(
        PLAIN,
        {"h_t": "tanh(W @ x_t + U @ h_prev)"},
        {"p_t": "softmax(V @ h_t)"},
        "-sum(z_t*log(p_t))",
    ),
    "LSTM": Cell(
        {**weights("ifgo"), **GATED, "c_t": "n"},
        {
            "i_t": gate("i"),
            "f_t": gate("f"),
            "g_t": gate("g", "tanh"),
            "o_t": gate("o"),
            "c_t": "f_t*c_prev + i_t*g_t",
            "h_t": "o_t*tanh(c_t)",
        },
        OUTPUT,
        SQUARES,
        states="hc",
    ),
    "GRU": Cell(
        {**weights("urn"), **GATED},
        {
            "u_t": gate("u"),
            "r_t": gate("r"),
            "n_t": "tanh(W_n @ x_t + b_n + r_t*(U_n @ h_prev))",
            "h_t": "(1 - u_t)*n_t + u_t*h_prev",
        },
        OUTPUT,
        SQUARES,
    ),
    "two outputs, one loss": Cell(
        {**PLAIN, "P": "k, n", "q_t": "k"},
        {"h_t": "sigmoid(W @ x_t + U @ h_prev)"},
        {"y_t": "V @ h_t", "s_t": "P @ h_t"},
        "sumsq(z_t - y_t)/2 + cross_entropy(s_t, q_t)",
        probabilities="q",
    ),
    "a gate on the output": Cell(
        {**PLAIN, "Q": "n, n"},
        {"o_t": "sigmoid(Q @ h_prev)", "h_t": "tanh(W @ x_t + U @ h_prev)"},
        {"y_t": "V @ (o_t*h_t)"},
        SQUARES,
    ),
    "fast weights": Cell(
        PLAIN,
        {"h_t": "tanh(W @ x_t + outer(h_prev, h_prev) @ (U @ h_prev))"},
        OUTPUT,
        SQUARES,
    ),
    "a single unit": Cell(
        {"w": "", "u": "", "x_t": "", "h_t": "", "z_t": ""},
        {"h_t": "tanh(w*h_prev + u*x_t)"},
        {},
        "(h_t - z_t)^2",
    ),
    "vectors as rows": Cell(
        {"W": "d, n", "U": "n, n", "V": "n, m", "x_t": "d", "h_t": "n", "z_t": "m"},
        {"h_t": "sigmoid(x_t @ W + h_prev @ U)"},
        {"y_t": "h_t @ V"},
        SQUARES,
    ),
}
