"""Judges that stand in the place of exsolve's own: quick, or hostile on request of a file."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Mapping
from fractions import Fraction

from exsolve.library import Exercise, load_exercise
from exsolve.library.judging import Assessment
from exsolve.verdicts import (
    Marked,
    MarkedAnswer,
    MarkedExercise,
    MarkedPart,
    NamedSlip,
    Verdict,
)

EXERCISE = """\
id: sums
title: Sums
kind: formulas
givens: {x: [1, 2]}
define: {a: sum(x), b: mean(x)}
parts:
  - {id: 1, ask: Add and divide., points: 3, answers: [a, b]}
  - {id: e, ask: Why?, points: 2, text: Because., rubric: [{points: 2, text: A reason.}]}
"""

KEY = {"a": ("3", Fraction(1)), "b": ("3/2", Fraction(2))}


def exercise() -> Exercise:
    """Two sums and a question in words."""
    return load_exercise(EXERCISE, "sums.yaml")


def judge(
    task: Assessment,
    data: bytes,
    file: str = "",
    marks: Mapping[tuple[str, str], Fraction] | None = None,
) -> Marked:
    """Answers of ``name = value`` lines; ``!hang`` and the like do what they say."""
    text = data.decode("utf-8", "replace")
    for line in text.splitlines():
        if line.startswith("!"):
            HOSTILE[line[1:]]()
    given = dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line)
    answers = []
    for name, (value, points) in KEY.items():
        answer = MarkedAnswer(name, "1", "value", "blank", points, Fraction(0))
        if name in given:
            right = given[name] == value
            verdict: Verdict = "correct" if right else "slip" if given[name] == "4" else "wrong"
            slips = (NamedSlip("off", "You are one off.", name),) if verdict == "slip" else ()
            credit = Fraction(1) if right else Fraction(1, 3) if slips else Fraction(0)
            answer = answer._replace(verdict=verdict, credit=credit, given=given[name], slips=slips)
        answers.append(answer)
    words = MarkedAnswer("e", "e", "words", "blank", Fraction(2), Fraction(0))
    if "e" in given:
        words = words._replace(verdict="undecided", open=True, given=given["e"])
        if marks and ("sums", "e") in marks:
            words = words._replace(open=False, credit=marks["sums", "e"] / 2)
    first = MarkedPart("1", Fraction(3), tuple(answers))
    last = MarkedPart("e", Fraction(2), (words,))
    return Marked("", "Sums", (MarkedExercise("sums", "Sums", (first, last)),))


def slow(
    task: Assessment,
    data: bytes,
    file: str = "",
    marks: Mapping[tuple[str, str], Fraction] | None = None,
) -> Marked:
    """The same, not so quick."""
    time.sleep(0.002)
    return judge(task, data, file, marks)


def _hang() -> None:
    # no signal is answered, as in C code
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    while True:
        time.sleep(1)


def _compute() -> None:
    pow(3, 10**9)


def _grow() -> None:
    kept = [b"0" * (1 << 24)]
    while True:
        kept.append(bytes(1 << 24))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _abort() -> None:
    os.abort()


def _speak() -> None:
    print("hello from a submission")
    os.write(1, b"hello from C\n")
    os.write(2, b"hello from C\n")
    assert os.read(0, 10) == b""


def _fail() -> None:
    raise ZeroDivisionError("a fault of the program")


def _recur() -> None:
    _recur()


HOSTILE = {
    "hang": _hang,
    "compute": _compute,
    "grow": _grow,
    "die": _die,
    "abort": _abort,
    "speak": _speak,
    "fail": _fail,
    "recur": _recur,
}

TASK = Assessment("sums", "Sums", "sums.yaml", EXERCISE)


def unwilling(
    task: Assessment,
    data: bytes,
    file: str = "",
    marks: Mapping[tuple[str, str], Fraction] | None = None,
) -> Marked:
    """One that takes every process down but the first."""
    if multiprocessing.parent_process() is not None:
        os._exit(3)
    return judge(task, data, file, marks)
