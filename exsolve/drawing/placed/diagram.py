"""Diagrams: boxes at their places, straight or bent edges, labels where they cover nothing."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import median

from exsolve.drawing.labels import shown
from exsolve.drawing.links import Link, links
from exsolve.drawing.pictures import Diagram, Label
from exsolve.drawing.placed.bezier import Curve, arc
from exsolve.drawing.placed.elements import (
    INK,
    LINE_HEIGHT,
    Box,
    Path,
    Pen,
    Point,
    Rectangle,
    around,
)
from exsolve.drawing.placed.sheet import Sheet, lines_of, text_width
from exsolve.drawing.places import grid

LONGEST_LINE = 240.0
_PADDING = 9.0
_GAP = 44.0
_HEAD = 9.0
_PITCH = 60.0
"""The least distance of usual neighbours: a ring of small nodes stays round."""
_BULGES = (0.0, 22.0, -22.0, 44.0, -44.0, 70.0, -70.0, 100.0, -100.0, 140.0, -140.0)
_ROUND = {"state": 12.0}
_PENS = {"target": Pen(dashes=(4, 3))}


def draw_diagram(sheet: Sheet, diagram: Diagram) -> None:
    """Draw the diagram; a label for which there is no room is written below with its edge."""
    edges = links(diagram)
    contents = [
        [part for label in (node.label, *node.lines) for part in lines_of(label, LONGEST_LINE)]
        for node in diagram.nodes
    ]
    boxes = _boxes(diagram, contents, edges)
    curves = _curves(boxes, edges)
    for node, box, lines in zip(diagram.nodes, boxes, contents, strict=True):
        _draw_node(sheet, node.kind, box, lines)
    taken = [box.grown(1) for box in boxes]
    for edge, curve in zip(edges, curves, strict=True):
        _draw_edge(sheet, curve, edge)
    notes = []
    samples = [(curve.bounds().grown(3), curve.points()) for curve in curves]
    for index, edge in enumerate(edges):
        if not edge.label:
            continue
        place = _label_place(edge.label, curves[index], taken, samples)
        if place is None:
            notes.append(edge.text)
            continue
        (label,) = lines_of(edge.symbol, LONGEST_LINE)
        taken.append(sheet.text(*place, label))
    _draw_notes(sheet, notes)


def _draw_notes(sheet: Sheet, notes: list[str]) -> None:
    bounds = sheet.bounds
    room = max(bounds.width, LONGEST_LINE)
    y = bounds.bottom + LINE_HEIGHT * 1.5
    for note in notes:
        y = sheet.lines(bounds.left, y, lines_of(note, room), "start")


def _boxes(diagram: Diagram, contents: list[list[Label]], edges: list[Link]) -> list[Box]:
    """The nodes' rectangles: places in proportion, stretched until no two come too close."""
    places = grid(diagram)
    rows = sorted({round(node.row, 6) for node in diagram.nodes})
    usual_x, usual_y = _usual_gap(places.column_values), _usual_gap(rows)
    columns, levels = _evened(places.column_values, usual_x), _evened(rows, usual_y)
    at = [(columns[c], levels[r]) for c, r in zip(places.columns, places.rows, strict=True)]
    sizes = [
        (
            max(*(text_width(shown(line)) + 2 * _PADDING for line in lines), 44.0),
            len(lines) * LINE_HEIGHT + 2 * _PADDING,
        )
        for lines in contents
    ]
    labels: dict[frozenset[int], float] = {}
    for edge in edges:
        pair = frozenset((edge.source, edge.target))
        width = min(text_width(edge.label), LONGEST_LINE) + 16 if edge.label else 0.0
        labels[pair] = max(labels.get(pair, 0.0), width)
    # a unit is as wide as it is high, until boxes have to move apart
    scale_x = _PITCH * max(min(usual_x / usual_y, 1.0), 0.5)
    scale_y = _PITCH * max(min(usual_y / usual_x, 1.0), 0.5)
    for one in range(len(at)):
        for other in range(one):
            across = abs(at[one][0] - at[other][0])
            along = abs(at[one][1] - at[other][1])
            gap = max(_GAP, labels.get(frozenset((one, other)), 0.0))
            need_x = (sizes[one][0] + sizes[other][0]) / 2 + gap
            need_y = (sizes[one][1] + sizes[other][1]) / 2 + _GAP
            if across * scale_x >= need_x or along * scale_y >= need_y:
                continue
            stretch_x = need_x / (across * scale_x) if across else float("inf")
            stretch_y = need_y / (along * scale_y) if along else float("inf")
            if stretch_x <= stretch_y:
                scale_x *= stretch_x
            else:
                scale_y *= stretch_y
    return [
        Box(
            x * scale_x - width / 2,
            y * scale_y - height / 2,
            x * scale_x + width / 2,
            y * scale_y + height / 2,
        )
        for (x, y), (width, height) in zip(at, sizes, strict=True)
    ]


def _usual_gap(values: list[float]) -> float:
    gaps = [after - before for before, after in pairwise(values)]
    return median(gaps) if gaps else 1.0


def _evened(values: list[float], usual: float) -> list[float]:
    """Sorted places with no gap much smaller or larger than the others, in units of a usual one."""
    places = [0.0]
    for before, after in pairwise(values):
        places.append(places[-1] + min(max((after - before) / usual, 0.4), 3.0))
    return places[: len(values)]


def _curves(boxes: list[Box], edges: list[Link]) -> list[Curve]:
    """A way for each edge that is no other's and leads through no other box, where there is one."""
    used: dict[tuple[int, int], list[float]] = {}
    many = Counter(frozenset((edge.source, edge.target)) for edge in edges)
    curves: dict[int, Curve] = {}
    for index, edge in enumerate(edges):
        low, high = sorted((edge.source, edge.target))
        if low == high:
            continue
        taken = used.setdefault((low, high), [])
        several = many[frozenset((low, high))] > 1
        best: tuple[int, float, Curve] | None = None
        for bulge in (*_BULGES, *(180.0 + 40 * k for k in range(len(taken) + 1))):
            # the same side for both directions: told as seen from the first node
            if bulge in taken or (several and bulge == 0):
                continue
            curve = _between(boxes, low, high, bulge)
            hits = _hits(curve, boxes, (low, high))
            if best is None or hits < best[0]:
                best = (hits, bulge, curve)
            if hits == 0:
                break
        assert best is not None
        taken.append(best[1])
        curves[index] = best[2] if edge.source == low else best[2].turned()
    for index, edge in enumerate(edges):
        if edge.source == edge.target:
            curves[index] = _loop(boxes, edge.source, list(curves.values()))
    return [curves[index] for index in range(len(edges))]


def _between(boxes: list[Box], source: int, target: int, bulge: float) -> Curve:
    whole = arc(boxes[source].middle, boxes[target].middle, bulge)
    start = boxes[source].grown(2)
    end = boxes[target].grown(2)
    leaves = whole.last(lambda point: start.holds(*point))
    arrives = 1 - whole.turned().last(lambda point: end.holds(*point))
    return whole.part(leaves, arrives) if leaves < arrives else whole


def _loop(boxes: list[Box], node: int, others: list[Curve]) -> Curve:
    """A loop at the corner, and of the size, at which it meets fewest boxes and other edges."""
    box = boxes[node]
    middle_x, middle_y = box.middle
    points = [point for curve in others for point in curve.points()]
    best: tuple[int, Curve] | None = None
    for size in range(4):
        far, near = 42.0 + 26 * size, 10.0 + 4 * size
        half_x, half_y = box.width / 2, box.height / 2
        near_x, near_y = max(half_x - near, 0.0), max(half_y - near, 0.0)
        for right, down in ((1, -1), (-1, -1), (-1, 1), (1, 1)):
            curve = Curve(
                (middle_x + right * near_x, middle_y + down * (half_y + 2)),
                (middle_x + right * near_x, middle_y + down * (half_y + far)),
                (middle_x + right * (half_x + far), middle_y + down * near_y),
                (middle_x + right * (half_x + 2), middle_y + down * near_y),
            )
            room = around(curve.points()).grown(2)
            hits = 10 * _hits(curve, boxes, (node, node))
            hits += sum(room.holds(*point) for point in points)
            if best is None or hits < best[0]:
                best = (hits, curve)
    assert best is not None
    return best[1]


def _hits(curve: Curve, boxes: list[Box], own: tuple[int, int]) -> int:
    reach = curve.bounds()
    points = curve.points()
    return sum(
        any(wide.holds(*point) for point in points)
        for index, box in enumerate(boxes)
        if index not in own
        for wide in [box.grown(6)]
        if wide.overlaps(reach)
    )


def _draw_node(sheet: Sheet, kind: str, box: Box, lines: list[Label]) -> None:
    sheet.put(Rectangle(box, _ROUND.get(kind, 2.0), 0.06, _PENS.get(kind, INK)))
    if kind == "loss":
        sheet.put(Rectangle(box.grown(-3), 1.0))
    sheet.lines(box.middle[0], box.top + _PADDING + LINE_HEIGHT / 2, lines)


def _draw_edge(sheet: Sheet, curve: Curve, link: Link) -> None:
    sheet.put(Path(curve.start, ((curve.first, curve.second, curve.end),)))
    if link.directed:
        _draw_head(sheet, curve)
    if link.back:
        _draw_head(sheet, curve.turned())


def _draw_head(sheet: Sheet, curve: Curve) -> None:
    """A triangle at the end, drawn out, so that no notation needs arrows of its own."""
    x, y = curve.end
    across, along = curve.direction(1.0)
    back_x, back_y = x - across * _HEAD, y - along * _HEAD
    half = _HEAD * 0.45
    left = (back_x - along * half, back_y + across * half)
    right = (back_x + along * half, back_y - across * half)
    sheet.put(Path((x, y), ((left,), (right,)), closed=True, filled=True))


def _label_place(
    label: str, curve: Curve, taken: list[Box], samples: list[tuple[Box, list[Point]]]
) -> Point | None:
    """The middle of a free rectangle beside the curve; None where there is none."""
    width = text_width(label)
    if width > LONGEST_LINE:
        return None
    for away in (3.0, 9.0):
        for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82):
            x, y = curve.at(share)
            across, along = curve.direction(share)
            normal = (along, -across)
            # to the right of an upright line, above a level one
            if normal[0] < -0.7 or (abs(normal[0]) <= 0.7 and normal[1] > 0):
                normal = (-normal[0], -normal[1])
            reach = abs(normal[0]) * width / 2 + abs(normal[1]) * LINE_HEIGHT / 2 + away
            for side in (1, -1):
                middle = (x + side * normal[0] * reach, y + side * normal[1] * reach)
                box = Box(
                    middle[0] - width / 2,
                    middle[1] - LINE_HEIGHT / 2,
                    middle[0] + width / 2,
                    middle[1] + LINE_HEIGHT / 2,
                )
                if any(box.overlaps(other) for other in taken):
                    continue
                inner = Box(box.left - 2, box.top + 2, box.right + 2, box.bottom - 2)
                near = [points for reach, points in samples if reach.overlaps(inner)]
                if any(inner.holds(*point) for points in near for point in points):
                    continue
                return middle
    return None
