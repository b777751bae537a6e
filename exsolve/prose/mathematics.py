"""Mathematics in prose: LaTeX that the program knows, in other notations; the rest is code."""

from __future__ import annotations

from exsolve.errors import LanguageError
from exsolve.prose.tree import Mathematics


def in_mathml(mathematics: Mathematics) -> str | None:
    """As MathML; None where the LaTeX is none that the program knows."""
    from exsolve.expression.mathml import mathml

    try:
        return mathml(mathematics.latex, mathematics.display)
    except LanguageError:
        return None


def in_typst(mathematics: Mathematics) -> str | None:
    """As Typst mathematics, without its dollars; None as above."""
    from exsolve.expression.typst import typst

    try:
        return typst(mathematics.latex)
    except LanguageError:
        return None


def is_known(mathematics: Mathematics) -> bool:
    """Whether the LaTeX is of the subset that is shown as mathematics, and no command acts."""
    from exsolve.expression.layout import layout

    try:
        layout(mathematics.latex)
    except LanguageError:
        return False
    return True
