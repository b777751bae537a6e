"""Recurrent cells forward and back through time against PyTorch's cells and its autograd."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

import numpy as np
import pytest

from exsolve.evaluate import ExactRoute, NumericRoute, evaluate
from exsolve.exact.balls import Balls
from exsolve.library import load_text
from oracle.comparison import CASES, Data, Solved, assert_equal, data, solved, torch

pytestmark = pytest.mark.oracle

BATCHES = 10
SOLVED_EVERY = 20
"""Every so many cases go on through closed forms and certified decimals to a finished solution."""

Tensors = Mapping[str, Any]


class Family(NamedTuple):
    """Equations in the language, the shapes of their weights, and one step of the witness.

    Sizes are letters: D of an input, H of a state. ``step`` gets the weights, an input and the
    states before, and gives the states after.
    """

    cell: Mapping[str, str]
    weights: Mapping[str, str]
    states: Sequence[str]
    step: Callable[[Tensors, Any, Tensors], Tensors]
    fused: str = ""
    """States whose gradient the witness does not tell: its cell computes h_t beside c_t, not from
    the tensor c_t that it gives out."""


def rnn_step(weights: Tensors, x: Any, before: Tensors) -> Tensors:
    cell = filled(torch.nn.RNNCell, [weights["W"]], [weights["U"]], [weights["b"]], None)
    return {"h": cell(x, before["h"])}


def lstm_step(weights: Tensors, x: Any, before: Tensors) -> Tensors:
    parts = ([weights[f"{letter}_{gate}"] for gate in "ifgo"] for letter in "WUb")
    h, c = filled(torch.nn.LSTMCell, *parts, None)(x, (before["h"], before["c"]))
    return {"h": h, "c": c}


def lstm_equations(weights: Tensors, x: Any, before: Tensors) -> Tensors:
    i, f, o = (
        torch.sigmoid(
            weights[f"W_{gate}"] @ x + weights[f"U_{gate}"] @ before["h"] + weights[f"b_{gate}"]
        )
        for gate in "ifo"
    )
    g = torch.tanh(weights["W_g"] @ x + weights["U_g"] @ before["h"] + weights["b_g"])
    c = f * before["c"] + i * g
    return {"h": o * torch.tanh(c), "c": c, "i": i, "f": f, "o": o, "g": g}


def gru_step(weights: Tensors, x: Any, before: Tensors) -> Tensors:
    parts = ([weights[f"{letter}_{gate}"] for gate in "rzn"] for letter in "WUb")
    zero = torch.zeros_like(weights["d"])
    return {"h": filled(torch.nn.GRUCell, *parts, [zero, zero, weights["d"]])(x, before["h"])}


def filled(
    kind: Any, inputs: list[Any], states: list[Any], biases: list[Any], recurrent: list[Any] | None
) -> Callable[..., Any]:
    """The cell of PyTorch with these weights, gate by gate, in the order of its own stacking."""
    size, width = states[0].shape[0], inputs[0].shape[1]
    module = kind(width, size, dtype=torch.float64)
    bias = torch.cat(biases)
    own = {
        "weight_ih": torch.cat(inputs),
        "weight_hh": torch.cat(states),
        "bias_ih": bias,
        "bias_hh": torch.zeros_like(bias) if recurrent is None else torch.cat(recurrent),
    }
    return lambda *args: torch.func.functional_call(module, own, args)


def sigmoid_step(weights: Tensors, x: Any, before: Tensors) -> Tensors:
    return {"h": torch.sigmoid(weights["W"] @ x + weights["U"] @ before["h"])}


def two_layers_step(weights: Tensors, x: Any, before: Tensors) -> Tensors:
    a = torch.tanh(weights["W"] @ x + weights["u"] * before["a"])
    gate = torch.sigmoid(weights["V"] @ a)
    return {
        "a": a,
        "b": gate * before["b"] + (1 - gate) * torch.relu(a - before["b"] * before["a"]),
    }


def gates(letters: str) -> dict[str, str]:
    """The weights of each gate, by name, with their sizes."""
    return {
        f"{kind}_{gate}": sizes
        for kind, sizes in (("W", "HD"), ("U", "HH"), ("b", "H"))
        for gate in letters
    }


LSTM = {
    "i_t": "sigmoid(W_i @ x_t + U_i @ h_prev + b_i)",
    "f_t": "sigmoid(W_f @ x_t + U_f @ h_prev + b_f)",
    "g_t": "tanh(W_g @ x_t + U_g @ h_prev + b_g)",
    "o_t": "sigmoid(W_o @ x_t + U_o @ h_prev + b_o)",
    "c_t": "f_t*c_prev + i_t*g_t",
    "h_t": "o_t*tanh(c_t)",
}
LSTM_WEIGHTS = gates("ifgo")

FAMILIES = {
    "RNNCell": Family(
        {"h_t": "tanh(W @ x_t + U @ h_prev + b)"}, {"W": "HD", "U": "HH", "b": "H"}, "h", rnn_step
    ),
    "LSTMCell": Family(LSTM, LSTM_WEIGHTS, "hc", lstm_step, fused="c"),
    "LSTM by its equations": Family(LSTM, LSTM_WEIGHTS, "hc", lstm_equations),
    "GRUCell": Family(
        {
            "h_t": "(1 - z_t)*n_t + z_t*h_prev",
            "n_t": "tanh(W_n @ x_t + b_n + r_t*(U_n @ h_prev + d))",
            "z_t": "sigmoid(W_z @ x_t + U_z @ h_prev + b_z)",
            "r_t": "sigmoid(W_r @ x_t + U_r @ h_prev + b_r)",
        },
        gates("rzn") | {"d": "H"},
        "h",
        gru_step,
    ),
    "sigmoid cell": Family(
        {"h_t": "sigmoid(W @ x_t + U @ h_prev)"}, {"W": "HD", "U": "HH"}, "h", sigmoid_step
    ),
    "two states": Family(
        {
            "a_t": "tanh(W @ x_t + u*a_prev)",
            "gate_t": "sigmoid(V @ a_t)",
            "b_t": "gate_t*b_prev + (1 - gate_t)*relu(a_t - b_prev*a_prev)",
        },
        {"W": "HD", "V": "HH", "u": "H"},
        "ab",
        two_layers_step,
    ),
}  # fmt: skip


class Case(NamedTuple):
    """An exercise, and the values of the same network in PyTorch by the exercise's names."""

    text: str
    expected: dict[str, Any]


def a_case(name: str, seed: int) -> Case:
    family = FAMILIES[name]
    random = Random(f"{name} {seed}")
    steps, rows = random.randint(1, 4), random.random() < 0.5
    sizes = {"D": random.randint(1, 3), "H": random.randint(1, 3), "1": 1}
    last = family.states[0]
    givens: dict[str, Data] = {
        weight: data(random, *(sizes[letter] for letter in shape), largest=2)
        for weight, shape in {**family.weights, "V_y": "1H"}.items()
    }
    for state in family.states:
        givens[f"{state}_0"] = data(random, sizes["H"], largest=2)
    x = data(random, steps, sizes["D"], largest=2)
    singles = [Data(str(row.tolist()), row) for row in x.tensor]
    z = [data(random, largest=2) for _ in range(steps)]
    inputs = (
        {"x": x.text} if rows else {f"x_{step}": one.text for step, one in enumerate(singles, 1)}
    )
    targets = {f"target_{step}": one.text for step, one in enumerate(z, 1)}
    expected = backward(family, {k: v.tensor for k, v in givens.items()}, x.tensor, z, last)
    written = {**{k: v.text for k, v in givens.items()}, **inputs, **targets}
    wanted = list(expected)
    lines = [
        "id: recurrent-case",
        "title: A recurrent network",
        "kind: recurrent",
        "cell:",
        *(f"  {left}: {right}" for left, right in family.cell.items()),
        f"outputs: {{y_t: V_y @ {last}_t}}",
        "loss: {L_t: sumsq(y_t - target_t)}",
        f"steps: {steps}",
        f"parameters: [{', '.join([*family.weights, 'V_y', *(f'{s}_0' for s in family.states)])}]",
        "givens:",
        *(f"  {left}: {right}" for left, right in written.items()),
        "parts:",
        f"  - {{id: a, ask: Compute., answers: [{', '.join(wanted)}]}}",
    ]
    return Case("\n".join(lines) + "\n", expected)


def backward(
    family: Family, weights: dict[str, Any], x: Any, z: Sequence[Data], last: str
) -> dict[str, Any]:
    """States, outputs and loss by the witness's steps, gradients by its autograd."""
    for tensor in weights.values():
        tensor.requires_grad_(True)
    states = {state: weights[f"{state}_0"] for state in family.states}
    found: dict[str, Any] = {}
    loss = torch.zeros((), dtype=torch.float64)
    for step, (row, target) in enumerate(zip(x, z, strict=True), 1):
        states = dict(family.step(weights, row, states))
        for state, tensor in states.items():
            tensor.retain_grad()
            found[f"{state}_{step}"] = tensor
        found[f"y_{step}"] = weights["V_y"] @ states[last]
        loss = loss + ((found[f"y_{step}"] - target.tensor) ** 2).sum()
    loss.backward()
    gradients = {
        f"grad_{name}": torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
        for name, tensor in {**found, **weights}.items()
        if name[0] not in f"y{family.fused}" or name in weights
    }
    return {**found, "L": loss, **gradients}


def computed(text: str) -> dict[str, Solved]:
    """Every value of the exercise's graph, in float64 and in balls of 120 bits."""
    graph = load_text(text).workbook.graph
    numeric = evaluate(graph, NumericRoute())
    with Balls(120) as balls:
        exact = evaluate(graph, ExactRoute(balls))
        return {
            name: Solved(
                value,
                np.array([float(cell.mid()) for cell in exact[name].flat]).reshape(value.shape),
            )
            for name, value in numeric.items()
        }


@pytest.mark.parametrize("batch", range(BATCHES))
@pytest.mark.parametrize("name", FAMILIES)
def test_states_and_all_gradients_are_those_of_autograd(name: str, batch: int) -> None:
    count = -(-CASES // BATCHES)
    for seed in range(batch * count, (batch + 1) * count):
        case = a_case(name, seed)
        found = computed(case.text)
        finished = solved(case.text) if seed % SOLVED_EVERY == 0 else {}
        for quantity, expected in case.expected.items():
            assert_equal(found[quantity], expected, f"{name} {seed}: {quantity}")
            if finished:
                assert_equal(finished[quantity], expected, f"{name} {seed}: {quantity}, solved")
