"""The formats: each module here renders a finished Solution and computes nothing.

A format module has ``SUFFIX`` (of files in this format, or "") and ``render(solution) -> str``.
"""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from types import ModuleType

_SHARED = {"__init__", "boxes", "page", "phrases", "latex_values", "tables", "values"}


@cache
def format_names() -> tuple[str, ...]:
    """The formats there are, by name."""
    files = Path(__file__).parent.glob("*.py")
    return tuple(sorted(file.stem for file in files if file.stem not in _SHARED))


def format_module(name: str) -> ModuleType:
    """The module of a format; the name must be one of ``format_names()``."""
    if name not in format_names():
        raise KeyError(name)
    return importlib.import_module(f"{__name__}.{name}")


def format_of_suffix(suffix: str) -> str | None:
    """The format that a file name's suffix asks for (``.md``), or None."""
    for name in format_names():
        if suffix and suffix == format_module(name).SUFFIX:
            return name
    return None
