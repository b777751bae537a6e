"""Derivatives of a late state by an early one, as formulas: reverse mode on the unrolled cell.

The product of the steps' own derivatives: Pascanu, Mikolov and Bengio, On the difficulty of
training recurrent neural networks, ICML 2013, equation 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from exsolve import limits
from exsolve.authoring.reading import Reading
from exsolve.errors import ExsolveError
from exsolve.expression.printer import show
from exsolve.expression.tree import (
    Call,
    Literal,
    Name,
    Node,
    Shape,
    names,
    substitute,
    transform,
    walk,
)
from exsolve.gradient import gradient_name, with_gradients
from exsolve.graph import Graph, Quantity
from exsolve.kinds.recurrent.jacobian_products import jacobian_product
from exsolve.kinds.recurrent.unrolling import NOW, Equation, Recurrence, base_of, few
from exsolve.ops.cells import entry_cellwise
from exsolve.ops.construct import ONE, call, literal, multiply, power, spread
from exsolve.spec.fields import Source, Values

LONGEST_PRODUCT = 24
"""Different factors that still stand in one product; of more, each step is a quantity."""


class Wanted(NamedTuple):
    """A derivative that is asked for: of ``base`` at each of the steps, by ``early``."""

    name: str
    base: str
    steps: tuple[int, ...]
    early: str
    table: bool
    absolute: bool
    source: Source


class Chain(NamedTuple):
    """A derivative as a product: its factors in order, one or more from each step."""

    factors: tuple[Node, ...]
    product: Node


def step_of(name: str) -> tuple[str, int] | None:
    """(``h``, 3) of ``h_3``."""
    base, _, step = name.rpartition("_")
    return (base, int(step)) if base and step.isdigit() and len(step) < 6 else None


def read_wanted(
    reading: Reading, requests: Values | None, equations: Sequence[Equation], steps: int | None
) -> list[Wanted]:
    """The derivatives that are asked for, those that make sense."""
    cell = {equation.base for equation in equations if equation.role == "cell"}
    found = []
    for name, request in (requests or {}).items():
        late, early, at = request["of"], request["for"], request["at"]
        early_at = step_of(early.text)
        if early_at is None or early_at[0] not in cell:
            _refuse_state(reading, name, early, cell, "h_1")
            continue
        if at is None:
            late_at = step_of(late.text)
            if late_at is None or late_at[0] not in cell:
                _refuse_state(reading, name, late, cell, "h_3")
                continue
            base, wanted = late_at[0], (late_at[1],)
        else:
            base, wanted = base_of(late.text), tuple(at)
            if base not in cell or not late.text.endswith(NOW):
                _refuse_state(reading, name, late, cell, "h_t")
                continue
        last = steps or limits.TIME_STEPS
        wrong = [step for step in wanted if not early_at[1] <= step <= last]
        if wrong:
            reading.refuse(
                f"{name}: step {wrong[0]} is not between {early_at[1]} and {last}",
                late,
                expected=f"steps from {early_at[1]} on, up to {last}",
                found=str(wrong[0]),
            )
            continue
        found.append(
            Wanted(name, base, wanted, early.text, at is not None, request["absolute"], late)
        )
    return found


def _refuse_state(
    reading: Reading, name: str, written: Source, cell: set[str], example: str
) -> None:
    reading.refuse(
        f"{name}: {written.text} is not something that the cell computes",
        written,
        expected=f"a name like {example}, of " + ", ".join(f"{base}{NOW}" for base in sorted(cell)),
        found=written.text,
    )


def derivatives(
    reading: Reading,
    equations: Sequence[Equation],
    wanted: Sequence[Wanted],
    known: Mapping[str, Shape],
    assumed_positive: bool,
    labels: Mapping[str, tuple[str, ...]],
    starts: Mapping[str, Node],
    certain: bool,
    layout: str,
) -> list[Quantity]:
    """Each derivative as a quantity over the names that have values (``known``, with shapes).

    ``labels``: what the cells of a given that lists several values are called in a table.
    ``starts``: what stands for the states before the first step. ``certain``: whether all the
    shapes are known; those of an author's own definitions are not yet. ``layout``: of Jacobians.
    """
    cell = [equation for equation in equations if equation.role == "cell"]
    if assumed_positive:
        cell = [without_relu(equation) for equation in cell]
    found: dict[str, Quantity] = {}
    for request in wanted:
        parts: list[Node] = []
        chain = None
        for step in request.steps:
            made = _derivative(reading, cell, request, step, known, starts, certain, layout)
            if made is None:
                return []
            chain, extra = made
            found.update((quantity.name, quantity) for quantity in extra)
            parts.append(chain.product)
        used = dict.fromkeys(name for part in parts for name in names(part))
        used_extra = [name for quantity in found.values() for name in names(quantity.expression)]
        missing = [name for name in (*used, *used_extra) if name not in known and name not in found]
        if missing:
            _refuse_missing(reading, request, missing, cell)
            continue
        if request.absolute:
            parts = [part if isinstance(part, Literal) else call("abs", part) for part in parts]
        note = _note(request, chain, assumed_positive and cell_has_relu(equations, request.base))
        if request.table:
            shape = max((known.get(name, ()) for name in used), key=len, default=())
            base = next((name for name in used if shape and known.get(name) == shape), "")
            parts = [_stretched(part, shape, base) if not names(part) else part for part in parts]
            rows = tuple(f"t = {step}" for step in request.steps)
            expression: Node = call("stack", *parts)
            columns = next((labels[name] for name in used if name in labels), ())
            quantity = Quantity(request.name, expression, note, rows=rows, columns=columns)
        else:
            quantity = Quantity(request.name, parts[0], note)
        found[request.name] = quantity._replace(locate=request.source.position)
    return list(found.values())


def _stretched(constant: Node, shape: Shape, base: str) -> Node:
    """A number for each of the values that the derivative is computed for.

    No factor at all is w^0, where the other rows have w^4 and w^9.
    """
    if base and constant == ONE:
        return call("power", Name(base), literal(0))
    return spread(constant, constant, shape)


def cell_has_relu(equations: Sequence[Equation], base: str) -> bool:
    """Whether the equation of a state has a ReLU in it."""
    return any(
        _without_relu(equation.node) is not equation.node
        for equation in equations
        if equation.base == base
    )


def without_relu(equation: Equation) -> Equation:
    """The equation with relu(z) replaced by z, which it is for positive z."""
    return equation._replace(node=_without_relu(equation.node))


def _without_relu(node: Node) -> Node:
    """The tree with relu(z) replaced by z, which it is for positive z."""

    def change(part: Node) -> Node | None:
        if isinstance(part, Call) and part.operation.name == "relu":
            return _without_relu(part.args[0])
        return None

    return transform(node, change)


def _derivative(
    reading: Reading,
    cell: Sequence[Equation],
    request: Wanted,
    last: int,
    known: Mapping[str, Shape],
    written: Mapping[str, Node],
    certain: bool,
    layout: str,
) -> tuple[Chain, list[Quantity]] | None:
    """The derivative as a product where one path leads back, else as a chain of quantities."""
    late, early = f"{request.base}_{last}", request.early
    if late == early:
        return Chain((), ONE), []
    _, first = step_of(early) or ("", 0)
    own = {one: Name(f"{one}_0") for equation in cell for one in equation.before}
    # a state that begins as the early one does goes back to it, too
    starts = {one: Name(early) if written.get(one) == Name(early) else own[one] for one in own}
    recurrence = Recurrence(tuple(cell), last, starts)
    quantities = {early: Quantity(early, literal(1), given=True)}
    for step in range(max(first, 1), last + 1):
        for equation in cell:
            name = f"{equation.base}_{step}"
            if name != early:
                node = recurrence.at(equation.node, step)
                quantities[name] = Quantity(name, node, locate=equation.source.position)
    others = {
        name
        for quantity in quantities.values()
        for name in names(quantity.expression)
        if name not in quantities
    }
    states = {f"{one}_{step}" for one in starts for step in range(first, last)}
    free = dict.fromkeys(others, ())
    same = step_of(early) == (request.base, first)
    if certain and same and not request.table and known.get(f"{request.base}_1"):
        # whether cells are mixed is told by the operations, whatever the shapes
        mixes = _mixing(Graph(quantities.values(), free, problems=[]), early)
        made = jacobian_product(cell, (first, last), known, written, layout) if mixes else None
        if made is not None:
            return Chain((), made[0]), made[1]
    try:
        plain = Graph(quantities.values(), free)
        graph = with_gradients(plain, late, [early], states.__contains__)
    except ExsolveError as error:
        reading.problems.append(
            error.problems[0]._replace(
                message=f"{request.name}: {error.problems[0].message}",
                hint="derivatives of states by states are worked out for cells of single numbers",
            )
        )
        return None
    constants = _constants(
        [graph.quantities[name] for name in graph.quantities if name in quantities], known
    )
    arrays = not certain or any(map(known.get, (*quantities, *others)))
    if arrays and (mixing := _mixing(plain, early)):
        reading.refuse(
            f"{request.name}: {mixing.operation.name} mixes the cells of an array, so that the "
            "derivative is a matrix",
            request.source,
            expected="a cell of single numbers, or one that treats each cell of its arrays alike",
            found=mixing.operation.name,
        )
        return None
    beginnings = {start.name: written[one] for one, start in own.items() if one in written}
    gradients = {
        name: substitute(quantity.expression, {**constants, **beginnings})
        for name, quantity in graph.quantities.items()
        if name not in quantities
    }
    factors = _collapsed(gradients, gradient_name(early))
    if factors is not None and len(set(factors)) <= LONGEST_PRODUCT:
        return Chain(tuple(factors), _with_powers(factors)), []
    renamed = {name: f"d{late}_d{name.removeprefix(gradient_name(''))}" for name in gradients}
    new_names = {name: Name(new) for name, new in renamed.items()}
    extra = [
        Quantity(
            renamed[name],
            substitute(expression, new_names),
            f"How {late} changes with {name.removeprefix(gradient_name(''))}: "
            "one term for each way back.",
        )
        for name, expression in gradients.items()
    ]
    return Chain((), Name(renamed[gradient_name(early)])), extra


def _mixing(graph: Graph, early: str) -> Call | None:
    """The first operation on a way from the early state that does not treat each cell alike.

    Cell by cell, the derivative by an array has one number for each cell, and the rules for single
    numbers give it. A sum over the cells has a matrix for a derivative, which they do not.
    """
    late = graph.dependents([early])
    changing = {early, *late}
    for name in late:
        for node in walk(graph.quantities[name].expression):
            if not isinstance(node, Call) or changing.isdisjoint(names(node)):
                continue
            several = node.operation.name in ("max", "min") and len(node.args) > 1
            if node.operation.entry is not entry_cellwise and not several:
                return node
    return None


def _constants(quantities: Sequence[Quantity], known: Mapping[str, Shape]) -> dict[str, Node]:
    """The quantities of a step without a value of their own that only known names go into."""
    found: dict[str, Node] = {}
    for quantity in quantities:
        if quantity.name not in known and not quantity.given:
            expression = substitute(quantity.expression, found)
            if all(one in known for one in names(expression)):
                found[quantity.name] = expression
    return found


def _collapsed(gradients: Mapping[str, Node], last: str) -> list[Node] | None:
    """The factors of a gradient in which one path leads back through the others, or None."""
    left: list[Node] = []
    right: list[list[Node]] = []
    name = last
    while True:
        factors = _factors(gradients[name])
        inner = [one for factor in factors for one in names(factor) if one in gradients]
        if not inner:
            return [*left, *factors, *(one for rest in reversed(right) for one in rest)]
        (name, *others) = inner
        if others or Name(name) not in factors:
            return None
        place = factors.index(Name(name))
        left += factors[:place]
        right.append(factors[place + 1 :])


def _factors(node: Node) -> list[Node]:
    """The factors of a product, from left to right."""
    found = []
    pending = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, Call) and one.operation.name == "multiply":
            pending += reversed(one.args)
        else:
            found.append(one)
    return found


def _with_powers(factors: Sequence[Node]) -> Node:
    """The product with equal factors gathered into powers: w*w*w is w^3."""
    counts: dict[Node, int] = {}
    for factor in factors:
        counts[factor] = counts.get(factor, 0) + 1
    return multiply(ONE, *(power(one, literal(count)) for one, count in counts.items()))


def _refuse_missing(
    reading: Reading, request: Wanted, missing: Sequence[str], cell: Sequence[Equation]
) -> None:
    unique = list(dict.fromkeys(missing))
    listed = few(unique)
    hint = "give values to all that the cell uses and leave symbols out, so that states have values"
    if cell_has_relu(cell, request.base):
        hint = "write assume: positive pre-activations where every ReLU passes its argument on"
    reading.refuse(
        f"{request.name} depends on {listed}, which "
        + ("have no values here" if len(unique) > 1 else "has no value here"),
        request.source,
        expected="a derivative that only the givens go into",
        found=listed,
        hint=hint,
    )


def _note(request: Wanted, chain: Chain | None, relu: bool) -> str:
    """Why the derivative is what it is, in one line."""
    base, last = request.base, request.steps[-1]
    early_base, first = step_of(request.early) or ("", 0)
    reason = "Positive pre-activations: ReLU(z) = z with derivative 1. " if relu else ""
    if chain is None or not chain.factors or early_base != base:
        return f"{reason}How {base}_{last} changes with {request.early}, by every way back.".strip()
    kinds = list(dict.fromkeys(chain.factors))
    count = last - first
    each = f"d{base}_t/d{base}_(t-1)"
    if request.table:
        size = "The size of " if request.absolute else ""
        return f"{reason}{size}d{base}_t/d{request.early} as t grows: one factor for each step."
    if len(kinds) == 1 and len(chain.factors) == count:
        factor = show(kinds[0], "terminal")
        over = f"t = {first + 1}, ..., {last}" if count > 2 else f"t = {first + 1}, {last}"
        if count == 1:
            return f"{reason}One step: {each} = {factor}."
        return f"{reason}The chain rule multiplies {each} = {factor} over {over}: {count} factors."
    return f"{reason}The chain rule multiplies {each} over t = {first + 1}, ..., {last}."
