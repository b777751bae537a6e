"""The terminal: the page at the terminal's width, in colour where it may be."""

from __future__ import annotations

from collections.abc import Iterable

from exsolve.solution import Handout
from exsolve.typesetting.boxes import Line
from exsolve.typesetting.handout_page import handout_page

SUFFIX = ""

STYLES = {
    "title": "bold",
    "heading": "bold",
    "ask": "bold cyan",
    "name": "bold",
    "note": "italic dim",
    "formula": "",
    "exact": "green",
    "decimal": "yellow",
    "label": "dim",
    "bracket": "dim",
    "rule": "dim",
    "sign": "dim",
    "right": "green",
    "part": "yellow",
    "wrong": "red",
    "open": "magenta",
    "blank": "dim",
    "given": "cyan",
}


def render(handout: Handout, width: int = 80, colour: bool = False) -> str:
    """The handout for a terminal of this width, with ANSI colours if asked for."""
    return shown(handout_page(handout, width), width, colour)


def shown(lines: Iterable[Line], width: int = 80, colour: bool = False) -> str:
    """Lines of styled text as text, with a newline at the end of each."""
    if not colour:
        return "".join("".join(span.text for span in line).rstrip() + "\n" for line in lines)
    return _coloured(lines, width)


def _coloured(lines: Iterable[Line], width: int) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    file = StringIO()
    console = Console(
        file=file, force_terminal=True, width=width, highlight=False, markup=False, soft_wrap=True
    )
    for line in lines:
        # Text.append takes the characters as they are: no markup in an exercise is ever obeyed
        text = Text(end="\n")
        for span in line:
            text.append(span.text, style=STYLES.get(span.style, ""))
        console.print(text)
    return file.getvalue()
