"""The kinds of exercises: each module here turns convenient YAML fields into definitions.

A kind module has ``SUMMARY`` (one line), ``FIELDS`` (its own top-level YAML fields), ``STARTER``
(a commented exercise that runs as it is) and ``build(exercise, reading) -> Blueprint``. A new kind
is a new file here; its name is the file's, with hyphens.
"""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from types import ModuleType

_SHARED = {
    "__init__", "blueprint", "message_graph", "normalised_tensor", "reading",
    "recurrent_inputs", "recurrent_notes", "state_derivatives", "unrolling",
}  # fmt: skip


@cache
def kind_names() -> tuple[str, ...]:
    """The kinds there are, by name."""
    files = Path(__file__).parent.glob("*.py")
    return tuple(sorted(file.stem.replace("_", "-") for file in files if file.stem not in _SHARED))


def kind(name: str) -> ModuleType:
    """The module of a kind; the name must be one of ``kind_names()``."""
    if name not in kind_names():
        raise KeyError(name)
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
