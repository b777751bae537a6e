"""Tables and what is derived, compared or drawn, as blocks."""

from __future__ import annotations

from exsolve.document import (
    Block,
    Equation,
    Equations,
    Figure,
    Grid,
    Group,
    Items,
    Line,
    Mathematics,
    Note,
    Prose,
)
from exsolve.document.steps import Steps
from exsolve.document.words import typeset
from exsolve.expression.naming import show_name
from exsolve.expression.tree import Node
from exsolve.notation import written
from exsolve.solution import Derivation, Evidence, Statement, Table, Value
from exsolve.typesetting import phrases
from exsolve.typesetting.latex_values import cell_latex, value_latex


def grid(table: Table) -> Grid:
    """A table of a solution."""
    return Grid(
        table.title,
        table.columns,
        tuple(tuple(map(_cell, row.cells)) for row in table.rows),
        tuple(map(_cell, table.totals)),
        table.numeric or (False,) * len(table.columns),
        tuple((_cell(row.cells[0]), _cell(line)) for row in table.rows for line in row.lines),
    )


def _cell(cell: str | Node | Value) -> Line:
    if isinstance(cell, str):
        return typeset(cell)
    if isinstance(cell, Node):
        return (Mathematics(written(cell, "latex")),)
    if not cell.shape:
        return (Mathematics(cell_latex(cell.cells[0], False)),)
    if len(cell.shape) > 1:
        return (Mathematics(value_latex(cell)),)
    inside = ", ".join(cell_latex(one, False) for one in cell.cells)
    return (Mathematics(f"({inside})"),)


def derivation_group(derivation: Derivation, detail: str) -> Group:
    """A chain of equal lines, or relations, each with its reason."""
    blocks: list[Block] = []
    if derivation.claim:
        blocks.append(Prose(derivation.claim))
    if derivation.definitions:
        blocks.append(
            Items(
                tuple(
                    (Mathematics(f"{show_name(name, 'latex')} = {written(formula, 'latex')}"),)
                    for name, formula in derivation.definitions
                )
            )
        )
    rows = [
        Equation(
            "",
            "=" if place and not derivation.relations else "",
            written(line.formula, "latex"),
            typeset(line.reason if detail != "short" else ""),
        )
        for place, line in enumerate(derivation.lines)
    ]
    blocks.append(Equations(tuple(rows)))
    blocks.append(Note((phrases.verified_derivation(derivation),), "verified"))
    return Group("derivation", "", (), tuple(blocks))


def evidence_group(evidence: Evidence, steps: Steps) -> Group:
    """What shows the point of an answer: steps, tables, pictures, comparisons."""
    blocks: list[Block] = []
    if evidence.note:
        blocks.append(Prose(evidence.note))
    blocks += map(steps.group, evidence.steps)
    blocks += map(grid, evidence.tables)
    blocks += [Figure(picture, evidence.title) for picture in evidence.pictures]
    if evidence.statements:
        blocks.append(Items(tuple(map(_statement, evidence.statements))))
    return Group("evidence", "", typeset(evidence.title), tuple(blocks))


def _statement(statement: Statement) -> Line:
    sign = "=" if statement.equal else r"\neq"
    left, right = (written(node, "latex") for node in (statement.left, statement.right))
    return Mathematics(f"{left} {sign} {right}"), f": {phrases.decided(statement)}"
