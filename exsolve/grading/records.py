"""What is kept of a marked submission: one line of JSON, which all tables are made of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from exsolve.errors import Problem
from exsolve.points import exact_total
from exsolve.typesetting.remarks import number
from exsolve.verdicts import Marked, MarkedAnswer, Verdict

Failure = Literal["", "file", "time", "memory", "fault"]
"""Why a submission could not be judged: its file cannot be opened, its time or memory was over, or
the judging broke down."""


class Origin(NamedTuple):
    """What a judgement was made of, and what was written of it: the same is not judged again.

    content: SHA-256 of the file. marks: those that a person gave, as texts. written: SHA-256 of the
    outputs by their kind. failure: why it was not judged; ``seconds``: the time that it had then.
    """

    content: str
    marks: Mapping[str, str]
    written: Mapping[str, str]
    failure: Failure = ""
    seconds: float = 0


def line_of(file: str, name: str, marked: Marked, origin: Origin, note: str) -> bytes:
    """The line of a submission; points are exact as texts, and rounded as numbers."""
    in_set = bool(marked.set)
    scores: list[Fraction] = []
    worths: list[Fraction] = []
    lefts: list[Fraction] = []
    parts: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for exercise in marked.exercises:
        where = {"exercise": exercise.exercise} if in_set else {}
        for part in exercise.parts:
            # each sum once: fractions are slow, and a class has many
            earned, open_points = part.score, part.open
            scores.append(earned)
            worths.append(part.points)
            lefts.append(open_points)
            points = _points(earned, part.points, open_points)
            parts.append({**where, "part": part.id, **points})
            answers += [{**where, **_answer(answer)} for answer in part.answers]
    record: dict[str, Any] = {
        "file": file,
        "name": name,
        **_points(exact_total(scores), exact_total(worths), exact_total(lefts)),
        "flags": flags(marked, origin.failure, note),
        "parts": parts,
        "answers": answers,
        "problems": [str(problem) for problem in marked.problems],
        "note": note,
        **origin._asdict(),
    }
    return _ENCODER.encode(record).encode() + b"\n"


_ENCODER = json.JSONEncoder(separators=(",", ":"))


def _points(score: Fraction, out_of: Fraction, left: Fraction) -> dict[str, Any]:
    return {
        "score": rounded(score),
        "out_of": rounded(out_of),
        "open": rounded(left),
        "exact": str(score),
    }


def _answer(answer: MarkedAnswer) -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": answer.name,
        "part": answer.part,
        "verdict": answer.verdict,
        "credit": str(answer.credit),
        "points": str(answer.points),
        "given": answer.given,
    }
    if answer.sort == "words":
        record["words"] = True
    if answer.open:
        record["open"] = True
    if answer.because:
        record["because"] = answer.because
    if answer.slips:
        record["slips"] = [{"name": slip.name, "says": slip.says} for slip in answer.slips]
    if answer.message:
        record["message"] = answer.message
    return record


def open_answers(record: Mapping[str, Any], blank: Marked) -> Iterator[tuple[str, str]]:
    """The answers of a record, by exercise and name, that are open or a person gave points for."""
    for answer in record["answers"]:
        exercise = answer.get("exercise") or blank.exercises[0].exercise
        if answer.get("open") or f"{exercise} {answer['name']}" in record["marks"]:
            yield exercise, answer["name"]


def rounded(points: Fraction) -> int | float:
    """Points with at most two decimals."""
    if points.denominator == 1:
        return points.numerator
    text = number(points)
    return float(text) if "." in text else int(text)


NO_ANSWER = "no answer recognised"
"""The flag of a file in which something stands that was not understood, and nothing else."""


def flags(marked: Marked, failure: Failure, note: str) -> list[str]:
    """What a person has to look at, each in a few words."""
    found: list[str] = []
    if failure:
        found.append(_FAILURES[failure] + _found(marked.problems))
    else:
        found += _open_answers(marked, "unreadable", "unreadable")
        found += _open_answers(marked, "undecided", "undecided")
        if all(answer.verdict == "blank" for one in marked.exercises for answer in one.answers):
            found.append(NO_ANSWER if marked.problems else "nothing written")
    words = [
        name
        for name, answer in _named(marked)
        if answer.sort == "words" and answer.open and answer.verdict == "undecided"
    ]
    if words and not failure:
        found.append(f"words to mark: {', '.join(words)}")
    if marked.problems and not failure:
        found.append(
            "1 line not understood"
            if len(marked.problems) == 1
            else f"{len(marked.problems)} lines not understood"
        )
    if note and not any(note in flag for flag in found):
        found.append(note)
    return found


_FAILURES: Mapping[str, str] = {
    "file": "unreadable",
    "time": "undecided: took too long",
    "memory": "undecided: needed too much memory",
    "fault": "undecided: the judging broke down",
}


def _found(problems: Sequence[Problem]) -> str:
    return "".join(
        f": {one.found if one.found.startswith(('a ', 'an ')) else one.message}"
        for one in problems[:1]
    )


def _named(marked: Marked) -> list[tuple[str, MarkedAnswer]]:
    return [
        (f"{one.exercise}.{answer.name}" if marked.set else answer.name, answer)
        for one in marked.exercises
        for answer in one.answers
    ]


def _open_answers(marked: Marked, verdict: Verdict, word: str) -> list[str]:
    names = [
        name
        for name, answer in _named(marked)
        if answer.verdict == verdict and not (answer.sort == "words" and verdict == "undecided")
    ]
    return [f"{word}: {', '.join(names)}"] if names else []
