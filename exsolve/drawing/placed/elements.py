"""What a placed picture is made of: text, rectangles, paths and circles, y downwards."""

from __future__ import annotations

from typing import Literal, NamedTuple

from exsolve.drawing.pictures import Label

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

FONT_SIZE = 14.0
LINE_HEIGHT = 18.0
BASELINE = FONT_SIZE * 0.36
"""How far below the middle of a line its letters stand."""


class Box(NamedTuple):
    """A rectangle, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def middle(self) -> Point:
        """The point where the diagonals meet."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def overlaps(self, other: Box) -> bool:
        """Whether the two have more than a border in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.left < x < self.right and self.top < y < self.bottom

    def grown(self, by: float) -> Box:
        """The rectangle with room on each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def joined(self, other: Box) -> Box:
        """The smallest rectangle that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def around(points: list[Point]) -> Box:
    """The smallest rectangle that holds some points, one at least."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


class Pen(NamedTuple):
    """How a line is drawn: ``shade`` from 0 (the paper) to 1 (the ink), lengths of ``dashes``."""

    width: float = 1.0
    shade: float = 1.0
    dashes: tuple[float, ...] = ()


INK = Pen()


class Text(NamedTuple):
    """One line of text around the height ``y``; mathematics where the label is a Node.

    ``box`` is the rectangle that it is taken to fill.
    """

    x: float
    y: float
    label: Label
    anchor: Anchor
    bold: bool
    box: Box


class Rectangle(NamedTuple):
    """A rectangle with a border, its corners round, filled with ``fill`` of the ink."""

    box: Box
    round_by: float = 0.0
    fill: float = 0.0
    pen: Pen = INK


class Path(NamedTuple):
    """A line from a point through ``parts``: one point after a straight piece, three (two control
    points and the end) after a cubic Bézier curve."""

    start: Point
    parts: tuple[tuple[Point, ...], ...]
    closed: bool = False
    filled: bool = False
    pen: Pen = INK

    @property
    def box(self) -> Box:
        """A rectangle that holds the path."""
        return around([self.start, *(point for part in self.parts for point in part)])


class Circle(NamedTuple):
    """A circle around a point."""

    centre: Point
    radius: float
    filled: bool = False

    @property
    def box(self) -> Box:
        """The square around the circle."""
        x, y = self.centre
        return Box(x, y, x, y).grown(self.radius)


Element = Text | Rectangle | Path | Circle


class Placed(NamedTuple):
    """The elements of a picture in the order in which they are drawn, and what holds them all."""

    elements: tuple[Element, ...]
    bounds: Box
