"""Right answers written in another way: none may be marked otherwise than right."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from exsolve.library import Exercise, load
from exsolve.marking.formula_names import formula_vocabulary
from exsolve.marking.formula_question import in_known_names
from exsolve.marking.formulas import FormulaJudge
from exsolve.marking.sheet import outline
from exsolve.verdicts import RIGHT, MarkedAnswer
from tests.benchmarks.rewritten_formulas import Rewriter
from tests.benchmarks.rewritten_values import rewritten
from tests.benchmarks.sheets import Sheets, files

VALUES = 8_000
FORMULAS = 2_000
FAILURES = 40


class Failure(NamedTuple):
    """A right answer that was not taken for right; ``seed`` makes it again."""

    exercise: str
    name: str
    seed: int
    text: str
    said: str

    @property
    def ambiguous(self) -> bool:
        """Whether it was handed back with two readings, and marked by nobody."""
        return self.said.startswith("unreadable") and "two ways" in self.said

    def __str__(self) -> str:
        return f"{self.exercise} {self.name} seed {self.seed}: {self.text!r}\n    {self.said}"


def values(count: int, seed: int = 0) -> Iterator[Failure | None]:
    """So many rewritten values, in turn from every exercise; what failed, or None."""
    sheets = [one for path in files() if (one := Sheets(path)).answers]
    asked = [(one, name) for one in sheets for name in one.answers]
    for place in range(count):
        one, name = asked[place % len(asked)]
        draw = random.Random(seed * 1_000_003 + place)
        value = one.key.array(name)
        assert value is not None
        text = rewritten(value, draw, exact=draw.random() < 0.4)
        marked = one.marker.mark(one.responses({name: text}))
        yield _failed(one.id, name, place, text, next(a for a in marked.answers if a.name == name))


def _failed(exercise: str, name: str, seed: int, text: str, found: MarkedAnswer) -> Failure | None:
    if found.verdict in RIGHT:
        return None
    place = f"at {found.problem.position}" if found.problem else ""
    hint = f"{found.problem.found}, {found.problem.hint}" if found.problem else ""
    return Failure(
        exercise, name, seed, text, f"{found.verdict}: {found.message} {place} {hint}".strip()
    )


def formulas(count: int, seed: int = 0) -> Iterator[Failure | None]:
    """So many rewritten formulas, in turn from every question for one."""
    asked: list[tuple[str, FormulaJudge, Rewriter]] = []
    for path in files():
        exercise = load(path)
        assert isinstance(exercise, Exercise)
        book = exercise.workbook
        for part in outline(book).parts:
            for one in part.expected:
                if one.sort == "formula":
                    known = formula_vocabulary(book, one.name)
                    node = in_known_names(book.graph, one.name, frozenset(known.names))
                    asked.append((book.id, FormulaJudge(book, one.name), Rewriter(node, known)))
    for place in range(count):
        exercise_id, judge, rewriter = asked[place % len(asked)]
        text = rewriter.text(random.Random(seed * 1_000_003 + place))
        found = judge.judge(text)
        if found.verdict == "correct":
            yield None
        else:
            said = f"{found.verdict}: {found.message} {found.problem or ''}"
            yield Failure(exercise_id, judge.name, place, text, said)


def run() -> Iterator[str]:
    """How many of the rewritings were taken for right, and those that were not."""
    for what, found in (("values", values(VALUES)), ("formulas", formulas(FORMULAS))):
        counts: Counter[str] = Counter()
        failures: list[Failure] = []
        for one in found:
            counts["right" if one is None else "ambiguous" if one.ambiguous else "refused"] += 1
            failures += [one] if one is not None else []
        yield (
            f"{counts.total():,} rewritings of right {what}: {counts['right']:,} taken for right, "
            f"{counts['ambiguous']} handed back with two readings, {counts['refused']} refused"
        )
        failures.sort(key=lambda one: one.ambiguous)
        yield from map(str, failures[:FAILURES])
