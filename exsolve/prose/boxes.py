"""Characters that draw boxes and bars, as rules of LaTeX in a cell of the typewriter font."""

from __future__ import annotations

import re
import unicodedata

_WIDTH, _MIDDLE, _TOP, _BOTTOM = 0.525, 0.22, 0.85, -0.35
"""Of a cell, in em; the lowest point of one line touches the highest of the next."""
_BAR_BOTTOM, _BAR_HEIGHT = -0.15, 1.0


def drawn(character: str) -> str:
    """A box drawing or block element as LaTeX, or nothing where the character is none."""
    if "\u2500" <= character <= "\u257f":
        return _lines(unicodedata.name(character))
    if "\u2580" <= character <= "\u2590":
        return _block(ord(character))
    return ""


def _lines(name: str) -> str:
    words = set(re.findall("[A-Z]+", name))
    if "DIAGONAL" in words:
        return ""
    left, right = ({"HORIZONTAL", word} & words for word in ("LEFT", "RIGHT"))
    up, down = ({"VERTICAL", word} & words for word in ("UP", "DOWN"))
    thickness = "0.4pt" if not {"HEAVY", "DOUBLE"} & words else "0.9pt"
    half = _WIDTH / 2
    drawing = ""
    if left or right:
        start, end = 0 if left else half, _WIDTH if right else half
        drawing += rf"\rlap{{\hspace*{{{start:g}em}}{_rule(_MIDDLE, end - start, thickness)}}}"
    if up or down:
        top, bottom = _TOP if up else _MIDDLE, _BOTTOM if down else _MIDDLE
        rule = rf"\rule[{bottom:g}em]{{{thickness}}}{{{top - bottom:g}em}}"
        drawing += rf"\rlap{{\hspace*{{{half:g}em}}{rule}}}"
    return rf"\makebox[{_WIDTH:g}em][l]{{{drawing}}}"


def _rule(bottom: float, width: float, height: str) -> str:
    return rf"\rule[{bottom:g}em]{{{width:g}em}}{{{height}}}"


def _block(code: int) -> str:
    start, width, bottom, height = 0.0, 1.0, 0.0, 1.0
    if code == 0x2580:
        bottom = height = 0.5
    elif code <= 0x2588:
        height = (code - 0x2580) / 8
    elif code < 0x2590:
        width = (0x2590 - code) / 8
    else:
        start = width = 0.5
    rule = _rule(_BAR_BOTTOM + bottom * _BAR_HEIGHT, width * _WIDTH, f"{height * _BAR_HEIGHT:g}em")
    return rf"\makebox[{_WIDTH:g}em][l]{{\hspace*{{{start * _WIDTH:g}em}}{rule}}}"
