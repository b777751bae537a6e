"""A class that did ``gnn-update`` by hand, and what it takes to grade it."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measuring import row
from tests.benchmarks.processes import ENVIRONMENT, EXSOLVE, SYMPY

MESSAGES = (
    "[[-2, 2], [0, -2], [2, 0]]", "[-2 2; 0 -2; 2 0]", "[[-2,2],[0,-2],[2.0,0]]",
    "[[-2, 2], [0, -2], [1, 0]]", "[[-1, 1], [0, -1], [1, 0]]", "[[-2, 0, 2], [2, -2, 0]]",
)  # fmt: skip
AGGREGATES = ("[-4/5, 4/5]", "[-0.8, 0.8]", r"\begin{pmatrix}-0.8\\0.8\end{pmatrix}",
              "[-1, 0.8]", "[0, 0]", "[-0.67, 0]", "[0.8, -0.8]")  # fmt: skip
STATES = ("[0, 4/5]", "[0, 0.8]", "[0, .8]", "[1, 0.8]", "[-0.8, 0.8]", "[0, 0]")
EDGES = ("12", "4*3", "12.0", "16", "6", "12, n*(n-1)")
WORDS = ("Every token sends to every other, so the cost grows with n squared.", "It is slow.", "")


def submission(draw: random.Random) -> str:
    """A student's file: answers of the usual sorts, and one in five all their own."""

    def one_of(choices: tuple[str, ...]) -> str:
        return draw.choices(choices, [6, *[1] * (len(choices) - 1)])[0]

    def own() -> str:
        return f"[{draw.randrange(-40, 40) / 10}, {draw.randrange(-40, 40)}/{draw.randrange(1, 9)}]"

    aggregate, state = one_of(AGGREGATES), one_of(STATES)
    if draw.random() < 0.2:
        aggregate, state = own(), own()
    return (
        f"# gnn-update\nmessages = {one_of(MESSAGES)}\nagg = {aggregate}\nh_1_next = {state}\n"
        f"edges = {one_of(EDGES)}\n5 = {one_of(WORDS)}\n"
    )


def make_class(folder: Path, count: int, seed: int = 1) -> Path:
    """A folder with a file for each of so many students."""
    folder.mkdir(parents=True)
    draw = random.Random(seed)
    for number in range(1, count + 1):
        (folder / f"student-{number}.txt").write_text(submission(draw), encoding="utf-8")
    return folder


def grade(folder: Path, results: Path, jobs: int = 2, *options: str) -> None:
    """The command, from nothing."""
    for name in ("grades.csv", "grades.jsonl"):
        (results / name).unlink(missing_ok=True)
    command = [EXSOLVE, "grade", "gnn-update", str(folder), "-o", str(results / "grades.csv")]
    subprocess.run(
        [*command, "--jobs", str(jobs), *options],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    )


def graded(what: str, make: Callable[[Path, int], Path], rounds: int) -> str:
    """2,000 submissions of a class against an import of SymPy."""
    with TemporaryDirectory() as place:
        folder = make(Path(place) / "class", 2000)
        return row(
            f"exsolve grade gnn-update, 2,000 {what}, --jobs 2 / python -c 'import sympy'",
            "< 12x",
            partial(grade, folder, Path(place)),
            SYMPY,
            min(rounds, 3),
        )


def speed(rounds: int) -> str:
    """Submissions as they come, many of them alike."""
    return graded("submissions", make_class, rounds)


def memory(rounds: int) -> str:
    """The largest process for 200, 2,000 and 20,000 submissions."""
    found = []
    for count in (200, 2_000, 20_000):
        with TemporaryDirectory() as place:
            folder = make_class(Path(place) / "class", count)
            found.append(f"{count:,}: {_peak(folder, Path(place)):.0f} MB")
    return f"{'exsolve grade gnn-update, largest process':<78} {', '.join(found)}"


_MEASURED = """\
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _peak(folder: Path, results: Path) -> float:
    command = [EXSOLVE, "grade", "gnn-update", str(folder), "-o", str(results / "grades.csv")]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *command, "--jobs", "2"],
        check=True,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
    )
    return int(done.stdout) / 1024


BENCHMARKS: dict[str, Callable[[int], str]] = {"class": speed, "class-memory": memory}
