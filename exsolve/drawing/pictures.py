"""What a picture shows, as frozen data; how it looks is left to each renderer.

A label is text or mathematics, which each renderer prints in its own notation.
"""

from __future__ import annotations

from typing import NamedTuple

from exsolve.expression.tree import Node

Label = str | Node


class DiagramNode(NamedTuple):
    """A node: its label, and lines under it (values, gradients).

    ``column`` counts to the right and ``row`` downwards; both finite, only their order and
    proportions matter. ``kind`` is a role: ``input``, ``state``, ``output``, ``loss``, ``target``.
    """

    id: str
    label: Label
    lines: tuple[Label, ...] = ()
    column: float = 0
    row: float = 0
    kind: str = ""


class DiagramEdge(NamedTuple):
    """An edge between the nodes with these ids; a loop where they are the same."""

    source: str
    target: str
    label: Label = ""
    directed: bool = True


class Diagram(NamedTuple):
    """Nodes at their places, with edges between them."""

    title: str
    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...]


class HeatMap(NamedTuple):
    """A matrix of weights shown by their darkness; ``texts`` are printed in the cells.

    ``weights`` and ``texts``: one tuple for each row label, one entry for each column label.
    """

    title: str
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    weights: tuple[tuple[float, ...], ...]
    texts: tuple[tuple[str, ...], ...]


class Series(NamedTuple):
    """Points (x, y) under one name, in the order in which they are joined."""

    label: Label
    points: tuple[tuple[float, float], ...]


class Curves(NamedTuple):
    """Series in one pair of axes; ``logarithmic``: the y axis counts in powers of ten."""

    title: str
    x_label: Label
    y_label: Label
    series: tuple[Series, ...]
    logarithmic: bool = False


Picture = Diagram | HeatMap | Curves
