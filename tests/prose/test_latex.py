"""Prose as LaTeX; what pdfLaTeX makes of it is in tests/documents."""

from __future__ import annotations

import re

import pytest

from exsolve.prose.latex import (
    latex,
    latex_code,
    latex_line,
    latex_mathematics,
    latex_text,
)
from prose.texts import hostile

PLAIN = {
    r"\input{a} #1 50% x_y a&b $c$ d^e ~": (
        r"\textbackslash{}input\{a\} \#1 50\% x\_y a\&b \$c\$ d\textasciicircum{}e "
        r"\textasciitilde{}"
    ),
    "say \"a\" and 'b', it's": "say “a” and ‘b’, it’s",
    "a -- b --- c": "a -{}- b -{}-{}- c",
    "?` << >>": r"?\textasciigrave{} <{}< >{}>",
    "[a]": "{[}a{]}",
    "σ − α ≤ ∞": (
        r"\ensuremath{\sigma} \ensuremath{-} \ensuremath{\alpha} \ensuremath{\leq} "
        r"\ensuremath{\infty}"
    ),
    "é ű — … × →": "é ű — … × →",
    "x⁻¹₂ Kᵀ": (r"x\textsuperscript{\ensuremath{-}1}\textsubscript{2} K\textsuperscript{T}"),
    "x\u0302 ά": r"\^{x} \ensuremath{\acute{\alpha}}",
    "ế ẽ": r"\leavevmode\'{\^{e}} \~{e}",
    "中文 Ж": "{[}U+4E2D U+6587{]} {[}U+0416{]}",
    "😀": "{[}grinning face{]}",
    "\x1b\u202e": "{[}symbol for escape{]}(U+202E)",
    "𝐱 𝔸 ﬁ Ａ": r"\ensuremath{\mathbf{x}} \ensuremath{\mathbb{A}} fi A",
}
BLOCKS = {
    'a *b* **c** `d  e--f"`': (r"a \emph{b} \textbf{c} \texttt{d~~e-{}-f\textquotedbl{}}"),
    "3. [a]\n4. b": (
        "\\begin{enumerate}\n\\setcounter{enumi}{2}\n\\item {[}a{]}\n\\item b\n\\end{enumerate}"
    ),
    "- a": "\\begin{itemize}\n\\item a\n\\end{itemize}",
    "[a](http://b.c/d_e#f%20g)": r"\href{http://b.c/d\%5Fe\#f\%20g}{a}",
    "$\\input{a}$": r"\texttt{\$\textbackslash{}input\{a\}\$}",
    "$50\\%$": r"$50\%$",
    "$x_\\frac12 \\lt y$": r"$x_{\frac{1}{2}} < y$".replace(" <", " < "),
    "$x' ^2 y' '$": r"$x'^{2} y''$",
    "$$x$$": r"\[x\]",
    "$$x^2\\ $$": r"\[x^{2}\ \]",
    "|a|b|\n|-|:-:|\n|*|[c]|": (
        "\\begin{center}\n\\begin{tabular}{lc}\n\\hline\n\\textbf{a} & \\textbf{b} \\\\[0pt]\n"
        "\\hline\n* & {[}c{]} \\\\[0pt]\n\\hline\n\\end{tabular}\n\\end{center}"
    ),
}
MATHEMATICS = {
    r"\mathrm{größe}_α": r"\mathrm{gr{\text{ö}}{\text{ß}}e}_\alpha ",
    r"\text{für α \{中\}} × 中": (
        r"\text{für \ensuremath{\alpha} \{{[}U+4E2D{]}\}} \times  {\text{{[}U+4E2D{]}}}"
    ),
    "x^{2}": "x^{2}",
}


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text(text: str) -> None:
    assert latex_text(text) == PLAIN[text]


@pytest.mark.parametrize("text", BLOCKS)
def test_blocks(text: str) -> None:
    assert latex(text) == BLOCKS[text]


@pytest.mark.parametrize("text", MATHEMATICS)
def test_characters_in_mathematics(text: str) -> None:
    assert latex_mathematics(text) == MATHEMATICS[text]


def test_quotation_marks_of_code_are_straight() -> None:
    assert latex_code("'a' \"b\"") == (
        r"\textquotesingle{}a\textquotesingle{} \textquotedbl{}b\textquotedbl{}"
    )


def test_displayed_mathematics_stands_in_a_line() -> None:
    assert latex_line("a $$x$$") == r"a $\displaystyle x$"


def test_no_list_is_deeper_than_latex_takes() -> None:
    written = latex("- 1. > - 1. - end")
    assert written.count(r"\begin{") == 3
    assert written.endswith(
        "\\textbullet{} 1. \\textbullet{} end\n\\end{quote}\n\\end{enumerate}\n\\end{itemize}"
    )


def test_no_command_of_an_author_is_written() -> None:
    for text in hostile(1500, seed=4):
        for written in (latex(text), latex_line(text), latex_text(text), latex_code(text)):
            commands = re.findall(r"(?<!\\)(?:\\\\)*\\([A-Za-z]+)", written)
            assert "input" not in commands, text
            # no comment swallows what follows
            assert not re.search(r"(?<!\\)%", written), text


def test_a_column_of_characters_that_are_named_wraps() -> None:
    assert r"\begin{tabular}{p{0.890\linewidth}l}" in latex("|a|b|\n|-|-|\n|" + "中" * 8 + "|c|")
