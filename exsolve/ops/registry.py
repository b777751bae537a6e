"""Where the operations are found by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from exsolve.expression.tree import Operation

_operations: dict[str, Operation] = {}

OPERATIONS: Mapping[str, Operation] = MappingProxyType(_operations)
"""Every operation of the language, by its name."""


def register(operation: Operation) -> Operation:
    """Add an operation to the language; two of one name are a bug."""
    if operation.name in _operations:
        raise ValueError(f"two operations are called {operation.name}")
    _operations[operation.name] = operation
    return operation
