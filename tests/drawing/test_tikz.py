"""Pictures for LaTeX: every label once and inert, nothing outside, never wider than the text."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from sample_pictures import curve_pictures, diagrams, messages, recurrent

from exsolve.drawing.pictures import (
    Curves,
    Diagram,
    DiagramEdge,
    DiagramNode,
    HeatMap,
    Label,
    Picture,
    Series,
)
from exsolve.drawing.placed import placed
from exsolve.drawing.placed.elements import Text
from exsolve.drawing.tikz import TEXT_WIDTH, tikz
from exsolve.expression.tree import Name

NODE = re.compile(r"\\node\[label, anchor=(base(?: west| east)?)\] at (\(\S+\)) \{(.*)\};")
PATH = re.compile(r"\\path\[(.*?)\] (.*);")
COORDINATES = re.compile(r"\((-?[\d.]+),(-?[\d.]+)\)")
HEAT_MAP = HeatMap(
    "Attention",
    ("The", "panda"),
    ("one", "two"),
    ((0.25, 0.75), (1.0, 0.0)),
    (("0.25", "0.75"), ("1.00", "1.5e-9")),
)
CURVES = Curves(
    "Gradients",
    Name("t"),
    "size",
    (Series("decay", ((0, 1), (9, 0.1))), Series("growth", ((0, 1), (9, 100)))),
    True,
)
PICTURES: list[Picture] = [
    recurrent(),
    recurrent(3, values=True, targets=True),
    recurrent(12, values=True),
    messages(),
    HEAT_MAP,
    CURVES,
]


def one_node(label: Label) -> Diagram:
    return Diagram("", (DiagramNode("a", label),), ())


def contents(picture: Picture) -> list[str]:
    """What stands in the picture's nodes."""
    return [content for _, _, content in NODE.findall(tikz(picture))]


def unit(text: str) -> float:
    """Points to a unit, the same across and upwards."""
    across, upwards = re.findall(r"\b[xy]=([\d.]+)pt", text)
    assert across == upwards
    return float(across)


def size(text: str) -> tuple[float, float]:
    found = re.search(
        r"\\path\[use as bounding box\] \(0,0\) rectangle \(([\d.]+),([\d.]+)\);", text
    )
    assert found is not None
    return float(found[1]), float(found[2])


def check(picture: Picture) -> None:
    """Whole statements, one to a line; every point inside what the picture takes of the page."""
    text = tikz(picture)
    first, second, *lines, last = text.splitlines()
    assert first.startswith(r"\begin{tikzpicture}[x=")
    assert second.endswith("]")
    assert last == r"\end{tikzpicture}"
    width, height = size(text)
    assert width * unit(text) <= TEXT_WIDTH
    for line in lines:
        node, path = NODE.fullmatch(line), PATH.fullmatch(line)
        assert (node is None) != (path is None), line
        points = COORDINATES.findall(node[2] if node else path[2] if path else "")
        assert points
        for x, y in points:
            # coordinates are rounded to a decimal
            assert -0.1 <= float(x) <= width + 0.1
            assert -0.1 <= float(y) <= height + 0.1


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.title)
def test_whole_statements_with_all_points_inside(picture: Picture) -> None:
    check(picture)
    assert tikz(picture) == tikz(picture)


@settings(max_examples=60, deadline=None)
@given(diagrams() | curve_pictures())
def test_any_picture_is_whole_and_inside(picture: Picture) -> None:
    check(picture)


def test_every_label_of_a_diagram_stands_there_once_as_mathematics() -> None:
    wanted = Counter([r"\textbf{The unrolled network}", "$h_{0}$", "$L$"])
    for t in range(1, 4):
        wanted.update(f"${name}_{{{t}}}$" for name in "xhyL")
        wanted.update(["$W$", "$U$", "$V$"])
    assert Counter(contents(recurrent())) == wanted


def test_every_label_of_a_heat_map_stands_there_once() -> None:
    cells = ["$0.25$", "$0.75$", "$1.00$", r"$1.5\cdot 10^{-9}$"]
    names = [r"\textbf{Attention}", "The", "panda", "one", "two"]
    assert Counter(contents(HEAT_MAP)) == Counter([*cells, *names, "$0$", "$1$"])


def test_labels_and_ticks_of_curves() -> None:
    found = contents(CURVES)
    for label in ("$t$", "size", "decay", "growth", "$10^{-1}$", "$10^{2}$"):
        assert found.count(label) == 1


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        ("-2", "$-2$"),
        ("≈ [0.62, -0.5]", r"$\approx [0.62, -0.5]$"),
        ("∇ [-4/5, 1]", r"$\nabla [-4/5, 1]$"),
        ("1e-12", r"$1\cdot 10^{-12}$"),
        ("2e+3", r"$2\cdot 10^{3}$"),
        ("[]", "{[}{]}"),
        ("e5", "e5"),
    ],
)
def test_numbers_are_set_as_mathematics(label: str, wanted: str) -> None:
    assert contents(one_node(label)) == [wanted]


@pytest.mark.parametrize(
    "label",
    [
        r"\input{x}",
        "$x$",
        "50%",
        "#1",
        "a & b",
        "x^2_1~",
        "}{",
        r"\end{tikzpicture}",
        r"];\node{",
        "\\",
        "\n\n",
    ],
)
def test_nothing_in_a_label_acts(label: str) -> None:
    pictures: list[Picture] = [
        Diagram(
            label,
            (DiagramNode("a", label, (label,)), DiagramNode("b", "b", (), 1, 0)),
            (DiagramEdge("a", "b", label),),
        ),
        HeatMap(label, (label,), (label,), ((0.5,),), ((label,),)),
        Curves(label, label, label, (Series(label, ((0, 0), (1, 1))),)),
    ]
    for picture in pictures:
        check(picture)
        for content in contents(picture):
            if re.fullmatch(r"\$[0-9.]+\$", content):
                continue
            content = re.sub(r"^\\textbf\{(.*)\}$", r"\1", content)
            plain = re.sub(r"^\\resizebox\{[^{}]*\}\{!\}\{(.*)\}$", r"\1", content)
            plain = re.sub(r"\\text[a-z]+(\{\}| )|\\[#$%&_{}]|\{[\[\]]\}", "", plain)
            assert not set(plain) & set("\\#$%&_{}^~"), content


def test_what_latex_may_have_to_describe_is_made_as_narrow_as_its_room() -> None:
    (content,) = contents(one_node("注意力"))
    (room,) = set(re.findall(r"([\d.]+)pt", content))
    assert content.startswith(rf"\resizebox{{\ifdim\width>{room}pt {room}pt\else\width\fi}}{{!}}{{")
    (text,) = (one for one in placed(one_node("注意力")).elements if isinstance(one, Text))
    assert float(room) == pytest.approx(text.box.width * 10 / 14, abs=0.05)
    assert contents(one_node("attention")) == ["attention"]


def test_a_wide_picture_is_made_smaller_with_its_letters() -> None:
    narrow, wide = tikz(messages()), tikz(recurrent(12, values=True))
    assert (unit(narrow), ", scale=1.000]" not in narrow) == (0.7142, True)
    width, _ = size(wide)
    assert TEXT_WIDTH - 1 < unit(wide) * width <= TEXT_WIDTH
    (scale,) = re.findall(r"scale=([\d.]+)", wide)
    assert float(scale) == pytest.approx(unit(wide) / unit(narrow), abs=0.001)


def test_only_black_and_greys() -> None:
    for picture in PICTURES:
        colours = re.findall(r"(?:draw|fill)=([^,\]]+)", tikz(picture))
        assert colours
        assert all(re.fullmatch(r"black(!\d+)?", colour) for colour in colours)


def test_darker_cells_have_larger_weights() -> None:
    cells = re.findall(r"black!35[^\]]*?(?:fill=black!(\d+))?\]", tikz(HEAT_MAP))[:4]
    darkness = [int(cell or 0) for cell in cells]
    assert sorted(darkness) == [darkness[3], darkness[0], darkness[1], darkness[2]]
