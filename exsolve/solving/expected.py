"""What a part wants to be answered, as far as it can be told without solving anything."""

from __future__ import annotations

from exsolve.authoring.workbook import Shown, Workbook
from exsolve.solution import Expected
from exsolve.solving.answer_names import names_to_answer_with
from exsolve.spec.parts import Part


def expected(workbook: Workbook, part: Part) -> tuple[Expected, ...]:
    """The answers of a part in its order, and last, under the part's id, what is said in words.

    Words are expected where there is a model answer in words, and where nothing else is asked for.
    """
    found = [_answer(workbook, name.text) for name in part.answers]
    if part.text or not (found or part.derivations):
        found.append(Expected(part.id, (), "words"))
    elif part.derivations:
        found.append(Expected(part.id, (), "derivation"))
    return tuple(found)


def _answer(workbook: Workbook, name: str) -> Expected:
    shape = workbook.graph.shapes[name]
    if name in workbook.general:
        names = names_to_answer_with(workbook, name)
        return Expected(name, shape, "formula", names=names)
    # the cells of a table show a vector as the tuple of sizes that it is
    tabled = len(shape) == 1 and any(
        Shown(name) in row.cells
        for tables in workbook.tables.values()
        for table in tables
        for row in table.rows
    )
    if tabled:
        return Expected(name, shape, "shape")
    policy = workbook.policy
    form = policy.form_of(name)
    digits = policy.digits_of(name) if form in ("any", "decimal") else 0
    return Expected(name, shape, "value", digits, form)
