r"""Any plain text for pdfLaTeX with the font encoding T1: escaped, and never an error.

A character comes out, in this order, as itself; as a symbol of mathematics; as its base letter with
accents, raised or lowered where it is; as rules, where it draws a box; as what Unicode says it is
compatible with; or else as its name or code point in brackets, so that nothing is lost silently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from exsolve.prose.boxes import drawn
from exsolve.prose.characters import visible
from exsolve.prose.latex_symbols import SYMBOLS, TEXT_CHARACTERS

_ASCII = {
    **{sign: f"\\{sign}" for sign in "#$%&_{}"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "`": r"\textasciigrave{}",
    # optional arguments begin and end with these
    "[": "{[}",
    "]": "{]}",
}
_CODE = {**_ASCII, '"': r"\textquotedbl{}", "'": r"\textquotesingle{}"}
_TEXT_ACCENTS = dict(
    zip(
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0323\u0327\u0328\u0331",
        "`'^~=u.\"rHvdckb",
        strict=True,
    )
)
_MATHEMATICS_ACCENTS = {
    "\u0300": "grave",
    "\u0301": "acute",
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u0304": "bar",
    "\u0305": "overline",
    "\u0306": "breve",
    "\u0307": "dot",
    "\u0308": "ddot",
    "\u030a": "mathring",
    "\u030c": "check",
    "\u20d7": "vec",
    "\u20db": "dddot",
    "\u0338": "not",
}
_ALPHABETS = {
    "BOLD": "mathbf",
    "ITALIC": "mathit",
    "BOLD ITALIC": "boldsymbol",
    "SCRIPT": "mathcal",
    "BOLD SCRIPT": "mathcal",
    "FRAKTUR": "mathfrak",
    "BLACK-LETTER": "mathfrak",
    "BOLD FRAKTUR": "mathfrak",
    "DOUBLE-STRUCK": "mathbb",
    "SANS-SERIF": "mathsf",
    "SANS-SERIF BOLD": "mathsf",
    "MONOSPACE": "mathtt",
}
_CAPITALS_ONLY = ("mathcal", "mathbb")
_ALPHABET = re.compile(r"(?:MATHEMATICAL )?([A-Z-]+(?: [A-Z-]+)?) (?:CAPITAL|SMALL|DIGIT) \S+")
_JOINING = ("-–", "'’", "‘", ",‚", "<‹", ">›")
"""Two of the same group side by side become one glyph in a font: ``--``, ``<<``."""
_OPENING = re.compile(r"(?:^|[\s(\[{\-–—/“‘])$")
_CLUSTER = re.compile(
    r"(?P<words>[A-Za-z0-9 .:;()]*[A-Za-z0-9](?![\u0300-\u036f\u20d0-\u20f0]))"
    r"|(.)([\u0300-\u036f\u20d0-\u20f0]*)",
    re.DOTALL,
)
"""Words of which nothing has to be changed, or one character with its accents."""
_SPELLED = {"\u2010": "-", "\u2011": r"\mbox{-}"}
_MATHEMATICS = re.compile(
    r"\\(?:[A-Za-z]+|.)|[!-/:-@\[-`{-~]"
    r"|(?P<character>.)(?P<marks>[\u0300-\u036f\u20d0-\u20f0]*)",
    re.DOTALL,
)
"""A command, a sign of LaTeX's own, or a character with its accents."""
_INVISIBLE = frozenset("\u200c\u200d\ufe0e\ufe0f")
"""Joiners and variants of a glyph, which have none of their own."""
LONG_CODE = 24
"""Characters of code up to which it stays on one line."""
_LONG_WORD = re.compile(r"[^\W\d_]{45,}")
"""TeX hyphenates words of up to 63 letters, if it knows how; no command is as long as this."""
_BEHIND_SIGN = re.compile(r"(?:[,=(/]|\\_|(?<!\d)\.)(?=\w)")
_LONG_RUN = re.compile(r"\w{30}(?=\w)")


class _Piece(NamedTuple):
    """What one character becomes; ``sort`` says how neighbours of the same sort are joined."""

    sort: str
    text: str


def latex_text(text: str) -> str:
    """Plain text as LaTeX, with proper quotation marks; very long words may be broken."""
    return _LONG_WORD.sub(_hyphenated, "".join(_joined(_pieces(visible(text), _ASCII))))


def latex_code(text: str) -> str:
    r"""The text of ``\texttt{}``: quotation marks are straight, spaces are kept, and what is long
    may be broken behind its signs."""
    shown = "".join(_joined(_pieces(visible(text).expandtabs(4), _CODE)))
    shown = re.sub(r"^ | (?= )|(?<= ) ", "~", shown)
    if len(shown) > LONG_CODE:
        for place in (_BEHIND_SIGN, _LONG_RUN):
            shown = place.sub(r"\g<0>\\allowbreak{}", shown)
    return shown


def _hyphenated(match: re.Match[str]) -> str:
    word = match[0]
    return r"\-".join(word[place : place + 8] for place in range(0, len(word), 8))


def latex_mathematics(latex: str) -> str:
    r"""Mathematics in LaTeX, whose characters above ASCII are made commands.

    In ``\text{}`` they are what they are in text. Whether a command may stand there is not
    asked here but before.
    """
    if latex.isascii():
        return latex
    written, position = [], 0
    for start, end in _texts(latex):
        written.append(_in_mathematics(latex[position:start]))
        written.append("".join(_joined(_pieces(visible(latex[start:end]), {}, plain=False))))
        position = end
    written.append(_in_mathematics(latex[position:]))
    return "".join(written)


def _texts(latex: str) -> Iterator[tuple[int, int]]:
    r"""Where the contents of ``\text{}`` stand."""
    position = 0
    while (begin := latex.find(r"\text{", position)) >= 0:
        start = position = begin + len(r"\text{")
        depth = 1
        while position < len(latex):
            character = latex[position]
            if character == "\\":
                position += 1
            elif character in "{}":
                depth += 1 if character == "{" else -1
                if depth == 0:
                    break
            position += 1
        yield start, min(position, len(latex))


def _in_mathematics(latex: str) -> str:
    pieces = []
    for match in _MATHEMATICS.finditer(unicodedata.normalize("NFC", visible(latex))):
        character, marks = match["character"] or "", match["marks"]
        if not character or (character.isascii() and not marks):
            pieces.append(match.group())
            continue
        symbol = _symbol(character, marks)
        if symbol is None:
            shown = "".join(_joined(_pieces(match.group(), _ASCII)))
            pieces.append(rf"{{\text{{{shown}}}}}" if shown else "")
        elif re.fullmatch(r"\\[A-Za-z]+", symbol):
            pieces.append(f"{symbol} ")
        else:
            pieces.append(symbol if len(symbol) == 1 else f"{{{symbol}}}")
    return "".join(pieces)


def _pieces(text: str, ascii_escapes: dict[str, str], plain: bool = True) -> Iterator[_Piece]:
    """Each character of the text; plain: ASCII is text as well, and not LaTeX already."""
    before = ""
    for match in _CLUSTER.finditer(unicodedata.normalize("NFC", text)):
        words, character, marks = match.groups()
        if words:
            before = words[-1]
            yield _Piece("", words)
            continue
        if marks or not character.isascii():
            yield _written(character, marks)
        elif not plain or character in ascii_escapes:
            yield _Piece("", ascii_escapes.get(character, character))
        elif character == "\n":
            yield _Piece("", " ")
        elif character in "\"'" and ascii_escapes is _ASCII:
            yield _Piece("", _quotation_mark(character, before))
        else:
            yield _Piece("", character)
        before = character


def _quotation_mark(mark: str, before: str) -> str:
    opens = _OPENING.search(before) is not None
    if mark == '"':
        return "“" if opens else "”"
    return "‘" if opens else "’"


def _joins(last: str, first: str) -> bool:
    """Whether a font makes one glyph of two signs."""
    if last in ("?", "!"):
        return first == "‘"
    return any(last in group and first in group for group in _JOINING if last)


def _joined(pieces: Iterator[_Piece]) -> Iterator[str]:
    """The pieces, neighbours of one sort together, and with nothing between them that joins."""
    sort, run, last = "", "", ""
    for piece in (*pieces, _Piece("end", "")):
        if piece.sort == sort and sort:
            run += f" {piece.text}" if sort == "missing" else piece.text
            continue
        if sort in ("super", "sub"):
            yield rf"\text{sort}script{{{run}}}"
        elif sort == "missing":
            yield f"{{[}}{run}{{]}}"
        sort = piece.sort if piece.sort in ("super", "sub", "missing") else ""
        run = piece.text
        if not sort and run:
            yield f"{{}}{run}" if _joins(last, run[0]) else run
        last = run[-1:] if not sort else ""


@lru_cache(maxsize=4096)
def _written(character: str, marks: str) -> _Piece:
    """A character above ASCII, or one with accents."""
    composed = unicodedata.normalize("NFC", character + marks)
    if composed in TEXT_CHARACTERS:
        return _Piece("", composed)
    if composed in _INVISIBLE:
        return _Piece("", "")
    if composed.isspace():
        return _Piece("", " ")
    symbol = _symbol(character, marks)
    if symbol is not None:
        return _Piece("", rf"\ensuremath{{{symbol}}}")
    base, *accents = list(unicodedata.normalize("NFD", composed))
    if accents:
        return _accented(base, accents)
    if composed in _SPELLED:
        return _Piece("", _SPELLED[composed])
    drawing = drawn(composed)
    if drawing:
        return _Piece("", drawing)
    tag, _, parts = unicodedata.decomposition(composed).rpartition(">")
    compatible = "".join(chr(int(code, 16)) for code in parts.split())
    if not compatible:
        return _missing(composed)
    pieces = list(_pieces(compatible, _ASCII))
    if any(piece.sort == "missing" for piece in pieces):
        return _missing(composed)
    shown = "".join(_joined(iter(pieces)))
    if tag == "<circle":
        return _Piece("", rf"\textcircled{{{shown}}}")
    return _Piece(tag.removeprefix("<"), shown)


def _accented(base: str, accents: list[str]) -> _Piece:
    """A letter below accents that LaTeX can set; other marks are named behind it."""
    piece = _Piece("", _ASCII.get(base, base)) if base.isascii() else _written(base, "")
    if piece.sort:
        return _missing(base + "".join(accents))
    shown, unknown = piece.text, ""
    for accent in accents:
        command = _TEXT_ACCENTS.get(accent)
        if command is None:
            unknown += f"{{[}}U+{ord(accent):04X}{{]}}"
        else:
            shown = rf"\{command}{{{shown}}}"
    if sum(accent in _TEXT_ACCENTS for accent in accents) > 1:
        # at the beginning of an item, an accent on an accent is an error of microtype
        shown = rf"\leavevmode{shown}"
    return _Piece("", shown + unknown)


def _missing(text: str) -> _Piece:
    if len(text) == 1 and unicodedata.category(text)[0] == "S":
        name = unicodedata.name(text, "")
        if name:
            return _Piece("missing", name.lower())
    return _Piece("missing", " ".join(f"U+{ord(character):04X}" for character in text))


@lru_cache(maxsize=4096)
def _symbol(character: str, marks: str = "") -> str | None:
    """A character as LaTeX in mathematics mode, where it has a symbol there."""
    if character in SYMBOLS and not marks:
        return SYMBOLS[character]
    base, *accents = list(unicodedata.normalize("NFD", character + marks))
    if accents:
        symbol = base if base.isalpha() and base.isascii() else _symbol(base)
        commands = [_MATHEMATICS_ACCENTS.get(accent) for accent in accents]
        # text has its own accents, for letters that have any
        own = base.isascii() and all(accent in _TEXT_ACCENTS for accent in accents)
        if symbol is None or own or None in commands:
            return None
        for command in commands:
            symbol = rf"\not {symbol}" if command == "not" else rf"\{command}{{{symbol}}}"
        return symbol
    found = _ALPHABET.fullmatch(unicodedata.name(character, ""))
    letter = unicodedata.normalize("NFKC", character)
    if found is None or letter == character or len(letter) != 1:
        return None
    alphabet = _ALPHABETS.get(found[1], "")
    if alphabet in _CAPITALS_ONLY and not letter.isupper():
        return None
    if letter.isascii():
        return rf"\{alphabet}{{{letter}}}" if alphabet else None
    if letter in SYMBOLS:
        return SYMBOLS[letter] if alphabet == "mathit" else rf"\boldsymbol{{{SYMBOLS[letter]}}}"
    return None
