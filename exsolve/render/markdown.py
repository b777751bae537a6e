"""Markdown with LaTeX mathematics, as GitHub and Jupyter show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from exsolve.drawing.terminal import lines as picture_lines
from exsolve.expression.naming import show_name
from exsolve.expression.tree import Node
from exsolve.notation import written
from exsolve.solution import (
    Derivation,
    Evidence,
    Formula,
    Part,
    Solution,
    SolvedSet,
    Step,
    Symbol,
    Table,
    Value,
)
from exsolve.typesetting import phrases
from exsolve.typesetting.excerpts import (
    SHOWN_CELLS,
    EqualRows,
    beginning,
    equal_rows,
    telling_rows,
    whole_place,
)
from exsolve.typesetting.latex_values import cell_latex, value_latex
from exsolve.typesetting.values import adds_decimals

SUFFIX = ".md"
PICTURE_WIDTH = 80
SHOWN_COLUMNS = 16
"""Columns of a matrix up to which all are shown; of more, half as many."""
LONGEST_HEADING = 80
"""Characters of a question that stands in the heading itself."""
LONG_CELL = 100
"""Characters of LaTeX of a cell above which the first cells stand alone."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~&])")


def render(solution: Solution) -> str:
    """The solution as Markdown, with a newline at the end."""
    return "\n".join(_lines(solution, "#")) + "\n"


def render_set(solved: SolvedSet) -> str:
    """The exercises of a problem set one after another, with headings one level down."""
    label = f"`{solved.id}` — {phrases.points(solved.points)}"
    lines = [f"# {escaped(solved.title)}", "", label]
    if solved.about:
        lines += ["", solved.about.strip()]
    for question in solved.exercises:
        lines += ["", *_lines(question.solution, "##", phrases.points(question.points))]
    return "\n".join(lines) + "\n"


def _lines(solution: Solution, heading: str, points: str = "") -> list[str]:
    """The lines of a solution; ``heading`` is the mark of its title, those of parts are below."""
    label = f"`{solution.exercise}`" + (f" — {points}" if points else "")
    lines = [f"{heading} {escaped(solution.title)}", "", label]
    if solution.about:
        lines += ["", solution.about.strip()]
    told: set[str] = set()
    if solution.givens or solution.symbols or solution.functions:
        lines += ["", f"{heading}# Given", ""]
        for step in solution.givens:
            lines += _given(step, told)
        lines += [_symbol(symbol) for symbol in solution.symbols]
        lines += [
            f"- ${show_name(name, 'latex')}$: {phrases.function_of(count)}"
            for name, count in solution.functions
        ]
    if solution.conditions:
        conditions = ", ".join(f"${written(node, 'latex')}$" for node in solution.conditions)
        lines += ["", f"Conditions: {conditions}."]
    for part in solution.parts:
        lines += ["", *_part(part, heading + "#", solution.detail, told)]
    if solution.agreement.compared:
        lines += ["", f"*{phrases.agreement(solution.agreement.compared)}*"]
    return lines


def escaped(text: str) -> str:
    """Text that Markdown takes as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def _given(step: Step, told: set[str]) -> list[str]:
    name = show_name(step.name, "latex")
    words = "".join(f" {text}" for text in (escaped(step.note), _labels(step, told)) if text)
    return [f"- ${name} = {value_latex(step.value)}${words}"]


def _symbol(symbol: Symbol) -> str:
    name = f"${show_name(symbol.name, 'latex')}$"
    if symbol.outcomes:
        return f"- {name}: {phrases.random(symbol, 'latex')}"
    return f"- {name}: {phrases.kind_of(symbol.shape)}"


def _labels(step: Step, told: set[str]) -> str:
    """What the rows and columns are, where a step before did not have the same labels."""
    lists = [("Rows", step.rows), ("Columns", step.columns)]
    if step.rows == step.columns:
        lists = [("Rows and columns", step.rows)]
    text = " ".join(f"{word}: {escaped(', '.join(labels))}." for word, labels in lists if labels)
    if text in told:
        return ""
    told.add(text)
    return text


def _part(part: Part, heading: str, detail: str, told: set[str]) -> Iterator[str]:
    asked, points = " ".join(part.ask.split()), phrases.points(part.points)
    if len(asked) <= LONGEST_HEADING:
        yield f"{heading} ({part.id}) {asked} — {points}"
    else:
        yield f"{heading} ({part.id}) — {points}"
        yield ""
        yield part.ask.strip()
    tabled: set[str] = set()
    for table in part.tables:
        yield ""
        yield from _table(table)
        tabled.update(table.names)
    for step in part.steps:
        if step.name not in tabled:
            yield ""
            if isinstance(step, Formula):
                yield from _formula(step, detail)
            else:
                yield from _step(step, detail, told)
    for derivation in part.derivations:
        yield ""
        yield from _derivation(derivation, detail)
    if part.text:
        yield ""
        yield part.text.strip()
    if part.rubric:
        yield ""
        for item in part.rubric:
            yield f"- **{item.points:g}** {' '.join(item.text.split())}"
    for evidence in part.evidence:
        yield ""
        yield from _evidence(evidence, detail, told)


def _step(step: Step, detail: str, told: set[str]) -> Iterator[str]:
    note = escaped(step.note) if detail != "short" else ""
    words = " ".join(filter(None, (note, _labels(step, told))))
    if words:
        yield words
        yield ""
    name = show_name(step.name, "latex")
    chain = [f"{name} &= {written(step.formula, 'latex')}"] if step.formula is not None else []
    shown = step.substitution
    if chain and shown is not None and not phrases.says_the_value(shown, step):
        chain.append(f"&= {written(shown, 'latex')}")
    values, remarks = _value(step, name, detail == "long")
    if chain and values and chain[0] == f"{name} &= {values[0].removeprefix('&= ')}":
        chain = []
    if not chain and values and values[0].startswith("&"):
        values[0] = f"{name} {values[0]}"
    yield from _display([*chain, *values])
    if remarks:
        yield ""
        yield from remarks
    for expansion in step.expansions:
        entry = _entry(name, expansion.place) if len(step.value.cells) > 1 else name
        yield ""
        substituted = written(expansion.substituted, "latex")
        result = cell_latex(step.value.cell(expansion.place), False)
        ends = [] if result == substituted else [f"&= {result}"]
        yield from _display([f"{entry} &= {substituted}", *ends])
    if step.unexpanded:
        yield ""
        yield phrases.unexpanded(step)


def _formula(step: Formula, detail: str) -> Iterator[str]:
    if step.note and detail != "short":
        yield escaped(step.note)
        yield ""
    name = show_name(step.name, "latex")
    yield from _display([f"{name} &= {written(step.formula, 'latex')}"])
    if detail == "short":
        return
    if step.reasons:
        yield ""
    for reason in step.reasons:
        lead = f"{show_name(reason.name, 'latex')} = " if reason.name else ""
        yield f"- ${lead}{written(reason.formula, 'latex')}$: {escaped(reason.text)}"
    shapes = [
        f"${show_name(name, 'latex')}$: {' × '.join(map(str, shape))}"
        for name, shape in step.symbols
        if shape
    ]
    yield ""
    if shapes:
        yield f"Shapes: {', '.join(shapes)}."
    yield f"*{escaped(phrases.verified_formula(step.verified))}*"


def _derivation(derivation: Derivation, detail: str) -> Iterator[str]:
    if derivation.claim:
        yield derivation.claim.strip()
        yield ""
    for name, formula in derivation.definitions:
        yield f"- ${show_name(name, 'latex')} = {written(formula, 'latex')}$"
    if derivation.definitions:
        yield ""
    lines = []
    for place, line in enumerate(derivation.lines):
        sign = "&= " if place and not derivation.relations else "& "
        reason = ""
        if line.reason and detail != "short":
            reason = rf" && \text{{({place + 1})}}"
        lines.append(f"{sign}{written(line.formula, 'latex')}{reason}")
    yield from _display(lines)
    yield ""
    for place, line in enumerate(derivation.lines):
        if line.reason and detail != "short":
            yield f"- ({place + 1}) {escaped(line.reason)}"
    yield f"\n*{escaped(phrases.verified_derivation(derivation))}*"


def _evidence(evidence: Evidence, detail: str, told: set[str]) -> Iterator[str]:
    if evidence.title:
        yield f"**{escaped(evidence.title)}**"
        yield ""
    if evidence.note:
        yield evidence.note.strip()
        yield ""
    for step in evidence.steps:
        if isinstance(step, Formula):
            yield from _formula(step, detail)
        else:
            yield from _step(step, detail, told)
        yield ""
    for table in evidence.tables:
        yield from _table(table)
        yield ""
    for picture in evidence.pictures:
        # a page of Markdown shows no inline SVG, so the picture stands as text
        yield "```text"
        yield from picture_lines(picture, PICTURE_WIDTH)
        yield "```"
        yield ""
    for statement in evidence.statements:
        sign = "=" if statement.equal else r"\neq"
        left, right = (written(node, "latex") for node in (statement.left, statement.right))
        yield f"- ${left} {sign} {right}$: {escaped(phrases.decided(statement))}"


def _value(step: Step, name: str, everything: bool) -> tuple[list[str], list[str]]:
    """A value as lines of an aligned display, and what is said below it: the rows that are equal,
    and what of a large value is left out."""
    value = step.value
    rows: tuple[str, ...] = ()
    taken: tuple[int, ...] = ()
    remarks: list[str] = []
    if step.groups:
        telling = telling_rows(step)
        remarks = [f"- {_equal_rows(group)}" for group in equal_rows(step)]
        if telling is None:
            return [], remarks
        rows, value, taken = telling
    shown, left_out = beginning(value, everything, SHOWN_COLUMNS, taken)
    dots = [part != whole for part, whole in zip(shown.shape, value.shape, strict=True)]
    rows = rows[: int(shown.shape[0])] if rows else ()
    lines = []
    if not everything and _has_long_cells(shown):
        places = list(np.ndindex(*map(int, shown.shape)))[:SHOWN_CELLS]
        lines = [
            f"{_entry(name, whole_place(at, taken))} &= {cell_latex(shown.cell(at), False)}"
            for at in places
        ]
        more = len(value.cells) - len(places)
        left_out = f"… {more} more {'cell' if more == 1 else 'cells'} (--detail long)"
    else:
        lines.append(f"&= {value_latex(shown, rows=rows, dots=dots)}")
    if adds_decimals(shown):
        sign = "=" if shown.rational else r"\approx"
        decimal = value_latex(shown, decimal=True, rows=rows, dots=dots)
        left = name if lines and not lines[0].startswith("&") else ""
        lines.append(f"{left}&{sign} {decimal}")
    return lines, [*([left_out] if left_out else []), *remarks]


def _has_long_cells(value: Value) -> bool:
    """Whether the value has more cells than are shown of long ones, and one of them is long."""
    if len(value.cells) <= SHOWN_CELLS:
        return False
    return any(len(cell_latex(cell, False)) > LONG_CELL for cell in value.cells)


def _equal_rows(group: EqualRows) -> str:
    cells = group.cells[:1] if group.uniform else group.cells
    one = Value(() if group.uniform else (len(cells),), cells)
    text = value_latex(one)
    if adds_decimals(one):
        text += f" {'=' if one.rational else chr(92) + 'approx'} {value_latex(one, decimal=True)}"
    return f"{escaped(group.names)}: {'all ' if group.uniform else ''}${text}$"


def _entry(name: str, place: tuple[int, ...]) -> str:
    label = phrases.index_label(place)
    return f"{name}_{{{label}}}" if "_" not in name else f"\\left({name}\\right)_{{{label}}}"


def _display(lines: Sequence[str]) -> Iterator[str]:
    yield "$$"
    yield r"\begin{aligned}"
    yield " \\\\\n".join(lines)
    yield r"\end{aligned}"
    yield "$$"


def _table(table: Table) -> Iterator[str]:
    if table.title:
        yield f"**{escaped(table.title)}**"
        yield ""
    yield "| " + " | ".join(escaped(column) for column in table.columns) + " |"
    numeric = table.numeric or (False,) * len(table.columns)
    yield "|" + "|".join("---:" if right else "---" for right in numeric) + "|"
    for row in table.rows:
        yield "| " + " | ".join(_table_cell(cell) for cell in row.cells) + " |"
    if table.totals:
        cells = (_table_cell(cell) for cell in table.totals)
        yield "| " + " | ".join(f"**{cell}**" if cell else "" for cell in cells) + " |"
    lines = [(row.cells[0], line) for row in table.rows for line in row.lines]
    if lines:
        yield ""
    for head, line in lines:
        yield f"- {_table_cell(head)}: {_table_cell(line)}"


def _table_cell(cell: str | Node | Value) -> str:
    if isinstance(cell, str):
        return escaped(cell)
    if isinstance(cell, Node):
        return f"${written(cell, 'latex')}$"
    if not cell.shape:
        return f"${cell_latex(cell.cells[0], False)}$"
    if len(cell.shape) > 1:
        return f"${value_latex(cell)}$"
    inside = ", ".join(cell_latex(one, False) for one in cell.cells)
    return f"$({inside})$"
