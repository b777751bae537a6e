"""Graphs that share a pattern are what they would be if each were made alone."""

from __future__ import annotations

from verification.formulas import graph, read, symbols, value

from exsolve.graph import Graph
from exsolve.verification.instances import instances
from exsolve.verification.lines import Lines
from exsolve.verification.setting import Instance

SETTING = symbols({"X": ("n", "d"), "v": ("d",)}, ["n < 4", "d < 4"])
DEFINITIONS = {"total": "X.T @ X + n*identity(d)", "shifted": "X @ v + ones([n])*sum(v)"}
LINES = ["total @ v", "shifted + zeros([n])", "identity(n)[0, 0]*identity(d)"]


def prepared() -> Lines:
    nodes = [read(text) for text in LINES]
    return Lines(graph(DEFINITIONS, SETTING), SETTING, nodes, [lambda offset: None] * len(nodes))


def test_instances_of_one_pattern_have_their_own_sizes_and_values() -> None:
    shared = prepared()
    drawn = list(instances(shared.setting, 20, seed=3))
    assert len({tuple(one.sizes.values()) for one in drawn}) > 5
    for instance in drawn:
        together, alone = shared.at(instance), _alone(instance)
        assert together.shapes == alone.shapes
        for name in shared.names:
            assert value(together, name).tolist() == value(alone, name).tolist()


def _alone(instance: Instance) -> Graph:
    return prepared().at(instance)
