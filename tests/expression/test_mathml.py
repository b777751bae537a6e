from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trees import trees

from exsolve.errors import LanguageError
from exsolve.expression.mathml import mathml
from exsolve.expression.printer import show
from exsolve.expression.tree import Node

ELEMENTS = frozenset(
    {"math", "mi", "mn", "mo", "mtext", "mspace", "mrow", "mfrac", "msqrt", "mroot", "mstyle"}
    | {"msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd"}
)
CHILDREN = {
    "mfrac": 2,
    "mroot": 2,
    "msub": 2,
    "msup": 2,
    "msubsup": 3,
    "munder": 2,
    "mover": 2,
    "munderover": 3,
}
"""What MathML Core demands."""

GAP = '<mspace width="0.1667em"/>'
TIGHT = ' lspace="0" rspace="0"'
WRITTEN = [
    ("x", "<mi>x</mi>"),
    ("12.5", "<mn>12.5</mn>"),
    (r"\mathrm{batch}", "<mi>batch</mi>"),
    (r"\mathrm{patches} E", f"<mi>patches</mi>{GAP}<mi>E</mi>"),
    (r"\mathrm{d}", '<mi mathvariant="normal">d</mi>'),
    (r"\Delta", '<mi mathvariant="normal">Δ</mi>'),
    (r"\nabla", '<mi mathvariant="normal">∇</mi>'),
    (r"\mathbf{W}", "<mi>𝐖</mi>"),
    (r"\mathbb{R}", "<mi>ℝ</mi>"),
    (r"\mathcal{N}", "<mi>𝒩</mi>"),
    (r"\mathit{ab}", "<mi>a</mi><mi>b</mi>"),
    (r"\ln 5", f"<mi>ln</mi>{GAP}<mn>5</mn>"),
    (r"2 \ln x", f"<mn>2</mn>{GAP}<mi>ln</mi>{GAP}<mi>x</mi>"),
    (
        r"\operatorname{f}\left(x\right)",
        '<mi mathvariant="normal">f</mi><mo>\u2061</mo><mrow><mo stretchy="false">(</mo>'
        '<mi>x</mi><mo stretchy="false">)</mo></mrow>',
    ),
    (
        r"\left(\frac{a}{b}\right)",
        '<mrow><mo stretchy="true">(</mo><mfrac><mi>a</mi><mi>b</mi></mfrac>'
        '<mo stretchy="true">)</mo></mrow>',
    ),
    ("a - b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
    ("-a", "<mo>−</mo><mi>a</mi>"),
    ("a = -b", '<mi>a</mi><mo>=</mo><mo form="prefix">−</mo><mi>b</mi>'),
    (
        "x_{i+1}",
        f"<msub><mi>x</mi><mrow><mi>i</mi><mo{TIGHT}>+</mo><mn>1</mn></mrow></msub>",
    ),
    ("a, b", '<mi>a</mi><mo rspace="0.2778em">,</mo><mi>b</mi>'),
    ("x_{i,j}", "<msub><mi>x</mi><mrow><mi>i</mi><mo>,</mo><mi>j</mi></mrow></msub>"),
    ("x^{2}", "<msup><mi>x</mi><mn>2</mn></msup>"),
    ("x_1^2", "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>"),
    ("x'", f"<mrow><mi>x</mi><mo{TIGHT}>′</mo></mrow>"),
    (r"\sqrt{a b}", "<msqrt><mi>a</mi><mi>b</mi></msqrt>"),
    (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
    (r"\sum_{i}^{n}", "<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>"),
    (r"\int_{0}^{1}", "<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>"),
    (r"\lim_{x}", f'<munder><mo movablelimits="true"{TIGHT}>lim</mo><mi>x</mi></munder>'),
    (
        r"\hat{x}",
        '<mover accent="true"><mi>x</mi>'
        '<mo stretchy="false" style="padding-bottom:0.12em">ˆ</mo></mover>',
    ),
    (r"\text{ if }", "<mtext>\u00a0if\u00a0</mtext>"),
    (
        r"\begin{bmatrix} 1 & 2 \end{bmatrix}",
        "<mrow><mo>[</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>"
        "<mo>]</mo></mrow>",
    ),
    (
        r"\begin{aligned} &+ b \end{aligned}",
        '<mtable displaystyle="true"><mtr><mtd style="text-align:right;padding-right:0"></mtd>'
        '<mtd style="text-align:left;padding-left:0"><mo form="infix">+</mo><mi>b</mi></mtd>'
        "</mtr></mtable>",
    ),
    ("a < b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
]


@pytest.mark.parametrize(("latex", "inside"), WRITTEN, ids=[latex for latex, _ in WRITTEN])
def test_each_construct_is_written(latex: str, inside: str) -> None:
    assert mathml(latex) == f"<math>{inside}</math>"


def test_a_display_is_a_block() -> None:
    assert mathml("x", display=True) == '<math display="block"><mi>x</mi></math>'


def assert_well_formed(text: str) -> ElementTree.Element:
    """Well-formed XML, of Core's elements only, each with as many children as it must have."""
    root = ElementTree.fromstring(text)
    assert root.tag == "math"
    for element in root.iter():
        assert element.tag in ELEMENTS
        assert len(element) == CHILDREN.get(element.tag, len(element)), element.tag
        holds_text = element.tag in ("mi", "mn", "mo", "mtext")
        assert holds_text == bool(element.text), text
    return root


def test_the_check_can_fail() -> None:
    for wrong in ("<math><mi>x</math>", "<math><script/></math>", "<math><mfrac/></math>"):
        with pytest.raises((AssertionError, ElementTree.ParseError)):
            assert_well_formed(wrong)


@given(trees)
def test_whatever_the_printer_writes_is_well_formed_with_all_its_numbers(node: Node) -> None:
    latex = show(node, "latex")
    root = assert_well_formed(mathml(latex))
    shown = [element.text for element in root.iter("mn")]
    digits = re.findall(r"\d+(?:\.\d+)?|\.\d+", re.sub(r"\\(?:mathrm|text){[^}]*}", "", latex))
    assert shown == digits


HOSTILE = ["<script>alert(1)</script>", "&amp;", "]]>", '"><b>', "' onload='", "&#60;", "<!--"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "around", ["{}", r"\text{{{}}}", r"\mathrm{{{}}}", r"\operatorname{{{}}}", r"\left({}\right)"]
)
def test_what_an_author_writes_is_never_markup(text: str, around: str) -> None:
    escaped = text.replace("&", r"\&").replace("#", r"\#")
    try:
        written = mathml(around.format(escaped))
    except LanguageError:
        return  # shown as code instead
    words = "".join(assert_well_formed(written).itertext())
    assert {letter for letter in text if letter.isalnum()} <= set(words)


def test_hostile_words_are_shown_as_they_are() -> None:
    root = assert_well_formed(mathml(r"\text{<script>\&amp;]]>}"))
    assert "".join(root.itertext()) == "<script>&amp;]]>"


@given(st.text(max_size=30))
def test_any_words_are_shown_or_refused(words: str) -> None:
    try:
        written = mathml(rf"\text{{{words}}}")
    except LanguageError:
        return
    assert_well_formed(written)


def test_the_depth_of_elements_stays_below_what_browsers_nest() -> None:
    deepest = r"\left(1+" * 198 + "x" + r"\right)" * 198
    depth = greatest = 0
    for tag in re.findall(r"</?m", mathml(deepest)):
        depth += -1 if tag[1] == "/" else 1
        greatest = max(greatest, depth)
    assert 200 < greatest < 512
