"""Speed, as ratios of two things measured side by side in one run: ``python -m tests.benchmarks``.

Each row runs both sides in turn several times and prints the median of the pairwise ratios, so that
a machine whose speed drifts does not change the answer. Nothing here is a test.

What is counted and not timed (mistakes found, rewritings understood, garbage refused) runs by name:
``python -m tests.benchmarks slips``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from tests.benchmarks import (
    answers,
    classes,
    fuzz,
    in_process,
    processes,
    rewritings,
    slips,
    submissions,
)

BENCHMARKS: dict[str, Callable[[int], str]] = {
    **processes.BENCHMARKS,
    **in_process.BENCHMARKS,
    **answers.BENCHMARKS,
    **classes.BENCHMARKS,
    **submissions.BENCHMARKS,
}
COUNTS: dict[str, Callable[[], Iterator[str]]] = {
    "slips": slips.run,
    "rewritings": rewritings.run,
    "fuzz": fuzz.run,
}


def main() -> None:
    """Print a row for each benchmark, or for those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which (default: all that is timed)")
    parser.add_argument("--rounds", type=int, default=7, help="pairs measured (default: 7)")
    chosen = parser.parse_args()
    for name in chosen.names or BENCHMARKS:
        for line in COUNTS[name]() if name in COUNTS else [BENCHMARKS[name](chosen.rounds)]:
            print(line, flush=True)


if __name__ == "__main__":
    main()
