"""The HTML page: complete, valid, carrying everything itself, and nothing in a file acts in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import html5lib
import pytest

import exsolve
from exsolve.document import Block, Document, Group, Section
from exsolve.document.handouts import document
from exsolve.library import handout, load_text
from exsolve.render import text_of
from exsolve.render.html.breaking import pieces
from exsolve.render.html.widths import width
from exsolve.solution import Handout, Purpose, as_handout

PURPOSES: tuple[Purpose, ...] = ("solution", "key", "sheet")
CASES: list[tuple[str, Purpose]] = [
    ("uw-section-09", "solution"),
    ("uw-section-09", "key"),
    ("uw-section-09", "sheet"),
    ("mila-hw2-2022", "key"),
    ("nyu-hw4", "sheet"),
    ("least-norm", "key"),
]
LOADING = re.compile(
    r"https?://|//[a-z]|\ssrc\s*=|@import|url\(|<script|<link|<img|<iframe|\son\w+="
)


@cache
def made(name: str, purpose: Purpose) -> Handout:
    return handout([exsolve.load(name)], purpose)


@cache
def page(name: str, purpose: Purpose) -> str:
    return text_of(made(name, purpose), "html")


@cache
def tree(name: str, purpose: Purpose) -> Any:
    return parsed(page(name, purpose))


def parsed(text: str) -> Any:
    """The page as a strict parser reads it: any error of the text is an exception."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(text)


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def sections(inner: Document | Section) -> Iterator[Section]:
    blocks: tuple[Block, ...] = inner.sections if isinstance(inner, Document) else inner.blocks
    for block in blocks:
        if isinstance(block, Section):
            yield block
            yield from sections(block)


def groups(blocks: tuple[Block, ...]) -> Iterator[Group]:
    for block in blocks:
        if isinstance(block, Group):
            yield block
        if isinstance(block, Group | Section):
            yield from groups(block.blocks)


@pytest.mark.parametrize(("name", "purpose"), CASES)
def test_every_section_stands_in_the_page_under_its_anchor(name: str, purpose: Purpose) -> None:
    found = tree(name, purpose)
    ids = {one.get("id"): one for one in found.iter() if one.get("id")}
    cover = words(next(one for one in found.iter("header") if one.get("class") == "cover"))
    title = made(name, purpose).title
    for section in sections(document(made(name, purpose))):
        # the heading of the only set or exercise of a handout is that of the page
        alone = section.role in ("set", "exercise") and section.title in ("", title)
        shown = cover if alone else words(ids[section.anchor])
        assert section.title in shown
        assert section.label in shown
        assert section.points in shown


@pytest.mark.parametrize("name", ["uw-section-09", "mila-hw2-2022", "least-norm"])
def test_every_step_folds_and_is_open(name: str) -> None:
    wanted = Counter(group.role for group in groups(document(made(name, "key")).sections))
    folds = [one for one in tree(name, "key").iter("details") if one.get("class")]
    assert Counter(fold.get("class") for fold in folds) == wanted
    assert wanted["answer"] > 0
    for fold in folds:
        assert fold.get("open") is not None
        assert fold[0].tag == "summary"
        assert words(fold[0])


@pytest.mark.parametrize("name", ["uw-section-09", "nyu-hw4"])
def test_a_worksheet_has_no_answers_and_the_form(name: str) -> None:
    found = tree(name, "sheet")
    assert [one.get("class") for one in found.iter("details")] == [None]
    forms = [one for one in found.iter("pre") if one.get("class") == "form"]
    assert len(forms) == 1
    assert f"# {made(name, 'sheet').contents[0].exercises[0].solution.exercise}" in words(forms[0])


@pytest.mark.parametrize(("name", "purpose"), CASES)
def test_ids_are_unique_and_links_lead_somewhere(name: str, purpose: Purpose) -> None:
    found = tree(name, purpose)
    ids = Counter(element.get("id") for element in found.iter() if element.get("id"))
    assert set(ids.values()) == {1}
    contents = next(one for one in found.iter("nav") if one.get("class") == "contents")
    targets = [link.get("href") for link in contents.iter("a")]
    assert {target.removeprefix("#") for target in targets} <= set(ids)
    parts = {one.anchor for one in sections(document(made(name, purpose))) if one.role == "part"}
    assert {f"#{anchor}" for anchor in parts} <= set(targets)


@pytest.mark.parametrize(("name", "purpose"), CASES)
def test_headings_go_down_one_level_at_a_time(name: str, purpose: Purpose) -> None:
    levels = [
        int(one.tag[1]) for one in tree(name, purpose).iter() if re.match(r"h[1-6]$", one.tag)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(("name", "purpose"), CASES)
def test_boxes_that_scroll_have_a_name_and_tables_have_heads(name: str, purpose: Purpose) -> None:
    found = tree(name, purpose)
    for element in found.iter():
        if element.get("tabindex"):
            assert (element.get("tabindex"), element.get("role")) == ("0", "group")
            assert element.get("aria-label")
    for table in found.iter("table"):
        assert {head.get("scope") for head in table.iter("th")} == {"col", "row"}


@pytest.mark.parametrize(("name", "purpose"), CASES)
def test_nothing_is_fetched(name: str, purpose: Purpose) -> None:
    assert LOADING.search(page(name, purpose)) is None


def test_the_browser_is_told_to_fetch_nothing() -> None:
    metas = {
        one.get("http-equiv"): one.get("content")
        for one in tree("uw-section-09", "key").iter("meta")
    }
    assert metas["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "script-src" not in metas["Content-Security-Policy"]


def test_the_same_handout_gives_the_same_bytes() -> None:
    fresh = handout([exsolve.load("uw-section-09")], "key")
    assert text_of(fresh, "html") == page("uw-section-09", "key")


def test_the_language_the_screen_and_the_title_are_said() -> None:
    found = tree("uw-section-09", "key")
    assert found.get("lang") == "en"
    assert any(one.get("name") == "viewport" for one in found.iter("meta"))
    assert [words(one) for one in found.iter("title")] == ["CNNs, RNNs and attention — Answer key"]
    assert [one.tag for one in found.find("body") if one.tag in ("nav", "main", "footer")] == [
        "nav",
        "main",
        "footer",
    ]


HOSTILE = """
id: hostile
kind: formulas
title: A </title><script>alert(1)</script> & "title" &lt;b&gt;
about: |
  About </style><script>alert(2)</script> &lt; and ![picture](https://evil.example/x.png)
  <img src=x onerror=alert(3)>
givens:
  x: {value: 2, note: "Note <b onclick='x'>bold</b> </details>"}
define:
  y: {formula: x + 1, note: "</summary></math><script>alert(6)</script>"}
parts:
  - id: a
    ask: "Ask <script>alert(4)</script> </h2> \\" onload=alert(5)"
    points: 1
    answers: [y]
    rubric:
      - {points: 1, text: "</li></ul><svg onload=alert(7)>"}
"""


@pytest.mark.parametrize("purpose", PURPOSES)
def test_text_of_a_file_does_not_act(purpose: Purpose) -> None:
    text = text_of(handout([load_text(HOSTILE.encode(), "hostile.yaml")], purpose), "html")
    found = parsed(text)
    names = {element.tag for element in found.iter() if isinstance(element.tag, str)}
    assert names.isdisjoint({"script", "img", "iframe", "object", "b", "form"})
    for element in found.iter():
        assert not [name for name in element.attrib if name.startswith("on") or name == "src"]
    assert len(list(found.iter("style"))) == 1
    shown = words(found)
    assert "</title><script>alert(1)</script>" in shown
    assert "&lt;b&gt;" in shown
    assert "<script>alert(4)</script>" in shown
    if purpose == "key":
        assert "<svg onload=alert(7)>" in shown
        assert "</summary></math><script>alert(6)</script>" in shown


def test_a_link_of_the_author_leads_out_and_nothing_else_does() -> None:
    text = HOSTILE.replace("About ", "See [the paper](https://example.org/paper). ")
    solution = load_text(text.encode(), "hostile.yaml").solve()
    found = parsed(text_of(as_handout(solution), "html"))
    links = [one.get("href") for one in found.iter("a") if not one.get("href").startswith("#")]
    assert links == ["https://example.org/paper"]


LONG = " + ".join(rf"\left(a_{{{place}}} \cdot b_{{{place}}}\right)^{{2}}" for place in range(20))


def test_a_long_sum_is_cut_between_its_terms() -> None:
    cut = pieces(LONG, 15, 36)
    assert len(cut) == 20
    assert max(map(width, cut)) < 15
    assert "".join(cut).replace("{} ", "").replace(" ", "") == LONG.replace(" ", "")


def test_long_arguments_are_cut_at_their_commas() -> None:
    arguments = ", ".join(rf"\frac{{a_{{{place}}}}}{{b}} + 1" for place in range(12))
    cut = pieces(rf"\max\left({arguments}\right)^{{2}}", 15, 36)
    assert len(cut) == 12
    assert cut[0].startswith(r"\max\Bigl(")
    assert cut[-1].endswith(r"\Bigr)^{2}")
    assert all(width(piece) < 15 for piece in cut)


def test_what_is_narrow_or_cannot_be_cut_stays_whole() -> None:
    assert pieces("a + b", 15, 36) == ["a + b"]
    matrix = r"\begin{bmatrix} " + " & ".join(["1000000"] * 20) + r" \end{bmatrix}"
    assert width(matrix) > 36
    assert pieces(matrix, 15, 36) == [matrix]


def test_a_very_long_number_is_cut_between_digits() -> None:
    number = str(3**200)
    cut = pieces(number, 15, 36)
    assert "".join(cut) == number
    assert len(cut) == 10


def test_lines_are_cut_at_relations_before_sums_and_never_inside_of_a_norm() -> None:
    cut = pieces(r"\lVert X w - y \rVert^{2} + \lambda \geq c + d", 6, 36)
    assert cut == [r"\lVert X w - y \rVert^{2}", r"{} + \lambda", r"{} \geq c + d"]


def test_brackets_in_brackets_are_opened_once() -> None:
    nested = "x"
    for place in range(90):
        nested = rf"\left(a_{{{place}}} + {nested}\right)"
    cut = pieces(nested, 15, 36)
    assert "".join(cut).count("+") == 90
    assert len(cut) <= 91
