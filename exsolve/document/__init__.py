"""What a document says, in order, before any format is chosen: a small tree of blocks.

Markdown, LaTeX, HTML, notebooks and PDF are each printed from it by one module of ``render``. Text
is plain, and each format makes its own special characters harmless; ``Prose`` is the author's
Markdown; mathematics is LaTeX, which ``expression`` turns into the other notations.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from exsolve.drawing.pictures import Picture
from exsolve.solution import RubricItem


class Mathematics(NamedTuple):
    """Mathematics in a line of text."""

    latex: str


class Code(NamedTuple):
    """What somebody wrote, or a name in a file: set apart, and never read."""

    text: str


Inline = str | Mathematics | Code
Line = tuple[Inline, ...]


class Prose(NamedTuple):
    """Paragraphs of an author, in Markdown."""

    text: str


class Note(NamedTuple):
    """A line about what stands beside it: what it is, what was left out, how it was verified.

    ``quotation``: what somebody wrote, with its own line breaks.
    """

    line: Line
    role: Literal["note", "remark", "verified", "quotation"]


class Equation(NamedTuple):
    """A line of a display: what stands before the sign, the sign, what stands after it (LaTeX).

    ``reason`` says why it is equal to the line before.
    """

    left: str
    sign: str
    right: str
    reason: Line = ()


class Equations(NamedTuple):
    """Equations, aligned at their signs."""

    rows: tuple[Equation, ...]


class Items(NamedTuple):
    """A list; each entry is one line. ``givens`` are data, a quantity each."""

    items: tuple[Line, ...]
    role: Literal["plain", "givens"] = "plain"


class Grid(NamedTuple):
    """A table; ``numeric`` says which columns hold numbers. ``totals``: its last row, or nothing.

    ``lines`` are said below it: each with the head of the row it belongs to.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    totals: tuple[Line, ...] = ()
    numeric: tuple[bool, ...] = ()
    lines: tuple[tuple[Line, Line], ...] = ()


class Figure(NamedTuple):
    """A picture; ``title`` names it where it has no title of its own."""

    picture: Picture
    title: str


class Rubric(NamedTuple):
    """What marks are given for."""

    items: tuple[RubricItem, ...]


class Form(NamedTuple):
    """Text that keeps its lines: an answer form to fill in."""

    text: str


class Group(NamedTuple):
    """Blocks that belong together and may be folded away.

    A step (``answer``: one that was asked for), a derivation, evidence. ``name`` is the quantity,
    in LaTeX; ``title`` what the step does, or the heading of the evidence.
    """

    role: Literal["step", "answer", "derivation", "evidence"]
    name: str
    title: Line
    blocks: tuple[Block, ...]


class Finding(NamedTuple):
    """What is found of an answer: its name as answer files have it, a sign and words for the
    verdict, the points that it earned, and what is said of it. ``tone`` is how it looks."""

    name: str
    sign: str
    verdict: str
    tone: Literal["right", "part", "wrong", "blank", "open"]
    points: str
    blocks: tuple[Block, ...]


class Section(NamedTuple):
    """A part of the document under a heading; ``anchor`` is unique in the document.

    ``label`` is the id of an exercise or set, or ``(a)`` of a part, whose heading is its question
    ``ask`` (Markdown); ``points`` say what it is worth. ``title`` is empty where it would only
    repeat the document's: such a section has no heading; its label and points are the document's.
    """

    role: Literal["set", "exercise", "given", "part", "form"]
    anchor: str
    title: str
    label: str
    points: str
    blocks: tuple[Block, ...]
    ask: str = ""


Block = Prose | Note | Equations | Items | Grid | Figure | Rubric | Form | Group | Finding | Section


class Document(NamedTuple):
    """All of it. ``purpose``: "Answer key", "Worksheet", "Feedback" or "" (a solution by itself).

    ``marks`` is the table of points; ``provenance`` says what made the document, from what.
    """

    title: str
    purpose: str
    points: str
    sections: tuple[Section, ...]
    marks: Grid | None
    provenance: tuple[str, ...]
