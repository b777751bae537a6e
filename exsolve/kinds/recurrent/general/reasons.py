"""The way to a general formula, line by line: the chain rule, then each operation's own rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exsolve.errors import LanguageError
from exsolve.expression.tree import Name, Node, Shape, substitute, transform
from exsolve.expression.tree import walk as tree_walk
from exsolve.gradient import DerivativeStep, vector_jacobian_steps
from exsolve.graph import Graph, Quantity
from exsolve.jacobian import jacobian
from exsolve.kinds.recurrent.general.gradients import (
    JACOBIAN,
    LOCAL_KIND,
    PARAMETER,
    Backpropagation,
    Derived,
    Walk,
    transition,
    turned_to_rows,
)
from exsolve.kinds.recurrent.general.notes import acting, listed, ways
from exsolve.kinds.recurrent.general.time_slice import LOCAL, NEXT, TimeSlice
from exsolve.kinds.recurrent.unrolling import NOW
from exsolve.ops.construct import add, call, is_call, multiply, transpose
from exsolve.solution import Reason

_CHAIN = "chain rule: the product of these"
_WAYS = "chain rule: the products along all ways from the one to the other add up"
ROOT, INNER = "the result", "the argument"


class Reasons:
    """Says of each formula of a slice how it comes about; ``layout`` is that of Jacobians."""

    def __init__(
        self, one: TimeSlice, backpropagation: Backpropagation, layout: str, as_rows: bool
    ) -> None:
        self._slice = one
        self._backpropagation = backpropagation
        self._layout = layout
        self._as_rows = as_rows

    def of(self, each: Derived) -> tuple[Reason, ...]:
        """The lines of one formula, in the order in which a student writes them."""
        if each.kind == JACOBIAN:
            return tuple(self._of_jacobian(each))
        return tuple(
            self._of_parameter(each) if each.kind == PARAMETER else self._of_gradient(each)
        )

    # Gradients

    def _of_gradient(self, each: Derived) -> Iterator[Reason]:
        one, name = self._slice, each.by
        here, following = ways(one, name)
        local = each.kind == LOCAL_KIND
        if local:
            following = []
        walk = self._backpropagation.local if local else self._backpropagation.total
        here = [used for used in here if used in walk.passed]
        chain = self._chain_rule([*here, *following], name, local)
        if chain is not None and here + following != [one.loss]:
            about = f"through {listed(here)} on {one.loss}"
            about = about if local else acting(one, here, following)
            yield Reason(each.name, chain, f"chain rule: {name} acts {about}")
        yield from self._steps(one.now, here, name, walk)
        yield from self._steps(one.later, following, name, self._backpropagation.later)

    def _chain_rule(self, through: Sequence[str], name: str, local: bool) -> Node | None:
        """The sum over all ways, each the gradient at its end times the Jacobian of its start."""
        terms = []
        for used in through:
            outer, inner = self._slice.shape(used), self._slice.shape(name)
            if max(len(outer), len(inner)) > 1:
                return None
            terms.append(self._term(used, name, outer, inner, local))
        return add(*terms) if terms else None

    def _term(self, used: str, name: str, outer: Shape, inner: Shape, local: bool) -> Node:
        factor: Node = Name(f"d{_short(used)}_d{_short(name)}")
        if used == self._slice.loss:
            return factor
        walk = self._backpropagation.local if local else self._backpropagation.total
        arriving = Name(self._gradient_of(used, walk))
        if not outer or not inner:
            return multiply(factor, arriving) if not outer else call("matmul", factor, arriving)
        # gradients are columns (or rows): the transpose of the Jacobian in the numerator layout
        if (self._layout == "numerator") != self._as_rows:
            factor = transpose(factor)
        pair = (arriving, factor) if self._as_rows else (factor, arriving)
        return call("matmul", *pair)

    def _steps(
        self, order: Sequence[str], through: Sequence[str], name: str, walk: Walk
    ) -> Iterator[Reason]:
        """The rules on the ways from the known gradients back to a name, the last quantity first.

        What other states pass on is known by name; the way goes no further forward than there.
        """
        graph = self._slice.graph
        on_way: dict[str, None] = dict.fromkeys(through)
        ends = {name}
        for used in order:
            # the gradients of states are known by name: no way goes on behind them
            if used in on_way and not isinstance(walk.passed.get(used), Name):
                ends.add(used)
                on_way.update((n, None) for n in order if used in graph.uses(n))
        for used in reversed(order):
            if used in on_way and used in walk.passed:
                yield from self._rules(used, walk, ends)

    def _rules(self, used: str, walk: Walk, ends: set[str]) -> Iterator[Reason]:
        """The rules of one definition, from its gradient back to the names in ``ends``."""
        gradient = walk.passed[used]
        steps = vector_jacobian_steps(self._slice.graph, used, gradient, ends.__contains__)
        waiting: list[str] = []
        for step in steps:
            if step.of == step.by:
                if isinstance(step.by, Name) and step.by.name in walk.passed:
                    whole = walk.passed[step.by.name]
                    if isinstance(whole, Name):
                        yield self._line("", step.result, step.reason)
                    else:
                        yield self._line(self._gradient_of(step.by.name, walk), whole, step.reason)
                continue
            if step.result == step.gradient:
                continue
            waiting.append(self._text(step))
            if not any(is_call(node, "ones_like") for node in tree_walk(step.result)):
                called = self._gradient_of(self._called(step, steps), walk)
                yield self._line(called, step.result, "; ".join(waiting))
                waiting = []

    def _gradient_of(self, name: str, walk: Walk) -> str:
        """What the gradient by a quantity is called in a walk: that of the cell within the loss of
        one step leaves out what later losses say."""
        if not name:
            return ""
        local = walk is self._backpropagation.local and self._in_cell(name)
        return f"grad_{_short(name)}{LOCAL if local else ''}"

    def _in_cell(self, name: str) -> bool:
        return any(name == f"{one.base}{NOW}" for one in self._slice.recurrence.cell)

    def _line(self, called: str, formula: Node, text: str) -> Reason:
        if self._as_rows:
            formula = turned_to_rows(self._slice, formula)
        return Reason(called, formula, text)

    def _text(self, step: DerivativeStep) -> str:
        if self._as_rows and is_call(step.of, "matmul"):
            return (
                "transpose rule: the gradient of x A by x is the gradient times Aᵀ, by A it is xᵀ "
                "times the gradient"
            )
        return step.reason

    def _called(self, step: DerivativeStep, steps: Sequence[DerivativeStep]) -> str:
        """The quantity whose gradient a step ends in, if that is all of it."""
        if not isinstance(step.by, Name) or sum(one.by == step.by for one in steps) > 1:
            return ""
        graph, name = self._slice.graph, step.by.name
        users = [used for used in graph.quantities if name in graph.uses(used)]
        return name if name in graph.quantities and len(users) == 1 else ""

    # Parameters

    def _of_parameter(self, each: Derived) -> Iterator[Reason]:
        one, walk = self._slice, self._backpropagation.total
        graph = one.graph
        users = [name for name in one.now if each.by in graph.uses(name) and name in walk.passed]
        for used in users:
            gradient = walk.passed[used]
            if not isinstance(gradient, Name):
                yield self._line(
                    f"grad_{_short(used)}", gradient, f"how the total loss changes with {used}"
                )
            yield from self._rules(used, walk, {each.by})
        if users:
            text = f"{each.by} is the same at every step, so its gradients at all steps add up"
            yield Reason(each.name, each.formula, text)

    # Jacobians

    def _of_jacobian(self, each: Derived) -> Iterator[Reason]:
        graph = transition(self._slice)
        depending = {each.by, *graph.dependents([each.by])}
        path = [name for name in graph.needed_for([each.of]) if name in depending]
        if path == [each.of]:
            steps = vector_jacobian_steps(graph, each.of, Name(ROOT), {each.by}.__contains__)
            try:
                factors = [(step, self._factor(graph, each.of, step)) for step in steps]
            except LanguageError:
                rules = dict.fromkeys(_rule(one) for one in steps if one.result != one.gradient)
                yield Reason(each.name, each.formula, "; ".join(filter(None, rules)))
                return
            own = [(step, one) for step, one in factors if one is not None]
            for step, factor in own:
                yield Reason("", factor, _rule(step))
            if [one for _, one in own] != [each.formula]:
                yield Reason(each.name, each.formula, _CHAIN if _is_chain(steps) else _WAYS)
            return
        for name in reversed(path):
            for used in graph.uses(name):
                if used in depending:
                    yield self._direct(graph, name, used)
        if len(path) > 1:
            yield Reason(each.name, each.formula, _WAYS)

    def _factor(self, graph: Graph, root: str, step: DerivativeStep) -> Node | None:
        """The Jacobian of one operation by one of its arguments; None where it is the identity."""
        whole = graph.quantities[root].expression
        name = root if step.of is whole else ROOT
        inside = transform(step.of, lambda part: Name(INNER) if part is step.by else None)
        shapes = {**_shapes(graph), INNER: graph.shape(step.by)}
        shapes.pop(name, None)
        found = jacobian(Graph([Quantity(name, inside)], shapes), name, INNER, self._layout)
        if is_call(found, "identity") or step.result == step.gradient:
            return None
        return substitute(found, {INNER: step.by, ROOT: step.of})

    def _direct(self, graph: Graph, name: str, used: str) -> Reason:
        """How one quantity changes with another that it is defined by, all others given."""
        shapes = _shapes(graph)
        shapes.pop(name)
        alone = Graph([graph.quantities[name]], shapes)
        found = jacobian(alone, name, used, self._layout)
        steps = vector_jacobian_steps(graph, name, Name(ROOT), {used}.__contains__)
        texts = dict.fromkeys(_rule(step) for step in steps if step.result != step.gradient)
        return Reason(f"d{_short(name)}_d{_short(used)}", found, "; ".join(filter(None, texts)))


def _is_chain(steps: Sequence[DerivativeStep]) -> bool:
    """Whether one way only leads through an expression."""
    return len({id(step.of) for step in steps}) == len(steps)


def _rule(step: DerivativeStep) -> str:
    """A rule said of Jacobians, where that of gradients would mislead."""
    if is_call(step.of, "matmul"):
        return "linear: the Jacobian of A x by x is made of A alone"
    if is_call(step.of, "multiply"):
        return "product rule: the Jacobian by one factor is diagonal, with the other factor"
    return step.reason


def _shapes(graph: Graph) -> dict[str, Shape]:
    return {**graph.symbols, **graph.shapes}


def _short(name: str) -> str:
    """h of h_t; h_next stays."""
    return name if name.endswith(NEXT) else name.removesuffix(NOW)
