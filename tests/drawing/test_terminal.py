"""Pictures drawn with characters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_pictures import HOSTILE, complete, curve_pictures, diagrams, messages, recurrent

from exsolve.drawing.labels import shown
from exsolve.drawing.pictures import Curves, Diagram, DiagramEdge, DiagramNode, HeatMap, Series
from exsolve.drawing.terminal import lines
from exsolve.expression.tree import Name
from exsolve.text_width import display_width


def drawn(picture: Diagram | HeatMap | Curves, width: int = 80) -> str:
    return "\n".join(lines(picture, width))


def test_unrolled_network() -> None:
    assert drawn(recurrent()) == (
        """\
The unrolled network

                             ╔═══╗
                 ┌──────────▶║ L ║◀──────────┐
                 │           ╚═══╝           │
                 │             ▲             │
                 │             │             │
              ╔══╧══╗       ╔══╧══╗       ╔══╧══╗
              ║ L_1 ║       ║ L_2 ║       ║ L_3 ║
              ╚═════╝       ╚═════╝       ╚═════╝
                 ▲             ▲             ▲
                 │             │             │
              ┌──┴──┐       ┌──┴──┐       ┌──┴──┐
              │ y_1 │       │ y_2 │       │ y_3 │
              └─────┘       └─────┘       └─────┘
                 ▲             ▲             ▲
                 │ V           │ V           │ V
╭─────╮       ╭──┴──╮       ╭──┴──╮       ╭──┴──╮
│ h_0 ├── U ─▶│ h_1 ├── U ─▶│ h_2 ├── U ─▶│ h_3 │
╰─────╯       ╰─────╯       ╰─────╯       ╰─────╯
                 ▲             ▲             ▲
                 │ W           │ W           │ W
              ┌──┴──┐       ┌──┴──┐       ┌──┴──┐
              │ x_1 │       │ x_2 │       │ x_3 │
              └─────┘       └─────┘       └─────┘"""
    )


def test_message_graph() -> None:
    assert drawn(messages()) == (
        """\
Messages to v1

┌─────┐
│ v2  ├──── f₂₁ ──┐
└─────┘           │
                  │
                  ▼
┌─────┐         ┌─────┐
│ v3  ├── f₃₁ ─▶│ v1  │
└─────┘         └─────┘
                  ▲
                  │
┌─────┐           │
│ v4  ├──── f₄₁ ──┘
└─────┘"""
    )


def test_complete_graph_draws_both_directions_as_one_line_with_two_heads() -> None:
    text = drawn(complete())
    heads = sum(text.count(head) for head in "▲▼◀▶")
    assert heads == 12
    assert text.count("┼") == 1


def test_heat_map() -> None:
    picture = HeatMap(
        "Attention",
        ("The", "red"),
        ("The", "red"),
        ((0.5, 0.5), (1, 0)),
        (("0.50",) * 2, ("1.00", "0.00")),
    )
    assert drawn(picture) == (
        """\
Attention

      The      red
The ▒▒0.50▒▒ ▒▒0.50▒▒
red ██1.00██   0.00

shade: 0 (blank) ░ ▒ ▓ █ 1"""
    )


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("targets", [False, True])
def test_values_and_gradients_stand_in_the_nodes_of_three_steps(width: int, targets: bool) -> None:
    picture = recurrent(values=True, targets=targets)
    text = drawn(picture, width)
    assert max(map(display_width, text.split("\n"))) <= width
    assert text.count("≈ [0.62, 0.56]") == 3
    assert text.count("∇ ≈ [0.1, -0.2]") == 3
    heads = sum(text.count(head) for head in "▲▼◀▶")
    assert heads == len(picture.edges)


def test_a_long_network_is_turned_on_its_side() -> None:
    picture = recurrent(6, values=True)
    text = drawn(picture)
    assert max(map(display_width, text.split("\n"))) <= 80
    assert sum(text.count(head) for head in "▲▼◀▶") == len(picture.edges)
    assert text.index("h_1") < text.index("h_2") < text.index("h_6")


def test_without_room_the_edges_are_listed() -> None:
    text = drawn(recurrent(), 24)
    assert "h_0 → h_1: U" in text
    assert "x_3 → h_3: W" in text
    assert "┌" not in text


def test_long_edges_and_loops_find_their_way() -> None:
    nodes = tuple(DiagramNode(name, name, (), place, 0) for place, name in enumerate("abc"))
    edges = (DiagramEdge("a", "c", "skip"), DiagramEdge("b", "b", "U"), DiagramEdge("a", "b"))
    text = drawn(Diagram("", nodes, edges))
    assert "skip" in text
    assert "U" in text
    assert sum(text.count(head) for head in "▲▼◀▶") == 3


def test_logarithmic_axis_has_powers_of_ten_and_says_what_it_leaves_out() -> None:
    series = (
        Series("w", tuple((t, 10.0 ** (-t)) for t in range(5))),
        Series("z", ((0, 0.0), (1, -1.0))),
    )
    text = drawn(Curves("", "t", "y", series, True))
    for power in ("10⁰", "10⁻¹", "10⁻²", "10⁻³", "10⁻⁴"):
        assert power in text
    assert "z: 2 points are not positive, left out of the log scale" in text
    assert text.count("●") == 6  # five points and the legend


def test_series_have_marks_of_their_own_and_shared_places_a_third() -> None:
    series = (Series("one", ((0, 0), (1, 1))), Series("two", ((0, 1), (1, 1))))
    text = drawn(Curves("", "x", "y", series))
    assert "● one" in text
    assert "○ two" in text
    assert "✱ several series at one place" in text


@pytest.mark.parametrize("points", [((3, 4),), ((1, 5), (2, 5)), ((0, 1e308), (1, -1e308))])
def test_single_constant_and_huge_points_have_their_marks(
    points: tuple[tuple[float, float], ...],
) -> None:
    text = drawn(Curves("", "x", "y", (Series("p", points),)))
    assert text.count("●") == len(points) + 1


def test_what_is_not_finite_is_left_out_and_said() -> None:
    series = (Series("p", ((0, float("nan")), (1, float("inf")), (2, 3.0))),)
    text = drawn(Curves("", "x", "y", series))
    assert "p: 2 points are not finite, left out" in text
    assert "●" in text


@pytest.mark.parametrize("label", HOSTILE)
@pytest.mark.parametrize("width", [20, 80])
def test_hostile_labels_are_shown_whole_and_keep_the_width(label: str, width: int) -> None:
    diagram = Diagram(
        "",
        (DiagramNode("a", label, (label,), 0, 0), DiagramNode("b", "b", (), 1, 0)),
        (DiagramEdge("a", "b", label),),
    )
    heat_map = HeatMap("", (label,), (label,), ((0.5,),), (("0.5",),))
    curves = Curves("", label, label, (Series(label, ((0, 0), (1, 1))),))
    for picture in (diagram, heat_map, curves):
        found = lines(picture, width)
        assert max(map(display_width, found)) <= width
        assert all(character.isprintable() for line in found for character in line)
        letters = shown(label).replace(" ", "")
        if len(letters) < 12:
            assert letters in "".join(found).replace(" ", "")
        assert sum(line.count("a") for line in found) >= shown(label).count("a")


@settings(max_examples=60, deadline=None)
@given(diagrams(), st.sampled_from([16, 40, 80, 200]))
def test_any_diagram_shows_every_node_within_the_width(diagram: Diagram, width: int) -> None:
    found = lines(diagram, width)
    assert max(map(display_width, found)) <= width
    text = "".join(found).replace(" ", "")
    for node in diagram.nodes:
        for label in (node.label, *node.lines):
            assert shown(label).replace(" ", "") in text
    for edge in diagram.edges:
        assert shown(edge.label).replace(" ", "") in text


@settings(max_examples=80, deadline=None)
@given(curve_pictures(), st.sampled_from([16, 40, 80]))
def test_any_curves_keep_the_width(curves: Curves, width: int) -> None:
    found = lines(curves, width)
    assert max(map(display_width, found)) <= width
    for series in curves.series:
        assert shown(series.label).strip() in "\n".join(found)


def test_values_of_any_size_are_printed_in_the_cells_of_a_heat_map() -> None:
    weights = ((-2.0, 0.0, 6.0, float("nan")),)
    text = drawn(HeatMap("", ("w",), tuple("abcd"), weights, (("-2", "0", "6", "none"),)))
    assert "█6██" in text.replace(" ", "")
    assert "shade: -2 (blank) ░ ▒ ▓ █ 6" in text
    assert "?none?" in text.replace(" ", "").replace("??", "?")


def test_a_heat_map_too_wide_is_cut_into_blocks_of_columns() -> None:
    columns = tuple(f"token{index}" for index in range(12))
    texts = tuple(f"0.{index:02}" for index in range(12))
    found = lines(HeatMap("", ("row",), columns, ((0.1,) * 12,), (texts,)), 40)
    assert max(map(display_width, found)) <= 40
    assert all(text in "".join(found) for text in (*columns, *texts))
    assert sum(line.startswith("row") for line in found) > 1


def test_a_tick_of_an_axis_is_where_its_value_is() -> None:
    text = drawn(Curves("", "x", "y", (Series("p", ((0, 0), (2, 2), (4, 4))),)))
    marked = [line for line in text.split("\n") if "┤" in line and "●" in line]
    assert [line.split("┤")[0].strip() for line in marked] == ["4", "2", "0"]


def test_a_curve_alone_is_named_once() -> None:
    series = Series(Name("decay"), ((1, 1.0), (2, 0.5)))
    text = drawn(Curves("", "t", Name("decay"), (series,)), 60)
    assert text.count("decay") == 1
    nameless = drawn(Curves("", "t", "", (series,)), 60)
    assert nameless.splitlines()[0].strip()
    assert nameless.count("decay") == 1


def test_no_picture_begins_with_an_empty_line() -> None:
    for picture in (messages(), recurrent(), recurrent(targets=True), complete()):
        assert lines(picture._replace(title=""), 80)[0].strip()
