"""The formats: each module here renders what is finished, a ``Handout``, and computes nothing.

A format module has ``SUFFIX`` (of files in this format, or "") and ``render(handout)``, which gives
text, or bytes where the module has ``BINARY = True``. One that needs an optional package has
``check()``, which raises ExsolveError where that is missing. Formats of documents are printed from
the blocks of ``document``.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from exsolve.errors import ExsolveError
from exsolve.folders import module_names
from exsolve.solution import Handout, Solution, SolvedSet, as_handout


def format_names() -> tuple[str, ...]:
    """The formats there are, by name."""
    return module_names(__file__)


def format_module(name: str) -> ModuleType:
    """The module of a format; the name must be one of ``format_names()``."""
    if name not in format_names():
        raise KeyError(name)
    return importlib.import_module(f"{__name__}.{name}")


def content_of(solved: Solution | SolvedSet | Handout, name: str, **options: Any) -> str | bytes:
    """A solution, a problem set or a handout in a format; ``options`` are those of its ``render``.

    Raises ExsolveError where the format needs a package that is not installed.
    """
    content = format_module(name).render(as_handout(solved), **options)
    assert isinstance(content, str | bytes)
    return content


def text_of(solved: Solution | SolvedSet | Handout, name: str, **options: Any) -> str:
    """The same in a format that is text; ExsolveError for one that is not."""
    if getattr(format_module(name), "BINARY", False):
        raise ExsolveError(
            f"{name} is not text", hint="exsolve.render.content_of(solved, name) gives its bytes"
        )
    content = content_of(solved, name, **options)
    assert isinstance(content, str)
    return content


def suffixes() -> tuple[str, ...]:
    """The suffixes that name a format."""
    return tuple(filter(None, (str(format_module(name).SUFFIX) for name in format_names())))


def format_of_suffix(suffix: str) -> str | None:
    """The format that a file name's suffix asks for (``.md``), or None."""
    for name in format_names():
        if suffix and suffix == format_module(name).SUFFIX:
            return name
    return None
