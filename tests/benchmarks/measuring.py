"""Two things timed in turn, and the row that says how they compare."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable
from time import perf_counter


def seconds(action: Callable[[], object]) -> float:
    """Wall-clock time of one call, without garbage collection, as ``timeit`` measures."""
    gc.collect()
    gc.disable()
    try:
        start = perf_counter()
        action()
        return perf_counter() - start
    finally:
        gc.enable()


def row(
    what: str,
    target: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    rounds: int,
    inverse: bool = False,
) -> str:
    """The median ratio ours/theirs (theirs/ours if ``inverse``) over pairs, after a warm-up."""
    ours()
    theirs()
    first, second = [], []
    for _ in range(rounds):
        first.append(seconds(ours))
        second.append(seconds(theirs))
    pairs = [(b / a if inverse else a / b) for a, b in zip(first, second, strict=True)]
    median = statistics.median(pairs)
    unit = "x faster" if inverse else "x"
    return (
        f"{what:<78} {median:8.2f}{unit:<9} target {target:<10} "
        f"({1000 * statistics.median(first):.1f} ms against "
        f"{1000 * statistics.median(second):.1f} ms, {rounds} pairs)"
    )
