"""The edges of a diagram as they are drawn: two opposite ones with one label as one line."""

from __future__ import annotations

from typing import NamedTuple

from exsolve.drawing.labels import shown
from exsolve.drawing.pictures import Diagram, Label


class Link(NamedTuple):
    """A line between nodes, by their numbers: a head at its target where it is ``directed``, one
    at its source as well where it stands for the opposite edge too (``back``)."""

    source: int
    target: int
    label: str
    directed: bool
    back: bool
    text: str
    """In words: ``h_0 → h_1: U``."""
    symbol: Label
    """The label before it was printed: mathematics where it is a Node."""


def links(diagram: Diagram) -> list[Link]:
    """The lines of a diagram, in the order of its edges."""
    number = {node.id: index for index, node in enumerate(diagram.nodes)}
    names = [shown(node.label) for node in diagram.nodes]
    found: dict[tuple[int, int, str], int] = {}
    drawn: list[Link] = []

    def words(source: int, sign: str, target: int, label: str) -> str:
        return f"{names[source]} {sign} {names[target]}" + (f": {label}" if label else "")

    for edge in diagram.edges:
        source, target, label = number[edge.source], number[edge.target], shown(edge.label)
        before = found.get((target, source, label)) if edge.directed else None
        if before is not None and source != target and not drawn[before].back:
            text = words(target, "↔", source, label)
            drawn[before] = drawn[before]._replace(back=True, text=text)
            continue
        if edge.directed:
            found[source, target, label] = len(drawn)
        sign = "→" if edge.directed else "—"
        text = words(source, sign, target, label)
        drawn.append(Link(source, target, label, edge.directed, False, text, edge.label))
    return drawn
