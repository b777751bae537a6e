"""exsolve: a solver of worked exercises for deep-learning courses.

``exsolve.load("attention-forward").solve()`` gives the worked solution as an object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from exsolve.errors import ExsolveError
from exsolve.version import __version__

if TYPE_CHECKING:
    from exsolve.library import Exercise, ProblemSet

__all__ = ["ExsolveError", "__version__", "load", "load_text"]


def load(name: str, /, **givens: object) -> Exercise | ProblemSet:
    """The exercise or problem set of this id or path, ready to solve; see ``exsolve.library.load``.

    Other values for its data are numbers, lists of them, or texts such as ``"[1/2, sqrt(3)]"``.
    """
    from exsolve.library import load as load_file

    return load_file(name, {given: str(value) for given, value in givens.items()})


def load_text(text: str, file: str = "<text>", /, **givens: object) -> Exercise | ProblemSet:
    """The exercise or problem set in a YAML text; ``file`` is what messages call it."""
    from exsolve.library import load_text as read

    return read(text, file, {given: str(value) for given, value in givens.items()})
