"""Edges as paths of character cells around the boxes of a diagram.

Each edge takes the cheapest way (A*): short, with few bends and crossings, away from boxes and from
other edges. Two edges never share a cell but where one crosses the other straight on.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

RIGHT, DOWN, LEFT, UP = range(4)
_STEP_X, _STEP_Y = 2, 4
_BEND, _CROSSING, _NEAR, _OFF_CENTRE = 12, 18, 2, 3


class Rectangle(NamedTuple):
    """The cells of a box, its border included."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width - 1

    @property
    def bottom(self) -> int:
        return self.top + self.height - 1


class Port(NamedTuple):
    """A cell outside a box, the direction out of the box there, and how far it is off-centre."""

    x: int
    y: int
    direction: int
    offset: int


class Path(NamedTuple):
    """Cells from one box to the other, and for each the direction in which it is entered."""

    cells: tuple[tuple[int, int], ...]
    directions: tuple[int, ...]


def _ports(box: Rectangle) -> list[Port]:
    middle_x, middle_y = box.left + box.width // 2, box.top + box.height // 2
    ports = []
    for x in range(box.left + 1, box.right):
        offset = abs(x - middle_x)
        ports.append(Port(x, box.top - 1, UP, offset))
        ports.append(Port(x, box.bottom + 1, DOWN, offset))
    for y in range(box.top + 1, box.bottom):
        offset = 2 * abs(y - middle_y)
        ports.append(Port(box.left - 1, y, LEFT, offset))
        ports.append(Port(box.right + 1, y, RIGHT, offset))
    return ports


class Router:
    """The grid as far as it is taken: by boxes, by lines and by labels."""

    def __init__(self, width: int, height: int, boxes: list[Rectangle]) -> None:
        self.width = width
        self.height = height
        size = width * height
        self._blocked = bytearray(size)
        self._lines = bytearray(size)  # 1: horizontal, 2: vertical
        self._near = bytearray(size)
        for box in boxes:
            for y in range(box.top, box.bottom + 1):
                start = y * width + box.left
                self._blocked[start : start + box.width] = b"\1" * box.width
            for x in range(box.left - 1, box.right + 2):
                self._mark_near(x, box.top - 1)
                self._mark_near(x, box.bottom + 1)
            for y in range(box.top, box.bottom + 1):
                self._mark_near(box.left - 1, y)
                self._mark_near(box.right + 1, y)

    def _mark_near(self, x: int, y: int) -> None:
        if 0 <= x < self.width and 0 <= y < self.height:
            place = y * self.width + x
            self._near[place] = min(self._near[place] + 1, 200)

    def free(self, x: int, y: int) -> bool:
        """Whether nothing stands in a cell of the grid."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return False
        place = y * self.width + x
        return not self._blocked[place] and not self._lines[place]

    def plain_line(self, x: int, y: int) -> bool:
        """Whether one straight piece of a line stands in a cell, and nothing else."""
        place = y * self.width + x
        return not self._blocked[place] and bool(self._lines[place])

    def block(self, x: int, y: int) -> None:
        """Take a cell for good."""
        self._blocked[y * self.width + x] = 1

    def route(self, source: Rectangle, target: Rectangle, back: bool) -> Path | None:
        """The cheapest way from one box to the other; ``back``: an arrow head at its beginning
        as well. None where there is none. The path's cells are taken."""
        path = self._search(source, target, back)
        if path is not None and len(set(path.cells)) == len(path.cells):
            self._take(path)
            return path
        return None

    def _search(self, source: Rectangle, target: Rectangle, back: bool) -> Path | None:
        width, height = self.width, self.height
        goals = {
            (port.y * width + port.x) * 4 + (port.direction + 2) % 4: port.offset * _OFF_CENTRE
            for port in _ports(target)
            if self.free(port.x, port.y)
        }

        def remaining(x: int, y: int) -> int:
            across = max(target.left - x, x - target.right, 0)
            along = max(target.top - y, y - target.bottom, 0)
            return across * _STEP_X + along * _STEP_Y

        best: dict[int, int] = {}
        came: dict[int, int] = {}
        queue: list[tuple[int, int, int]] = []
        starts = set()
        for port in _ports(source):
            if self.free(port.x, port.y):
                state = (port.y * width + port.x) * 4 + port.direction
                cost = port.offset * _OFF_CENTRE
                best[state] = cost
                starts.add(state)
                queue.append((cost + remaining(port.x, port.y), cost, state))
        heapq.heapify(queue)
        moves = ((1, 0, _STEP_X), (0, 1, _STEP_Y), (-1, 0, _STEP_X), (0, -1, _STEP_Y))
        while queue:
            _, cost, state = heapq.heappop(queue)
            if cost > best[state]:
                continue
            if state in goals:
                # the port's own cost is paid last, on a state that stands for having arrived
                arrived = -2 - state
                total = cost + goals[state]
                if total < best.get(arrived, total + 1):
                    best[arrived] = total
                    came[arrived] = state
                    heapq.heappush(queue, (total, total, arrived))
                continue
            if state < 0:
                return self._path(came[state], came)
            place, direction = divmod(state, 4)
            y, x = divmod(place, width)
            straight = self._lines[place] or (back and state in starts)
            for turn in (direction,) if straight else (direction, direction ^ 1, direction ^ 3):
                across, along, step = moves[turn]
                next_x, next_y = x + across, y + along
                if not (0 <= next_x < width and 0 <= next_y < height):
                    continue
                after = next_y * width + next_x
                if self._blocked[after]:
                    continue
                line = self._lines[after]
                if line and line == (1 if turn in (RIGHT, LEFT) else 2):
                    continue
                price = cost + step + self._near[after] * _NEAR
                price += (_BEND if turn != direction else 0) + (_CROSSING if line else 0)
                reached = after * 4 + turn
                if price < best.get(reached, price + 1):
                    best[reached] = price
                    came[reached] = state
                    heapq.heappush(queue, (price + remaining(next_x, next_y), price, reached))
        return None

    def _path(self, state: int, came: dict[int, int]) -> Path:
        states = [state]
        while states[-1] in came:
            states.append(came[states[-1]])
        states.reverse()
        cells = []
        for one in states:
            y, x = divmod(one // 4, self.width)
            cells.append((x, y))
        return Path(tuple(cells), tuple(one % 4 for one in states))

    def _take(self, path: Path) -> None:
        last = len(path.cells) - 1
        for index, (x, y) in enumerate(path.cells):
            place = y * self.width + x
            entered = path.directions[index]
            left = path.directions[min(index + 1, last)]
            if entered != left or index in (0, last) or self._lines[place]:
                # bends, ends and crossings are nobody else's
                self._blocked[place] = 1
            self._lines[place] |= 1 if entered in (RIGHT, LEFT) else 2
            for near_x, near_y in ((x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)):
                self._mark_near(near_x, near_y)
