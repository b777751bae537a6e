"""From text to tokens: the characters that the language knows, and why it refuses the others.

Signs are accepted as people type them (``−`` ``·`` ``×`` ``²`` ``½`` ``√`` ``ᵀ``) and mean what
their ASCII spelling means. What cannot be told apart by eye is refused with its code point.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from exsolve import limits
from exsolve.errors import LanguageError

NUMBER: Final = "number"
FRACTION: Final = "fraction"
NAME: Final = "name"
RAISED: Final = "raised"
TRANSPOSED: Final = ".T"
ROOT: Final = "√"
END: Final = "end"


class Token(NamedTuple):
    """``kind`` is one of the constants above or the sign itself; ``text`` is as it was written
    (names: composed); ``offset`` and ``end`` are places in the text as given."""

    kind: str
    text: str
    offset: int
    end: int


_SAME: Final = {
    "**": "^",
    "−": "-",
    "·": "*",
    "⋅": "*",
    "×": "*",
    "⊙": "*",
    "∗": "*",
    "÷": "/",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "ᵀ": TRANSPOSED,
    ".T": TRANSPOSED,
}
_GREEK: Final = "αβγδεζηθικλμνξπρςστυφχψωϑϕϵϱϖΓΔΘΛΞΠΣΦΨΩ"
# The micro, ohm and angstrom signs are here because composing turns them into letters.
_LETTER: Final = f"A-Za-zÀ-ÖØ-öø-İĲ-ž{_GREEK}µ\u2126\u212b"
_MARK: Final = "\u0300-\u036f"
_TOKEN: Final = re.compile(
    rf"""(?P<space>[ \t\r\n\u00a0\u2009\u202f]+)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[{_LETTER}][{_LETTER}{_MARK}0-9_]*)
    |(?P<transposed>\.T(?![{_LETTER}0-9_]))
    |(?P<sign>\*\*|[<>=!]=|[-+*/^@()\[\],:<>=−·⋅×⊙∗÷≤≥≠ᵀ√])
    |(?P<raised>⁻?[⁰¹²³⁴-⁹]+)
    |(?P<fraction>[¼½¾⅓-⅞])""",
    re.VERBOSE,
)
_METHODS: Final = {
    "array": "the list alone: [[1, 2], [3, 4]]",
    "dot": "a @ b",
    "matmul": "a @ b",
    "maximum": "max(a, b)",
    "minimum": "min(a, b)",
    "multiply": "a * b",
    "shape": "the size itself, as a number",
    "size": "the size itself, as a number",
    "t": "X.T",
    "tensor": "the list alone: [[1, 2], [3, 4]]",
    "transpose": "X.T",
}
"""What is written here for what NumPy and PyTorch put behind a point."""
_LOOK_ALIKE: Final = {
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True)),
    **dict(zip("АВЕКМНОРСТУХаеорсух", "ABEKMHOPCTYXaeopcyx", strict=True)),
    "ѕ": "s",
    "і": "i",
    "ј": "j",
    "ı": "i",
    "ſ": "s",
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "⁄": "/",
    "∕": "/",
    "∙": "*",
    "•": "*",
    "，": ",",
    "（": "(",
    "）": ")",
}
_ADVICE: Final = {
    ";": ("a new row cannot be begun with ';' here", "nested lists: [[1, 2], [3, 4]]"),
    "{": ("braces are not brackets of this language", "( ) to group, [ ] for lists"),
    "}": ("braces are not brackets of this language", "( ) to group, [ ] for lists"),
    "∞": ("the sign for infinity is spelled out here", "infinity, as in limit(f, beta, infinity)"),
    "|": ("bars do not stand for the absolute value here", "abs(x)"),
    "%": ("percent is not read here", "80/100"),
    "'": ("quotation marks have no meaning here", "X.T for a transpose, and names without quotes"),
    '"': ("quotation marks have no meaning here", "names without quotes"),
    "\\": ("backslashes have no meaning here: no LaTeX is read", "sqrt(x), a/b, x^2, W_1, beta"),
    "_": ("a name cannot begin with '_'", "a name that begins with a letter"),
}


def tokens(text: str) -> list[Token]:
    """The tokens of the text, ended by one of kind END; raises LanguageError."""
    if len(text) > limits.TEXT_LENGTH:
        raise LanguageError(
            "the expression is too long",
            limits.TEXT_LENGTH,
            expected=f"at most {limits.TEXT_LENGTH} characters",
            found=f"{len(text)} characters",
            hint="name its parts and define them one by one",
        )
    found: list[Token] = []
    offset = 0
    match = _TOKEN.match
    while offset < len(text):
        hit = match(text, offset)
        if hit is None:
            raise _refused(text, offset, found)
        kind = hit.lastgroup or ""
        end = hit.end()
        piece = hit.group()
        if kind == "sign":
            kind = piece = _SAME.get(piece, piece)
        elif kind == "name":
            piece = _name(piece, offset)
        elif kind == "transposed":
            kind = piece = TRANSPOSED
        if kind != "space":
            found.append(Token(kind, piece, offset, end))
        offset = end
    found.append(Token(END, "", len(text), len(text)))
    return found


def describe(character: str) -> str:
    """A character with its code point, safe to print whatever it is."""
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "a character without a name")
    return f"'{character}' ({code}, {name})" if character.isprintable() else f"{code} ({name})"


def _name(written: str, offset: int) -> str:
    if len(written) > limits.NAME_LENGTH:
        raise LanguageError(
            "the name is too long",
            offset,
            expected=f"at most {limits.NAME_LENGTH} characters",
            found=f"{len(written)} characters",
            hint="a shorter name",
        )
    if "__" in written:
        raise LanguageError(
            f"{written}: names with two underscores in a row are not allowed",
            offset,
            found=written,
            hint=re.sub("__+", "_", written),
        )
    if written.isascii():
        return written
    # Composing leaves the micro sign alone; on a keyboard it is the only mu there is.
    name = unicodedata.normalize("NFC", written).replace("µ", "μ")
    for mark in name:
        if unicodedata.combining(mark):
            raise LanguageError(
                f"the accent U+{ord(mark):04X} makes no letter of the language here",
                offset,
                found=written,
                hint="spell it out, like x_hat",
            )
    return name


def _refused(text: str, offset: int, before: list[Token]) -> LanguageError:
    character = text[offset]
    previous = before[-1] if before else None
    touching = previous if previous and previous.end == offset else None
    if character == "_" and touching and touching.kind == "number":
        rest = re.match(r"[0-9_]+", text[touching.offset :])
        written = rest.group() if rest else touching.text
        return LanguageError(
            f"{written}: underscores cannot stand in numbers",
            touching.offset,
            found=written,
            hint=written.replace("_", "") or "a number without underscores",
        )
    if character == "!":
        operand = touching.text if touching else "x"
        if text.startswith("!!", offset):
            return LanguageError(
                f"{operand}!! can be read in two ways, and factorials are not in the language",
                offset,
                found=f"the double factorial of {operand}, or ({operand}!)!",
                hint="the number itself",
            )
        return LanguageError(
            f"factorials are not in the language: {operand}!", offset, hint="the number itself"
        )
    if character == ".":
        word = re.match(r"\.([^\W\d]\w*)", text[offset:])
        if word:
            return LanguageError(
                f"{word.group()} is not in the language",
                offset,
                expected=".T for the transpose",
                found=word.group(),
                hint=_METHODS.get(word.group(1), f"a function, like {word.group(1)[:40]}(x)"),
            )
        return LanguageError(
            "a point that belongs to no number",
            offset,
            expected="digits after the point, or .T for the transpose",
            hint=f"{touching.text}.0" if touching and touching.kind == "number" else "0.5",
        )
    if character in _ADVICE:
        message, hint = _ADVICE[character]
        return LanguageError(message, offset, found=f"'{character}'", hint=hint)
    if character in _LOOK_ALIKE:
        return LanguageError(
            f"the character {describe(character)} looks like '{_LOOK_ALIKE[character]}' and is not",
            offset,
            found=describe(character),
            hint=f"type {_LOOK_ALIKE[character]} on the keyboard",
        )
    composed = unicodedata.normalize("NFKC", character)
    category = unicodedata.category(character)
    if category in {"Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return LanguageError(
            f"an invisible or control character: {describe(character)}",
            offset,
            found=describe(character),
            hint="delete it",
        )
    hint = "plain letters, digits and the signs + - * / ^ @ ( ) [ ] , < > = :"
    if category == "Nd":
        hint = f"the digit {unicodedata.decimal(character)}"
    elif composed != character and composed.isascii() and composed.isprintable():
        hint = f"_{composed} (as in x_{composed})" if composed.isdigit() else composed
    return LanguageError(
        f"the language has no character {describe(character)}",
        offset,
        found=describe(character),
        hint=hint,
    )
