"""One step by itself, in a line: as LaTeX for a notebook, as plain text for a prompt."""

from __future__ import annotations

from typing import Any

from exsolve.expression.naming import show_name
from exsolve.notation import written
from exsolve.solution import Formula, Step, Value
from exsolve.typesetting.excerpts import beginning
from exsolve.typesetting.latex_values import value_latex
from exsolve.typesetting.values import adds_decimals

SHOWN_COLUMNS = 16


def step_latex(step: Step | Formula) -> str:
    r"""``$\displaystyle Q = ...$``: the general formula, or the value and its decimals."""
    name = show_name(step.name, "latex")
    if isinstance(step, Formula):
        return rf"$\displaystyle {name} = {written(step.formula, 'latex')}$"
    shown = beginning(step.value, False, SHOWN_COLUMNS).value
    dots = [part != whole for part, whole in zip(shown.shape, step.value.shape, strict=True)]
    text = f"{name} = {value_latex(shown, dots=dots)}"
    if adds_decimals(shown):
        text += f" {_sign(shown, True)} {value_latex(shown, decimal=True, dots=dots)}"
    return rf"$\displaystyle {text}$"


def step_text(step: Step | Formula) -> str:
    """``c = 1/3 ≈ 0.3333``; of a large value the beginning."""
    if isinstance(step, Formula):
        return f"{step.name} = {written(step.formula, 'text')}"
    shown = beginning(step.value, False, SHOWN_COLUMNS).value
    more = " (its beginning)" if shown.shape != step.value.shape else ""
    text = f"{step.name}{more} = {_nested(shown, False)}"
    if adds_decimals(shown):
        text += f" {_sign(shown, False)} {_nested(shown, True)}"
    return text


def _sign(value: Value, latex: bool) -> str:
    return "=" if value.rational else r"\approx" if latex else "≈"


def _nested(value: Value, decimal: bool) -> str:
    cells = [
        cell.decimal if decimal and cell.decimal is not None else cell.text("text", written)
        for cell in value.cells
    ]
    return _listed(value.nested(cells))


def _listed(value: Any) -> str:
    return f"[{', '.join(map(_listed, value))}]" if isinstance(value, list) else str(value)
