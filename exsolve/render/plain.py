"""Plain text: the terminal's page without colour, 80 columns wide."""

from __future__ import annotations

from exsolve.render.terminal import shown
from exsolve.solution import Handout
from exsolve.typesetting.handout_page import handout_page

SUFFIX = ".txt"
WIDTH = 80


def render(handout: Handout) -> str:
    """The handout as plain Unicode text, with a newline at the end."""
    return shown(handout_page(handout, WIDTH), WIDTH)
