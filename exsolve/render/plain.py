"""Plain text: the terminal's page without colour, 80 columns wide."""

from __future__ import annotations

from collections.abc import Iterable

from exsolve.solution import Solution, SolvedSet
from exsolve.typesetting.boxes import Line
from exsolve.typesetting.page import page, set_page

SUFFIX = ".txt"
WIDTH = 80


def render(solution: Solution) -> str:
    """The solution as plain Unicode text, with a newline at the end."""
    return _text(page(solution, WIDTH))


def render_set(solved: SolvedSet) -> str:
    """The exercises of a problem set one after another, each under its heading."""
    return _text(set_page(solved, WIDTH))


def _text(lines: Iterable[Line]) -> str:
    shown = ("".join(span.text for span in line).rstrip() for line in lines)
    return "\n".join(shown) + "\n"
