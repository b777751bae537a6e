"""What is worth saying of a marked answer, in words, before any format is chosen.

A remark is made of words, of what was written by whoever answered (which no format may take for
markup), and of what the key has, for a terminal and in LaTeX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from exsolve.errors import Problem
from exsolve.notation import written
from exsolve.solution import Cell, Formula, RubricItem, Value
from exsolve.typesetting.latex_values import cell_latex, value_latex
from exsolve.typesetting.values import LONG_CELL, adds_decimals, cell_text, decimal_is_new
from exsolve.verdicts import (
    OPEN,
    RIGHT,
    CellVerdict,
    Marked,
    MarkedAnswer,
    MarkedExercise,
    MarkedPart,
    Verdict,
)

MOST_CELLS = 8
"""Wrong cells that are named; the others are counted."""
MOST_KEY_CELLS = 36
"""Cells of the key's array up to which all of it is shown."""
MOST_SLIPS = 2
IN_TWO_WAYS = "in two ways"
"""What a message says of that whose readings it has in the place of what was found."""
LONGEST_QUOTE = 240
"""Characters of an answer that are repeated where only the beginning is of use."""

Tone = Literal["right", "part", "wrong", "blank", "open"]
"""How a verdict looks; ``part``: it earns some of the credit."""

_MARKS: Mapping[Verdict, str] = {
    "correct": "✓",
    "rounded": "✓",
    "imprecise": "≈",
    "follow-through": "↪",
    "partial": "◐",
    "slip": "✗",
    "wrong": "✗",
    "blank": "·",
    "unreadable": "?",
    "undecided": "?",
}


class Quote(NamedTuple):
    """What stands in the answer file."""

    text: str


class Key(NamedTuple):
    """What the key has: for a terminal, and in LaTeX where it is mathematics."""

    text: str
    latex: str = ""


Remark = tuple[str | Quote | Key, ...]


class AskedPart(NamedTuple):
    """A part as it was asked (Markdown), and what marks are given for."""

    ask: str
    rubric: tuple[RubricItem, ...] = ()


Questions = Mapping[tuple[str, str], AskedPart]
"""Parts by the ids of their exercise and their own."""


class Tries(NamedTuple):
    """How often somebody tried an answer, and how many hints were asked for."""

    tries: int
    hints: int = 0


def mark_of(answer: MarkedAnswer) -> str:
    """One character that tells the verdict at a glance."""
    return _MARKS[answer.verdict]


def tone(answer: MarkedAnswer) -> Tone:
    """How the verdict looks."""
    if answer.open or answer.verdict in OPEN:
        return "open"
    if answer.verdict in RIGHT:
        return "right"
    if answer.verdict == "blank":
        return "blank"
    return "part" if answer.credit else "wrong"


def verdict_words(answer: MarkedAnswer) -> str:
    """The verdict; of words what is to be done with them, or who marked them."""
    if answer.sort == "words" and answer.verdict == "undecided":
        return "undecided, for a person to mark"
    if answer.sort == "words" and answer.verdict not in ("blank", "unreadable"):
        return f"{answer.verdict}, marked by a person"
    return answer.verdict


def number(points: Fraction) -> str:
    """Points to two decimals: ``7.72``, ``8``."""
    # most are whole, and rounding a fraction is slow
    if points.denominator == 1:
        return str(points.numerator)
    text = f"{float(round(points, 2)):.2f}"
    return text.rstrip("0").rstrip(".")


def remarks(
    answer: MarkedAnswer, most_cells: int = MOST_CELLS, quoted: bool = False
) -> Iterator[Remark]:
    """What is said below the verdict: what was found, then what the key has in its place.

    quoted: the answer stands above already.
    """
    if answer.problem is not None and answer.message == answer.problem.message:
        answer = answer._replace(message="")
    message = _message(answer)
    if answer.verdict == "follow-through":
        message = message or f"This is what follows from your {answer.because or 'own answers'}."
        key = _key(answer) if _is_small(answer.expected) else None
        yield (f"{message} The key has ", key) if key is not None else (message,)
        if key is None and answer.expected is not None:
            yield from _cells(answer, most_cells)
        return
    if message:
        yield (message,)
    if answer.verdict == "unreadable":
        yield from _told(answer, message, quoted)
    elif answer.verdict not in (*RIGHT, "blank", "undecided"):
        yield from _compared(answer, most_cells, quoted)


def _message(answer: MarkedAnswer) -> str:
    """What is said in words; of mistakes those that the message has, or else the likeliest, of
    which only one was made."""
    if not answer.slips or any(slip.says in answer.message for slip in answer.slips):
        return answer.message
    says = dict.fromkeys(slip.says for slip in answer.slips)
    return f"{answer.message} {' Or: '.join([*says][:MOST_SLIPS])}".strip()


def short_value(answer: MarkedAnswer) -> Quote | Key | None:
    """What may stand beside the verdict: of a right answer the key's value, or what was written."""
    if answer.verdict in RIGHT:
        return _key(answer)
    if answer.verdict == "follow-through":
        return Quote(beginning(answer.given))
    return None


def _compared(answer: MarkedAnswer, most_cells: int, quoted: bool) -> Iterator[Remark]:
    """What was written and what the key has: cell by cell where only some are wrong."""
    expected = answer.expected
    key = _key(answer)
    some = isinstance(expected, Value) and 0 < len(answer.cells) < len(expected.cells)
    short = _is_small(expected)
    if answer.cells and (some or not short or key is None):
        yield from _cells(answer, most_cells)
    elif key is not None and quoted:
        yield "The key has ", key
    elif key is not None:
        yield "You wrote ", Quote(beginning(answer.given)), "; it is ", key


def _is_small(expected: Value | Formula | None) -> bool:
    """Whether all of it stands in a line or two."""
    return not isinstance(expected, Value) or len(expected.cells) <= MOST_CELLS


def _cells(answer: MarkedAnswer, most: int) -> Iterator[Remark]:
    """The cells that are not right, and how many more there are than can be named."""
    for cell in answer.cells[:most]:
        yield _cell_remark(answer, cell)
    left = len(answer.cells) - most
    if left > 0:
        yield (f"and {left} more {'cell' if left == 1 else 'cells'}",)


def _told(answer: MarkedAnswer, said: str, quoted: bool) -> Iterator[Remark]:
    """Why an answer could not be read, without the place and what is said or shown already."""
    problem = answer.problem
    if problem is None:
        return
    if problem.message not in said:
        yield (_sentence(problem.message, answer.given),)
    if problem.expected and problem.expected not in said:
        yield (f"expected: {problem.expected}",)
    if problem.found and not (quoted and problem.found.strip("` ") in answer.given):
        label = "either" if IN_TWO_WAYS in problem.message else "found"
        yield f"{label}: ", Quote(problem.found)
    if problem.hint:
        yield (f"try: {problem.hint}",)


def _sentence(message: str, given: str) -> str:
    """The message with a capital, unless it begins with what was written, whose case matters."""
    first = message.partition(" ")[0].rstrip(",:")
    is_word = first == "a" or (first.isalpha() and len(first) > 1)
    if not is_word or re.search(rf"\b{re.escape(first)}\b", given):
        return message
    return f"{message[:1].upper()}{message[1:]}"


def _cell_remark(answer: MarkedAnswer, cell: CellVerdict) -> Remark:
    place = place_words(cell.place)
    quoted = Quote(beginning(cell.given))
    if not cell.expected:
        return f"{place}: ", quoted, " is not right"
    expected = _expected_cell(answer, cell)
    if not cell.given.strip():
        return f"{place}: nothing is written, it is ", expected
    if cell.verdict == answer.verdict == "follow-through":
        return f"{place}: you wrote ", quoted, "; the key has ", expected
    if cell.verdict == "follow-through":
        source = f"your {answer.because}" if answer.because else "your own answers"
        return f"{place}: your ", quoted, f" follows from {source}; the key has ", expected
    return f"{place}: you wrote ", quoted, ", it is ", expected


def place_words(place: Sequence[int]) -> str:
    """``row 3, column 1``; the place counts from 0, the words from 1."""
    match [one + 1 for one in place]:
        case []:
            return "The value"
        case [entry]:
            return f"Entry {entry}"
        case [row, column]:
            return f"Row {row}, column {column}"
        case places:
            return f"Cell ({', '.join(map(str, places))})"


def _expected_cell(answer: MarkedAnswer, cell: CellVerdict) -> Key:
    """The key's cell, with its decimal; as it is in the language where shapes differ."""
    value = answer.expected
    if isinstance(value, Value) and _is_inside(cell.place, value):
        return _cell_key(value.cell(cell.place))
    return Key(cell.expected)


def _is_inside(place: Sequence[int], value: Value) -> bool:
    return len(place) == len(value.shape) and all(
        0 <= one < int(size) for one, size in zip(place, value.shape, strict=True)
    )


def _cell_key(cell: Cell) -> Key:
    exact, latex = cell_text(cell, False), cell_latex(cell, False)
    if not decimal_is_new(cell):
        return Key(exact, latex)
    assert cell.decimal is not None
    if len(exact) > 2 * LONG_CELL:
        return Key(f"≈ {cell.decimal}", rf"\approx {cell_latex(cell, True)}")
    sign, command = ("=", "=") if cell.equal else ("≈", r"\approx")
    return Key(f"{exact} {sign} {cell.decimal}", f"{latex} {command} {cell_latex(cell, True)}")


def _key(answer: MarkedAnswer) -> Key | None:
    """The key's whole value; None where there is none or it is too large to be read."""
    expected = answer.expected
    if expected is None:
        return None
    if isinstance(expected, Formula):
        return Key(written(expected.formula, "terminal"), written(expected.formula, "latex"))
    if len(expected.cells) > MOST_KEY_CELLS:
        return None
    if answer.sort == "shape":
        texts = ", ".join(cell_text(cell, False) for cell in expected.cells)
        return Key(f"({texts})", f"({', '.join(cell_latex(one, False) for one in expected.cells)})")
    if not expected.shape:
        return _cell_key(expected.cells[0])
    exact = [cell_text(cell, False) for cell in expected.cells]
    if expected.rational or not adds_decimals(expected):
        return Key(_nested(expected, exact), value_latex(expected))
    decimals = _nested(expected, [cell_text(cell, True) for cell in expected.cells])
    shown = value_latex(expected, decimal=True)
    if max(map(len, exact)) > LONG_CELL:
        return Key(f"≈ {decimals}", rf"\approx {shown}")
    text = f"{_nested(expected, exact)} ≈ {decimals}"
    return Key(text, rf"{value_latex(expected)} \approx {shown}")


def _nested(value: Value, cells: list[str]) -> str:
    return _listed(value.nested(cells))


def _listed(value: object) -> str:
    return f"[{', '.join(map(_listed, value))}]" if isinstance(value, list) else str(value)


def beginning(text: str) -> str:
    """The text in one line, or its beginning."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rstrip()}…"


def earned(score: Fraction, out_of: Fraction) -> str:
    """``7.72 of 8 points``"""
    return f"{number(score)} of {counted_points(out_of)}"


def counted_points(points: Fraction) -> str:
    """``1 point``, ``2.5 points``"""
    return f"{number(points)} {'point' if points == 1 else 'points'}"


def score_words(of: MarkedPart | MarkedExercise | Marked) -> str:
    """``3.5 of 5 points, 1 open``"""
    out_of = of.points if isinstance(of, MarkedPart) else of.out_of
    left = f", {number(of.open)} open" if of.open else ""
    return earned(of.score, out_of) + left


def points_words(answer: MarkedAnswer) -> str:
    """``2.5 of 3``; what a person has still to give is open."""
    return "open" if answer.open else f"{number(answer.score)} of {number(answer.points)}"


def newly_found(problem: Problem) -> str:
    """What was found, where the message does not say it already."""
    found = problem.found.strip()
    return "" if found.strip("`") in problem.message else found


def place_of(problem: Problem) -> str:
    """``line 5, column 13``; nothing where that is not known."""
    place = problem.position
    return f"line {place.line}, column {place.column}" if place is not None else ""


def closing(marked: Marked) -> str:
    """``7.72 of 8. First mistake: messages.``"""
    return " ".join(filter(None, (score_sentence(marked), first_mistakes(marked))))


def score_sentence(marked: Marked) -> str:
    """``7.72 of 8, and 2 points are for a person to give.``"""
    said = f"{number(marked.score)} of {number(marked.out_of)}"
    if marked.open:
        verb = "is" if marked.open == 1 else "are"
        said += f", and {counted_points(marked.open)} {verb} for a person to give"
    return f"{said}."


def first_mistakes(marked: Marked) -> str:
    """``First mistake: messages.``; nothing where there is none."""
    firsts = [
        one.first_error if not marked.set else f"{one.first_error} of {one.exercise}"
        for one in marked.exercises
        if one.first_error
    ]
    if not firsts:
        return ""
    return f"First {'mistake' if len(firsts) == 1 else 'mistakes'}: {', '.join(firsts)}."


def without_key(marked: Marked) -> Marked:
    """The same verdicts with nothing of the key's values in them."""
    return marked._replace(
        exercises=tuple(
            one._replace(
                parts=tuple(
                    part._replace(answers=tuple(map(keyless, part.answers))) for part in one.parts
                )
            )
            for one in marked.exercises
        )
    )


def keyless(answer: MarkedAnswer) -> MarkedAnswer:
    """An answer's verdict with the places that are wrong, and not what should stand there."""
    if answer.verdict in RIGHT:
        return answer
    cells = tuple(cell._replace(expected="") for cell in answer.cells)
    return answer._replace(expected=None, cells=cells)
