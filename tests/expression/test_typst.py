from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trees import trees

from exsolve.errors import LanguageError
from exsolve.expression.printer import show
from exsolve.expression.tree import Node
from exsolve.expression.typst import typst

GAPS = "row-gap: #0.4em, column-gap: #0.8em"
WRITTEN = [
    ("x y", "x y"),
    ("12.5 x", "12.5 x"),
    (r"\alpha \Gamma", "α upright(Γ)"),
    (r"x = \mathrm{batch}", 'x ="batch"'),
    (r"\mathrm{patches} E", '"patches"#h(0.1667em) E'),
    (r"\mathrm{d}", "upright(d)"),
    (r"\mathbf{W}", '"𝐖"'),
    (r"\mathbb{R}", '"ℝ"'),
    (r"\ln 5", 'op("ln") 5'),
    (r"\operatorname{log\_softmax}", 'op("log_softmax")'),
    (r"\left(a, b\right)", "lr(paren.l a comma b paren.r)"),
    (r"\left.x\right|", 'lr(""x bar.v)'),
    (r"\left(a \middle| b\right)", "lr(paren.l a mid(bar.v) b paren.r)"),
    (r"\lVert x \rVert", 'class("opening", ‖) x class("closing", ‖)'),
    ("a = -b", "a = − b"),
    (r"p(x \mid y)", 'p paren.l x class("relation", ∣) y paren.r'),
    ("x_{1}^{2}", "attach(x, t: 2, b: 1)"),
    ("{x_1}_2", "attach(attach(x, b: 1), b: 2)"),
    (r"\frac{a}{b}", "frac(a, b)"),
    (r"\tfrac{a}{b}", "inline(frac(a, b))"),
    (r"\frac{}{b}", 'frac("", b)'),
    (r"\sqrt{x}", "sqrt(x)"),
    (r"\sqrt[3]{x}", "root(3, x)"),
    (r"\sum_{i}^{n}", "attach(∑, t: n, b: i)"),
    (r"\lim_{x}", 'attach(op("lim", limits: #true), b: x)'),
    (r"\hat{x}", "accent(x, hat)"),
    (r"a \, b", "a #h(0.1667em) b"),
    (r"a\text{ over rows}", 'a" over rows"'),
    (
        r"\begin{bmatrix} 1 & 2 \\ a & \end{bmatrix}",
        f'display(mat(delim: #("[", "]"), {GAPS}, 1, 2; a, ""))',
    ),
    (r"\begin{cases} a & b \\ n \end{cases}", "display(cases(a & #h(0.5em) b, n))"),
    (r"\begin{aligned} a &= b \\ &+ n \end{aligned}", 'a & = b \\ &""+ n'),
]


@pytest.mark.parametrize(("latex", "written"), WRITTEN, ids=[latex for latex, _ in WRITTEN])
def test_each_construct_is_written(latex: str, written: str) -> None:
    assert typst(latex) == written


_STRING = re.compile(r'"(?:[^"\\]|\\["\\]|\\u\{[0-9a-f]+\})*"')
_CODE = re.compile(
    r"#true|#-?[\d.]+em|#h\([\d.e-]+em\)|#\((?:none|), (?:none|)\)", re.ASCII
)  # the code that is ours; strings are taken out before


def assert_inert(text: str) -> None:
    """Outside of strings there is no code but our own, no raw bracket of content, no comment."""
    bare = _CODE.sub("", _STRING.sub("", text))
    assert not re.search(r'["#$\[\]{}`@<>/*~]', bare), text
    assert bare.count("(") == bare.count(")")
    # a bracket of half height is escaped, so that it does not match one of its own
    assert not re.search(r"\\(?![ ⌊⌋⌈⌉])", bare), text


def test_the_check_can_fail() -> None:
    for wrong in ("#eval", '"a', "a $ b", "[x]", "a \\# b", "f(x"):
        with pytest.raises(AssertionError):
            assert_inert(wrong)


@given(trees)
def test_whatever_the_printer_writes_is_inert_with_all_its_numbers(node: Node) -> None:
    latex = show(node, "latex")
    written = typst(latex)
    assert_inert(written)
    shown = _CODE.sub("", _STRING.sub("", written).replace(GAPS, ""))
    digits = re.findall(r"\d+(?:\.\d+)?|\.\d+", re.sub(r"\\(?:mathrm|text){[^}]*}", "", latex))
    assert sorted(re.findall(r"\d+(?:\.\d+)?|\.\d+", shown)) == sorted(digits)


HOSTILE = ["#eval", '"#eval("1")', "\\", '\\"', "$x$", "// a", "/* a", "@a", "`a`", "~", "[a]"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "around", ["{}", r"\text{{{}}}", r"\mathrm{{{}}}", r"\operatorname{{{}}}", r"\left({}\right)"]
)
def test_what_an_author_writes_is_never_code(text: str, around: str) -> None:
    try:
        written = typst(around.format(text.replace("#", r"\#")))
    except LanguageError:
        return  # shown as code instead
    assert_inert(written)


def test_hostile_words_are_strings() -> None:
    assert typst(r'\text{\#eval("a") \textbackslash{} \$}') == r'"#eval(\"a\") \\ $"'


@given(st.text(max_size=30))
def test_any_text_is_inert_or_refused(text: str) -> None:
    for latex in (text, rf"\text{{{text}}}"):
        try:
            written = typst(latex)
        except LanguageError:
            continue
        assert_inert(written)
