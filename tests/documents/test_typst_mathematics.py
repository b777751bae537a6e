"""Typst itself reads what is written for it."""

from __future__ import annotations

import pytest
import typst as compiler

from exsolve import limits
from exsolve.expression.typst import typst

LATEX = [
    r"\left(\frac{a, b}{c}\right)_{1, :}^{\top} + \left.x\right|_{0} \left\lVert x \right\rVert",
    r"\begin{aligned} a &= b + c && \text{(1)} \\ &+ d && \text{(2)} \end{aligned}",
    r"f(x) = \begin{cases} x & \text{if $x > 0$} \\ 0 & \text{else} \end{cases}",
    r"\begin{bmatrix} 1 & \\ \vdots & \ddots \end{bmatrix} \begin{matrix} a \\ b \end{matrix}",
    r"\left[\begin{aligned} a &= b \\ c &= d \end{aligned}\right]",
    r"\sum_{i}^{n} \prod\limits_i \int_0^1 \lim_{x \to 0} \max_i \operatorname*{arg\,max}_x",
    r"\hat{x} \bar{x} \tilde{x} \vec{x} \dot{x} \ddot{x} \check{x} \breve{x} \acute{x} \grave{x}",
    r"\mathring{x} \overline{ab} \underline{ab} \underbrace{a}_{b} \overbrace{a}^{b} \widehat{ab}",
    r"\mathbf{xy} \mathbb{R} \mathcal{N} \mathfrak{g} \mathsf{s} \mathtt{t} \boldsymbol{\theta}",
    r"\bigl( \Big| \biggr] a \bmod b \pmod{n} \binom{n}{k} \overset{d}{=} \underset{x}{y} x'' y'_1",
    r"a_{} {}^{2} \frac{}{} \sqrt{} \sqrt[3]{} \left(\right) \text{} \operatorname{}",
    r"; : ! ? @ . / \backslash \$ \% \# \& \_ < > | \{ \} * ~ '",
    r"\text{\#eval(1) \textbackslash{} \$ " + '" [a] // /* `` @a <b> _ * ~' + "}",
    r"1.5.5 .5x 2.x x.5 1..2",
    r"√2 \frac{√}{\lfloor} \sqrt{\langle} \rceil \hat{⌈} \left\lfloor x \right\rangle \bigl\lceil",
    r"a \displaystyle",
]


def pages(mathematics: str) -> int:
    """Pages of a document with the mathematics in a line and as a display."""
    source = f"${mathematics}$\n\n$ {mathematics} $\n"
    pdf = compiler.compile(source.encode())
    assert isinstance(pdf, bytes)
    return pdf.count(b"/Type /Page\n") or pdf.count(b"/Type/Page")


@pytest.mark.parametrize("latex", LATEX)
def test_each_construct_compiles(latex: str) -> None:
    assert pages(typst(latex)) > 0


@pytest.mark.parametrize("command", ["frac{1}{1+", "sqrt{", "left(", "mathbf{", "hat{"])
def test_as_deep_as_mathematics_may_be_compiles(command: str) -> None:
    depth = limits.MATHEMATICS_DEPTH // 2 - 1
    ending = r"\right)" if command == "left(" else "}"
    assert pages(typst(f"\\{command}" * depth + "x" + ending * depth)) > 0


def test_the_compiler_refuses_what_is_no_mathematics() -> None:
    with pytest.raises(compiler.TypstError):
        pages("frac(1")
