"""Pictures in words, for those who cannot see them."""

from __future__ import annotations

from exsolve.drawing.labels import shown, visible
from exsolve.drawing.links import links
from exsolve.drawing.pictures import Curves, Diagram, HeatMap, Picture


def described(picture: Picture) -> str:
    """All that the picture shows, in sentences; of a curve its ends and the number of points."""
    if isinstance(picture, Diagram):
        return _diagram(picture)
    if isinstance(picture, HeatMap):
        return _heat_map(picture)
    return _curves(picture)


def kind_of(picture: Picture) -> str:
    """What the picture is, where it has no title."""
    if isinstance(picture, Diagram):
        return "Diagram"
    return "Heat map" if isinstance(picture, HeatMap) else "Curves"


def _diagram(diagram: Diagram) -> str:
    nodes = [
        " ".join([shown(node.label), *map(shown, node.lines)]).strip() for node in diagram.nodes
    ]
    edges = [link.text for link in links(diagram)]
    text = f"Diagram. Nodes: {'; '.join(nodes) or 'none'}."
    return f"{text} Edges: {'; '.join(edges) or 'none'}."


def _heat_map(heat_map: HeatMap) -> str:
    columns = [shown(label) for label in heat_map.columns]
    rows = []
    for label, texts in zip(heat_map.rows, heat_map.texts, strict=True):
        cells = [f"{name} {visible(text)}" for name, text in zip(columns, texts, strict=True)]
        rows.append(f"{shown(label)}: {', '.join(cells)}.")
    return " ".join(["Heat map.", *rows])


def _curves(curves: Curves) -> str:
    logarithmic = " on a logarithmic scale" if curves.logarithmic else ""
    parts = [f"Curves of {shown(curves.y_label)}{logarithmic} over {shown(curves.x_label)}."]
    for series in curves.series:
        name, points = shown(series.label), series.points
        if not points:
            parts.append(f"{name}: no points.")
            continue
        (first_x, first_y), (last_x, last_y) = points[0], points[-1]
        count = "1 point" if len(points) == 1 else f"{len(points)} points"
        parts.append(
            f"{name}: {count}, {first_y:.4g} at {first_x:g} to {last_y:.4g} at {last_x:g}."
        )
    return " ".join(parts)
