"""Files of answers as tests read them, against the questions that are shipped."""

from __future__ import annotations

from functools import cache

import exsolve
from exsolve.answers.files import read_submission
from exsolve.answers.submission import Submission
from exsolve.answers.written import ExerciseOutline, Outline, PartOutline


@cache
def outline(*ids: str) -> Outline:
    """The outline of some exercises, as a set where they are several."""
    questions = [exsolve.load(one).question() for one in ids]
    exercises = tuple(
        ExerciseOutline(
            question.exercise, tuple(PartOutline(part.id, part.expected) for part in question.parts)
        )
        for question in questions
    )
    return Outline("a-set" if len(ids) > 1 else "", exercises)


def read(data: str | bytes, *ids: str) -> Submission:
    """What a file says as answers to some exercises."""
    content = data.encode() if isinstance(data, str) else data
    return read_submission(content, outline(*ids), "mine.txt")


def texts(submission: Submission) -> dict[str, str]:
    """What was read by name; ``!`` behind the name where a person has to look at it."""
    return {one.name + ("!" if one.problem else ""): one.text for one in submission.responses}
