"""The unrolled computational graph: what goes into what at each step, and by which weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from exsolve.authoring.shown_values import shown_value
from exsolve.authoring.workbook import DrawingPlan
from exsolve.drawing.arranging import Item, TimeStep, unrolled
from exsolve.drawing.pictures import Diagram, DiagramEdge
from exsolve.expression.tree import Call, Name, Node, names
from exsolve.gradient import gradient_name
from exsolve.kinds.recurrent.unrolling import BEFORE, NOW, Equation, base_of
from exsolve.ops.construct import call
from exsolve.solution import Value

PRODUCTS = ("matmul", "multiply", "dot")
LONGEST = 12
"""Steps up to which a network is drawn."""


def drawing(
    equations: Sequence[Equation], steps: int, valued: bool, known: Sequence[str] = ()
) -> DrawingPlan:
    """The plan of the graph over some steps; ``valued``: with values and gradients in its nodes.

    ``known`` are the names that have values or gradients.
    """
    title = f"The first {LONGEST} of {steps} steps" if steps > LONGEST else ""
    network = _Network(equations, min(steps, LONGEST), title)
    wanted = [name for name in network.nodes if name in known] if valued else []
    gradients = [gradient_name(name) for name in network.nodes if gradient_name(name) in known]
    names_of = (*wanted, *(gradients if valued else ()))

    def draw(values: Mapping[str, Value]) -> Diagram:
        return network.drawn({name: shown_value(value) for name, value in values.items()})

    return DrawingPlan(names_of, draw)


class _Network:
    """The equations over some steps: nodes, and edges with their weights."""

    def __init__(self, equations: Sequence[Equation], steps: int, title: str) -> None:
        self._title = title
        self._by_base = {equation.base: equation for equation in equations}
        used = {base for equation in equations for base in equation.before}
        self._states = [one for one in equations if one.role == "cell" and one.base in used]
        if not self._states:
            self._states = [one for one in equations if one.role == "cell"]
        self._outputs = [one for one in equations if one.role == "outputs"]
        self._losses = [one for one in equations if one.role == "loss"]
        self._steps = steps
        ends = [
            base for one in (*self._states, *self._outputs) for base, _, _ in self._sources(one)
        ]
        own = self._by_base.keys()
        self._inputs = [base for base in dict.fromkeys(ends) if base not in own]
        aims = [base for one in self._losses for base, _, _ in self._sources(one)]
        self._targets = [
            base for base in dict.fromkeys(aims) if base not in own and base not in self._inputs
        ]

    @property
    def nodes(self) -> list[str]:
        """The names of everything that is drawn."""
        rows = [self._inputs, self._targets]
        rows += [[one.base for one in part] for part in self._equations]
        found = [f"{one.base}_0" for one in self._states if self._has_start(one)]
        found += [
            f"{base}_{step}" for step in range(1, self._steps + 1) for row in rows for base in row
        ]
        return [*found, *(one.base for one in self._losses)]

    @property
    def _equations(self) -> tuple[list[Equation], list[Equation], list[Equation]]:
        return self._states, self._outputs, self._losses

    def _has_start(self, state: Equation) -> bool:
        return any(state.base in one.before for one in self._by_base.values())

    def drawn(self, texts: Mapping[str, str]) -> Diagram:
        """The diagram, with these texts under the names of nodes and gradients."""

        def item(base: str, step: int) -> Item:
            name = f"{base}_{step}"
            lines = [texts[name]] if name in texts else []
            gradient = texts.get(gradient_name(name))
            return Item(name, Name(name), (*lines, *([f"∇ {gradient}"] if gradient else [])))

        first = TimeStep(
            states=tuple(item(one.base, 0) for one in self._states if self._has_start(one))
        )
        slices = [first] if first.states else []
        slices += [self._slice(step, item) for step in range(1, self._steps + 1)]
        total = None
        edges = [*self._edges()]
        for loss in self._losses[:1]:
            text = texts.get(loss.base)
            total = Item(loss.base, Name(loss.base), (text,) if text else ())
            edges += [
                DiagramEdge(f"{loss.base}_{step}", loss.base) for step in range(1, self._steps + 1)
            ]
        return unrolled(self._title, slices, edges, total)

    def _slice(self, step: int, item: Callable[[str, int], Item]) -> TimeStep:
        """The nodes of one step."""

        def items(bases: Sequence[str]) -> tuple[Item, ...]:
            return tuple(item(base, step) for base in bases)

        states, outputs, losses = ([one.base for one in part] for part in self._equations)
        return TimeStep(
            items(self._inputs),
            items(states),
            items(outputs),
            items(losses),
            items(self._targets),
        )

    def _edges(self) -> Iterator[DiagramEdge]:
        for step in range(1, self._steps + 1):
            for equation in (one for part in self._equations for one in part):
                for base, back, weights in self._sources(equation):
                    label: Node | str = weights[0] if len(weights) == 1 else ""
                    if len(weights) > 1:
                        label = call("stack", *weights)
                    yield DiagramEdge(f"{base}_{step - back}", f"{equation.base}_{step}", label)

    def _sources(self, equation: Equation) -> list[tuple[str, int, list[Node]]]:
        """What goes into a node: a base, 1 for the step before, and the weights on the way.

        What is computed in between and is no node of its own is passed through.
        """
        found: dict[tuple[str, int], dict[Node, None]] = {}
        drawn = {one.base for one in (*self._states, *self._outputs, *self._losses)}
        pending: list[tuple[Equation, int, tuple[Node, ...]]] = [(equation, 0, ())]
        done = set()
        while pending:
            one, back, above = pending.pop()
            for name, weights in _weighted(one.node):
                base = base_of(name)
                if not base:
                    continue
                step = back + (1 if name.endswith(BEFORE) else 0)
                inner = self._by_base.get(base)
                between = inner is not None and inner.role == "cell" and base not in drawn
                if between and inner is not None and name.endswith(NOW):
                    if (base, step) not in done:
                        done.add((base, step))
                        pending.append((inner, step, (*above, *weights)))
                    continue
                found.setdefault((base, step), {}).update(dict.fromkeys(weights))
        return [(base, back, list(weights)) for (base, back), weights in found.items()]


def _weighted(node: Node) -> Iterator[tuple[str, list[Node]]]:
    """The names of a step in an expression, each with the weights that multiply it."""
    pending: list[tuple[Node, list[Node]]] = [(node, [])]
    while pending:
        current, weights = pending.pop()
        if isinstance(current, Name):
            yield current.name, weights
        elif isinstance(current, Call):
            product = current.operation.name in PRODUCTS
            for place, arg in enumerate(current.args):
                others = [one for at, one in enumerate(current.args) if at != place]
                fixed = [one for one in others if product and _is_weight(one)]
                pending.append((arg, [*weights, *fixed] if product else list(weights)))


def _is_weight(node: Node) -> bool:
    """Whether an expression is made of parameters, the same at every step."""
    used = names(node)
    return bool(used) and not any(base_of(name) for name in used)
