"""Pictures compiled by pdflatex: no errors, nothing over the margin, letters inside their room."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

import exsolve
from documents.programs import program
from exsolve.catalogue import files
from exsolve.drawing.pictures import (
    Curves,
    Diagram,
    DiagramEdge,
    DiagramNode,
    HeatMap,
    Picture,
    Series,
)
from exsolve.drawing.placed import placed
from exsolve.drawing.placed.elements import Text
from exsolve.drawing.tikz import TEXT_WIDTH, tikz
from exsolve.expression.tree import Name
from exsolve.library import Exercise

pytestmark = pytest.mark.documents

NODE = re.compile(r"\\node\[label, [^\]]*\] at \S+ \{(.*)\};")
LEAN = 0.5
"""Points by which TeX widens the box of a slanted capital for what might follow."""
LETTERS = r"\normalfont\fontsize{10}{12}\selectfont"
HOSTILE = (r"\input{x}", "$x$", "50% #1", "a & b", "x^2_1~", "}{", r"\end{tikzpicture}")
UNUSUAL = ("<b>|", "注意力 \n", "∇ ≈ é, f₂₁ 界", "\x1b[31m\u202e")


def compiled(body: str, folder: Path) -> str:
    """What pdflatex says of a document with this body, which it must accept."""
    source = folder / "picture.tex"
    packages = r"\usepackage[T1]{fontenc}\usepackage{lmodern,amsmath,amssymb,tikz}"
    preamble = rf"\documentclass[a4paper]{{article}}{packages}"
    width = rf"\setlength{{\textwidth}}{{{TEXT_WIDTH}pt}}\setlength{{\parindent}}{{0pt}}"
    source.write_text(
        f"{preamble}\n{width}\n\\begin{{document}}\n{body}\n\\end{{document}}\n", encoding="utf-8"
    )
    command = [program("pdflatex"), "-halt-on-error", "-interaction=nonstopmode", source.name]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    said = run.stdout.decode("utf-8", "replace").replace("\n", " ")
    assert run.returncode == 0, said[-2000:]
    return said


@cache
def shipped() -> list[Picture]:
    """The pictures of all shipped exercises."""
    found: list[Picture] = []
    for file in files():
        loaded = exsolve.load(file.stem)
        if isinstance(loaded, Exercise):
            parts = loaded.solve().parts
            found += [one for part in parts for shown in part.evidence for one in shown.pictures]
    return found


def hostile(label: str) -> list[Picture]:
    nodes = (DiagramNode("a", label, (label,)), DiagramNode("b", "b", (), 1, 0))
    return [
        Diagram(label, nodes, (DiagramEdge("a", "b", label),)),
        HeatMap(label, (label,), (label,), ((0.5,),), ((label,),)),
        Curves(label, label, label, (Series(label, ((0, 0), (1, 1))),)),
    ]


def wide() -> Diagram:
    nodes = tuple(DiagramNode(str(n), Name(f"h_{n}"), ("≈ 0.123456",), n, 0) for n in range(9))
    edges = tuple(DiagramEdge(str(n), str(n + 1), Name("U")) for n in range(8))
    return Diagram("A wide picture", nodes, edges)


def test_pictures_of_shipped_exercises_compile_inside_the_margins(tmp_path: Path) -> None:
    pictures = [*shipped(), wide()]
    assert {type(picture) for picture in pictures} == {Diagram, HeatMap, Curves}
    said = compiled("\n\n".join(map(tikz, pictures)), tmp_path)
    assert "Overfull" not in said
    assert "Missing character" not in said


def test_labels_that_look_like_commands_compile_as_text(tmp_path: Path) -> None:
    pictures = [picture for label in HOSTILE + UNUSUAL for picture in hostile(label)]
    assert "Overfull" not in compiled("\n\n".join(map(tikz, pictures)), tmp_path)


def test_letters_are_no_wider_than_their_room(tmp_path: Path) -> None:
    rooms = []
    measured = []
    unusual = [picture for label in UNUSUAL for picture in hostile(label)]
    for picture in [*shipped(), wide(), *unusual]:
        texts = [element for element in placed(picture).elements if isinstance(element, Text)]
        contents = NODE.findall(tikz(picture))
        for text, content in zip(texts, contents, strict=True):
            # 10 points of TeX are 14 units of the layout
            rooms.append((content, text.box.width * 10 / 14))
            measured.append(rf"\setbox0=\hbox{{{LETTERS} {content}}}\typeout{{wide \the\wd0.}}")
    said = compiled("\n".join(measured), tmp_path)
    widths = [float(width) for width in re.findall(r"wide ([\d.]+)pt\.", said)]
    assert len(widths) > 100
    for (content, room), width in zip(rooms, widths, strict=True):
        assert 0 < width <= room + LEAN, content
