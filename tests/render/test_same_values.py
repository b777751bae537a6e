"""The formats show the same numbers: each answer of each shipped exercise, cell by cell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
from shipped import solved

from exsolve.catalogue import files
from exsolve.render import text_of

IDS = [file.stem for file in files()]
SIGNS = {r"\allowbreak": "", r"\cdot": "⋅", r"\approx": "≈", r"\left": "", r"\right": "", "-": "−"}
NUMBER = re.compile(r"(?P<sign>-?)(?P<above>[\d.]+)(/(?P<below>\d+))?(e(?P<power>-?\d+))?|[A-Z]")


def squeezed(latex: str) -> str:
    """LaTeX without blanks, sizes of brackets and places to break; its signs as in MathML."""
    for written, sign in SIGNS.items():
        latex = latex.replace(written, sign)
    return re.sub(r"\s+", "", latex)


def read(element: Any) -> str:
    """MathML as squeezed LaTeX; what is no fraction, index, power or table stands as its text."""
    children = [read(child) for child in element]
    match element.tag.rpartition("}")[2]:
        case "mfrac":
            return r"\frac{{{}}}{{{}}}".format(*children)
        case "msup":
            return "{}^{{{}}}".format(*children)
        case "msub":
            return "{}_{{{}}}".format(*children)
        case "mtr":
            return "&".join(children)
        case "mtable":
            return r"\\".join(children)
    return squeezed(element.text or "") + "".join(children)


def shown_in(format_name: str, exercise: str) -> str:
    """The mathematics of a document, one after the other, each between two line breaks."""
    text = text_of(solved(exercise), format_name)
    if format_name == "html":
        page = html5lib.parse(text, namespaceHTMLElements=False)
        found = [read(one) for one in page.iter() if one.tag.endswith("math")]
    elif format_name == "markdown":
        blocks = re.findall(r"\$\$(.*?)\$\$|\$(.+?)\$", text, re.DOTALL)
        found = [squeezed(displayed or inline) for displayed, inline in blocks]
    else:
        found = [squeezed(text.partition(r"\begin{document}")[2])]
    return "\n{}\n".format("\n".join(found))


def cell(text: str) -> str | None:
    """A number of the answer key as squeezed LaTeX, by rules of this test's own."""
    number = NUMBER.fullmatch(text)
    if number is None or text.isalpha():
        return number and text
    above, below, power = number["above"], number["below"], number["power"]
    size = rf"\frac{{{above}}}{{{below}}}" if below else above
    return squeezed(number["sign"] + size + (rf"\cdot10^{{{power}}}" if power else ""))


def rows(cells: list[Any]) -> Iterator[list[str | None]]:
    """The rows of an array of any number of axes, cells that are no plain number as None."""
    if isinstance(cells[0], list):
        for inner in cells:
            yield from rows(inner)
    else:
        yield [None if one is None else cell(one) for one in cells]


def holds(text: str, shown: list[str]) -> bool:
    """Whether a row stands in the text, in brackets of any kind; equal cells may be told once."""
    edge = r"(?![\d.])"
    for between in ("&", ",", r"\\"):
        if re.search(r"(?<![\d.])" + re.escape(between.join(shown)) + edge, text):
            return True
    return len(set(shown)) == 1 and bool(re.search(rf"[\n=]{re.escape(shown[0])}{edge}", text))


def answers(exercise: str) -> Iterator[tuple[str, Any]]:
    for part in json.loads(text_of(solved(exercise), "json"))["parts"]:
        for step in part["steps"]:
            if step["name"] in part["answers"] and "exact" in step["value"]:
                yield step["name"], step["value"]


@pytest.mark.parametrize("exercise", IDS)
def test_every_cell_of_every_answer_stands_in_all_formats_alike(exercise: str) -> None:
    texts = {name: shown_in(name, exercise) for name in ("html", "latex", "markdown")}
    for answer, value in answers(exercise):
        for kind in ("exact", "decimal"):
            cells = value[kind] if value["shape"] else [value[kind]]
            for row in rows(cells):
                shown = [one for one in row if one is not None]
                for name, text in texts.items():
                    assert len(shown) < len(row) or holds(text, shown), (answer, kind, name, row)


def test_a_lost_sign_or_a_lost_numerator_is_seen() -> None:
    key = [str(cell(one)) for one in ("-4/5", "3", "-1.5e-7")]
    assert key == [r"−\frac{4}{5}", "3", "−1.5⋅10^{−7}"]
    for shown in ("−<mn>4</mn>", "<mfrac><mn>4</mn><mn>5</mn></mfrac>"):
        wrong = html5lib.parse(f"<math>{shown}</math>", namespaceHTMLElements=False)
        assert not holds(f"\n={read(wrong)}\n", key[:1])
    assert holds("[" + "&".join(key) + "]", key)
    assert not holds(r"[\frac{4}{5}&3&−1.5⋅10^{−7}]", key)
    assert not holds("[" + "&".join(key[:2]) + "&−1.5]", key)
