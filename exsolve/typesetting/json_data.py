"""Values and formulas as the plain data that all JSON of the program has of them, laid out."""

from __future__ import annotations

import json
from typing import Any

from exsolve.notation import written
from exsolve.prose.characters import visible
from exsolve.solution import Formula, Value, Verification
from exsolve.typesetting import phrases
from exsolve.typesetting.latex_values import value_latex


def value_data(value: Value) -> dict[str, Any]:
    """VALUE of a computed quantity."""
    return {
        "shape": list(value.shape),
        "exact": value.nested([cell.text("text", written) for cell in value.cells]),
        "decimal": value.nested([cell.decimal for cell in value.cells]),
        "float": value.nested([cell.number for cell in value.cells]),
        "latex": value_latex(value),
    }


def formula_data(step: Formula) -> dict[str, Any]:
    """VALUE of a general formula."""
    return {
        "formula": written(step.formula, "text"),
        "latex": written(step.formula, "latex"),
        "symbols": {name: list(shape) for name, shape in step.symbols},
        "verified": verified_data(step.verified, phrases.formula_method(step.verified)),
    }


def verified_data(one: Verification, method: str) -> dict[str, Any]:
    """How something was verified."""
    return {
        "instances": one.instances,
        "sizes": one.sizes,
        "method": method,
        "proved": list(one.proved),
        "unproved": list(one.unproved),
    }


def laid_out(data: Any, indent: str = "") -> str:
    """Indented JSON in which arrays of numbers and texts keep one line."""
    inner = indent + "  "
    if isinstance(data, dict) and data:
        entries = (
            f"{inner}{json.dumps(key)}: {laid_out(value, inner)}" for key, value in data.items()
        )
        return "{\n" + ",\n".join(entries) + f"\n{indent}}}"
    if isinstance(data, list) and any(isinstance(entry, dict) for entry in data):
        entries = (inner + laid_out(entry, inner) for entry in data)
        return "[\n" + ",\n".join(entries) + f"\n{indent}]"
    return _harmless(json.dumps(data, ensure_ascii=False))


def _harmless(text: str) -> str:
    """JSON in which what nobody sees, or turns a terminal's text around, is a code."""
    if visible(text) == text:
        return text
    return "".join(one if visible(one) == one else json.dumps(one)[1:-1] for one in text)
