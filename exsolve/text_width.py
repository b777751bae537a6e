"""How many columns of a fixed-width font a text takes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def display_width(text: str) -> int:
    """Columns that a text takes: wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(map(columns_of, text))


@lru_cache(maxsize=4096)
def columns_of(character: str) -> int:
    """Columns that one character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
