"""The commands, one file each: ``command`` is what typer runs, its docstring the help."""

from __future__ import annotations

from exsolve.folders import module_names


def command_names() -> tuple[str, ...]:
    """The commands there are."""
    return module_names(__file__)
