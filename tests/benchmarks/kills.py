"""``exsolve grade`` killed (SIGKILL) at random moments and started again: ``python -m
tests.benchmarks.kills``. Every file that it ends with is compared with those of a run that was left
alone. ``tests/grading/test_killed.py`` is the short form."""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.classes import grade, make_class
from tests.benchmarks.processes import ENVIRONMENT, EXSOLVE

LONGEST = 2.0
"""Seconds until a run is killed, at most."""


def main() -> None:
    """Print how often it was killed, and in what states."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--students", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    draw = random.Random(chosen.seed)
    with TemporaryDirectory() as place:
        folder = make_class(Path(place) / "class", chosen.students)
        alone, results = Path(place) / "alone", Path(place) / "results"
        alone.mkdir()
        grade(folder, alone, 2, *_outputs(alone))
        kills = finished = 0
        states: list[int] = []
        while kills < chosen.kills or finished == 0:
            results.mkdir(exist_ok=True)
            running = _start(folder, results)
            try:
                left = kills < chosen.kills
                running.wait(draw.uniform(0, LONGEST) if left else None)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()
                kills += 1
                states.append(_lines(results))
                continue
            assert running.returncode == 0, "a run ended by itself, and not well"
            assert _contents(results) == _contents(alone), "the files differ"
            finished += 1
            shutil.rmtree(results)
        print(
            f"killed {kills} times with {min(states):,} to {max(states):,} lines written; "
            f"{finished} runs went on to their end, and all files are those of a run left alone"
        )


def _outputs(results: Path) -> tuple[str, ...]:
    return "--feedback", str(results / "feedback"), "--gradescope", str(results / "gradescope")


def _start(folder: Path, results: Path) -> subprocess.Popen[bytes]:
    command = [EXSOLVE, "grade", "gnn-update", str(folder), "-o", str(results / "grades.csv")]
    return subprocess.Popen(
        [*command, "--jobs", "2", *_outputs(results)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    )


def _lines(results: Path) -> int:
    file = results / "grades.jsonl"
    return file.read_bytes().count(b"\n") if file.exists() else 0


def _contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in files
        # what a killed run was about to put in place of another
        if not file.name.startswith(".exsolve-")
    }


if __name__ == "__main__":
    start = time.monotonic()
    main()
    print(f"{time.monotonic() - start:.0f} s")
