"""Using exercises and problem sets from Python: load one, solve it, show it, hand it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from exsolve.catalogue import find
from exsolve.errors import ExsolveError, Problem
from exsolve.library.exercises import Exercise, Variant, built
from exsolve.library.problem_sets import ProblemSet, SetVariant, with_exercises
from exsolve.library.shown import Worked, WorkedFormula, WorkedSet, WorkedStep
from exsolve.solution import Handout, Purpose, Solution, SolvedSet

if TYPE_CHECKING:
    from exsolve.solving.solve import Detail

__all__ = [
    "Exercise",
    "ProblemSet",
    "SetVariant",
    "Variant",
    "Worked",
    "WorkedFormula",
    "WorkedSet",
    "WorkedStep",
    "handout",
    "load",
    "load_all",
    "load_exercise",
    "load_text",
]


def handout(
    contents: Sequence[Exercise | ProblemSet],
    purpose: Purpose = "key",
    digits: int = 4,
    detail: Detail = "normal",
) -> Handout:
    """An answer key or worksheet of exercises and sets, in this order, as one document.

    Raises ExsolveError as ``solve`` does. Its formats are those of ``exsolve.render.content_of``.
    """
    from exsolve.version import __version__

    solved: list[Solution | SolvedSet] = [
        one.question() if purpose == "sheet" else one.solve((), digits, detail) for one in contents
    ]
    title = ", ".join(one.title for one in solved)
    return Handout(purpose, title, tuple(solved), __version__)


def load_all(names: Sequence[str]) -> list[Exercise | ProblemSet]:
    """Exercises and sets by id or path, for one document.

    Raises ExsolveError with the problems of all of them, and where one of them stands twice.
    """
    loaded: list[Exercise | ProblemSet] = []
    problems: list[Problem] = []
    for name in names:
        try:
            loaded.append(load(name))
        except ExsolveError as error:
            problems += error.problems
    known: set[str] = set()
    for one in loaded:
        if one.id in known:
            problems.append(Problem(f"{one.id} stands twice", hint="name it once"))
        known.add(one.id)
    if problems:
        raise ExsolveError(problems)
    return loaded


def load(name: str | Path, givens: Mapping[str, str] | None = None) -> Exercise | ProblemSet:
    """Read an exercise or a problem set by id or path.

    ``givens`` are other values for the data of an exercise, as text. Raises ExsolveError with
    everything that is wrong with the file (and the exercises of a set), each with its place.
    """
    from exsolve.spec.files import read_bytes

    path = name if isinstance(name, Path) else find(name)
    return load_text(read_bytes(path), str(path), givens)


def load_text(
    text: str | bytes, file: str = "<text>", givens: Mapping[str, str] | None = None
) -> Exercise | ProblemSet:
    """Read YAML text; ``file`` is what messages call it, and paths in a set start beside it.

    Raises as ``load``.
    """
    from exsolve.spec.problem_set import problem_set_tree, read_problem_set

    found = problem_set_tree(text, file)
    if found is None:
        return load_exercise(text, file, givens)
    tree, report = found
    problem_set = with_exercises(read_problem_set(tree, file, report), report)
    if givens:
        raise problem_set.refusal("a problem set has no data", f"a value for {next(iter(givens))}")
    return problem_set


def load_exercise(
    text: str | bytes, file: str = "<text>", givens: Mapping[str, str] | None = None
) -> Exercise:
    """Read an exercise from YAML text that is no problem set. Raises as ``load``."""
    return Exercise(built(text, file, givens))
