"""Letters of other alphabets of mathematics (𝐱, ℝ, 𝒩), each a character of Unicode by itself.

Unicode 15, block Mathematical Alphanumeric Symbols; some letters were in Unicode before and stand
in the block Letterlike Symbols.
"""

from __future__ import annotations

from typing import Final

from exsolve.expression.layout.tree import Font

_LATIN: Final[dict[Font, tuple[int, int]]] = {
    "bold": (0x1D400, 0x1D41A),
    "italic": (0x1D434, 0x1D44E),
    "bold-italic": (0x1D468, 0x1D482),
    "script": (0x1D49C, 0x1D4B6),
    "fraktur": (0x1D504, 0x1D51E),
    "double-struck": (0x1D538, 0x1D552),
    "sans-serif": (0x1D5A0, 0x1D5BA),
    "monospace": (0x1D670, 0x1D68A),
}
"""Where the capital and the small letters begin."""
_GREEK: Final[dict[Font, tuple[int, int]]] = {
    "bold": (0x1D6A8, 0x1D6C2),
    "bold-italic": (0x1D71C, 0x1D736),
}
_DIGITS: Final[dict[Font, int]] = {
    "bold": 0x1D7CE,
    "bold-italic": 0x1D7CE,
    "double-struck": 0x1D7D8,
    "sans-serif": 0x1D7E2,
    "monospace": 0x1D7F6,
}
_ELSEWHERE: Final[dict[tuple[Font, str], str]] = {
    ("italic", "h"): "ℎ",
    **{("double-struck", one): other for one, other in zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)},
    **{("script", one): other for one, other in zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)},
    **{("fraktur", one): other for one, other in zip("CHIRZ", "ℭℌℑℜℨ", strict=True)},
}


def in_alphabet(text: str, font: Font) -> str:
    """The text in letters of the alphabet; what has no letter there stays as it is."""
    return "".join(_letter(letter, font) for letter in text)


def _letter(letter: str, font: Font) -> str:
    if (font, letter) in _ELSEWHERE:
        return _ELSEWHERE[font, letter]
    if letter in "0123456789" and font in _DIGITS:
        return chr(_DIGITS[font] + int(letter))
    for first, last, table, case in (
        ("A", "Z", _LATIN, 0),
        ("a", "z", _LATIN, 1),
        ("Α", "Ω", _GREEK, 0),
        ("α", "ω", _GREEK, 1),
    ):
        if first <= letter <= last and font in table:
            return chr(table[font][case] + ord(letter) - ord(first))
    return letter
