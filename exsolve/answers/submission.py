"""A file of answers, as it was read."""

from __future__ import annotations

from typing import NamedTuple

from exsolve.answers.written import Response
from exsolve.errors import Problem


class Submission(NamedTuple):
    """The answers of a file, at most one to each question, and what is wrong with the rest of it:
    names that nobody asked for, an answer given twice, bytes that are no text."""

    responses: tuple[Response, ...]
    problems: tuple[Problem, ...] = ()
