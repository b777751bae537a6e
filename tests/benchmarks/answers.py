"""Answers judged in a second by one process, each text met for the first time.

Nothing is remembered of them: spellings are drawn anew for every round. The other side of a pair
reads the numbers in the same texts with ``Fraction``, or imports SymPy.
"""

from __future__ import annotations

import random
import re
import statistics
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from time import process_time

from exsolve.library import Exercise, load
from exsolve.marking.formula_names import formula_vocabulary
from exsolve.marking.formula_question import in_known_names
from exsolve.marking.formulas import FormulaJudge
from tests.benchmarks.measuring import seconds
from tests.benchmarks.processes import SYMPY
from tests.benchmarks.rewritten_formulas import Rewriter
from tests.benchmarks.rewritten_values import rewritten
from tests.benchmarks.sheets import PROBLEMS, Sheets

RATIONAL = ("norm-statistics", "gnn-update", "cnn-shapes")
IRRATIONAL = ("rnn-bptt-numbers", "attention-forward")
FORMULAS = (
    ("rnn-bptt", "grad_h"), ("rnn-bptt", "dh_next_dh"), ("attention-properties", "H"),
    ("attention-properties", "dh_dk"), ("least-norm", "w_star"), ("self-attention-layer", "Q"),
)  # fmt: skip
SHEETS = 200
TEXTS = 200
WRONG = 0.2
"""Of the answers, where some are wrong: each in its own way, so that no mistake is found twice."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NOT_EXPONENT = re.compile(r"(?<![eE^({+−-])\b\d+(?:\.\d+)?")


class Values:
    """Sheets of some exercises with all their values filled in, a share of them wrong."""

    def __init__(self, exercises: tuple[str, ...], wrong: float) -> None:
        self._wrong = wrong
        self._sheets = [Sheets(next(PROBLEMS.glob(f"*/{one}.yaml"))) for one in exercises]
        self._draw = random.Random(7)

    def new(self) -> Callable[[], int]:
        """What marks sheets that were never met; it answers with how many answers they had."""
        batch = []
        for place in range(SHEETS):
            sheets = self._sheets[place % len(self._sheets)]
            batch.append((sheets.marker, sheets.responses(self._texts(sheets, place))))

        def mark() -> int:
            for marker, responses in batch:
                marker.mark(responses)
            return sum(len(responses) for _, responses in batch)

        return mark

    def numbers(self) -> Callable[[], None]:
        """What reads the numbers of as many sheets."""
        texts = [
            text
            for place in range(SHEETS)
            for text in self._texts(self._sheets[place % len(self._sheets)], place).values()
        ]

        def read() -> None:
            for text in texts:
                for number in _NUMBER.findall(text):
                    Fraction(number)

        return read

    def _texts(self, sheets: Sheets, place: int) -> dict[str, str]:
        return {name: self._text(sheets, name, place) for name in sheets.answers}

    def _text(self, sheets: Sheets, name: str, place: int) -> str:
        value = sheets.key.array(name)
        assert value is not None
        text = rewritten(value, self._draw, exact=self._draw.random() < 0.4)
        places = [one.span() for one in _NOT_EXPONENT.finditer(text)]
        if places and self._draw.random() < self._wrong:
            start, end = self._draw.choice(places)
            text = f"{text[:start]}{self._draw.randint(2, 999)}{text[end:]}"
        return text + " " * (place % 20 + 1) + "\t" * (place // 20)  # no two alike


class Formulas:
    """Right formulas in some spelling, and wrong ones."""

    def __init__(self, questions: tuple[tuple[str, str], ...]) -> None:
        self._draw = random.Random(7)
        self._asked = []
        for id, name in questions:
            exercise = load(id)
            assert isinstance(exercise, Exercise)
            book = exercise.workbook
            known = formula_vocabulary(book, name)
            node = in_known_names(book.graph, name, frozenset(known.names))
            self._asked.append((FormulaJudge(book, name), Rewriter(node, known)))

    def new(self) -> Callable[[], int]:
        """What judges formulas that were never met; it answers with how many there were."""
        batch = []
        for place in range(TEXTS):
            judge, rewriter = self._asked[place % len(self._asked)]
            text = rewriter.text(self._draw)
            if self._draw.random() < WRONG:
                text = f"-({text})" if self._draw.random() < 0.5 else f"3 ({text})"
            batch.append((judge, text))

        def judge_all() -> int:
            for judge, text in batch:
                judge.judge(text)
            return len(batch)

        return judge_all


def _row(
    what: str,
    target: str,
    new: Callable[[], Callable[[], int]],
    other: Callable[[], Callable[[], None]],
    rounds: int,
) -> str:
    """The rate of one core, by its own time, and the ratio to another thing, after a warm-up."""
    new()()
    other()()
    ratios, rates = [], []
    for _ in range(rounds):
        judge = new()
        found: list[int] = []
        start = process_time()
        elapsed = seconds(lambda judge=judge, found=found: found.append(judge()))
        rates.append(found[0] / (process_time() - start))
        ratios.append(elapsed / seconds(other()))
    return (
        f"{what:<78} {statistics.median(ratios):8.2f}x         {statistics.median(rates):,.0f} "
        f"answers a second, target {target} ({found[0]:,} new ones, {rounds} pairs)"
    )


def values(what: str, target: str, exercises: tuple[str, ...], wrong: float, rounds: int) -> str:
    """Values, against the standard library reading the same numbers."""
    made = Values(exercises, wrong)
    what = f"{what} answers on whole sheets, {wrong:.0%} wrong, against Fraction for each number"
    return _row(what, target, made.new, made.numbers, rounds)


def formulas(rounds: int) -> str:
    """Formulas, against an import of SymPy."""
    what = "formula answers of six questions, 200 / python -c 'import sympy'"
    return _row(what, "100", Formulas(FORMULAS).new, lambda: SYMPY, rounds)


BENCHMARKS: dict[str, Callable[[int], str]] = {
    "answers-rational": partial(values, "rational", "5,000", RATIONAL, 0.0),
    "answers-rational-wrong": partial(values, "rational", "5,000", RATIONAL, WRONG),
    "answers-irrational": partial(values, "irrational", "1,000", IRRATIONAL, 0.0),
    "answers-irrational-wrong": partial(values, "irrational", "1,000", IRRATIONAL, WRONG),
    "answers-formulas": formulas,
}
