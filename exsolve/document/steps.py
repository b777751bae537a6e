"""Steps and formulas as blocks: what is done, the equations, what is left out of large values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from exsolve.document import (
    Block,
    Equation,
    Equations,
    Group,
    Items,
    Line,
    Mathematics,
    Note,
)
from exsolve.document.words import typeset
from exsolve.expression.naming import show_name
from exsolve.notation import written
from exsolve.solution import Formula, Reason, Step, Value
from exsolve.typesetting import phrases
from exsolve.typesetting.excerpts import (
    SHOWN_CELLS,
    EqualRows,
    beginning,
    equal_rows,
    stacked_rows,
    telling_rows,
    whole_place,
)
from exsolve.typesetting.latex_values import cell_latex, value_latex
from exsolve.typesetting.values import adds_decimals

SHOWN_COLUMNS = 16
"""Columns of a matrix up to which all are shown; of more, half as many."""
LONG_CELL = 100
"""Characters of LaTeX of a cell above which the first cells stand alone."""


class Steps:
    """Steps in the order of a document, which says once what rows and columns are."""

    def __init__(self, detail: str) -> None:
        self._detail = detail
        self._told: set[str] = set()

    def group(self, step: Step | Formula, answers: Sequence[str] = ()) -> Group:
        """A step or general formula; one of ``answers`` is marked as that."""
        blocks = self._formula(step) if isinstance(step, Formula) else self._step(step)
        note = step.note if self._detail != "short" else ""
        name = show_name(step.name, "latex")
        return Group(
            "answer" if step.name in answers else "step", name, typeset(note), tuple(blocks)
        )

    def given(self, step: Step) -> list[Line]:
        """A quantity of the data; a matrix that is taller than a page in parts."""
        name = show_name(step.name, "latex")
        words = "".join(f" {text}" for text in (step.note, self._labels(step)) if text)
        parts = [
            Mathematics(f"{part} = {value_latex(value)}")
            for part, value in _stacked(name, step.value)
        ]
        return [(parts[0], *typeset(words)), *((part,) for part in parts[1:])]

    def _labels(self, step: Step) -> str:
        """What the rows and columns are, where no step before had the same labels."""
        vector = len(step.value.shape) == 1
        lists = [("Entries" if vector else "Rows", step.rows), ("Columns", step.columns)]
        if step.rows == step.columns:
            lists = [("Rows and columns", step.rows)]
        text = " ".join(f"{word}: {', '.join(labels)}." for word, labels in lists if labels)
        if text in self._told:
            return ""
        self._told.add(text)
        return text

    def _step(self, step: Step) -> list[Block]:
        blocks: list[Block] = []
        if labels := self._labels(step):
            blocks.append(Note((labels,), "note"))
        name = show_name(step.name, "latex")
        formula, shown = step.formula, step.substitution
        chain = [Equation(name, "=", written(formula, "latex"))] if formula is not None else []
        if chain and shown is not None and not phrases.says_the_value(shown, step):
            chain.append(Equation("", "=", written(shown, "latex")))
        values, remarks, rows = _value(step, name, self._detail == "long")
        if chain and values and chain[0] == values[0]._replace(left=name):
            chain = []
        if not chain and values and not values[0].left:
            values[0] = values[0]._replace(left=name)
        blocks.append(Equations((*chain, *values)))
        if remarks:
            blocks.append(Note((remarks,), "remark"))
        if rows:
            blocks.append(Items(tuple(rows)))
        for expansion in step.expansions:
            entry = _entry(name, expansion.place) if len(step.value.cells) > 1 else name
            substituted = written(expansion.substituted, "latex")
            result = cell_latex(step.value.cell(expansion.place), False)
            ends = [] if result == substituted else [Equation("", "=", result)]
            blocks.append(Equations((Equation(entry, "=", substituted), *ends)))
        if step.unexpanded:
            blocks.append(Note((phrases.unexpanded(step),), "remark"))
        return blocks

    def _formula(self, step: Formula) -> list[Block]:
        name = show_name(step.name, "latex")
        blocks: list[Block] = [Equations((Equation(name, "=", written(step.formula, "latex")),))]
        if self._detail == "short":
            return blocks
        if step.reasons:
            blocks.append(Items(tuple(map(_reason, step.reasons))))
        shapes: list[str | Mathematics] = []
        for symbol, shape in step.symbols:
            if shape:
                lead = ", " if shapes else "Shapes: "
                shapes += [lead, Mathematics(show_name(symbol, "latex"))]
                shapes.append(f": {' × '.join(map(str, shape))}")
        if shapes:
            blocks.append(Note((*shapes, "."), "note"))
        return [*blocks, Note((phrases.verified_formula(step.verified),), "verified")]


def _reason(reason: Reason) -> Line:
    lead = f"{show_name(reason.name, 'latex')} = " if reason.name else ""
    return Mathematics(lead + written(reason.formula, "latex")), *typeset(f": {reason.text}")


def _value(step: Step, name: str, everything: bool) -> tuple[list[Equation], str, list[Line]]:
    """A value as equations, what of it is left out, and the rows that are equal."""
    value = step.value
    names: tuple[str, ...] = ()
    taken: tuple[int, ...] = ()
    alike: list[Line] = []
    if step.groups:
        telling = telling_rows(step)
        alike = [_equal_rows(group) for group in equal_rows(step)]
        if telling is None:
            return [], "", alike
        names, value, taken = telling
    shown, left_out = beginning(value, everything, SHOWN_COLUMNS, taken)
    dots = [part != whole for part, whole in zip(shown.shape, value.shape, strict=True)]
    names = names[: int(shown.shape[0])] if names else ()
    alone = not everything and _has_long_cells(shown)
    if alone:
        places = list(np.ndindex(*map(int, shown.shape)))[:SHOWN_CELLS]
        rows = [
            Equation(_entry(name, whole_place(at, taken)), "=", cell_latex(shown.cell(at), False))
            for at in places
        ]
        more = len(value.cells) - len(places)
        left_out = f"… {more} more {'cell' if more == 1 else 'cells'} (--detail long)"
    else:
        rows = [Equation("", "=", value_latex(shown, rows=names, dots=dots))]
    sign = "=" if shown.rational else r"\approx"
    if not alone and not names and len(parts := _stacked(name, shown)) > 1:
        rows = []
        for part, cells in parts:
            rows.append(Equation(part, "=", value_latex(cells)))
            if adds_decimals(shown):
                rows.append(Equation("", sign, value_latex(cells, decimal=True)))
    elif adds_decimals(shown):
        decimal = value_latex(shown, decimal=True, rows=names, dots=dots)
        rows.append(Equation(name if alone else "", sign, decimal))
    return rows, left_out, alike


def _stacked(name: str, value: Value) -> list[tuple[str, Value]]:
    """A value with its name; a matrix that is taller than a page in parts, named by their rows."""
    parts = stacked_rows(value)
    if len(parts) == 1:
        return [(name, value)]
    ends = [start + int(part.shape[0]) for start, part in parts]
    return [
        (_indexed(name, rf"{start + 1} \ldots {end}"), part)
        for (start, part), end in zip(parts, ends, strict=True)
    ]


def _has_long_cells(value: Value) -> bool:
    """Whether the value has more cells than are shown of long ones, and one of them is long."""
    if len(value.cells) <= SHOWN_CELLS:
        return False
    return any(len(cell_latex(cell, False)) > LONG_CELL for cell in value.cells)


def _equal_rows(group: EqualRows) -> Line:
    cells = group.cells[:1] if group.uniform else group.cells
    one = Value(() if group.uniform else (len(cells),), cells)
    text = value_latex(one)
    if adds_decimals(one):
        text += f" {'=' if one.rational else chr(92) + 'approx'} {value_latex(one, decimal=True)}"
    return f"{group.names}: {'all ' if group.uniform else ''}", Mathematics(text)


def _entry(name: str, place: tuple[int, ...]) -> str:
    return _indexed(name, phrases.index_label(place))


def _indexed(name: str, label: str) -> str:
    return f"{name}_{{{label}}}" if "_" not in name else f"\\left({name}\\right)_{{{label}}}"
