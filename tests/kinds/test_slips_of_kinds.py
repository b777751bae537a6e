"""The mistakes that kinds and layers know of, each by what it gives in a small exercise."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import fmpq

from exsolve.evaluate import ClosedFormRoute, evaluate, value_of
from exsolve.expression.tree import Node
from exsolve.graph import Graph
from exsolve.library import Exercise, load_text
from exsolve.marking.wrong_definitions import wrong_definitions

GROUPED = """
id: grouped
title: An exercise
about: A small exercise.
kind: cnn-shapes
input: [2, 8, 9, 9]
layers:
  - Conv2d(8, 16, 3, stride=2, padding=1, groups=4)
  - Conv2d(16, 4, 3, dilation=2, bias=False)
  - MaxPool2d(2, padding=1, ceil_mode=True)
  - Flatten()
  - Linear(4, 10, bias=False)
parts: [{id: a, ask: Count., points: 1, answers: [params_1, params_2, params_5, shape_1]}]
"""
TOKENS = """
id: tokens
title: An exercise
about: A small exercise.
kind: cnn-shapes
input: [2, 5, 8]
layers:
  - PositionEmbedding(5, 8)
  - MultiheadAttention(8, 2, batch_first=True)
  - TransformerEncoderLayer(8, 2, 16, batch_first=True)
parts: [{id: a, ask: Count., points: 1, answers: [params_1, params_2, params_3]}]
"""
MESSAGES = """
id: messages
title: An exercise
about: A small exercise.
kind: gnn
edges: [2 -> 1, 3 -> 1, 1 -> 2]
message: 2*h
aggregate: mean
update: h + agg
update_vertices: [1, 2]
givens: {h_1: [1, 2], h_2: [3, 5], h_3: [7, 0]}
parts: [{id: a, ask: Update., points: 1, answers: [messages_1, agg_1, h_1_next, messages_2]}]
"""
SEVERAL = """
id: several
title: An exercise
about: A small exercise.
kind: norms
input: X
norms: [batch, layer, instance]
variance: sample
givens: {X: [[[1, 2], [4, 8]], [[3, 3], [5, 10]]]}
parts: [{id: a, ask: Mean., points: 1, answers: [mu_batch, var_layer, mu_instance]}]
"""
SCORED = """
id: scored
title: An exercise
about: A small exercise.
kind: attention
givens:
  Q: [[4, 0, 0, 0], [0, 8, 0, 0]]
  K: [[1, 0, 0, 0], [0, 2, 0, 0], [1, 1, 0, 0]]
  V: [[1], [2], [3]]
parts: [{id: a, ask: Score., points: 1, answers: [S]}]
"""
BACK = """
id: back
title: An exercise
about: A small exercise.
kind: recurrent
cell: {h_t: w*h_prev + x_t}
loss: {L_t: h_t^2}
steps: 2
givens: {w: 3, h_0: 1, x_1: 1, x_2: 2}
parts: [{id: a, ask: Differentiate., points: 1, answers: [grad_h_1, grad_w]}]
"""
EXERCISES = {
    "grouped": GROUPED,
    "tokens": TOKENS,
    "messages": MESSAGES,
    "several": SEVERAL,
    "scored": SCORED,
    "back": BACK,
}
F = Fraction
ONE_BLOCK = 3 * 64 + 3 * 8 + 64 + 8 + (16 * 8 + 16) + (8 * 16 + 8) + 2 * 2 * 8

CASES: list[tuple[str, str, str, Any]] = [
    ("grouped", "params_1", "groups ignored", 16 * 8 * 9 + 16),
    ("grouped", "params_1", "bias left out", 16 * 2 * 9),
    ("grouped", "params_1", "one bias", 16 * 2 * 9 + 1),
    ("grouped", "params_1", "bias of each slice", 16 * 2 * 9 + 16 * 8),
    ("grouped", "params_1", "output channels left out", F(8 * 9, 4) + 16),
    ("grouped", "params_2", "bias counted", 4 * 16 * 9 + 4),
    ("grouped", "params_2", "kernel side for its area", 4 * 16 * 3),
    ("grouped", "params_3", "pooling counted", 4 * 2 * 2 + 4),
    ("grouped", "params_5", "bias counted", 50),
    ("grouped", "params_5", "features added", 14),
    ("grouped", "shape_1", "channels kept", [2, 8, 5, 5]),
    ("grouped", "shape_1", "padding left out", [2, 16, 4, 4]),
    ("grouped", "shape_1", "stride ignored", [2, 16, 9, 9]),
    ("grouped", "shape_2", "dilation ignored", [2, 4, 3, 3]),
    ("grouped", "shape_3", "rounded the other way", [2, 4, 1, 1]),
    ("tokens", "params_1", "place left out", 4 * 8),
    ("tokens", "params_2", "biases left out", 4 * 64),
    ("tokens", "params_2", "part left out", 3 * 64 + 3 * 8),
    ("tokens", "params_2", "each head counted whole", 2 * (3 * 64 + 3 * 8) + 64 + 8),
    ("tokens", "params_3", "biases left out", 4 * 64 + 2 * 128 + 32),
    ("tokens", "params_3", "part left out", ONE_BLOCK - 32),
    ("messages", "messages_1", "messages not transformed", [[3, 5], [7, 0]]),
    ("messages", "messages_1", "message not transformed", [[6, 10], [7, 0]]),
    ("messages", "agg_1", "neighbour left out", [6, 10]),
    ("messages", "agg_1", "self-loop counted", [F(22, 3), F(14, 3)]),
    ("messages", "agg_1", "mean.sum for mean", [20, 10]),
    ("messages", "messages_2", "updated too early", [[22, 14]]),
    ("several", "mu_batch", "layer statistics", [F(15, 4), F(21, 4)]),
    ("several", "mu_batch", "instance statistics", [[F(3, 2), 6], [3, F(15, 2)]]),
    ("several", "var_layer", "batch statistics", [F(11, 12), F(91, 12)]),
    ("several", "var_layer", "var.population variance", [F(115, 16), F(131, 16)]),
    ("scored", "S", "scale left out", [[4, 0, 4], [0, 16, 8]]),
    ("scored", "S", "size for its root", [[1, 0, 1], [0, 4, 2]]),
    ("scored", "S", "scale multiplied", [[8, 0, 8], [0, 32, 16]]),
    # h_1 = 4, h_2 = 14: grad_h_2 = 28, grad_h_1 = 8 + 3*28; of its own loss alone 8
    ("back", "grad_w", "direct gradients only", 28 * 4 + 8 * 1),
    ("back", "grad_h_1", "add.term left out", 8),
]


@pytest.fixture(scope="module")
def graphs() -> dict[str, Graph]:
    found = {}
    for name, text in EXERCISES.items():
        loaded = load_text(text, f"{name}.yaml", {})
        assert isinstance(loaded, Exercise)
        found[name] = loaded.workbook.numeric
    return found


@pytest.mark.parametrize(("exercise", "quantity", "slip", "expected"), CASES)
def test_slips_of_kinds_and_layers(
    graphs: dict[str, Graph], exercise: str, quantity: str, slip: str, expected: Any
) -> None:
    graph = graphs[exercise]
    wrong = [one for one in wrong_definitions(graph, quantity) if one.slip_name == slip]
    assert wrong, [one.slip_name for one in wrong_definitions(graph, quantity)]
    values = [value_in(graph, one.expression) for one in wrong]
    wanted = np.vectorize(lambda cell: fmpq(*F(cell).as_integer_ratio()), otypes=[object])(
        np.asarray(expected, dtype=object)
    )
    assert any(value.tolist() == wanted.tolist() for value in values), values


def value_in(graph: Graph, expression: Node) -> np.ndarray:
    route = ClosedFormRoute()
    return value_of(expression, route, evaluate(graph, route))


@pytest.mark.parametrize("exercise", EXERCISES)
def test_sentences_of_kinds_and_layers(graphs: dict[str, Graph], exercise: str) -> None:
    slips = [one for quantity in graphs[exercise].quantities.values() for one in quantity.slips]
    assert slips
    for one in slips:
        assert one.says.startswith("You ")
        assert one.says.endswith(".")
        assert one.says.count(". ") <= 1
        assert len(one.says) <= 160
        assert one.name
