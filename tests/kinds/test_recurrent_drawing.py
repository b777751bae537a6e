"""The unrolled graph: its nodes, and edges with the weights that the equations multiply by."""

from __future__ import annotations

from exsolve.drawing.pictures import Diagram, DiagramEdge
from exsolve.expression.tree import Node
from exsolve.library import load, load_text
from exsolve.notation import written

HEAD = "id: drawn\ntitle: Drawn\nkind: recurrent\n"
TAIL = """
parts:
  - id: a
    ask: What?
    answers: [{answer}]
    evidence: [{{drawing: unrolled}}]
"""


def diagram(text: str, answer: str = "h_2") -> Diagram:
    solution = load_text((HEAD + text + TAIL.format(answer=answer)).encode(), "drawn.yaml").solve()
    (picture,) = solution.parts[0].evidence[0].pictures
    assert isinstance(picture, Diagram)
    return picture


def labelled(edge: DiagramEdge) -> tuple[str, str, str]:
    label = written(edge.label, "text") if isinstance(edge.label, Node) else edge.label
    return edge.source, edge.target, label


def test_the_edges_of_the_shipped_network_are_those_of_its_equations() -> None:
    solution = load("rnn-bptt-numbers").solve()
    (picture,) = solution.parts[-1].evidence[0].pictures
    assert isinstance(picture, Diagram)
    expected = set()
    for step in (1, 2, 3):
        expected |= {
            (f"x_{step}", f"h_{step}", "W"),
            (f"h_{step - 1}", f"h_{step}", "U"),
            (f"h_{step}", f"y_{step}", "V"),
            (f"y_{step}", f"L_{step}", ""),
            (f"z_{step}", f"L_{step}", ""),
            (f"L_{step}", "L", ""),
        }
    assert {labelled(edge) for edge in picture.edges} == expected
    assert len(picture.edges) == len(expected)


def test_nodes_carry_values_and_gradients() -> None:
    solution = load("rnn-bptt-numbers").solve()
    (picture,) = solution.parts[-1].evidence[0].pictures
    assert isinstance(picture, Diagram)
    lines = {node.id: node.lines for node in picture.nodes}
    # sigmoid(1/2) and sigmoid(1/4), by a table of the logistic function
    assert lines["h_1"][0] == "≈ [0.6225, 0.5622]"
    assert str(lines["h_1"][1]).startswith("∇ ≈ [")
    assert lines["x_1"] == ("[1, 0]",)
    assert lines["z_2"] == ("1",)


def test_gates_are_passed_through_to_the_states_they_serve() -> None:
    picture = diagram(
        "cell: {g_t: sigmoid(a*x_t + b*h_prev), h_t: g_t*h_prev + (1 - g_t)*tanh(c*x_t)}\n"
        "givens: {a: 1, b: 2, c: 3, x: [1, 2], h_0: 0}"
    )
    edges = {labelled(edge) for edge in picture.edges}
    assert edges == {
        ("x_1", "h_1", "[c, a]"),
        ("h_0", "h_1", "b"),
        ("x_2", "h_2", "[c, a]"),
        ("h_1", "h_2", "b"),
    }
    assert {node.id for node in picture.nodes} == {"x_1", "x_2", "h_0", "h_1", "h_2"}


def test_a_long_network_says_how_much_of_it_is_drawn() -> None:
    inputs = ", ".join("1" for _ in range(14))
    text = f"cell: {{h_t: w*h_prev + x_t}}\ngivens: {{w: 2, x: [{inputs}], h_0: 0}}"
    picture = diagram(text, "h_14")
    assert picture.title == "The first 12 of 14 steps"
    assert {f"h_{step}" for step in range(13)} <= {node.id for node in picture.nodes}
    assert "h_13" not in {node.id for node in picture.nodes}
