"""LaTeX mathematics as a tree from which other notations are written.

An operation has one LaTeX form in its record; MathML and Typst are made from the LaTeX text, which
is a closed subset of the language: what the printer writes and what authors commonly write.
"""

from __future__ import annotations

from functools import lru_cache

from exsolve.expression.layout.reading import read
from exsolve.expression.layout.tree import Layout

__all__ = ["Layout", "layout"]


@lru_cache(maxsize=1024)
def layout(latex: str) -> Layout:
    """The tree of LaTeX mathematics, without its dollar signs.

    Raises LanguageError, with the place in the text, for what is outside of the subset.
    """
    return read(latex)
