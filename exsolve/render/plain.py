"""Plain text: the terminal's page without colour, 80 columns wide."""

from __future__ import annotations

from exsolve.solution import Solution
from exsolve.typesetting.page import page

SUFFIX = ".txt"
WIDTH = 80


def render(solution: Solution) -> str:
    """The solution as plain Unicode text, with a newline at the end."""
    lines = ("".join(span.text for span in line).rstrip() for line in page(solution, WIDTH))
    return "\n".join(lines) + "\n"
