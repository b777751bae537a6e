"""The points of the answers of every shipped exercise and set add up to those of its parts."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import exsolve
from exsolve.catalogue import files, set_files
from exsolve.library import Exercise, ProblemSet
from exsolve.points import total
from exsolve.solving.expected import expected


def shares_of(exercise: Exercise) -> Fraction:
    """The points of all answers, each part's held to what the part is worth."""
    workbook = exercise.workbook
    found = Fraction(0)
    for part in workbook.parts:
        rubric = total(item.points for item in part.rubric)
        asked = expected(workbook, part)
        shares = workbook.policy.shares(asked, part.points, rubric)
        assert len(shares) == len(asked) > 0
        assert sum(shares) == Fraction(str(part.points)), part.id
        assert not part.points or all(shares), part.id
        found += sum(shares)
    return found


@pytest.mark.parametrize("file", [*files(), *set_files()], ids=lambda file: file.stem)
def test_the_shares_add_up_to_the_points(file: Path) -> None:
    loaded = exsolve.load(str(file))
    exercises = loaded.exercises if isinstance(loaded, ProblemSet) else (loaded,)
    assert sum(map(shares_of, exercises)) == Fraction(str(loaded.points))
