"""Diagrams: boxes in columns and rows, edges routed between them, labels beside the edges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from exsolve.drawing.labels import broken, centred, shown
from exsolve.drawing.links import Link, links
from exsolve.drawing.pictures import Diagram
from exsolve.drawing.places import Grid, grid
from exsolve.drawing.terminal.canvas import Canvas
from exsolve.drawing.terminal.routing import DOWN, LEFT, RIGHT, UP, Path, Rectangle, Router
from exsolve.text_width import display_width

LONGEST_LINE = 30
"""Columns of a node's label or line, above which it is broken."""
MOST_BENT = 32
"""Edges around corners above which a drawing of characters is no longer followed by eye."""
MOST_ATTEMPTS = 4
"""Spacings tried in which an edge finds no way or a label no place; what is left over then is
written below the best drawing."""
_MOST_AROUND = 6
"""Edges at a node from which on its box grows with them."""
_MARGIN_ROWS = 3
_SHORT = 6
_BORDERS = {
    "state": ("╭─╮", "│ │", "╰─╯", "┴┬┤├"),
    "loss": ("╔═╗", "║ ║", "╚═╝", "╧╤╢╟"),
    "target": ("┌╌┐", "╎ ╎", "└╌┘", "┴┬┤├"),
}
_PLAIN = ("┌─┐", "│ │", "└─┘", "┴┬┤├")
_HEADS = {RIGHT: "▶", LEFT: "◀", DOWN: "▼", UP: "▲"}
_BENDS = {
    (RIGHT, DOWN): "┐",
    (UP, LEFT): "┐",
    (RIGHT, UP): "┘",
    (DOWN, LEFT): "┘",
    (LEFT, DOWN): "┌",
    (UP, RIGHT): "┌",
    (LEFT, UP): "└",
    (DOWN, RIGHT): "└",
}


class _Spacing(NamedTuple):
    """Free cells: inside a box, between columns beside the labels, and between rows.

    ``short_padding`` is that of boxes which the padding does not make much wider; ``disjoint``:
    no column reaches into the next, even where their boxes stand in different rows.
    """

    padding: int
    beside: int
    rows: int
    short_padding: int = 1
    disjoint: bool = True


class _Drawing(NamedTuple):
    lines: list[str]
    unplaced: list[str]


_TIGHT = (_Spacing(1, 3, 2), _Spacing(1, 3, 3), _Spacing(0, 2, 2), _Spacing(0, 2, 2, 0))
_SPARSE = (_Spacing(1, 6, 2), _Spacing(1, 6, 3))
_CROWDED = (_Spacing(1, 10, 4), _Spacing(1, 14, 6), _Spacing(1, 18, 9))
MOST_BENDS = 3
"""Edges around corners from which on a diagram is crowded, and gets more room at once."""


def _spacings(bends: int) -> list[_Spacing]:
    """What to try, the best first: columns that do not reach into each other before others."""
    roomy = [*_CROWDED, *_SPARSE] if bends > MOST_BENDS else [*_SPARSE, *_CROWDED]
    spread = [*roomy, *_TIGHT]
    return [*spread, *(spacing._replace(disjoint=False) for spacing in spread)]


def _bends(places: Grid, edge: Link) -> bool:
    return (
        places.columns[edge.source] != places.columns[edge.target]
        and places.rows[edge.source] != places.rows[edge.target]
    )


def diagram_lines(diagram: Diagram, width: int) -> list[str]:
    """The diagram, drawn; where that cannot be, turned on its side; else its edges in words."""
    if not diagram.nodes:
        return []
    edges = links(diagram)
    for turned in (diagram, _on_its_side(diagram)):
        drawing = _best_drawing(turned, edges, width)
        if drawing is not None:
            notes = [part for text in drawing.unplaced for part in broken(text, width)]
            return [*drawing.lines, *([""] if notes else []), *notes]
    return _in_words(diagram, width)


def _best_drawing(diagram: Diagram, edges: list[Link], width: int) -> _Drawing | None:
    """The first drawing with all labels in their places, else one with as many as can be."""
    places = grid(diagram)
    bends = sum(_bends(places, edge) for edge in edges)
    if bends > MOST_BENT:
        return None
    drawings: list[_Drawing] = []
    attempts = 0
    for spacing in _spacings(bends):
        middles = _columns(places, edges, _sizes(diagram, edges, spacing, width), spacing, width)
        if middles is None:
            continue
        drawing = _drawn(diagram, places, edges, spacing, middles, width)
        if drawing is not None and not drawing.unplaced:
            return drawing
        if drawing is not None:
            drawings.append(drawing)
        attempts += 1
        if attempts == MOST_ATTEMPTS:
            break
    return min(drawings, key=lambda drawing: len(drawing.unplaced), default=None)


def _on_its_side(diagram: Diagram) -> Diagram:
    """What was at the bottom stands on the left, what was on the left at the top."""
    nodes = tuple(node._replace(column=-node.row, row=node.column) for node in diagram.nodes)
    return diagram._replace(nodes=nodes)


def _contents(diagram: Diagram, width: int) -> list[list[str]]:
    longest = min(LONGEST_LINE, max(width - 8, 2))
    return [
        [part for label in (node.label, *node.lines) for part in broken(shown(label), longest)]
        for node in diagram.nodes
    ]


def _sizes(
    diagram: Diagram, edges: list[Link], spacing: _Spacing, width: int
) -> list[tuple[int, int]]:
    """Width and height of each box; the width is odd, so that edges meet it in the middle."""
    around = Counter(end for edge in edges for end in (edge.source, edge.target))
    sizes = []
    for node, lines in enumerate(_contents(diagram, width)):
        wide = max(map(display_width, lines))
        wide += 2 * (spacing.short_padding if wide <= _SHORT else spacing.padding)
        high = len(lines)
        if around[node] >= _MOST_AROUND:
            wide, high = max(wide, around[node] // 2 + 2), max(high, around[node] // 3)
        sizes.append((max(wide + 2 + (wide + 1) % 2, 5), high + 2))
    return sizes


def _drawn(
    diagram: Diagram,
    places: Grid,
    edges: list[Link],
    spacing: _Spacing,
    middles: list[int],
    width: int,
) -> _Drawing | None:
    """The drawing in this spacing; None where an edge finds no way."""
    contents = _contents(diagram, width)
    sizes = _sizes(diagram, edges, spacing, width)
    total = max(
        middle + size[0] // 2
        for middle, size in ((middles[c], s) for c, s in zip(places.columns, sizes, strict=True))
    )
    margin = max(min(6, (width - total - 1) // 2), 0)
    boxes: list[Rectangle] = [Rectangle(0, 0, 0, 0)] * len(sizes)
    top = _MARGIN_ROWS
    for row in range(max(places.rows) + 1):
        members = [index for index, own in enumerate(places.rows) if own == row]
        high = max(sizes[index][1] for index in members)
        for index in members:
            own_width, own_height = sizes[index]
            left = margin + middles[places.columns[index]] - own_width // 2
            boxes[index] = Rectangle(left, top + (high - own_height) // 2, own_width, own_height)
        top += high + spacing.rows
    grid_width, grid_height = total + 1 + 2 * margin, top + _MARGIN_ROWS
    router = Router(grid_width, grid_height, boxes)
    paths: list[Path | None] = [None] * len(edges)
    for index in sorted(range(len(edges)), key=lambda one: _difficulty(places, edges[one])):
        edge = edges[index]
        path = router.route(boxes[edge.source], boxes[edge.target], edge.back)
        if path is None:
            return None
        paths[index] = path
    canvas = Canvas(grid_width, grid_height)
    for node, box, lines in zip(diagram.nodes, boxes, contents, strict=True):
        _draw_box(canvas, box, node.kind, lines)
    for edge, path in zip(edges, paths, strict=True):
        assert path is not None
        _draw_path(canvas, path, edge, diagram.nodes[edge.source].kind)
        if not edge.directed:
            _draw_joint(canvas, path, len(path.cells) - 1, diagram.nodes[edge.target].kind)
    unplaced = []
    for edge, path in zip(edges, paths, strict=True):
        assert path is not None
        if edge.label and not _draw_label(canvas, router, path, edge.label):
            unplaced.append(edge.text)
    return _Drawing(canvas.lines(), unplaced)


def _difficulty(places: Grid, edge: Link) -> tuple[bool, int]:
    """Straight edges first, then short ones: the others find a way around them."""
    across = abs(places.columns[edge.source] - places.columns[edge.target])
    along = abs(places.rows[edge.source] - places.rows[edge.target])
    return (_bends(places, edge), across + along)


def _columns(
    places: Grid,
    edges: list[Link],
    sizes: list[tuple[int, int]],
    spacing: _Spacing,
    width: int,
) -> list[int] | None:
    """The middle of each column: in proportion where that fits, else as close as may be."""
    count = max(places.columns) + 1
    beside: dict[frozenset[int], int] = {}
    for edge in edges:
        between = frozenset((edge.source, edge.target))
        size = min(display_width(edge.label), LONGEST_LINE)
        beside[between] = max(beside.get(between, 0), size)
    apart: dict[tuple[int, int], int] = {}
    for row in set(places.rows):
        members = sorted(
            (i for i, own in enumerate(places.rows) if own == row), key=places.columns.__getitem__
        )
        for left, right in pairwise(members):
            label = beside.get(frozenset((left, right)), 0)
            gap = max(label + spacing.beside, 3)
            pair = (places.columns[left], places.columns[right])
            need = sizes[left][0] // 2 + sizes[right][0] // 2 + 1 + gap
            apart[pair] = max(apart.get(pair, 0), need)
    halves = [0] * count
    for column, (wide, _) in zip(places.columns, sizes, strict=True):
        halves[column] = max(halves[column], wide // 2)
    upright = [0] * count
    for edge in edges:
        column = places.columns[edge.source]
        if column == places.columns[edge.target]:
            upright[column] = max(upright[column], display_width(edge.label))
    for column in range(count - 1):
        pair = (column, column + 1)
        need = min(upright[column], LONGEST_LINE) + 4 if upright[column] else 2
        if spacing.disjoint:
            need = max(need, halves[column] + halves[column + 1] + 4)
        apart[pair] = max(apart.get(pair, 0), need)
    at = places.column_values
    scale = max((need / (at[b] - at[a]) for (a, b), need in apart.items()), default=0)
    offset = max(halves[c] - (at[c] - at[0]) * scale for c in range(count))
    even = [round(offset + (value - at[0]) * scale) for value in at]
    close = list(halves)
    for column in range(count):
        for (a, b), need in apart.items():
            if b == column:
                close[b] = max(close[b], close[a] + need)
    for middles in (even, close):
        if all(middles[b] - middles[a] >= need for (a, b), need in apart.items()) and (
            max(middle + half for middle, half in zip(middles, halves, strict=True)) < width
        ):
            return middles
    return None


def _draw_box(canvas: Canvas, box: Rectangle, kind: str, lines: list[str]) -> None:
    upper, side, lower, _ = _BORDERS.get(kind, _PLAIN)
    inner = box.width - 2
    canvas.put(box.left, box.top, upper[0] + upper[1] * inner + upper[2])
    above = (box.height - 2 - len(lines)) // 2
    below = box.height - 2 - len(lines) - above
    for place, line in enumerate([*[""] * above, *lines, *[""] * below], start=1):
        canvas.put(box.left, box.top + place, side[0] + centred(line, inner) + side[2])
    canvas.put(box.left, box.bottom, lower[0] + lower[1] * inner + lower[2])


def _draw_path(canvas: Canvas, path: Path, edge: Link, kind: str) -> None:
    last = len(path.cells) - 1
    for index, (x, y) in enumerate(path.cells):
        entered = path.directions[index]
        left = path.directions[min(index + 1, last)]
        if index == last and edge.directed:
            sign = _HEADS[entered]
        elif index == 0 and edge.back:
            sign = _HEADS[(entered + 2) % 4]
        elif entered != left:
            sign = _BENDS[entered, left]
        else:
            sign = "─" if entered in (RIGHT, LEFT) else "│"
            if canvas.at(x, y) != " ":
                sign = "┼"
        canvas.put(x, y, sign)
    if not edge.back:
        _draw_joint(canvas, path, 0, kind)


def _draw_joint(canvas: Canvas, path: Path, index: int, kind: str) -> None:
    """Where a line without a head meets the border of its box."""
    x, y = path.cells[index]
    outward = path.directions[index] if index == 0 else (path.directions[index] + 2) % 4
    joints = _BORDERS.get(kind, _PLAIN)[3]
    if outward == UP:
        canvas.put(x, y + 1, joints[0])
    elif outward == DOWN:
        canvas.put(x, y - 1, joints[1])
    elif outward == LEFT:
        canvas.put(x + 1, y, joints[2])
    else:
        canvas.put(x - 1, y, joints[3])


def _draw_label(canvas: Canvas, router: Router, path: Path, label: str) -> bool:
    """Write the label in a level stretch of its line, or beside an upright one."""
    size = display_width(label)
    for spaced in (True, False):
        for x, y in _level_places(path, size + 2 * spaced):
            text = f" {label} " if spaced else label
            cells = range(x, x + size + 2 * spaced)
            if all(router.plain_line(cell, y) for cell in cells):
                canvas.put(x, y, text)
                for cell in cells:
                    router.block(cell, y)
                return True
    for x, y in _upright_places(path):
        for start in (x + 2, x - 1 - size):
            if all(router.free(cell, y) for cell in range(start - 1, start + size + 1)):
                canvas.put(start, y, label)
                for cell in range(start, start + size):
                    router.block(cell, y)
                return True
    return False


def _level_places(path: Path, size: int) -> Iterator[tuple[int, int]]:
    """Where a text may begin that stands in the middle of a level stretch, longest first."""
    stretches: dict[int, list[int]] = {}
    for index, (x, y) in enumerate(path.cells):
        if 0 < index < len(path.cells) - 1 and path.directions[index] in (RIGHT, LEFT):
            stretches.setdefault(y, []).append(x)
    for y, cells in sorted(stretches.items(), key=lambda item: (-len(item[1]), item[0])):
        room = len(cells) - size
        middle = room // 2
        for shift in sorted(range(room + 1), key=lambda start: (abs(start - middle), start)):
            yield min(cells) + shift, y


def _upright_places(path: Path) -> Iterator[tuple[int, int]]:
    """The cells of the upright stretches, from the middle of the path outwards."""
    count = len(path.cells)
    for index in sorted(range(count), key=lambda one: (abs(2 * one - count + 1), one)):
        if path.directions[index] in (UP, DOWN):
            yield path.cells[index]


def _in_words(diagram: Diagram, width: int) -> list[str]:
    """The nodes with their lines, and the edges one by one."""
    lines = []
    for node in diagram.nodes:
        lines += broken(shown(node.label), width)
        for line in node.lines:
            lines += [f"  {part}" for part in broken(shown(line), width - 2)]
    lines.append("")
    for link in links(diagram):
        first, *rest = broken(link.text, width - 2)
        lines += [first, *(f"  {part}" for part in rest)]
    return lines
