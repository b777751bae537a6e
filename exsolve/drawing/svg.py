"""Pictures as one self-contained ``<svg>`` element: inline in a page, or a document of its own.

Nothing in it has an id or refers to anything, so that any number of them may stand in one page.
"""

from __future__ import annotations

from html import escape

from exsolve.drawing.describing import described, kind_of
from exsolve.drawing.labels import visible
from exsolve.drawing.pictures import Picture
from exsolve.drawing.placed import placed
from exsolve.drawing.placed.elements import (
    BASELINE,
    FONT_SIZE,
    INK,
    Box,
    Circle,
    Element,
    Path,
    Pen,
    Point,
    Rectangle,
    Text,
)
from exsolve.drawing.runs import Run, runs

_FONTS = "Libertinus Serif, DejaVu Sans, Verdana, sans-serif"
"""Of a document of its own: the first is built into Typst, the others into browsers' systems."""
_SMALL = FONT_SIZE * 0.75
_LOWERED, _RAISED = FONT_SIZE * 0.2, -FONT_SIZE * 0.35


def svg(picture: Picture, title: str = "") -> str:
    """The picture as an SVG 1.1 document, black on white; the same bytes for the same picture.

    ``title`` names it to those who cannot see it; by default its own title or what it is.
    """
    return _element(picture, title, standalone=True)


def inline_svg(picture: Picture, title: str = "") -> str:
    """The picture as an element of an HTML page: in the font and colour of the text around it,
    light or dark, and without the address that names the language in a document of its own.

    It has the width that its text needs and says it in the property ``--width`` too: a page that
    shows it narrower lets its height follow (``max-width: 100%; height: auto``) and can stop where
    letters become too small (``min-width: calc(0.7 * var(--width))``, in a box that scrolls).
    ``title``: as for :func:`svg`.
    """
    return _element(picture, title, standalone=False)


def _element(picture: Picture, title: str, standalone: bool) -> str:
    elements, box = placed(picture)
    width, height = number(box.width), number(box.height)
    name = visible(title or picture.title or kind_of(picture))
    if standalone:
        space = 'xmlns="http://www.w3.org/2000/svg" '
        look = f'color="black" font-family="{_FONTS}"'
        paper = [f'<path fill="white" d="{_outline(box)}"/>']
    else:
        space, look, paper = "", f'style="--width:{width}px"', []
    return "\n".join(
        [
            f'<svg {space}role="img" viewBox="{number(box.left)} {number(box.top)} '
            f'{width} {height}" width="{width}" height="{height}" {look} '
            f'fill="currentColor" font-size="{number(FONT_SIZE)}">',
            f"<title>{escape(name, quote=False)}</title>",
            f"<desc>{escape(described(picture), quote=False)}</desc>",
            *paper,
            *map(_written, elements),
            "</svg>\n",
        ]
    )


def number(value: float) -> str:
    """A coordinate with one decimal at most."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _point(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _outline(box: Box) -> str:
    return f"M {_point((box.left, box.top))} H {number(box.right)} V {number(box.bottom)} " + (
        f"H {number(box.left)} Z"
    )


def _written(element: Element) -> str:
    if isinstance(element, Text):
        return _text(element)
    if isinstance(element, Rectangle):
        return _rectangle(element)
    if isinstance(element, Path):
        return _path(element)
    x, y = element.centre
    return (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(element.radius)}"'
        f"{_filling(element)}{_stroke(INK)}/>"
    )


def _text(text: Text) -> str:
    weight = ' font-weight="bold"' if text.bold else ""
    return (
        f'<text x="{number(text.x)}" y="{number(text.y + BASELINE)}" '
        f'text-anchor="{text.anchor}"{weight}>{_spans(runs(text.label))}</text>'
    )


def _spans(parts: list[Run]) -> str:
    """Runs of text, each on its own height; those on the line itself as plain as they are."""
    spans, height = [], 0.0
    for part in parts:
        wanted = {"base": 0.0, "below": _LOWERED, "above": _RAISED}[part.level]
        extra = ' font-style="italic"' if part.italic else ""
        if wanted != height:
            extra += f' dy="{wanted - height:.2f}"'
        if part.level != "base":
            extra += f' font-size="{number(_SMALL)}"'
        height = wanted
        text = escape(part.text, quote=False)
        spans.append(f"<tspan{extra}>{text}</tspan>" if extra else text)
    return "".join(spans)


def _rectangle(rectangle: Rectangle) -> str:
    box = rectangle.box
    corner = f' rx="{number(rectangle.round_by)}"' if rectangle.round_by else ""
    filling = f' fill-opacity="{rectangle.fill:.3f}"' if rectangle.fill else ' fill="none"'
    return (
        f'<rect x="{number(box.left)}" y="{number(box.top)}" width="{number(box.width)}" '
        f'height="{number(box.height)}"{corner}{filling}{_stroke(rectangle.pen)}/>'
    )


def _path(path: Path) -> str:
    data = f"M {_point(path.start)}"
    for part in path.parts:
        data += f" {'L' if len(part) == 1 else 'C'} {', '.join(map(_point, part))}"
    end = " Z" if path.closed else ""
    return f'<path d="{data}{end}"{_filling(path)}{_stroke(path.pen)}/>'


def _filling(shape: Path | Circle) -> str:
    return "" if shape.filled else ' fill="none"'


def _stroke(pen: Pen) -> str:
    stroke = ' stroke="currentColor"'
    if pen.width != 1:
        stroke += f' stroke-width="{number(pen.width)}"'
    if pen.shade != 1:
        stroke += f' stroke-opacity="{pen.shade:g}"'
    if pen.dashes:
        stroke += f' stroke-dasharray="{" ".join(map(number, pen.dashes))}"'
    return stroke
