"""The solutions of shipped exercises, each worked once for all tests that look at them."""

from __future__ import annotations

from functools import cache

import exsolve
from exsolve.library import Exercise, Worked
from exsolve.solving.solve import Detail


@cache
def solved(
    exercise: str, parts: tuple[str, ...] = (), detail: Detail = "normal", digits: int = 4
) -> Worked:
    """The solution of a shipped exercise; solutions are frozen, so that tests can share them."""
    loaded = exsolve.load(exercise)
    assert isinstance(loaded, Exercise)
    return loaded.solve(parts, digits, detail)
