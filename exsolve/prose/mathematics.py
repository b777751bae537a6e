"""Mathematics in prose: the LaTeX that our own notation knows, in other notations; the rest is code."""

from __future__ import annotations

from importlib import import_module

from exsolve.prose.tree import Mathematics


def in_mathml(mathematics: Mathematics) -> str | None:
    """As MathML; None where the LaTeX is none that the program knows."""
    return _written("mathml", mathematics)


def in_typst(mathematics: Mathematics) -> str | None:
    """As Typst mathematics, without its dollars; None as above."""
    return _written("typst", mathematics)


def _written(name: str, mathematics: Mathematics) -> str | None:
    try:
        module = import_module(f"exsolve.expression.{name}")
    except ImportError:
        return None
    try:
        if name == "mathml":
            return str(module.mathml(mathematics.latex, mathematics.display))
        return str(module.typst(mathematics.latex))
    except ValueError:
        return None
