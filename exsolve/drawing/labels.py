"""Labels as text: printed in the terminal notation, with nothing invisible in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from exsolve.drawing.pictures import Label
from exsolve.expression.tree import Node
from exsolve.notation import written
from exsolve.text_width import display_width


def shown(label: Label) -> str:
    """The label as it is printed, every character visible."""
    return visible(written(label, "terminal") if isinstance(label, Node) else label)


def visible(text: str) -> str:
    """The text with control, formatting and unassigned characters replaced by signs for them:
    they would move the drawing about, and XML allows only some of them."""
    if text.isascii() and text.isprintable():
        return text
    # a combining mark needs something to stand on
    return "".join(
        f"◌{character}"
        if unicodedata.combining(character) and before == " "
        else _visible(character)
        for before, character in zip(" " + text, text, strict=False)
    )


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    category = unicodedata.category(character)
    if category in ("Zl", "Zp") or (category[0] == "C" and category != "Co"):
        return f"<U+{code:04X}>"
    return " " if category == "Zs" else character


def broken(text: str, room: float, width_of: Callable[[str], float] = display_width) -> list[str]:
    """The text in lines no wider than the room (of 2 columns at least), at spaces where it can.

    One empty line where there is no text. ``width_of``: how wide a text is; columns by default.
    """
    lines: list[str] = []
    while width_of(text) > room:
        end, used = 0, 0.0
        for character in text:
            used += width_of(character)
            if used > room:
                break
            end += 1
        space = text.rfind(" ", 0, end + 1)
        cut = space if space > 0 else max(end, 1)
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*lines, text]


def padded(text: str, width: int) -> str:
    """The text, filled up with spaces on the right."""
    return text + " " * (width - display_width(text))


def centred(text: str, width: int) -> str:
    """The text between equal spaces."""
    free = width - display_width(text)
    return " " * (free // 2) + text + " " * (free - free // 2)
