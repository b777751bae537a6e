"""General formulas of recurrent networks against PyTorch's autograd on random networks.

Total gradients of states through ``retain_grad``, Jacobians by ``torch.autograd.functional``,
gradients of parameters as autograd sums them over the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pytest
from kinds.recurrent_cells import CELLS, Cell

from exsolve.evaluate import NumericRoute, value_of
from exsolve.expression.parser import parse
from exsolve.expression.sizes import with_sizes
from exsolve.expression.tree import Call, Node, names
from exsolve.library import load_text
from exsolve.ops import OPERATIONS
from oracle.comparison import torch

pytestmark = pytest.mark.oracle

CASES = 120
"""Random networks of each cell."""
LINE_CASES = 3
STEP = 1e-5

Tensors = dict[str, Any]
Step = Callable[[Tensors, Any, Tensors, Tensors], Tensors]
"""Weights, the input, the states before, the targets: everything that a step computes, by base."""


def sigmoid_step(w: Tensors, x: Any, before: Tensors, aims: Tensors) -> Tensors:
    h = torch.sigmoid(torch.mv(w["W"], x) + torch.mv(w["U"], before["h"]))
    return squared({"h": h}, w, aims)


def squared(found: Tensors, w: Tensors, aims: Tensors) -> Tensors:
    y = torch.mv(w["V"], found["h"])
    loss = torch.nn.functional.mse_loss(y, aims["z"], reduction="sum")
    return {**found, "y": y, "L": loss}


def tanh_step(w: Tensors, x: Any, before: Tensors, aims: Tensors) -> Tensors:
    h = torch.tanh(
        torch.nn.functional.linear(x, w["W"], w["b"])
        + torch.nn.functional.linear(before["h"], w["U"])
    )
    y = torch.nn.functional.linear(h, w["V"], w["c"])
    return {"h": h, "y": y, "L": torch.nn.functional.mse_loss(y, aims["z"])}


def relu_step(w: Tensors, x: Any, before: Tensors, aims: Tensors) -> Tensors:
    h = torch.relu(torch.mv(w["W"], x) + torch.mv(w["U"], before["h"]))
    y = torch.mv(w["V"], h)
    loss = torch.nn.functional.cross_entropy(y[None], aims["z"][None])
    return {"h": h, "y": y, "L": loss}


def softmax_step(w: Tensors, x: Any, before: Tensors, aims: Tensors) -> Tensors:
    h = torch.tanh(torch.mv(w["W"], x) + torch.mv(w["U"], before["h"]))
    p = torch.softmax(torch.mv(w["V"], h), 0)
    return {"h": h, "p": p, "L": -torch.dot(aims["z"], torch.log(p))}


def linear(w: Tensors, gate: str, x: Any, h: Any) -> Any:
    return torch.nn.functional.linear(
        x, w[f"W_{gate}"], w[f"b_{gate}"]
    ) + torch.nn.functional.linear(h, w[f"U_{gate}"])


def lstm_step(w: Tensors, x: Any, before: Tensors, aims: Tensors) -> Tensors:
    i, f, o = (torch.sigmoid(linear(w, gate, x, before["h"])) for gate in "ifo")
    g = torch.tanh(linear(w, "g", x, before["h"]))
    c = f * before["c"] + i * g
    return squared({"i": i, "f": f, "g": g, "o": o, "c": c, "h": o * torch.tanh(c)}, w, aims)


def gru_step(w: Tensors, x: Any, before: Tensors, aims: Tensors) -> Tensors:
    u, r = (torch.sigmoid(linear(w, gate, x, before["h"])) for gate in "ur")
    n = torch.tanh(
        torch.nn.functional.linear(x, w["W_n"], w["b_n"]) + r * torch.mv(w["U_n"], before["h"])
    )
    return squared({"u": u, "r": r, "n": n, "h": (1 - u) * n + u * before["h"]}, w, aims)


def two_outputs_step(w: Tensors, x: Any, before: Tensors, aims: Tensors) -> Tensors:
    h = torch.sigmoid(torch.mv(w["W"], x) + torch.mv(w["U"], before["h"]))
    y, s = torch.mv(w["V"], h), torch.mv(w["P"], h)
    loss = torch.nn.functional.mse_loss(y, aims["z"], reduction="sum") / 2
    loss = loss + torch.nn.functional.cross_entropy(s[None], aims["q"][None])
    return {"h": h, "y": y, "s": s, "L": loss}


def output_gate_step(w: Tensors, x: Any, before: Tensors, aims: Tensors) -> Tensors:
    o = torch.sigmoid(torch.mv(w["Q"], before["h"]))
    h = torch.tanh(torch.mv(w["W"], x) + torch.mv(w["U"], before["h"]))
    y = torch.mv(w["V"], o * h)
    loss = torch.nn.functional.mse_loss(y, aims["z"], reduction="sum")
    return {"o": o, "h": h, "y": y, "L": loss}


def fast_weights_step(w: Tensors, x: Any, before: Tensors, aims: Tensors) -> Tensors:
    fast = torch.outer(before["h"], before["h"])
    h = torch.tanh(torch.mv(w["W"], x) + torch.mv(fast, torch.mv(w["U"], before["h"])))
    return squared({"h": h}, w, aims)


def rows_step(w: Tensors, x: Any, before: Tensors, aims: Tensors) -> Tensors:
    h = torch.sigmoid(x @ w["W"] + before["h"] @ w["U"])
    y = h @ w["V"]
    return {"h": h, "y": y, "L": ((aims["z"] - y) ** 2).sum()}


STEPS: Mapping[str, Step] = {
    "sigmoid": sigmoid_step,
    "tanh with biases, mean squared error": tanh_step,
    "ReLU, cross-entropy": relu_step,
    "softmax as output": softmax_step,
    "LSTM": lstm_step,
    "GRU": gru_step,
    "two outputs, one loss": two_outputs_step,
    "a gate on the output": output_gate_step,
    "fast weights": fast_weights_step,
    "vectors as rows": rows_step,
}


class Network(NamedTuple):
    """A random network that autograd has gone through: all tensors of each step, by base."""

    sizes: Mapping[str, int]
    weights: Tensors
    inputs: list[Tensors]
    steps: list[Tensors]
    """From the states before the first step to one step more than the loss counts."""
    gradients: list[Mapping[str, np.ndarray]]
    """Those of the loss by everything that a step computes."""

    @property
    def length(self) -> int:
        return len(self.steps) - 2


def network(cell: Cell, step: Step, generator: Any) -> Network:
    """A network of random sizes and lengths, differentiated by everything."""

    def integer(low: int, high: int) -> int:
        return int(torch.randint(low, high + 1, (), generator=generator))

    def tensor(sizes: str) -> Any:
        shape = [letters[size.strip()] for size in sizes.split(",")]
        return torch.randn(shape, dtype=torch.float64, generator=generator)

    letters = {letter: integer(1, 4) for letter in "ndmk"}
    length = integer(1, 5)
    weights = {
        name: tensor(sizes).requires_grad_()
        for name, sizes in cell.symbols.items()
        if not name.endswith("_t")
    }
    timed = {
        name.removesuffix("_t"): sizes
        for name, sizes in cell.symbols.items()
        if name.endswith("_t") and name.removesuffix("_t") not in cell.states
    }
    inputs = [{base: tensor(sizes) for base, sizes in timed.items()} for _ in range(length + 2)]
    for found in inputs:
        for base in cell.probabilities:
            found[base] = torch.softmax(found[base], 0)
    first = {base: tensor(cell.symbols[f"{base}_t"]).requires_grad_() for base in cell.states}
    steps = [first]
    for at in inputs[1:]:
        found = step(weights, at["x"], steps[-1], at)
        for value in found.values():
            value.retain_grad()
        steps.append(found)
    sum(found["L"] for found in steps[1:-1]).backward(retain_graph=True)
    # copied, since a later call of autograd.grad would add to what retain_grad keeps
    gradients = [{base: gradient(value).copy() for base, value in at.items()} for at in steps]
    return Network(letters, weights, inputs, steps, gradients)


class Formulas:
    """The formulas of an exercise, evaluated in float64 on a network at a step."""

    def __init__(self, cell: Cell, more: str) -> None:
        workbook = load_text(cell.exercise("dh_next_dh", more)).workbook
        self.reasons = workbook.reasons
        self._cell = cell
        self._of = {
            name: quantity.expression
            for name, quantity in workbook.graph.quantities.items()
            if not quantity.plain
        }

    @property
    def names(self) -> list[str]:
        return list(self._of)

    def value(self, name: str, net: Network, at: int) -> Any:
        return self._value(self._of[name], net, at)

    def _value(self, node: Node, net: Network, at: int) -> Any:
        if isinstance(node, Call) and node.operation.name == "sum_t":
            terms = [self._value(node.args[0], net, step) for step in range(1, net.length + 1)]
            return np.sum(terms, axis=0)
        sized = with_sizes(node, net.sizes)
        return value_of(sized, NumericRoute(), self._known(net, at))

    def _known(self, net: Network, at: int) -> dict[str, np.ndarray]:
        """The values of all names at one time, from the tensors of the network."""
        known = {letter: np.asarray(float(size)) for letter, size in net.sizes.items()}
        known |= {name: array(value) for name, value in net.weights.items()}
        for base in net.steps[at]:
            known[f"grad_{base}"] = net.gradients[at][base]
            known[f"grad_{base}_local"] = local(net, at, base)
        for suffix, step in (("_prev", at - 1), ("_t", at), ("_next", at + 1)):
            if step == len(net.steps):
                continue
            for base, value in (net.inputs[step] | net.steps[step]).items():
                known[f"{base}{suffix}"] = array(value)
            if suffix == "_next":
                known |= {f"grad_{base}_next": one for base, one in net.gradients[step].items()}
        return known

    def line_value(self, node: Node, net: Network, at: int) -> Any:
        """The value of a line of the reasons, where dy_dh is how an equation changes with a name
        on its right side."""
        if isinstance(node, Call) and node.operation.name == "sum_t":
            return self._value(node, net, at)
        known = self._known(net, at)
        for name in names(node):
            if name not in known:
                of, by = name.removeprefix("d").split("_d")
                known[name] = self.direct(of, by, net, at)
        return value_of(with_sizes(node, net.sizes), NumericRoute(), known)

    def direct(self, of: str, by: str, net: Network, at: int) -> np.ndarray:
        """Central differences of one equation by one name on its right side, all others held."""
        later = of.endswith("_next")
        equations = {**self._cell.cell, **self._cell.outputs, "L_t": self._cell.loss}
        node = parse(equations[f"{of.removesuffix('_next')}_t"], OPERATIONS)
        known = self._known(net, at + 1 if later else at)
        base = by.removesuffix("_next")
        name = f"{base}_prev" if later and base == by else f"{base}_t"

        def moved(place: tuple[int, ...], step: float) -> Any:
            value = known[name].copy()
            value[place] += step
            here = {**known, name: value}
            return value_of(with_sizes(node, net.sizes), NumericRoute(), here)

        places = np.ndindex(known[name].shape)
        columns = [(moved(place, STEP) - moved(place, -STEP)) / (2 * STEP) for place in places]
        return np.stack(columns, axis=-1)


def array(value: Any) -> np.ndarray:
    found: np.ndarray = value.detach().numpy()
    return found


def gradient(value: Any) -> np.ndarray:
    return array(torch.zeros_like(value) if value.grad is None else value.grad)


def local(net: Network, at: int, base: str) -> np.ndarray:
    """The gradient of the loss of one step by what that step computes."""
    loss, state = net.steps[at]["L"], net.steps[at][base]
    (found,) = torch.autograd.grad(loss, state, retain_graph=True, allow_unused=True)
    return array(torch.zeros_like(state) if found is None else found)


def jacobian(step: Step, net: Network, at: int, late: str, early: str) -> np.ndarray:
    """How a state at the next step changes with one of this step, the others held."""
    before = {base: value.detach() for base, value in net.steps[at].items()}
    later = net.inputs[at + 1]

    def moved(value: Any) -> Any:
        return step(net.weights, later["x"], {**before, early: value}, later)[late]

    return array(torch.autograd.functional.jacobian(moved, before[early]))


def expected(name: str, cell: Cell, step: Step, net: Network, at: int) -> np.ndarray:
    """What autograd has for a formula's name."""
    if name.startswith("grad_"):
        base = name.removeprefix("grad_")
        if base in net.weights:
            return gradient(net.weights[base])
        if base.endswith("_local"):
            return local(net, at, base.removesuffix("_local"))
        if base.endswith("_next"):
            return net.gradients[at + 1][base.removesuffix("_next")]
        return net.gradients[at][base]
    late, early = name.removeprefix("d").split("_next_d")
    return jacobian(step, net, at, late, early)


@pytest.mark.parametrize("name", STEPS)
def test_derived_formulas_agree_with_autograd(name: str) -> None:
    cell, step = CELLS[name], STEPS[name]
    formulas = Formulas(cell, "vectors: rows" if name == "vectors as rows" else "")
    generator = torch.Generator().manual_seed(len(name))
    asked = {f"grad_{base}{end}" for base in cell.states for end in ("", "_local")}
    asked |= {f"grad_{one}" for one in cell.symbols if not one.endswith("_t")}
    asked |= {f"d{late}_next_d{early}" for late in cell.states for early in cell.states}
    assert asked <= set(formulas.names)
    for case in range(CASES):
        net = network(cell, step, generator)
        at = 1 + case % net.length
        for formula in formulas.names:
            found = formulas.value(formula, net, at)
            wanted = expected(formula, cell, step, net, at)
            assert found.shape == wanted.shape, formula
            scale = max(1.0, float(np.max(np.abs(wanted))))
            assert np.max(np.abs(found - wanted)) <= 1e-11 * scale, f"{formula} at t = {at}"


@pytest.mark.parametrize("name", STEPS)
def test_each_line_of_the_reasons_is_true(name: str) -> None:
    cell, step = CELLS[name], STEPS[name]
    formulas = Formulas(cell, "vectors: rows" if name == "vectors as rows" else "")
    generator = torch.Generator().manual_seed(len(name))
    lines = [(one, line) for one, several in formulas.reasons.items() for line in several]
    assert len(lines) > 2 * len(formulas.names)
    for _ in range(LINE_CASES):
        net = network(cell, step, generator)
        for formula, line in lines:
            found = formulas.line_value(line.formula, net, 1)
            if not line.name:
                continue
            last = line is formulas.reasons[formula][-1]
            wanted = (
                expected(line.name, cell, step, net, 1)
                if line.name.startswith("grad_") or (last and line.name == formula)
                else formulas.direct(*line.name.removeprefix("d").split("_d"), net, 1)
            )
            assert found.shape == wanted.shape, f"{formula}: {line.name}"
            assert np.allclose(found, wanted, rtol=1e-5, atol=1e-6), f"{formula}: {line.name}"
