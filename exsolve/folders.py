"""Registries that are folders: what a package holds is known by listing it."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def module_names(package_file: str) -> tuple[str, ...]:
    """The modules and packages beside a package's ``__init__``, by name, sorted."""
    folder = Path(package_file).parent
    modules = {file.stem for file in folder.glob("*.py")} - {"__init__"}
    packages = {file.parent.name for file in folder.glob("*/__init__.py")}
    return tuple(sorted(modules | packages))
