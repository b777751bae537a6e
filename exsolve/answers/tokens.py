"""From what a student typed to tokens: plain text, Unicode, LaTeX and NumPy's output alike.

Every way of writing a sign gives one token; what only says how something looks (spaces, sizes of
brackets, fonts) gives none. Offsets are places in the text as it was given.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from exsolve import limits
from exsolve.answers.commands import (
    ACCENT,
    ACCENT_COMMANDS,
    ELLIPSIS,
    FONT,
    FONT_COMMANDS,
    FRACTION_COMMAND,
    LETTERS,
    ROW,
    SIGNS,
    SILENT,
    TOP,
    WORDS,
)
from exsolve.answers.unread import unknown_character, unknown_command
from exsolve.errors import LanguageError
from exsolve.expression.tokens import END, FRACTION, NAME, NUMBER, RAISED

BEGIN: Final = "\\begin"
FINISH: Final = "\\end"

OPENING: Final = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉"}
CLOSING: Final = frozenset(OPENING.values())


class Token(NamedTuple):
    """``kind`` is a constant above or the sign itself; ``text`` its one spelling (``beta`` for β).

    ``spaced``: there is a space before it; ``line``: a new line begins before it.
    """

    kind: str
    text: str
    offset: int
    end: int
    spaced: bool = False
    line: bool = False


_GREEK: Final = "".join(LETTERS)
_LATIN: Final = "A-Za-zÀ-ÖØ-öø-ÿĀ-İĲ-žℓ"
_MARK: Final = "\u0300-\u036f"
_TOKEN: Final = re.compile(
    rf"""(?P<space>(?:[ \t\u00a0\u2002-\u200a\u202f\u205f\u3000]
        |(?:(?:np|numpy|torch|jnp|tf|math)(?:\.linalg|\.nn\.functional)?|F|nn\.functional)\.(?=[a-z]|Size\b)
        |,[ ]?(?:dtype|device|grad_fn|requires_grad)=
            (?:<[^<>]{{0,80}}>|'[^']{{0,40}}'|[\w.]{{1,40}}))+)
    |(?P<line>[\r\n])
    |(?P<number>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][-+−–]?[0-9]+)?)
    |(?P<name>(?:[{_LATIN}][{_LATIN}{_MARK}0-9]*|[{_GREEK}])[{_MARK}]*)
    |(?P<part>\\?_[{_LATIN}{_MARK}0-9]+)
    |(?P<transposed>\.T(?![{_LATIN}0-9_])|ᵀ|⊤|ᵗ)
    |(?P<ellipsis>\.\.\.+|…|⋯)
    |(?P<environment>\\(?:begin|end)[ ]*\{{[A-Za-z]+\*?\}}(?:[ ]*\{{[clr|@ ]*\}})?)
    |(?P<row>\\\\\*?\[-?[0-9.]+[ ]?(?:pt|em|ex|mm|cm|in|jot)\])
    |(?P<command>\\(?:[A-Za-z]+\*?|.))
    |(?P<sign>\*\*|\.[*/^']|\|\||[<>=!]=|[-+*/^@()\[\]{{}},:;<>=|&%'_−–·⋅×⊙∗∘⊗÷≤≥≠≈~∼√∞∇∂∑∏‖⟨⟩⌊⌋⌈⌉±′⋆])
    |(?P<raised>[⁺⁻]?[⁰¹²³⁴-⁹]+)
    |(?P<lowered>[₀-₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼ]+)
    |(?P<fraction>[¼½¾⅐-⅞])""",
    re.VERBOSE | re.DOTALL,
)
_SAME: Final = {
    "**": "^",
    "−": "-",
    "–": "-",
    "⋅": "·",
    "∗": "*",
    "÷": "/",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "||": "‖",
    "~": "≈",
    "∼": "≈",
    "′": "'",
    ".*": "⊙",
    "./": "/",
    ".^": "^",
    ".'": "'",
}
_FULL_STOP: Final = re.compile(r"(?:[\])}$]|[0-9]*\.[0-9]+)\.\Z")
_ABOUT: Final = frozenset({"approx", "approximately", "about", "circa"})
_RAISED: Final = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_LOWERED: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼ", "0123456789+-aeoxhklmnpstij")


def tokens(text: str) -> list[Token]:
    """The tokens of an answer, ended by one of kind END; raises LanguageError."""
    if len(text) > limits.ANSWER_LENGTH:
        raise LanguageError(
            "the answer is too long",
            limits.ANSWER_LENGTH,
            expected=f"at most {limits.ANSWER_LENGTH} characters",
            found=f"{len(text)} characters",
        )
    start, stop = _inside_fences(text)
    source = text if text.isascii() else text.translate(_plain_characters())
    found: list[Token] = []
    offset = start
    match = _TOKEN.match
    spaced = line = False
    most = limits.ANSWER_TOKENS
    while offset < stop:
        if len(found) > most:
            raise LanguageError(
                "the answer is too long", offset, expected=f"at most {most} numbers and signs"
            )
        hit = match(source, offset, stop)
        if hit is None:
            raise unknown_character(text, offset)
        kind = hit.lastgroup or ""
        end = hit.end()
        if kind == "space":
            spaced = True
        elif kind == "line":
            spaced = line = True
        elif kind == "sign":
            piece = hit.group()
            piece = _SAME.get(piece, piece)
            found.append(Token(piece, piece, offset, end, spaced, line))
            spaced = line = False
        elif kind == "number":
            digits = hit.group()
            if not digits.isascii():
                digits = digits.replace("−", "-").replace("–", "-")
            found.append(Token(NUMBER, digits, offset, end, spaced, line))
            spaced = line = False
        else:
            count = len(found)
            _READERS[kind](found, hit.group(), offset, end, spaced, line)
            if len(found) > count:
                spaced = line = False
            elif kind == "command" and hit.group() not in (r"\left", r"\right"):
                spaced = True
        offset = end
    found.append(Token(END, "", stop, stop, spaced, line))
    return _without_fonts(found) if "\\" in text or "{" in text else found


def _inside_fences(text: str) -> tuple[int, int]:
    """Where the answer begins and ends inside of dollars, ``\\( \\)`` or backquotes."""
    start, stop = 0, len(text)
    for _ in range(3):
        while start < stop and text[start].isspace():
            start += 1
        stop = _before_full_stop(text, start, stop)
        for opening, closing in (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]")):
            if (
                text.startswith(opening, start)
                and text.endswith(closing, start, stop)
                and stop - start >= len(opening) + len(closing)
            ):
                start += len(opening)
                stop -= len(closing)
                break
        else:
            if stop - start < 2 or text[start] != "`" or text[stop - 1] != "`":
                break
            start += 1
            stop -= 1
    return start, stop


def _before_full_stop(text: str, start: int, stop: int) -> int:
    """Where the answer ends before what ends a line: spaces, MATLAB's semicolon, LaTeX's ``\\\\``,
    and the full stop of a sentence where it is no decimal point."""
    while True:
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        if stop - start > 1 and text.endswith(";", start, stop):
            stop -= 1
        elif stop - start > 2 and text.endswith(ROW, start, stop):
            stop -= len(ROW)
        elif _FULL_STOP.search(text[max(start, stop - 60) : stop]):
            return stop - 1
        else:
            return stop


def _name(found: list[Token], piece: str, offset: int, end: int, spaced: bool, line: bool) -> None:
    if len(piece) > limits.NAME_LENGTH:
        raise LanguageError(
            "the name is too long",
            offset,
            expected=f"at most {limits.NAME_LENGTH} characters",
            found=f"{len(piece)} characters",
        )
    word = LETTERS.get(piece[0], "") + piece[1:] if piece[0] in LETTERS else piece
    if not word.isascii():
        word = unicodedata.normalize("NFC", word)
    kind = "≈" if word in _ABOUT else NAME
    found.append(Token(kind, word, offset, end, spaced, line))


def _part(found: list[Token], piece: str, offset: int, end: int, spaced: bool, line: bool) -> None:
    begin = offset + piece.index("_") + 1
    found.append(Token("_", "_", offset, begin, spaced, line))
    _name(found, piece[begin - offset :], begin, end, False, False)


def _lowered(
    found: list[Token], piece: str, offset: int, end: int, spaced: bool, line: bool
) -> None:
    found.append(Token("_", "_", offset, offset, spaced, line))
    parts = list(re.finditer(r"[0-9]+|[a-z]+|[+-]", piece.translate(_LOWERED)))
    if len(parts) > 1:
        found.append(Token("{", "{", offset, offset))
    for part in parts:
        one = part.group()
        kind = NUMBER if one.isdigit() else NAME if one.isalpha() else one
        found.append(Token(kind, one, offset + part.start(), offset + part.end()))
    if len(parts) > 1:
        found.append(Token("}", "}", end, end))


def _raised(
    found: list[Token], piece: str, offset: int, end: int, spaced: bool, line: bool
) -> None:
    found.append(Token(RAISED, piece.translate(_RAISED), offset, end, spaced, line))


def _transposed(
    found: list[Token], piece: str, offset: int, end: int, spaced: bool, line: bool
) -> None:
    kind = TOP if piece == "⊤" else "'"
    found.append(Token(kind, kind, offset, end, spaced, line))


def _ellipsis(
    found: list[Token], piece: str, offset: int, end: int, spaced: bool, line: bool
) -> None:
    found.append(Token(ELLIPSIS, ELLIPSIS, offset, end, spaced, line))


def _fraction(
    found: list[Token], piece: str, offset: int, end: int, spaced: bool, line: bool
) -> None:
    found.append(Token(FRACTION, piece, offset, end, spaced, line))


def _environment(
    found: list[Token], piece: str, offset: int, end: int, spaced: bool, line: bool
) -> None:
    kind = BEGIN if piece.startswith(BEGIN) else FINISH
    word = piece[piece.index("{") + 1 : piece.index("}")]
    found.append(Token(kind, word, offset, end, spaced, line))


def _row(found: list[Token], piece: str, offset: int, end: int, spaced: bool, line: bool) -> None:
    found.append(Token(ROW, ROW, offset, end, spaced, line))


def _command(
    found: list[Token], piece: str, offset: int, end: int, spaced: bool, line: bool
) -> None:
    word = piece[1:].rstrip("*") or piece[1:]
    if word in SIGNS:
        kind = SIGNS[word]
        text = FRACTION_COMMAND if kind == FRACTION_COMMAND else kind
        found.append(Token(kind, text, offset, end, spaced, line))
    elif word in WORDS:
        found.append(Token(NAME, WORDS[word], offset, end, spaced, line))
    elif word in FONT_COMMANDS:
        found.append(Token(FONT, FONT, offset, end, spaced, line))
    elif word in ACCENT_COMMANDS:
        found.append(Token(ACCENT, f"\\{ACCENT_COMMANDS[word]}", offset, end, spaced, line))
    elif word not in SILENT:
        raise unknown_command(word, offset)


_READERS: Final = {
    "name": _name,
    "part": _part,
    "lowered": _lowered,
    "raised": _raised,
    "transposed": _transposed,
    "ellipsis": _ellipsis,
    "fraction": _fraction,
    "environment": _environment,
    "row": _row,
    "command": _command,
}
_SCRIPTS: Final = frozenset({"_", "^", FONT, ACCENT, "∇", "∂"})


def _without_fonts(found: list[Token]) -> list[Token]:
    r"""The tokens without fonts, and without braces around one token where they change nothing:
    ``\mathbf{W}_{Q}`` is ``W_Q``."""
    if not any(token.kind == "{" for token in found):
        return [token for token in found if token.kind != FONT]
    kept: list[Token] = []
    open_braces: list[int] = []
    for token in found:
        if token.kind == "{":
            open_braces.append(len(kept))
        kept.append(token)
        if token.kind == "}" and open_braces:
            start = open_braces.pop()
            before = kept[start - 1].kind if start else ""
            single = len(kept) - start == 3 and before in _SCRIPTS
            if single or (before == FONT and _is_name(kept[start + 1 : -1])):
                del kept[-1]
                first, last = kept[start], kept[-1]
                kept[-1] = last._replace(end=token.end)
                kept[start + 1] = kept[start + 1]._replace(
                    offset=first.offset, spaced=first.spaced, line=first.line
                )
                del kept[start]
                if before == FONT:
                    font = kept.pop(start - 1)
                    kept[start - 1] = kept[start - 1]._replace(
                        offset=font.offset, spaced=font.spaced, line=font.line
                    )
    return [token for token in kept if token.kind != FONT]


def _is_name(inside: list[Token]) -> bool:
    """Whether a word stands here, perhaps with others below it: ``log_softmax``."""
    return len(inside) % 2 == 1 and all(
        token.kind == ("_" if place % 2 else NAME) for place, token in enumerate(inside)
    )


@lru_cache(maxsize=1)
def _plain_characters() -> dict[int, str]:
    """Full-width and mathematical letters, digits and signs, and the ASCII that they look like."""
    table = {}
    for code in (*range(0xFF01, 0xFF5F), *range(0x1D400, 0x1D800), 0x2044, 0x2215, 0x2010, 0x2011):
        plain = {0x2215: "/", 0x2044: "/", 0x2010: "-", 0x2011: "-"}.get(code)
        plain = plain or unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and (plain.isascii() or plain in LETTERS):
            table[code] = plain
    return table
