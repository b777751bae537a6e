"""A class in which no two students write alike: right answers in every spelling, mistakes carried
on, what cannot be read, and words; and what it takes to grade it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from exsolve.evaluate import Array
from exsolve.marking.wrong_definitions import wrong_definitions
from tests.benchmarks.classes import graded
from tests.benchmarks.rewritten_values import rewritten
from tests.benchmarks.sheets import PROBLEMS, Sheets, Values

EXERCISE = "gnn-update"
RIGHT = 0.6
UNREADABLE = 0.05
"""Of the students; the others make a mistake somewhere and compute on with it."""
GARBLED = ("-1, 0.8", "see page 2", "[1, 2", "1,5", "??", "4 1/2 or so", "[[1, 2], [3]]")
FORMULAS = (
    "q(h_i, sum(f(H_N), axis=0))", "q(h_i, f(H_N)^T ones([k]))", "q(h_i, mean(f(H_N), axis=0))",
    "f(H_N)", "q(h_i, ones([k]) @ f(H_N))",
)  # fmt: skip
WORDS = (
    "The graph is complete and f(h) = V h.", "Every token sends to every other: n squared.",
    "Attention is a weighted sum of messages.", "It is slow because there are many edges.",
)  # fmt: skip


class Students:
    """Files of answers to one exercise, each drawn by its own number."""

    def __init__(self) -> None:
        self._sheets = Sheets(next(PROBLEMS.glob(f"*/{EXERCISE}.yaml")))
        graph = self._sheets.graph
        self._mistaken = [
            values
            for at in self._sheets.definitions
            for wrong in wrong_definitions(graph, at)
            if (values := Values(self._sheets, at, wrong.expression)).array(at) is not None
        ]

    def file(self, number: int) -> str:
        """The file of a student."""
        draw = random.Random(number)
        luck = draw.random()
        values = self._sheets.key if luck < RIGHT else draw.choice(self._mistaken)
        lines = [f"# {EXERCISE}", f"h_next_general = {draw.choice(FORMULAS)}"]
        for name in self._sheets.answers:
            value = values.array(name)
            text = "" if value is None else self._text(value, draw)
            if luck > 1 - UNREADABLE and draw.random() < 0.5:
                text = draw.choice(GARBLED)
            lines.append(f"{name} = {text}")
        lines += [f"{part} = {draw.choice(WORDS)} ({number})" for part in ("4", "5")]
        return "\n".join(lines) + "\n"

    def _text(self, value: Array, draw: random.Random) -> str:
        text = rewritten(value, draw, exact=draw.random() < 0.6)
        return " ".join(text.split())


def make_class(folder: Path, count: int) -> Path:
    """A folder with a file for each of so many students."""
    folder.mkdir(parents=True)
    students = Students()
    for number in range(1, count + 1):
        (folder / f"student-{number}.txt").write_text(students.file(number), encoding="utf-8")
    return folder


def speed(rounds: int) -> str:
    """Submissions of which no two are written alike."""
    return graded("that differ", make_class, rounds)


BENCHMARKS: dict[str, Callable[[int], str]] = {"class-differing": speed}
