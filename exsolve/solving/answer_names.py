"""Which names the questions of an exercise speak of, and those that its formulas are written in."""

from __future__ import annotations

import re

from exsolve.authoring.workbook import Workbook
from exsolve.expression.naming import show_name

_WORD = re.compile(r"[^\W\d]\w*")


def is_mentioned(workbook: Workbook, name: str) -> bool:
    """Whether the questions speak of a quantity by its name.

    An English word is none: a name of several letters must look like one (``a_j``, ``β``).
    """
    if len(name) > 1 and name.isalpha() and show_name(name, "terminal") == name:
        return False
    texts = (workbook.about, *(part.ask for part in workbook.parts))
    wanted = {name, show_name(name, "terminal")}
    return any(not wanted.isdisjoint(_WORD.findall(text)) for text in texts)


def names_to_answer_with(workbook: Workbook, asked: str) -> tuple[str, ...]:
    """The names that a formula asked for may be written in, as far as any answer needs them.

    All answers of the exercise are taken together, in the order in which names are declared, so
    that it is not told what this one is made of. What no question speaks of stands for what it is
    computed from.
    """
    graph, symbols = workbook.graph, workbook.setting.symbols
    answers = [source.text for part in workbook.parts for source in part.answers]
    circular = {asked, *graph.dependents([asked])}
    found: set[str] = set()
    seen: set[str] = set()
    pending = [used for name in answers if name in workbook.general for used in graph.uses(name)]
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        quantity = graph.quantities.get(name)
        if quantity is None:
            found.update({name} & symbols.keys())
        elif name in answers or quantity.given or quantity.plain or is_mentioned(workbook, name):
            found.add(name)
        else:
            pending += graph.uses(name)
    declared = dict.fromkeys((*symbols, *graph.quantities))
    return tuple(one for one in declared if one in found - circular)
