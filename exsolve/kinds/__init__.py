"""The kinds of exercises: each module here turns convenient YAML fields into definitions.

A kind has ``SUMMARY`` (one line), ``FIELDS`` (its own top-level YAML fields), ``STARTER`` (a
commented exercise that runs as it is) and ``build(exercise, reading) -> Blueprint``; it may have
``VOCABULARY``: what else may be written in its fields, by title, each a function that gives the
list; and ``ANSWERS``: the names that it computes, where k, i and n stand for
numbers. A new kind is a new module or package here; its name is the module's, with hyphens.
"""

from __future__ import annotations

import importlib
from functools import cache
from types import ModuleType

from exsolve.folders import module_names


@cache
def kind_names() -> tuple[str, ...]:
    """The kinds there are, by name."""
    return tuple(name.replace("_", "-") for name in module_names(__file__))


def kind(name: str) -> ModuleType:
    """The module of a kind; the name must be one of ``kind_names()``."""
    if name not in kind_names():
        raise KeyError(name)
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
