"""Pictures as ``tikzpicture`` environments, for LaTeX documents."""

from __future__ import annotations

import re

from exsolve.drawing.pictures import Label, Picture
from exsolve.drawing.placed import placed
from exsolve.drawing.placed.elements import (
    BASELINE,
    FONT_SIZE,
    INK,
    Box,
    Element,
    Path,
    Pen,
    Point,
    Rectangle,
    Text,
)
from exsolve.expression.tree import Node
from exsolve.notation import written
from exsolve.prose.latex_text import latex_mathematics, latex_text

TEXT_WIDTH = 455.0
"""Points (1/72.27 inch) between the margins of a page: a little less than 16 cm."""
_FONT_POINTS = 10.0
_UNIT = _FONT_POINTS / FONT_SIZE
"""Points to a unit of the layout: its text is 14 units high."""
_LINE = 0.7
"""Lines beside letters of Computer Modern are thinner than beside those of a screen."""
_EXPONENT = re.compile(r"(?<=[0-9])e([-+]?[0-9]+)")
_NUMERIC = re.compile(r"[-−0-9.,=≈∇·/\[\]() ⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_SUPERSCRIPTS = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED = re.compile(f"[{_SUPERSCRIPTS}]+")
_LOWERED_AGAIN = str.maketrans(_SUPERSCRIPTS, "-0123456789")
_RAISING = str.maketrans("-0123456789", _SUPERSCRIPTS, "+")
_SIGNS = str.maketrans({"−": "-", "≈": r"\approx ", "∇": r"\nabla ", "·": r"\cdot "})
_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def tikz(picture: Picture) -> str:
    r"""The picture for ``\usepackage{tikz}`` and pdflatex, with the font encoding T1; the same text
    for the same picture.

    Its letters are 10 points high, in whatever size the text around it is set; a picture that
    would so be wider than :data:`TEXT_WIDTH` is made smaller as a whole, letters included, until
    it is as wide. It takes exactly the room that its layout has.
    """
    elements, box = placed(picture)
    # the coordinates are rounded to a decimal
    unit = min(_UNIT, TEXT_WIDTH / (box.width + 0.1))
    return _Writer(box, unit).picture(elements)


class _Writer:
    """Elements in units of the layout from the lower left corner of a box, y upwards."""

    def __init__(self, box: Box, unit: float) -> None:
        self._box = box
        self._unit = unit

    def picture(self, elements: tuple[Element, ...]) -> str:
        """The whole environment."""
        # rounded down: a picture as wide as the page must not be wider by a rounding
        unit = f"{int(self._unit * 10000) / 10000:.4f}pt"
        size = f"{int(self._unit / _UNIT * 1000) / 1000:.3f}"
        font = rf"\normalfont\fontsize{{{_number(_FONT_POINTS)}}}{{12}}\selectfont"
        label = f"inner sep=0pt, outer sep=0pt, font={font}, scale={size}"
        corner = self._point((self._box.right, self._box.top))
        return "\n".join(
            [
                rf"\begin{{tikzpicture}}[x={unit}, y={unit}, line join=round,",
                f"  label/.style={{{label}}}]",
                rf"\path[use as bounding box] (0,0) rectangle {corner};",
                *map(self._written, elements),
                "\\end{tikzpicture}\n",
            ]
        )

    def _point(self, point: Point) -> str:
        x, y = point[0] - self._box.left, self._box.bottom - point[1]
        return f"({_number(x)},{_number(y)})"

    def _written(self, element: Element) -> str:
        if isinstance(element, Text):
            return self._text(element)
        if isinstance(element, Rectangle):
            return self._rectangle(element)
        if isinstance(element, Path):
            return self._path(element)
        style = self._style(INK, 1.0 if element.filled else 0.0)
        radius = _number(element.radius)
        return rf"\path[{style}] {self._point(element.centre)} circle[radius={radius}];"

    def _text(self, text: Text) -> str:
        anchor = _ANCHORS[text.anchor]
        place = self._point((text.x, text.y + BASELINE))
        content = _label(text.label, text.box.width * _UNIT)
        if text.bold:
            content = rf"\textbf{{{content}}}"
        return rf"\node[label, anchor={anchor}] at {place} {{{content}}};"

    def _rectangle(self, rectangle: Rectangle) -> str:
        box = rectangle.box
        style = self._style(rectangle.pen, rectangle.fill)
        if rectangle.round_by:
            style += f", rounded corners={self._length(rectangle.round_by)}"
        ends = self._point((box.left, box.bottom)), self._point((box.right, box.top))
        return rf"\path[{style}] {ends[0]} rectangle {ends[1]};"

    def _path(self, path: Path) -> str:
        way = self._point(path.start)
        for part in path.parts:
            *controls, end = map(self._point, part)
            middle = f" .. controls {' and '.join(controls)} .. " if controls else " -- "
            way += f"{middle}{end}"
        if path.closed:
            way += " -- cycle"
        return rf"\path[{self._style(path.pen, 1.0 if path.filled else 0.0)}] {way};"

    def _style(self, pen: Pen, fill: float) -> str:
        parts = [f"draw={_shade(pen.shade)}", f"line width={self._length(pen.width * _LINE)}"]
        if fill:
            parts.append(f"fill={_shade(fill)}")
        if pen.dashes:
            lengths = zip(("on", "off") * len(pen.dashes), pen.dashes, strict=False)
            pattern = " ".join(f"{word} {self._length(length)}" for word, length in lengths)
            parts.append(f"dash pattern={pattern}")
        return ", ".join(parts)

    def _length(self, length: float) -> str:
        return f"{length * self._unit:.2f}pt"


def _number(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _shade(share: float) -> str:
    return "black" if share == 1 else f"black!{share * 100:.0f}"


def _label(label: Label, room: float) -> str:
    """Mathematics for Nodes and for numbers, whose signs are minus signs; else escaped text.

    Text with characters that LaTeX may have to describe is made as narrow as its room, in points.
    """
    if isinstance(label, Node):
        return f"${latex_mathematics(written(label, 'latex'))}$"
    numbers = _EXPONENT.sub(lambda match: "·10" + match[1].translate(_RAISING), label)
    if _NUMERIC.fullmatch(numbers) and any(map(str.isdigit, numbers)):
        raised = _RAISED.sub(lambda match: f"^{{{match[0].translate(_LOWERED_AGAIN)}}}", numbers)
        return f"${raised.translate(_SIGNS)}$".replace("  ", " ")
    text = latex_text(label)
    if label.isascii():
        return text
    width = rf"\ifdim\width>{room:.1f}pt {room:.1f}pt\else\width\fi"
    return rf"\resizebox{{{width}}}{{!}}{{{text}}}"
