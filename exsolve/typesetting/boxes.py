"""Two-dimensional layout of mathematics in a fixed-width font.

A box is a list of equally wide lines with a baseline; boxes stand side by side on their baselines.
Each line is made of spans, a text with the name of a style.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from exsolve.text_width import columns_of, display_width

CLOSING = frozenset("、。〉》」』】〕！），：；？｝,.;:!?)]")
"""Punctuation that begins no line."""


class Span(NamedTuple):
    """A run of text in one style (``""`` for none)."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


class Box(NamedTuple):
    """Lines of equal width; ``baseline`` is the line that text beside it stands on."""

    lines: tuple[Line, ...]
    baseline: int
    width: int


def text_box(text: str, style: str = "") -> Box:
    """One line of text."""
    return Box(((Span(text, style),),), 0, display_width(text))


def beside(*boxes: Box) -> Box:
    """Boxes from left to right, on one baseline."""
    above = max(box.baseline for box in boxes)
    below = max(len(box.lines) - box.baseline for box in boxes)
    lines: list[Line] = []
    for place in range(-above, below):
        spans: list[Span] = []
        for box in boxes:
            row = box.baseline + place
            if 0 <= row < len(box.lines):
                spans.extend(box.lines[row])
            else:
                spans.append(Span(" " * box.width))
        lines.append(tuple(spans))
    return Box(tuple(lines), above, sum(box.width for box in boxes))


def matrix(
    rows: Sequence[Sequence[str]],
    style: str = "",
    row_labels: Sequence[str] = (),
    column_labels: Sequence[str] = (),
) -> Box:
    """A matrix in brackets, cells right-aligned; labels outside.

    The label of a single row stands before it; those of several stand after them, so that what is
    put before the matrix is not read as one of them.
    """
    columns = len(rows[0]) if rows else 0
    widths = [
        max(
            [display_width(row[column]) for row in rows]
            + [display_width(label) for label in column_labels[column : column + 1]]
        )
        for column in range(columns)
    ]
    label_width = max((display_width(label) for label in row_labels), default=0)
    single = len(rows) == 1
    lead = " " * (label_width + 1) if row_labels and single else ""
    trail = " " * (label_width + 2) if row_labels and not single else ""
    left, right = ("[", "]") if single else ("│", "│")
    lines: list[Line] = []
    if column_labels:
        heads = "  ".join(
            _centred(label, width) for label, width in zip(column_labels, widths, strict=True)
        )
        lines.append((Span(f"{lead}  {heads}  {trail}", "label"),))
    for place, row in enumerate(rows):
        cells = "  ".join(_aligned(cell, width) for cell, width in zip(row, widths, strict=True))
        spans = [Span(left + " ", "bracket"), Span(cells, style), Span(" " + right, "bracket")]
        if row_labels and single:
            spans.insert(0, Span(row_labels[place] + " ", "label"))
        elif row_labels:
            label = row_labels[place]
            space = " " * (label_width - display_width(label))
            spans.append(Span(f"  {label}{space}", "label"))
        lines.append(tuple(spans))
    total = len(lead) + sum(widths) + 2 * max(columns - 1, 0) + 4 + len(trail)
    baseline = (len(rows) - 1) // 2 + (1 if column_labels else 0)
    return Box(tuple(lines), baseline, total)


def _aligned(text: str, width: int) -> str:
    return " " * (width - display_width(text)) + text


def _centred(text: str, width: int) -> str:
    free = width - display_width(text)
    return " " * (free - free // 2) + text + " " * (free // 2)


def filled(text: str, width: int, first: str = "", following: str = "") -> list[str]:
    """Prose as lines at most ``width`` columns wide, after ``first`` and then ``following``.

    Lines end at spaces, or between wide characters, which are written without; a longer word is
    cut. No lines where there are no words.
    """
    if text.isascii():
        return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=following)
    lines: list[str] = []
    line, used, begun = first, display_width(first), False
    for word, spaced in _words(text):
        size = display_width(word)
        if begun and used + spaced + size > width:
            lines.append(line)
            line, used, begun = following, display_width(following), False
        while used + size > width and len(word) > 1:
            head = word[: max(_fitting(word, width - used), 1)]
            lines.append(line + head)
            line, used, word = following, display_width(following), word[len(head) :]
            size = display_width(word)
        line += " " * (spaced and begun) + word
        used = display_width(line)
        begun = True
    return [*lines, line] if begun else lines


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """What may stand alone on a line, and whether a space is before it.

    A wide character is a word of its own, with the punctuation that follows it.
    """
    for chunk in text.split():
        word, spaced = "", True
        for before, character in zip(" " + chunk, chunk, strict=False):
            wide = columns_of(character) == 2 or (before in word and columns_of(before) == 2)
            if word and wide and character not in CLOSING:
                yield word, spaced
                word, spaced = "", False
            word += character
        yield word, spaced


def _fitting(word: str, room: int) -> int:
    """How many of its characters fit."""
    used = 0
    for place, character in enumerate(word):
        used += columns_of(character)
        if used > room:
            return place
    return len(word)


def wrapped(text: str, width: int, hanging: int = 0) -> list[str]:
    """A line of mathematics broken before signs and after commas, so that no line is too wide.

    A single term wider than the line is broken where the line ends: nothing is cut off.
    """
    lines: list[str] = []
    rest = text
    room = width
    # the beginning decides first: all of a long text need not be measured for each line
    while display_width(rest[: 2 * room + 2]) > room or display_width(rest) > room:
        cut = _break_place(rest, room)
        lines.append(rest[:cut].rstrip())
        rest = " " * hanging + rest[cut:].lstrip()
        room = width
    lines.append(rest)
    return lines


def _break_place(text: str, room: int) -> int:
    """Where to break: before a sign or after a comma, in as few brackets as can be, late."""
    start = len(text) - len(text.lstrip())
    earliest = start + max((room - start) // 3, 8)
    depth = 0
    best, best_depth = 0, len(text)
    for place in range(start, min(len(text), room + 1)):
        character = text[place]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        if place < earliest or character != " ":
            continue
        # a number keeps its sign: no break between "≈" and "-2"
        before_sign = text[place + 1 : place + 2] in (*"+-=≈",) and text[place - 1] not in "=≈,"
        if (before_sign or text[place - 1] == ",") and depth <= best_depth:
            best, best_depth = place, depth
    if best:
        return best
    space = text.rfind(" ", earliest, room + 1)
    return space if space > 0 else max(room, start + 1)
