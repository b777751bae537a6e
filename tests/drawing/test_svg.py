"""Pictures as SVG: well-formed, self-contained, nothing over anything else."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from sample_pictures import HOSTILE, complete, curve_pictures, diagrams, messages, recurrent

from exsolve.drawing.labels import shown, visible
from exsolve.drawing.pictures import (
    Curves,
    Diagram,
    DiagramEdge,
    DiagramNode,
    HeatMap,
    Picture,
    Series,
)
from exsolve.drawing.placed.elements import FONT_SIZE, LINE_HEIGHT, Box
from exsolve.drawing.placed.sheet import text_width
from exsolve.drawing.svg import inline_svg, svg
from exsolve.expression.parser import parse
from exsolve.ops import OPERATIONS

SPACE = "{http://www.w3.org/2000/svg}"
HEAT_MAP = HeatMap(
    "Attention",
    ("The", "red panda <is> & cute"),
    ("a rather long label of a column", "b"),
    ((0.25, 0.75), (1.0, 0.0)),
    (("0.25", "0.75"), ("1.00", "0.00")),
)
DECAY = Series("w = 0.3", tuple((t, 0.3**t) for t in range(20)))
GROWTH = Series("w = 3", tuple((t, 3.0**t) for t in range(20)))
PICTURES: list[Picture] = [
    recurrent(),
    recurrent(values=True, targets=True),
    recurrent(6, values=True),
    messages(),
    complete(),
    complete(tuple("abcdef")),
    HEAT_MAP,
    Curves("Gradients", "t", "size", (DECAY, GROWTH), True),
    Curves("One point", "x", "y", (Series("p", ((3, 4),)),)),
]


def parsed(picture: Picture) -> ElementTree.Element:
    return ElementTree.fromstring(svg(picture))


def text_box(element: ElementTree.Element) -> Box:
    width = text_width(element.text or "")
    x, y = float(element.attrib["x"]), float(element.attrib["y"]) - FONT_SIZE * 0.36
    left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[element.attrib["text-anchor"]] * width
    return Box(left, y - LINE_HEIGHT / 2, left + width, y + LINE_HEIGHT / 2)


def rectangle(element: ElementTree.Element) -> Box:
    left, top = float(element.attrib["x"]), float(element.attrib["y"])
    width, height = float(element.attrib["width"]), float(element.attrib["height"])
    return Box(left, top, left + width, top + height)


def check_geometry(root: ElementTree.Element) -> None:
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    view = Box(left, top, left + width, top + height)
    texts = [text_box(element) for element in root.iter(f"{SPACE}text")]
    boxes = [rectangle(element) for element in root.iter(f"{SPACE}rect")]
    for box in [*texts, *boxes]:
        assert view.left <= box.left
        assert box.right <= view.right
        assert view.top <= box.top
        assert box.bottom <= view.bottom
    for one, other in combinations(texts, 2):
        # coordinates are rounded to a decimal
        assert not one.grown(-0.2).overlaps(other.grown(-0.2))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.title)
def test_nothing_overlaps_and_all_is_inside(picture: Picture) -> None:
    check_geometry(parsed(picture))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.title)
def test_self_contained_and_the_same_each_time(picture: Picture) -> None:
    text = svg(picture)
    assert svg(picture) == text
    for forbidden in ("<script", "href", "url(", "<style", " id=", "#"):
        assert forbidden not in text
    root = parsed(picture)
    assert root.find(f"{SPACE}title").text == visible(picture.title)
    assert root.find(f"{SPACE}desc").text


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.title)
def test_inline_in_a_page_it_has_no_address_and_the_colour_and_font_around_it(
    picture: Picture,
) -> None:
    text = inline_svg(picture)
    assert inline_svg(picture) == text
    for forbidden in ("http", "xmlns", " id=", "font-family", '"black"', '"white"', "url(", "#"):
        assert forbidden not in text
    root = ElementTree.fromstring(text)
    assert root.attrib["role"] == "img"
    assert root.attrib["fill"] == "currentColor"
    assert root.attrib["style"] == f"--width:{root.attrib['width']}px"
    drawn = [ElementTree.tostring(element) for element in root]
    alone = ElementTree.fromstring(svg(picture).replace(f' xmlns="{SPACE[1:-1]}"', ""))
    assert [ElementTree.tostring(element) for element in alone if not is_paper(element)] == drawn


def is_paper(element: ElementTree.Element) -> bool:
    return element.attrib.get("fill") == "white"


def test_a_document_of_its_own_is_black_on_white() -> None:
    root = parsed(HEAT_MAP)
    assert root.attrib["color"] == "black"
    paper = [element for element in root.iter() if is_paper(element)]
    assert [element.tag for element in paper] == [f"{SPACE}path"]
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    numbers = [float(part) for part in paper[0].attrib["d"].split() if part not in "MHVZ"]
    assert numbers == pytest.approx([left, top, left + width, top + height, left], abs=0.11)


@pytest.mark.parametrize("write", [svg, inline_svg])
def test_a_picture_is_named_by_the_title_that_it_is_given_or_has_or_by_what_it_is(
    write: Callable[..., str],
) -> None:
    def names(picture: Picture, title: str = "") -> list[str | None]:
        root = ElementTree.fromstring(write(picture, title))
        return [part.text for part in root.iter() if part.tag.endswith("title")]

    untitled = HEAT_MAP._replace(title="")
    assert names(HEAT_MAP, "Weights <1>") == ["Weights <1>"]
    assert names(HEAT_MAP) == ["Attention"]
    assert names(untitled) == ["Heat map"]
    assert names(messages()._replace(title="")) == ["Diagram"]
    assert "Weights" not in write(untitled, "Weights").partition("</title>")[2]


def test_subscripts_stand_lower_and_what_follows_on_the_line_again() -> None:
    label = parse("W_a*h_t + long_name", OPERATIONS)
    (text,) = parsed(Diagram("", (DiagramNode("a", label),), ())).iter(f"{SPACE}text")
    assert "".join(text.itertext()) == "Wa ⊙ ht + long_name"
    italic = [span.text for span in text if span.attrib.get("font-style") == "italic"]
    assert italic == ["W", "h"]
    heights = [0.0]
    for span in text:
        heights.append(heights[-1] + float(span.attrib.get("dy", "0")))
    lowered = [span.text for span, height in zip(text, heights[1:], strict=True) if height > 1]
    assert lowered == ["a", "t"]
    assert heights[-1] == 0


def test_edges_with_heads_as_many_as_directions() -> None:
    root = parsed(complete())
    paths = [path for path in root.iter(f"{SPACE}path") if "stroke" in path.attrib]
    heads = [path for path in paths if "fill" not in path.attrib]
    lines = [path for path in paths if path.attrib.get("fill") == "none"]
    assert (len(heads), len(lines)) == (12, 6)


def test_the_description_says_what_the_picture_shows() -> None:
    description = parsed(messages()).find(f"{SPACE}desc").text or ""
    assert "v2 → v1: f₂₁" in description
    assert "1.00" in (parsed(HEAT_MAP).find(f"{SPACE}desc").text or "")


def test_series_differ_by_dashes_and_markers() -> None:
    root = parsed(Curves("", "t", "y", (DECAY, GROWTH)))
    lines = [p for p in root.iter(f"{SPACE}path") if p.attrib.get("stroke-width") == "1.5"]
    assert len({line.attrib.get("stroke-dasharray") for line in lines}) == 2
    squares = [p for p in root.iter(f"{SPACE}path") if p.attrib["d"].count("L") == 3]
    # one marker more for each in the legend
    assert len(list(root.iter(f"{SPACE}circle"))) == len(DECAY.points) + 1
    assert len([p for p in squares if "fill" not in p.attrib]) == len(GROWTH.points) + 1


def test_darker_cells_have_larger_weights_and_none_hides_its_number() -> None:
    cells = list(parsed(HEAT_MAP).iter(f"{SPACE}rect"))[:4]
    darkness = [float(cell.attrib.get("fill-opacity", "0")) for cell in cells]
    assert sorted(darkness) == [darkness[3], darkness[0], darkness[1], darkness[2]]
    assert 0.3 < max(darkness) <= 0.45


def test_an_edge_through_another_node_goes_around_it() -> None:
    nodes = tuple(DiagramNode(name, name, (), place, 0) for place, name in enumerate("abc"))
    root = parsed(Diagram("", nodes, (DiagramEdge("a", "c", "skip"),)))
    curve = next(p for p in root.iter(f"{SPACE}path") if " C " in p.attrib["d"])
    numbers = [float(part.strip(",")) for part in curve.attrib["d"].split() if part not in "MC"]
    middle = (numbers[1] + 3 * numbers[3] + 3 * numbers[5] + numbers[7]) / 8
    box = [rectangle(element) for element in root.iter(f"{SPACE}rect")][1]
    assert middle < box.top


def test_a_long_label_of_an_edge_stands_below_in_lines() -> None:
    nodes = (DiagramNode("a", "a", (), 0, 0), DiagramNode("b", "b", (), 1, 0))
    root = parsed(Diagram("", nodes, (DiagramEdge("a", "b", "long " * 40),)))
    check_geometry(root)
    texts = [element.text or "" for element in root.iter(f"{SPACE}text")]
    assert texts[2].startswith("a → b: long long")
    assert sum(text.count("long") for text in texts) == 40
    assert float(root.attrib["width"]) < 400


@pytest.mark.parametrize("label", [*HOSTILE, "\ud800\ufffe\x00", "]]>"])
def test_hostile_labels_are_escaped_and_visible(label: str) -> None:
    nodes = (DiagramNode("a", label, (label,), 0, 0), DiagramNode("b", "b", (), 1, 0))
    pictures: list[Picture] = [
        Diagram(label, nodes, (DiagramEdge("a", "b", label),)),
        HeatMap(label, (label,), (label,), ((0.5,),), ((label,),)),
        Curves(label, label, label, (Series(label, ((0, 0), (1, 1))),)),
    ]
    for picture in pictures:
        root = parsed(picture)
        check_geometry(root)
        texts = "".join(element.text or "" for element in root.iter(f"{SPACE}text"))
        assert shown(label).replace(" ", "") in texts.replace(" ", "")


def check_nodes(root: ElementTree.Element) -> None:
    """No node reaches into another, and no label of an edge into a node."""
    boxes = [rectangle(element) for element in root.iter(f"{SPACE}rect")]
    texts = [text_box(element) for element in root.iter(f"{SPACE}text")]
    # a loss has a second border inside its first
    outer = [box for box in boxes if not within(box, boxes)]
    for one, other in combinations(outer, 2):
        assert not one.grown(-0.2).overlaps(other.grown(-0.2))
    for text in texts:
        for box in outer:
            assert not text.grown(-0.2).overlaps(box.grown(-0.2)) or within(text, [box.grown(0.2)])


def within(box: Box, boxes: list[Box]) -> bool:
    return any(
        other.left < box.left
        and box.right < other.right
        and other.top < box.top
        and box.bottom < other.bottom
        for other in boxes
    )


@settings(max_examples=60, deadline=None)
@given(diagrams())
def test_any_diagram_is_well_formed_and_shows_every_label(diagram: Diagram) -> None:
    root = parsed(diagram)
    check_geometry(root)
    check_nodes(root)
    texts = "".join(element.text or "" for element in root.iter(f"{SPACE}text"))
    for edge in diagram.edges:
        assert shown(edge.label).strip() in texts


@settings(max_examples=60, deadline=None)
@given(curve_pictures())
def test_any_curves_are_well_formed(curves: Curves) -> None:
    check_geometry(parsed(curves))
