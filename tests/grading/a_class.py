"""A class of students with small files, and grading it."""

from __future__ import annotations

import sys
from pathlib import Path

from grading import judges

from exsolve.grading.grade import Graded, Grading, Limits
from exsolve.grading.judging import Judge, Outputs
from exsolve.grading.pool import StartMethod
from exsolve.grading.roster import read_roster

MEMORY = 300 << 20


def students(folder: Path, count: int) -> Path:
    """A folder with a file for each student, no two alike."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        words = f"e = because {number}\n" if number % 3 else ""
        (folder / f"s{number}.txt").write_text(f"a = {number % 5}\nb = 3/2\n{words}")
    return folder


def graded(
    folder: Path,
    table: Path,
    outputs: Outputs | None = None,
    *,
    marks: Path | None = None,
    seconds: float = 10,
    memory: int = MEMORY,
    judge: Judge = judges.judge,
    jobs: int = 2,
    method: StartMethod | None = None,
) -> Graded:
    """The folder graded by one of the judges."""
    grading = Grading(
        judges.exercise(), read_roster(folder), table, outputs,
        marks=marks, limits=Limits(seconds, memory), judge=judge,
    )  # fmt: skip
    return grading.run(jobs, method=method)


def both(folder: Path) -> Outputs:
    """Feedback and Gradescope's files."""
    return Outputs(folder / "feedback", "markdown", folder / "gradescope")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with its content."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def main() -> None:
    """Grade the folder named first into the one named second, as a process of its own."""
    folder, results = map(Path, sys.argv[1:3])
    graded(folder, results / "grades.csv", both(results), judge=judges.slow)


if __name__ == "__main__":
    main()
