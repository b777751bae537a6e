"""Hints to an answer, one by one: how it is computed, then with which numbers; never the value."""

from __future__ import annotations

from collections.abc import Iterator

from exsolve.expression.tree import Constant, Literal, Node
from exsolve.notation import written
from exsolve.solution import Expansion, Formula, Step
from exsolve.typesetting import phrases
from exsolve.typesetting.boxes import Line, Span, beside, filled, text_box
from exsolve.typesetting.values import formula_box, indented

Hint = tuple[Line, ...]


def hints(step: Step | Formula, indent: str, width: int) -> list[Hint]:
    """The formula of a step, then its substitution, or that of a cell; of a general formula the
    reasons on the way to it. Nothing that reads as the value itself is among them."""
    if isinstance(step, Formula):
        return [tuple(_said(one.text, indent, width)) for one in step.reasons if one.text]
    formulas = [step.formula, step.substitution]
    found = [
        tuple(_equation(phrases.shown_name(step), node, indent, width))
        for node in formulas
        if node is not None and _is_telling(node, step)
    ]
    if step.substitution is None and found:
        for expansion in step.expansions[:1]:
            found += _of_cell(step, expansion, indent, width)
    return list(dict.fromkeys(found))


def _is_telling(node: Node, step: Step) -> bool:
    return not isinstance(node, Literal | Constant) and not phrases.says_the_value(node, step)


def _of_cell(step: Step, expansion: Expansion, indent: str, width: int) -> list[Hint]:
    """One cell written out: its formula, then with numbers in it."""
    name = phrases.cell_name(phrases.shown_name(step), expansion.place, len(step.value.shape))
    nodes = (expansion.formula, expansion.substituted)
    return [
        tuple(_equation(name, node, indent, width))
        for node in nodes
        if not isinstance(node, Literal | Constant)
    ]


def _equation(name: str, node: Node, indent: str, width: int) -> Iterator[Line]:
    lead = beside(text_box(name, "name"), text_box(" = ", "sign"))
    text = text_box(written(node, "terminal"), "formula")
    whole = beside(lead, formula_box(node))
    if whole.width > width - len(indent):
        whole = beside(lead, text)
    yield from indented(whole, indent, width - len(indent))


def _said(text: str, indent: str, width: int) -> Iterator[Line]:
    for line in filled(text, width, indent, indent):
        yield (Span(line, "note"),)
