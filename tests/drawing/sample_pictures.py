"""Pictures that several tests of the drawing layer look at, some of them random."""

from __future__ import annotations

from hypothesis import strategies as st

from exsolve.drawing.arranging import Item, TimeStep, message_graph, ring, unrolled
from exsolve.drawing.pictures import Curves, Diagram, DiagramEdge, DiagramNode, Series
from exsolve.expression.tree import Name

HOSTILE = ["<b>&amp;", "a" * 300, "注意力", "\x1b[31mred\n", "\u202eabc", "e\u0301", ""]
VALUES = ("≈ [0.62, 0.56]", "∇ ≈ [0.1, -0.2]")


def recurrent(steps: int = 3, values: bool = False, targets: bool = False) -> Diagram:
    def item(name: str, lines: tuple[str, ...] = ()) -> Item:
        return Item(name, Name(name), lines if values else ())

    times = [TimeStep(states=(item("h_0"),))]
    edges = []
    for t in range(1, steps + 1):
        times.append(
            TimeStep(
                (item(f"x_{t}", ("= [1, 0]",)),),
                (item(f"h_{t}", VALUES),),
                (item(f"y_{t}", ("≈ 0.06",)),),
                (item(f"L_{t}"),),
                (item(f"z_{t}"),) if targets else (),
            )
        )
        edges += [
            DiagramEdge(f"x_{t}", f"h_{t}", Name("W")),
            DiagramEdge(f"h_{t - 1}", f"h_{t}", Name("U")),
            DiagramEdge(f"h_{t}", f"y_{t}", Name("V")),
            DiagramEdge(f"y_{t}", f"L_{t}"),
            *([DiagramEdge(f"z_{t}", f"L_{t}")] if targets else []),
            DiagramEdge(f"L_{t}", "L"),
        ]
    return unrolled("The unrolled network", times, edges, item("L"))


def messages() -> Diagram:
    vertices = [Item(name, f"v{name}") for name in "2341"]
    subscripts = {"2": "₂₁", "3": "₃₁", "4": "₄₁"}
    edges = [DiagramEdge(name, "1", f"f{sign}") for name, sign in subscripts.items()]
    return message_graph("Messages to v1", vertices, edges)


def complete(words: tuple[str, ...] = ("I", "eat", "red", "apples")) -> Diagram:
    edges = [DiagramEdge(one, other) for one in words for other in words if one != other]
    return ring("All tokens", [Item(word, word) for word in words], edges)


NAMES = st.text("abcxyzαβ界\u0301 <&\n", min_size=1, max_size=6)
PLACES = st.floats(-3, 3, allow_nan=False)
NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


@st.composite
def diagrams(draw: st.DrawFn) -> Diagram:
    count = draw(st.integers(1, 6))
    nodes = tuple(
        DiagramNode(
            str(index),
            draw(NAMES),
            tuple(draw(st.lists(NAMES, max_size=2))),
            draw(st.integers(0, 3) | PLACES),
            draw(st.integers(0, 3) | PLACES),
            draw(st.sampled_from(["", "input", "state", "loss", "target"])),
        )
        for index in range(count)
    )
    ends = st.integers(0, count - 1).map(str)
    edge = st.builds(DiagramEdge, ends, ends, st.just("") | NAMES, st.booleans())
    return Diagram(draw(NAMES), nodes, tuple(draw(st.lists(edge, max_size=8))))


@st.composite
def curve_pictures(draw: st.DrawFn) -> Curves:
    points = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=6).map(tuple)
    series = draw(st.lists(st.builds(Series, NAMES, points), max_size=3))
    return Curves(draw(NAMES), draw(NAMES), draw(NAMES), tuple(series), draw(st.booleans()))
