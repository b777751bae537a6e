"""Whole processes: what somebody waits for at a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measuring import row

SETS = ("uw-section-09", "mila-hw2-2022", "nyu-hw4")
FOLDER = TemporaryDirectory()
"""Where documents are written; gone when the process ends."""

EXSOLVE = str(Path(sys.executable).with_name("exsolve"))

# Without .pyc files every start compiles everything again, which is nobody's normal use.
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}


def process(*command: str) -> Callable[[], None]:
    """A call that runs a command to its end; its output is thrown away."""

    def run() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)

    return run


BARE = process(sys.executable, "-c", "pass")
SYMPY = process(sys.executable, "-c", "import sympy")


def compared(what: str, target: str, ours: Callable[[], None], rounds: int) -> str:
    """One row: a command of exsolve against a bare interpreter or an import of SymPy."""
    theirs = BARE if "bare" in what else SYMPY
    return row(what, target, ours, theirs, rounds)


BENCHMARKS: dict[str, Callable[[int], str]] = {
    "list": partial(compared, "exsolve list / bare interpreter", "<= 7x", process(EXSOLVE, "list")),
    "cnn-shapes": partial(
        compared,
        "exsolve run cnn-shapes / python -c 'import sympy'",
        "<= 0.9x",
        process(EXSOLVE, "run", "cnn-shapes"),
    ),
    "attention-forward": partial(
        compared,
        "exsolve run attention-forward / python -c 'import sympy'",
        "<= 1.25x",
        process(EXSOLVE, "run", "attention-forward"),
    ),
    "keys": partial(
        compared,
        "exsolve key of all three sets, HTML / python -c 'import sympy'",
        "<= 8x",
        process(EXSOLVE, "key", *SETS, "-o", str(Path(FOLDER.name) / "key.html")),
    ),
    "variants": partial(
        compared,
        "exsolve vary attention-forward, 30 with sheets and keys / python -c 'import sympy'",
        "<= 12x",
        process(
            EXSOLVE,
            "vary",
            "attention-forward",
            "--seed",
            "7",
            "--count",
            "30",
            "-o",
            str(Path(FOLDER.name) / "exam"),
        ),
    ),
}
