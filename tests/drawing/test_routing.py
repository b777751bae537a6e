"""The ways of edges between boxes on the grid of characters."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from exsolve.drawing.terminal.routing import DOWN, LEFT, RIGHT, UP, Path, Rectangle, Router

STEPS = {RIGHT: (1, 0), DOWN: (0, 1), LEFT: (-1, 0), UP: (0, -1)}
BOXES = [Rectangle(4 + 14 * (place % 3), 3 + 7 * (place // 3), 7, 3) for place in range(9)]
WIDTH, HEIGHT = 48, 24


def inside(cell: tuple[int, int], box: Rectangle) -> bool:
    return box.left <= cell[0] <= box.right and box.top <= cell[1] <= box.bottom


def bends(path: Path) -> int:
    return sum(before != after for before, after in pairwise(path.directions))


def test_neighbours_are_joined_by_a_straight_line_between_their_middles() -> None:
    path = Router(WIDTH, HEIGHT, BOXES).route(BOXES[0], BOXES[1], False)
    assert path is not None
    assert path.cells == tuple((x, 4) for x in range(11, 18))
    assert set(path.directions) == {RIGHT}


def test_a_box_in_the_way_is_gone_around() -> None:
    path = Router(WIDTH, HEIGHT, BOXES).route(BOXES[0], BOXES[2], False)
    assert path is not None
    assert bends(path) >= 2
    assert not any(inside(cell, BOXES[1]) for cell in path.cells)


def test_a_box_walled_in_has_no_way_out() -> None:
    around = [Rectangle(3, 0, 9, 3), Rectangle(3, 6, 9, 3), Rectangle(0, 0, 3, 9)]
    boxes = [Rectangle(4, 3, 7, 3), *around, Rectangle(11, 0, 3, 9), Rectangle(20, 3, 7, 3)]
    assert Router(30, 9, boxes).route(boxes[0], boxes[-1], False) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.booleans()), max_size=14))
def test_ways_are_connected_and_meet_only_where_they_cross(
    edges: list[tuple[int, int, bool]],
) -> None:
    router = Router(WIDTH, HEIGHT, BOXES)
    paths = []
    for source, target, back in edges:
        path = router.route(BOXES[source], BOXES[target], back)
        if path is None:
            continue
        paths.append(path)
        for (x, y), cell, direction in zip(
            path.cells, path.cells[1:], path.directions[1:], strict=False
        ):
            across, along = STEPS[direction]
            assert cell == (x + across, y + along)
        assert not any(inside(cell, box) for cell in path.cells for box in BOXES)
        (x, y), (across, along) = path.cells[0], STEPS[path.directions[0]]
        assert inside((x - across, y - along), BOXES[source])
        (x, y), (across, along) = path.cells[-1], STEPS[path.directions[-1]]
        assert inside((x + across, y + along), BOXES[target])
    visits = Counter(cell for path in paths for cell in path.cells)
    for path in paths:
        last = len(path.cells) - 1
        for index, cell in enumerate(path.cells):
            straight = index < last and path.directions[index] == path.directions[index + 1]
            assert visits[cell] <= (2 if straight and index else 1)
