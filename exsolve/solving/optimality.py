"""The conditions of a minimum, and its solution put into them, as derivations."""

from __future__ import annotations

from exsolve.authoring.workbook import Optimum, Workbook
from exsolve.expression.tree import names
from exsolve.gradient import TreeContext, gradient_name
from exsolve.solution import Derivation, DerivationLine, Verification
from exsolve.solving.derivations import introduced
from exsolve.solving.general import GeneralFormulas
from exsolve.solving.paper import on_paper
from exsolve.verification.optimality import (
    Lagrangian,
    Requirement,
    at_solution,
    requirements,
    verified_solution,
)

CONDITIONS = "The conditions of Karush, Kuhn and Tucker (KKT)."
SOLVED = "The solution put into the conditions: each of them holds."


def worked_optimum(
    workbook: Workbook, plan: Optimum, formulas: GeneralFormulas, shown: set[str]
) -> Derivation:
    """The conditions of a Lagrangian, or its solution in them; everything is verified.

    Raises ExsolveError for a gradient that is wrong, or a condition that the solution breaks.
    """
    one = workbook.lagrangians[plan.lagrangian]
    if plan.solved:
        found = at_solution(workbook.graph, one)
        verified = solution_verified(workbook, one)
        return _derivation(workbook, plan.claim or SOLVED, found, verified, shown)
    found = requirements(workbook.graph, one)
    verified = _gradients_verified(one, formulas)
    derivation = _derivation(workbook, plan.claim or CONDITIONS, found, verified, shown)
    definitions = introduced(workbook.graph, [one.name], shown)
    return derivation._replace(definitions=(*derivation.definitions, *definitions))


def solution_verified(workbook: Workbook, one: Lagrangian) -> Verification:
    """The verification of a solution. Raises ExsolveError for a condition that it breaks."""
    return workbook.once(
        ("solution", one.name),
        lambda: verified_solution(workbook.graph, workbook.setting, one, workbook.seed),
    )


def _gradients_verified(one: Lagrangian, formulas: GeneralFormulas) -> Verification:
    every = [formulas.verified(gradient_name(name)) for name in one.variables]
    return every[0]._replace(
        instances=min(each.instances for each in every), exact=all(each.exact for each in every)
    )


def _derivation(
    workbook: Workbook,
    claim: str,
    required: list[Requirement],
    verified: Verification,
    shown: set[str],
) -> Derivation:
    graph = workbook.graph
    mentioned = [name for each in required for name in names(each.node)]
    context = TreeContext(graph, "")
    lines = [DerivationLine(on_paper(each.node, context), each.reason) for each in required]
    return Derivation(
        claim, introduced(graph, mentioned, shown), tuple(lines), verified, relations=True
    )
