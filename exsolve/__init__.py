"""exsolve: a solver of worked exercises for deep-learning courses.

``exsolve.load("attention-forward").solve()`` gives the worked solution as an object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from exsolve.version import __version__

if TYPE_CHECKING:
    from exsolve.library import Exercise

__all__ = ["__version__", "load"]


def load(exercise: str, **givens: str) -> Exercise:
    """The exercise of this id or path, ready to solve; see ``exsolve.library.load``."""
    from exsolve.library import load as load_exercise

    return load_exercise(exercise, givens)
