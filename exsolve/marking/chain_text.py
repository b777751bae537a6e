"""The lines of a student's derivation: sides of equations with their places, words left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

_ENVIRONMENT = re.compile(
    r"\\(?:begin|end)\s*\{(?:align|aligned|equation|gather|gathered|split|multline|eqnarray|flalign"
    r"|displaymath|math)\*?\}|\\nonumber\b|\\notag\b|\\q?quad\b|\\(?:tag|label)\s*\{[^{}]*\}"
    r"|\$\$?|\\\[|\\\]|\\\(|\\\)|(?<!\\)&|`"
)
_MATRIX = re.compile(r"\\begin\s*\{([bpvBV]?matrix|array|cases)\}.*?\\end\s*\{\1\}", re.DOTALL)
_HIDDEN = {"&": "\ue000", "\\\\": "\ue001\ue002", "\n": "\ue003"}
"""What separates the cells of a matrix, and no lines."""
_SHOWN = {hidden: sign for sign, hidden in _HIDDEN.items()} | {_HIDDEN["\n"]: " "}
_WORDS = re.compile(
    r"\\intertext\s*\{[^{}]*\}|\\(?:text|mbox|textrm)\s*\{[^{}]*[ (][^{}]*\}|\\qed\b|∎|□|■"
)
"""Words in mathematics; ``\\text{softmax}`` is none of them."""
_BREAK = re.compile(r"\\\\(?:\[[^\]]*\])?|\n")
_BEGINNING = re.compile(
    r"(?i)\s*(?:[-*]\s+(?==)|\(?\d{1,2}[.)]\s+|(?:so|hence|thus|then|and|therefore|now|proof|"
    r"iff|i\.e\.),?:?\s+|⇒|⇔|=>|\\(?:implies|Rightarrow|iff|Leftrightarrow)\b|∴)"
)
_REASON = re.compile(
    r"(?i)(?:\s{2,}(?=[(\[{]|[A-Za-z]{3,}\s)"
    r"|\s*[(\[](?=(?:because|since|by|as|using|from|with|definition|linearity|independence|the|for"
    r"|where|due)\b)"
    r"|[,;.]?\s+(?:because|since|by|using|as|where|from|due)\b"
    r"|\s{2,}#|\s#|\s+--|\s+//|\s+%|;|\.\s*$|,\s*$)"
)
_CONTINUED = ("+", "*", "@", "·", "⊙", r"\cdot", r"\odot")
_OPEN = ("+", "-", "*", "@", "·", "⊙", "/")
_OTHER_SIGN = "=<>!:≤≥≠≈~"
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_TWO_WORDS = re.compile(r"(?<![\w\\])(?=([^\W\d_]{2,}\s+[^\W\d_]{2,})(?!\w))")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_MATHEMATICS = re.compile(r"[=+*/^@·⊙‖∥|\\_⟨²√∑Σ]|\d")
MANY_WORDS = 3
"""Words that are no names of an exercise and make a line prose, two of them side by side."""


class Side(NamedTuple):
    """One side of an equation: its text, where that begins, and the line (from 1) it stands in.

    ``opens``: it is the first of its line, ``follows``: the line begins with an equals sign;
    ``alone``: there is no equals sign in it.
    """

    text: str
    offset: int
    line: int
    opens: bool
    follows: bool
    alone: bool


def sides(text: str, known: frozenset[str]) -> list[Side]:
    """The sides of all equations in a text, in order; ``known`` are words that are no prose.

    Lines without mathematics are left out, and so are reasons behind a formula.
    """
    plain = _MATRIX.sub(lambda match: _replaced(match.group(), _HIDDEN), text)
    plain = _ENVIRONMENT.sub(_blank, _WORDS.sub(_blank, plain))
    found: list[Side] = []
    for offset, line in _joined(plain):
        begin = _BEGINNING.match(line)
        while begin is not None and begin.end():
            line = " " * begin.end() + line[begin.end() :]
            begin = _BEGINNING.match(line, begin.end())
        if not line.strip() or is_prose(line, known):
            continue
        number = text.count("\n", 0, offset + len(line) - len(line.lstrip())) + 1
        pieces = list(_split(line))
        begins = not pieces[0][1].strip()
        for place, (start, whole) in enumerate(pieces[begins:]):
            piece = _without_reason(whole, known)
            lead = len(piece) - len(piece.lstrip())
            place_of = offset + start + lead
            if piece.strip():
                shown = _replaced(piece.strip(), _SHOWN)
                found.append(Side(shown, place_of, number, place == 0, begins, len(pieces) == 1))
    return found


def _replaced(text: str, by: Mapping[str, str]) -> str:
    for sign, other in by.items():
        text = text.replace(sign, other)
    return text


def _blank(match: re.Match[str]) -> str:
    return "".join(one if one == "\n" else " " for one in match.group())


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their places, those that go on joined; a break inside becomes spaces."""
    start = 0
    pieces: list[tuple[int, int]] = []
    for one in _BREAK.finditer(text):
        pieces.append((start, one.start()))
        start = one.end()
    pieces.append((start, len(text)))
    equations = any(text[a:b].lstrip().startswith("=") for a, b in pieces)
    groups: list[list[tuple[int, int]]] = []
    for a, b in pieces:
        line = text[a:b]
        if groups and line.strip() and _goes_on(text, groups[-1], line.strip(), equations):
            groups[-1].append((a, b))
        else:
            groups.append([(a, b)])
    for group in groups:
        first, last = group[0][0], group[-1][1]
        letters = list(text[first:last])
        for (_, end), (begin, _) in pairwise(group):
            letters[end - first : begin - first] = " " * (begin - end)
        yield first, "".join(letters)


def _goes_on(text: str, group: list[tuple[int, int]], line: str, equations: bool) -> bool:
    """Whether a line continues the one before it: a bracket is open, or an operator joins them."""
    before = text[group[0][0] : group[-1][1]].strip()
    if not before or line.startswith("="):
        return False
    if line.startswith(_CONTINUED) or (line.startswith("-") and equations and "=" in before):
        return True
    return before.endswith(_OPEN) or _depth(before) > 0


def _depth(text: str) -> int:
    return sum((one in "([{") - (one in ")]}") for one in text)


def _split(line: str) -> Iterator[tuple[int, str]]:
    """The line at its equals signs outside of brackets, each piece with its place."""
    depth = start = 0
    for place, sign in enumerate(line):
        depth += (sign in "([{") - (sign in ")]}")
        if sign != "=" or depth > 0:
            continue
        around = line[place - 1 : place] + line[place + 1 : place + 2]
        if any(one in _OTHER_SIGN for one in around):
            continue
        yield start, line[start:place]
        start = place + 1
    yield start, line[start:]


def _without_reason(piece: str, known: frozenset[str]) -> str:
    """A side without the reason that is written behind it, which has words in it."""
    found = _REASON.search(piece, len(piece) - len(piece.lstrip()) + 1)
    while found is not None:
        before, tail = piece[: found.start()], piece[found.start() :]
        if before.strip() and _depth(before) == 0 and (_words(tail, known) or _is_over(tail)):
            return before
        found = _REASON.search(piece, found.start() + 1)
    return piece


def _is_over(tail: str) -> bool:
    """Whether nothing stands there but the sign that ends a sentence."""
    return not tail.strip(" .,;")


def _words(text: str, known: frozenset[str]) -> list[str]:
    """The words of a text that are no names."""
    return [one for one in _LETTERS.findall(_COMMAND.sub(" ", text)) if one not in known]


def is_prose(line: str, known: frozenset[str]) -> bool:
    """Whether a line is words: several that are no names, or some beside no mathematics at all."""
    plain = _without_reason(line, known)
    words = _words(plain, known)
    beside = any(not {*pair.split()} & known for pair in _TWO_WORDS.findall(plain))
    if len(words) >= MANY_WORDS and beside and not line.lstrip().startswith("="):
        return True
    return bool(words) and _MATHEMATICS.search(line) is None
