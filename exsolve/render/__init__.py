"""The formats: each module here renders a finished Solution and computes nothing.

A format module has ``SUFFIX`` (of files in this format, or ""), ``render(solution) -> str``, and
``render_set(solved) -> str`` for a problem set, which is made of what ``render`` makes.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from exsolve.folders import module_names
from exsolve.solution import Solution, SolvedSet


def format_names() -> tuple[str, ...]:
    """The formats there are, by name."""
    return module_names(__file__)


def format_module(name: str) -> ModuleType:
    """The module of a format; the name must be one of ``format_names()``."""
    if name not in format_names():
        raise KeyError(name)
    return importlib.import_module(f"{__name__}.{name}")


def text_of(solved: Solution | SolvedSet, name: str, **options: Any) -> str:
    """A solution or a whole problem set in a format; ``options`` are those of its ``render``."""
    module = format_module(name)
    function = module.render_set if isinstance(solved, SolvedSet) else module.render
    return str(function(solved, **options))


def format_of_suffix(suffix: str) -> str | None:
    """The format that a file name's suffix asks for (``.md``), or None."""
    for name in format_names():
        if suffix and suffix == format_module(name).SUFFIX:
            return name
    return None
