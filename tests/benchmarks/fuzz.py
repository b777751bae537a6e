"""Garbage for every reader and judge: nothing but the expected error comes out, and soon."""

from __future__ import annotations

import gc
import random
import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from time import process_time
from typing import NamedTuple

from exsolve.answers.formulas import read_formula
from exsolve.answers.values import read_value
from exsolve.answers.written import Response, Vocabulary
from exsolve.errors import ExsolveError, LanguageError
from exsolve.library import Exercise, load
from exsolve.library.judging import Examiner
from exsolve.marking.formula_names import formula_vocabulary
from exsolve.marking.formula_question import in_known_names
from exsolve.solution import Expected
from tests.benchmarks import garbage
from tests.benchmarks.rewritten_formulas import Rewriter

INPUTS = 100_000
COLLECTED = 500
"""Inputs after which garbage is collected; the command that judges does not collect any."""
MOST_SECONDS = 0.5
SLOWEST = 3
SHOWN = 200
MARKED = (
    "gnn-update", "attention-forward", "rnn-bptt-numbers", "rnn-bptt", "cnn-shapes", "least-norm",
    "attention-properties", "norm-statistics", "long-range-gradients", "self-attention-layer",
)  # fmt: skip
RIGHT = (
    "[[-2, 2], [0, -2], [2, 0]]", "[-4/5, 0.8]", "V.T @ (2*(y_t - z_t))", "(N, 16, 64, 64)",
    r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", "[1 2; 3 4]", "√3·ln(80)", "1.16e-10", "80%",
    "sum_t(outer(h_t*(1 - h_t)*grad_h, x_t))", "X.T @ inverse(X @ X.T) @ y", "14/9 = 1.556",
    r"2 V^\top (y_t - z_t) + U^\top \operatorname{diag}(h_{t+1} \odot (1 - h_{t+1})) g",
    "[[0.2, 0.2, 0.2], [1/5, ½, 0.1666...]]", "V softmax(beta*K.T @ Q, axis=0)", "3*sqrt(3)/4",
    "2 Vᵀ (V h_t − z_t) + Uᵀ (h_next ⊙ (1 − h_next) ⊙ grad_h_next)", "12", "\\frac{17}{12}",
)  # fmt: skip

_NAME = re.compile(r"[^\W\d_]\w*")


class Outcome(NamedTuple):
    """What became of an input: read, refused or marked; or the error that must not be.

    seconds: of processor time, for each answer of a sheet.
    """

    what: str
    given: str
    seconds: float
    result: str
    error: str = ""


class Turn(NamedTuple):
    """An input, what is to be done with it, and how many answers that judges."""

    given: str
    run: Callable[[], str]
    answers: int = 1


class Fuzz:
    """Inputs of all sorts, each for one of the readers and judges."""

    def __init__(self, seed: int = 0, marked: Sequence[str] = MARKED) -> None:
        self._seed = seed
        self._examiners: list[Examiner] = []
        for name in marked:
            exercise = load(name)
            assert isinstance(exercise, Exercise)
            self._examiners.append(Examiner(exercise))
        names: dict[str, tuple[int | str, ...]] = {"N": (), "n": (), "beta": (), "s": ()}
        names |= {"h_t": (3,), "h_next": (3,), "x_t": (2,), "y_t": (2,), "z_t": (2,), "g": (3,)}
        names |= {"V": (2, 3), "U": (3, 3), "W": (3, 2), "X": (2, 4), "Q": (3, 2), "K": (3, 3)}
        self._vocabulary = Vocabulary(names, {"f": 1, "q": 2})
        self._ways: tuple[Callable[[random.Random], Turn], ...] = (
            self._value, self._formula, self._answer, self._file, self._sheet,
        )  # fmt: skip
        self._rewriters: dict[tuple[str, str], Rewriter] = {}
        for one in self._examiners:
            book = one.exercises[0].workbook
            for exercise, _, expected in self._asked(one):
                if expected.sort == "formula":
                    known = formula_vocabulary(book, expected.name)
                    node = in_known_names(book.graph, expected.name, frozenset(known.names))
                    self._rewriters[exercise, expected.name] = Rewriter(node, known)
        self._warm()

    def outcome(self, place: int) -> Outcome:
        """The input of this number, given to whatever is its turn."""
        draw = random.Random(self._seed * 1_000_003 + place)
        way = draw.choices(self._ways, (6, 6, 6, 2, 1))[0]
        given, run, answers = way(draw)
        what = way.__name__.lstrip("_")
        if place % COLLECTED == 0:
            gc.collect()  # off the clock, which is that of one input and not of all before it
        start = process_time()
        try:
            result = run()
        except Exception:
            return Outcome(what, given, process_time() - start, "failed", traceback.format_exc(-4))
        return Outcome(what, given, (process_time() - start) / answers, result)

    def _warm(self) -> None:
        """What a class is judged with is made once, before the clock runs."""
        for one in self._examiners:
            for _, part, expected in self._asked(one):
                for text in ("1", "[1, 2]", "2*y"):
                    one.mark((Response(one.exercises[0].id, part, expected.name, text),))

    def _asked(self, one: Examiner) -> list[tuple[str, str, Expected]]:
        return [
            (exercise.id, part.id, expected)
            for exercise in one.outline.exercises
            for part in exercise.parts
            for expected in part.expected
        ]

    def _value(self, draw: random.Random) -> Turn:
        text = garbage.text(draw, RIGHT)
        return Turn(text, lambda: _read(read_value, text, self._vocabulary))

    def _formula(self, draw: random.Random) -> Turn:
        text = garbage.text(draw, RIGHT)
        return Turn(text, lambda: _read(read_formula, text, self._vocabulary))

    def _answer(self, draw: random.Random) -> Turn:
        """One answer by itself."""
        one = draw.choice(self._examiners)
        asked = [two for two in self._asked(one) if two[2].sort != "words"]
        exercise, part, expected = draw.choice(asked)
        text = garbage.text(draw, RIGHT)
        responses = [Response(exercise, part, expected.name, text)]
        return Turn(f"{exercise} {expected.name}: {text}", lambda: self._marked(one, responses))

    def _sheet(self, draw: random.Random) -> Turn:
        """Numbers of the right shape for all questions, so that all are judged, and carried on."""
        one = draw.choice(self._examiners)
        responses = [
            Response(exercise, part, expected.name, self._readable(draw, exercise, expected))
            for exercise, part, expected in self._asked(one)
            if expected.sort != "words"
        ]
        texts = "; ".join(f"{one.name} = {one.text}" for one in responses)
        title = one.exercises[0].id
        return Turn(f"{title} {texts}", lambda: self._marked(one, responses), len(responses))

    def _readable(self, draw: random.Random, exercise: str, expected: Expected) -> str:
        rewriter = self._rewriters.get((exercise, expected.name))
        if rewriter is None:
            return garbage.numbers(draw, expected.shape)
        text = rewriter.text(draw)
        names = [*_NAME.finditer(text)]
        if names and draw.random() < 0.8:  # another name in the place of one
            one, other = draw.choice(names), draw.choice(names)
            text = text[: one.start()] + other.group() + text[one.end() :]
        return text

    def _marked(self, one: Examiner, responses: Sequence[Response]) -> str:
        marked = one.mark(tuple(responses))
        names = {response.name for response in responses}
        found = [answer for answer in marked.exercises[0].answers if answer.name in names]
        return found[0].verdict if len(found) == 1 else "a sheet"

    def _file(self, draw: random.Random) -> Turn:
        one = draw.choice(self._examiners)
        names = [expected.name for _, _, expected in self._asked(one)]
        data = garbage.file(draw, names, RIGHT)

        def judge() -> str:
            try:
                marked = one.judge(data, "answers.txt")
            except ExsolveError:
                return "no text"
            return "a file" if not marked.problems else "a file with problems"

        return Turn(f"{one.title}: {data!r}", judge)


def _read(read: Callable[[str, Vocabulary], object], text: str, vocabulary: Vocabulary) -> str:
    try:
        read(text, vocabulary)
    except LanguageError:
        return "refused"
    return "read"


def run(count: int = INPUTS) -> Iterator[str]:
    """How many inputs of each sort ended how, the slowest, and what must not have been."""
    gc.disable()
    try:
        yield from _run(count)
    finally:
        gc.enable()


def _run(count: int) -> Iterator[str]:
    fuzz = Fuzz()
    counts: Counter[tuple[str, str]] = Counter()
    slowest: list[Outcome] = []
    failures: list[Outcome] = []
    slow = 0
    for place in range(count):
        one = fuzz.outcome(place)
        counts[one.what, one.result] += 1
        slow += one.seconds > MOST_SECONDS
        slowest = sorted([*slowest, one], key=lambda two: -two.seconds)[:SLOWEST]
        if one.error:
            failures.append(one)
    yield f"{count:,} inputs: {len(failures)} errors that must not be, {slow} over {MOST_SECONDS} s"
    for (what, result), times in sorted(counts.items()):
        yield f"    {what:<8} {result:<24} {times:6,}"
    for one in slowest:
        yield f"slowest: {one.seconds:.3f} s, {one.what} {one.result}: {one.given[:SHOWN]!a}"
    for one in failures[:20]:
        yield f"error: {one.what} {one.given[:SHOWN]!a}\n{one.error}"
