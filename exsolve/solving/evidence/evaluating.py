"""The graph evaluated anew for evidence, with other values in the place of names."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from exsolve.authoring.workbook import EvidencePlan, Workbook
from exsolve.errors import ExsolveError, Problem
from exsolve.evaluate import Array, ClosedFormRoute, evaluate
from exsolve.expression.tree import Call, Node
from exsolve.graph import Graph, fixed_place
from exsolve.notation import written
from exsolve.ops.construct import is_call
from exsolve.ops.unknown import function_symbols
from exsolve.solution import Value
from exsolve.solving.agreement import compare
from exsolve.solving.certify import decimals
from exsolve.solving.evidence.values import instance_at, no_value
from exsolve.solving.layout import Layout
from exsolve.verification.lines import Lines
from exsolve.verification.setting import Instance


class Evaluator:
    """Evaluates for the evidence of one solution; ``compared`` counts the values that agreed."""

    def __init__(self, workbook: Workbook, digits: int, detail: str) -> None:
        self.workbook = workbook
        self.compared = 0
        self._digits = digits
        self._detail = detail
        self._lines: dict[Hashable, Lines] = {}

    def graph(
        self, nodes: Sequence[Node], values: Mapping[str, Array], plan: EvidencePlan
    ) -> tuple[Graph, list[str]]:
        """The graph with values in the place of names, and what the nodes are called in it."""
        lines = self.lines(nodes, plan)
        instance = instance_at(self.workbook.setting, lines, values, plan.position)
        return lines.at(instance), lines.names

    def lines(self, nodes: Sequence[Node], plan: EvidencePlan) -> Lines:
        """Expressions of a plan, for values to be put in; the rows of a table have the same."""
        workbook = self.workbook
        key = (*nodes, plan.position)
        if key not in self._lines:
            places = [fixed_place(plan.position)] * len(nodes)
            self._lines[key] = Lines(workbook.graph, workbook.setting, nodes, places, True)
        return self._lines[key]

    def values(
        self, nodes: Sequence[Node], values: Mapping[str, Array], plan: EvidencePlan
    ) -> list[Value]:
        """The values of expressions, with values in the place of names.

        Raises ExsolveError at the place of the plan for what has none.
        """
        graph, names_of = self.graph(nodes, values, plan)
        refuse_missing(graph, names_of, plan)
        try:
            layout = self.laid_out(graph, names_of)
        except ExsolveError as error:
            raise ExsolveError(self._without_value(error, nodes, values, plan)) from error
        return [layout.value(name) for name in names_of]

    def _without_value(
        self,
        error: ExsolveError,
        nodes: Sequence[Node],
        values: Mapping[str, Array],
        plan: EvidencePlan,
    ) -> Problem:
        """What is said where a row of the evidence has no value."""
        first = error.problems[0]
        message = first.message.removeprefix("line 1: ")
        at = Instance({}, values).describe(values)
        limits = [node for node in nodes if isinstance(node, Call) and is_call(node, "limit")]
        if limits and plan.vary is not None:
            message = message.replace(f"{plan.vary}'", plan.vary)
            return Problem(
                f"there is no limit to take here: {message}",
                first.expected,
                ", ".join(map(text_of, limits)),
                f"leave {limits[0].options['to']} out of the values, or show something else",
                plan.position,
            )
        return Problem(
            f"this evidence has no value: {message}",
            first.expected,
            at,
            "choose other values",
            plan.position,
        )

    def laid_out(self, graph: Graph, wanted: Sequence[str]) -> Layout:
        """Quantities of a graph evaluated on both routes, which must agree."""
        every = evaluate(graph, ClosedFormRoute(), only=wanted)
        exact = {name: every[name] for name in wanted}
        agreed, numeric = compare(graph, exact)
        self.compared += agreed.compared
        rounded = decimals(graph, exact, self._digits, exact)
        return Layout(graph, exact, numeric, rounded, self._detail)


def reached(graph: Graph, wanted: Sequence[str]) -> set[str]:
    """The free names that quantities are defined by, over all quantities between."""
    return {used for name in graph.needed_for(wanted) for used in graph.uses(name)}


def unknown_functions(graph: Graph, wanted: Sequence[str]) -> list[str]:
    """The unknown functions that quantities depend on."""
    nodes = [graph.quantities[name].expression for name in graph.needed_for(wanted)]
    return sorted({name for node in nodes for name in function_symbols(node)})


def refuse_missing(graph: Graph, wanted: Sequence[str], plan: EvidencePlan) -> None:
    """Raise ExsolveError, at the place of the plan, for what depends on names without a value."""
    functions = unknown_functions(graph, wanted)
    if functions:
        raise ExsolveError(
            Problem(
                f"{functions[0]} is an unknown function, so this has no value",
                "quantities without unknown functions",
                ", ".join(functions),
                f"define what {functions[0]} is in the example, under another name",
                plan.position,
            )
        )
    used = reached(graph, wanted) - {"pi", plan.vary}
    missing = [name for name in graph.symbols if name in used]
    if missing:
        raise ExsolveError(no_value(missing, plan.at, plan.position))


def text_of(node: Node) -> str:
    """An expression for a message."""
    return written(node, "text")
