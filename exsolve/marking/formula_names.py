"""The names that an answer may use: what the exercise declares, and what it has shown before."""

from __future__ import annotations

from exsolve.answers.written import Vocabulary
from exsolve.authoring.workbook import Workbook
from exsolve.expression.tree import Name, Shape
from exsolve.graph import CONSTANT_NAMES
from exsolve.solving.answer_names import is_mentioned


def formula_vocabulary(workbook: Workbook, name: str) -> Vocabulary:
    """The names for a formula of one quantity, with their shapes.

    Those are the symbols and the letters for sizes; what other parts ask for; the equations that a
    kind makes of one step (h_next beside h_t); and other quantities that the questions mention.
    The quantity itself is left out, with all that is computed from it.
    """
    graph = workbook.graph
    found: dict[str, Shape] = {**workbook.setting.names, **CONSTANT_NAMES}
    circular = {name, *graph.dependents([name])}
    asked = {source.text for part in workbook.parts for source in part.answers}
    # the same thing under a second name would answer the question with itself
    same = graph.defined_by(graph.quantities[name].expression, name)
    own = {*graph.needed_for([name]), *workbook.general}
    for other in graph.quantities:
        if other in circular or other == same or other not in own:
            continue
        quantity = graph.quantities[other]
        if quantity.given or quantity.plain or other in asked or is_mentioned(workbook, other):
            found[other] = graph.shape(Name(other))
    found.pop(name, None)
    return Vocabulary(found, workbook.functions)


def derivation_vocabulary(workbook: Workbook) -> Vocabulary:
    """The names for a derivation: all that an exercise declares or defines."""
    graph = workbook.graph
    defined = {name: graph.shape(Name(name)) for name in graph.quantities}
    return Vocabulary({**defined, **workbook.setting.names, **CONSTANT_NAMES}, workbook.functions)
