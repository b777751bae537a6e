"""Comparisons of evidence: two expressions that are equal, or are not."""

from __future__ import annotations

from exsolve.authoring.workbook import EvidencePlan
from exsolve.errors import ExsolveError, Problem
from exsolve.evaluate import Array, ClosedFormRoute, evaluate
from exsolve.exact.equality import equal
from exsolve.expression.tree import Node
from exsolve.gradient import TreeContext
from exsolve.notation import scalar_tree
from exsolve.solution import Statement
from exsolve.solving.agreement import compare
from exsolve.solving.evidence.evaluating import (
    Evaluator,
    reached,
    refuse_missing,
    text_of,
    unknown_functions,
)
from exsolve.solving.evidence.values import missing_letters, sizes_at
from exsolve.solving.paper import on_paper


def statement(evaluator: Evaluator, plan: EvidencePlan, pair: tuple[Node, Node, bool]) -> Statement:
    """Two expressions that are equal, or differ. Raises ExsolveError where it is not so."""
    left, right, wanted = pair
    workbook = evaluator.workbook
    shown = [on_paper(node, TreeContext(workbook.graph, "")) for node in (left, right)]
    lines = evaluator.lines((left, right), plan)
    sizes = sizes_at(workbook.setting, plan.at, plan.position)
    general = wanted and bool(missing_letters(lines, sizes))
    if not general:
        graph, (one, two) = evaluator.graph((left, right), plan.at, plan)
        general = any(name in graph.symbols for name in reached(graph, (one, two))) or bool(
            unknown_functions(graph, (one, two))
        )
        if general and not wanted:
            refuse_missing(graph, (one, two), plan)
    if general:
        from exsolve.verification.links import Link, unequal, verified_links

        false = unequal(
            "the two sides are not equal",
            (text_of(left), text_of(right)),
            lines,
            "mend the formulas, or say at which values they are equal under at",
            plan.position,
        )
        one, two = lines.names
        link = Link(one, two, "the equality", plan.position, false)
        verified = workbook.once(
            ("equality", left, right), lambda: verified_links(lines, [link], workbook.seed)
        )
        return Statement(shown[0], shown[1], True, verified)
    found = evaluate(graph, ClosedFormRoute(), only=[one, two])
    same = _same(found[one], found[two])
    if same is not wanted:
        said = "equal" if wanted else "different"
        raise ExsolveError(
            Problem(
                f"the two sides are not {said}",
                f"{text_of(left)} and {text_of(right)} {said}",
                f"{_cells_text(found[one])} and {_cells_text(found[two])}",
                "mend the formulas, or say differ" if wanted else "say equal",
                plan.position,
            )
        )
    evaluator.compared += compare(graph, found)[0].compared
    return Statement(shown[0], shown[1], wanted)


def _cells_text(value: Array) -> str:
    texts = [text_of(scalar_tree(cell)) for cell in value.flat]
    return ", ".join(texts[:12]) + (" …" if len(texts) > 12 else "")


def _same(one: Array, two: Array) -> bool:
    if one.shape != two.shape:
        return False
    judged = [equal(a, b) for a, b in zip(one.flat, two.flat, strict=True)]
    if any(judgement.proved_different for judgement in judged):
        return False
    if all(judgement.proved_equal for judgement in judged):
        return True
    raise ExsolveError("two expressions could be proved neither equal nor different")
