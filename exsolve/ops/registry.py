"""Where the operations are found by name."""

from __future__ import annotations

import copyreg
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from exsolve.expression.tree import Call, Notation, Operation

_operations: dict[str, Operation] = {}

OPERATIONS: Mapping[str, Operation] = MappingProxyType(_operations)
"""Every operation of the language, by its name."""


def register(operation: Operation) -> Operation:
    """Add an operation to the language; two of one name are a bug."""
    if operation.name in _operations:
        raise ValueError(f"two operations are called {operation.name}")
    _operations[operation.name] = operation
    return operation


def _pickled(call: Call) -> tuple[Any, ...]:
    """A call as its operation's name, and how it is written where that is a way of its own."""
    operation = call.operation
    own = OPERATIONS.get(operation.name)
    unknown = 0 if own else len(operation.parameters)
    forms = None
    if own is not operation and own is not None:
        text, terminal, latex = operation.notation
        forms = Notation(
            text(call) if callable(text) else text,
            terminal(call) if callable(terminal) else terminal,
            latex(call) if callable(latex) else latex,
        )
    return _restored, (operation.name, unknown, forms, call.args, call.options, call.offset)


def _restored(
    name: str,
    unknown: int,
    forms: Notation | None,
    args: tuple[Any, ...],
    options: Mapping[str, Any],
    offset: int,
) -> Call:
    if unknown:
        from exsolve.ops.unknown import function_symbol

        return Call(function_symbol(name, unknown), args, options, offset)
    operation = OPERATIONS[name]
    return Call(operation._replace(notation=forms) if forms else operation, args, options, offset)


copyreg.pickle(Call, _pickled)
