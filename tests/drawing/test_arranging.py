"""Where builders put the nodes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sample_pictures import complete, messages, recurrent

from exsolve.drawing.arranging import Item, TimeStep, message_graph, unrolled
from exsolve.drawing.pictures import DiagramEdge
from exsolve.drawing.ticks import linear, powers


def test_time_runs_to_the_right_and_values_upwards() -> None:
    places = {node.id: (node.column, node.row) for node in recurrent(targets=True).nodes}
    for lower, upper in pairwise(("x_1", "h_1", "y_1", "L_1")):
        assert places[lower][0] == places[upper][0]
        assert places[lower][1] > places[upper][1]
    for before, after in pairwise(("h_0", "h_1", "h_2", "h_3")):
        assert places[before][0] < places[after][0]
        assert places[before][1] == places[after][1]
    assert places["L"] == (2, 0)
    assert places["L_1"][0] < places["z_1"][0] < places["L_2"][0]
    assert places["z_1"][1] == places["L_1"][1]


def test_several_states_keep_a_row_each() -> None:
    def step(time: int) -> TimeStep:
        return TimeStep(states=(Item(f"c{time}", "c"), Item(f"h{time}", "h")))

    rows = {node.id: node.row for node in unrolled("LSTM", [step(0), step(1)], []).nodes}
    assert rows["c0"] == rows["c1"] > rows["h0"] == rows["h1"]


def test_a_graph_without_cycles_runs_to_the_right() -> None:
    columns = {node.id: node.column for node in messages().nodes}
    assert columns == {"2": 0, "3": 0, "4": 0, "1": 1}


def test_four_vertices_of_a_ring_stand_at_the_quarters() -> None:
    places = [(node.column, node.row) for node in complete().nodes]
    assert places == [(0, -1), (1, 0), (0, 1), (-1, 0)]


@pytest.mark.parametrize("edges", [[("a", "b"), ("b", "a")], [("a", "a")]])
def test_a_graph_with_a_cycle_is_a_ring(edges: list[tuple[str, str]]) -> None:
    vertices = [Item("a", "a"), Item("b", "b")]
    nodes = message_graph("", vertices, [DiagramEdge(*edge) for edge in edges]).nodes
    assert [(node.column, node.row) for node in nodes] == [(0, -1), (0, 1)]


def test_ticks_are_round_numbers_written_exactly() -> None:
    assert [tick.text for tick in linear([0.0, 2.0], 6).ticks] == ["0", "0.5", "1", "1.5", "2"]
    assert [tick.text for tick in linear([0.0, 3e9], 5).ticks] == ["0", "1·10⁹", "2·10⁹", "3·10⁹"]


def test_powers_reach_over_the_values() -> None:
    axis = powers([0.002, 5.0], 6)
    assert [tick.text for tick in axis.ticks] == ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹"]
    assert axis.share(axis.low) == 0
    assert axis.share(axis.high) == 1
