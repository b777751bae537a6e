"""Judging one submission, and making everything that is written of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, Protocol

from exsolve.answers.opening import read_answer_file, shown_path
from exsolve.errors import ExsolveError, Problem
from exsolve.grading import gradescope
from exsolve.grading.records import Failure, Origin, line_of
from exsolve.grading.writing import holds, write_whole
from exsolve.library.feedback import feedback
from exsolve.library.judging import UNREADABLE, Assessment, left_open
from exsolve.typesetting.remarks import Questions, without_key
from exsolve.verdicts import Marked, Verdict

Marks = Mapping[tuple[str, str], Fraction]
"""Points that a person gave, by exercise and answer."""
FEEDBACK: Mapping[str, str] = {"markdown": ".md", "html": ".html"}
"""The formats of feedback, and the suffixes of their files."""


class Judge(Protocol):
    """The signature of ``exsolve.library.judging.judge``."""

    def __call__(self, task: Assessment, data: bytes, file: str, marks: Marks, /) -> Marked: ...


class Outputs(NamedTuple):
    """What is written for each student besides the row of the table."""

    feedback: Path | None = None
    format_name: str = "markdown"
    gradescope: Path | None = None
    visibility: str = "visible"
    hide_key: bool = False

    @property
    def folders(self) -> dict[str, Path]:
        """Their folders, by their kind; without the key they are of another kind, so that what an
        earlier run wrote with it is written anew."""
        found = {"feedback": self.feedback, "gradescope": self.gradescope}
        return {self._kind(name): folder for name, folder in found.items() if folder is not None}

    def _kind(self, name: str) -> str:
        return f"{name} without key" if self.hide_key else name

    def files(self, stem: str) -> dict[str, Path]:
        """The files of a student, by their kind."""
        found: dict[str, Path] = {}
        if self.feedback is not None:
            found[self._kind("feedback")] = self.feedback / f"{stem}{FEEDBACK[self.format_name]}"
        if self.gradescope is not None:
            found[self._kind("gradescope")] = self.gradescope / stem / "results.json"
        return found

    def contents(self, marked: Marked, asked: Questions) -> dict[str, bytes]:
        """What stands in them."""
        found: dict[str, bytes] = {}
        if self.hide_key:
            marked = without_key(marked)
        if self.feedback is not None:
            text = feedback(marked, self.format_name, asked)
            found[self._kind("feedback")] = text.encode()
        if self.gradescope is not None:
            text = gradescope.content(marked, self.visibility)
            found[self._kind("gradescope")] = text.encode()
        return found


class Job(NamedTuple):
    """What is the same for every submission.

    ``blank``: what is found of an empty file. ``questions``: what is asked, for the feedback.
    """

    assessment: Assessment
    judge: Judge
    blank: Marked
    questions: Questions
    outputs: Outputs
    seconds: float


class Task(NamedTuple):
    """One submission to judge. ``known``: what its line of an earlier run was made of."""

    row: int
    path: str
    file: str
    name: str
    stem: str
    note: str
    marks: Marks
    known: Origin | None = None


def judged(job: Job, task: Task) -> bytes | None:
    """The line of a submission, its outputs written; None where all is there from an earlier run.

    Whatever the submission is, it has a line; what cannot be opened is left to a person. Raises
    ExsolveError where an output cannot be written.
    """
    try:
        if task.note and not Path(task.path).is_file():
            raise ExsolveError(task.note)
        data = read_answer_file(task.path)
    except ExsolveError as error:
        return failed(job, task, "file", error.problems)
    content = hashlib.sha256(data).hexdigest()
    if _is_known(job, task, content):
        return None
    try:
        marked = job.judge(job.assessment, data, task.file, task.marks)
    except ExsolveError as error:
        return failed(job, task, "file", error.problems)
    if marked.unread:
        return failed(job, task, "file", marked.problems)
    return _line(job, task, marked, content, "")


def failed(job: Job, task: Task, failure: Failure, problems: Sequence[Problem] = ()) -> bytes:
    """The line of a submission that could not be judged, its outputs written."""
    content = ""
    if failure in ("time", "memory"):
        # a fault may be mended by the next run, a file by whoever handed it in
        with suppress(ExsolveError):
            content = hashlib.sha256(read_answer_file(task.path)).hexdigest()
    problems = [
        one._replace(message=_without_place(one.message, task), position=None) for one in problems
    ]
    verdict: Verdict = "unreadable" if failure == "file" else "undecided"
    marked = left_open(job.blank, verdict, MESSAGES[failure], task.marks, problems)
    return _line(job, task, marked, content, failure)


MESSAGES: Mapping[Failure, str] = {
    "file": UNREADABLE,
    "time": "Judging this took too long; a person will look at it.",
    "memory": "Judging this needed too much memory; a person will look at it.",
    "fault": "This could not be judged; a person will look at it.",
}


def _without_place(message: str, task: Task) -> str:
    """The message without the place of the file, which is nothing to a student."""
    for place in (task.path, task.file):
        message = message.replace(shown_path(place), "the file")
    return message


def _line(job: Job, task: Task, marked: Marked, content: str, failure: Failure) -> bytes:
    files = job.outputs.files(task.stem)
    written: dict[str, str] = {}
    for kind, text in job.outputs.contents(marked, job.questions).items():
        write_whole(files[kind], text, job.outputs.folders[kind])
        written[kind] = hashlib.sha256(text).hexdigest()
    origin = Origin(
        content, as_texts(task.marks), written, failure, job.seconds if failure == "time" else 0
    )
    return line_of(task.file, task.name, marked, origin, task.note)


def _is_known(job: Job, task: Task, content: str) -> bool:
    known = task.known
    if known is None or known.content != content or known.marks != as_texts(task.marks):
        return False
    if known.failure == "time" and known.seconds < job.seconds:
        return False
    return all(
        kind in known.written and holds(file, known.written[kind])
        for kind, file in job.outputs.files(task.stem).items()
    )


def as_texts(marks: Marks) -> dict[str, str]:
    """Marks as they are kept in a line."""
    return {f"{exercise} {name}": str(points) for (exercise, name), points in marks.items()}
