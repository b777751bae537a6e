"""A sheet as it is marked: its answers in order, and what was found of those before."""

from __future__ import annotations

import re
from typing import NamedTuple

from exsolve.answers.written import ExerciseOutline, PartOutline
from exsolve.authoring.workbook import Workbook
from exsolve.expression.tree import Node
from exsolve.marking.earlier import Earlier
from exsolve.marking.given import Given
from exsolve.marking.values import ValueJudgement
from exsolve.solution import Expected
from exsolve.solving.expected import expected
from exsolve.verdicts import Verdict

RIGHT_ENOUGH: frozenset[Verdict] = frozenset(("correct", "rounded", "imprecise"))
_CROSS = re.compile(r"[×*]|(?<=\s)x(?=\s)|(?<=\d)x(?=\d)")
_LISTED = re.compile(r"\s*\w+(?:\s*,\s*\w+)+\s*")


class Sheet(NamedTuple):
    """What was found so far of a student's sheet; ``mistaken`` are the formulas that are wrong."""

    values: dict[str, Earlier]
    formulas: dict[str, Node]
    mistaken: set[str]
    imprecise: list[str]
    open: list[str]

    def note(
        self, name: str, text: str, value: Given, judgement: ValueJudgement, no_work: bool
    ) -> None:
        """Remember an answer for what follows from it."""
        if judgement.verdict == "imprecise":
            self.imprecise.append(name)
        mistaken = judgement.verdict not in RIGHT_ENOUGH
        self.values[name] = Earlier(
            text,
            value,
            judgement.verdict == "correct",
            mistaken,
            judgement.because if mistaken else "",
            judgement.idle or (mistaken and value.is_zero),
            no_work,
        )


def in_order(workbook: Workbook, outline: ExerciseOutline) -> list[tuple[PartOutline, Expected]]:
    """The answers in the order of the sheet, but for those that an earlier one rests on."""
    asked = [(part, one) for part in outline.parts for one in part.expected]
    found: list[tuple[PartOutline, Expected]] = []
    for part, one in asked:
        below = workbook.graph.needed_for([one.name])
        resting_on = {name: place for place, name in enumerate(below)}
        first = [pair for pair in asked if pair[1].name in resting_on and pair not in found]
        found += sorted(first, key=lambda pair: resting_on[pair[1].name])
        if (part, one) not in found:
            found.append((part, one))
    return found


def outline(workbook: Workbook) -> ExerciseOutline:
    """What a reader of answer files needs to know of an exercise."""
    parts = tuple(PartOutline(part.id, expected(workbook, part)) for part in workbook.parts)
    asked = {one.name for part in parts for one in part.expected}
    known = frozenset((*workbook.graph.quantities, *workbook.graph.symbols)) - asked
    titles = (workbook.title, workbook.own_title or workbook.title)
    return ExerciseOutline(workbook.id, parts, known, titles)


def as_sizes(text: str) -> str:
    """A shape as people write it, ``N × 16 × 64``, as the list that it is."""
    listed = _CROSS.sub(",", text)
    return f"[{listed.strip()}]" if listed != text and _LISTED.fullmatch(listed) else text
