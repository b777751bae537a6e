"""One walk of the graph, for every sort of value.

A route says what literals, names and calls are worth: closed forms, balls of a given precision, or
float64. The walk is the same for all three, and for a re-evaluation with values put in the place of
quantities (``replaced``), which is how follow-through and variants are computed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from exsolve import limits
from exsolve.errors import ExsolveError, LanguageError, Problem
from exsolve.expression.shapes import placed
from exsolve.expression.sizes import options_at
from exsolve.expression.tree import Call, Constant, Literal, Name, Operation, OptionValue, postorder
from exsolve.graph import Graph
from exsolve.program import compiled, is_data

if TYPE_CHECKING:
    from flint import fmpq

    from exsolve.arithmetic import Arithmetic

Array = np.ndarray[Any, np.dtype[Any]]


class Route(Protocol):
    """What the leaves and calls of an expression are worth on one route."""

    def literal(self, value: fmpq) -> Array: ...

    def constant(self, value: Array) -> Array: ...

    def symbol(self, name: str) -> Array: ...

    def call(
        self, operation: Operation, arguments: Sequence[Array], options: Mapping[str, OptionValue]
    ) -> Array: ...

    def passed_on(self, name: str, value: Array) -> Array:
        """What later quantities see of a finished one."""

    def surroundings(self) -> AbstractContextManager[object]:
        """What every ``call`` runs inside of."""


def evaluate(
    graph: Graph,
    route: Route,
    only: Iterable[str] | None = None,
    replaced: Mapping[str, Array] | None = None,
    known: Mapping[str, Array] | None = None,
) -> dict[str, Array]:
    """Values by name, for the quantities that ``only`` needs (all by default), in order.

    replaced: values that stand in the place of quantities, as arrays of exact scalars.
    known: values of the same route that were found before; only what they leave out is computed,
    and is in the result.
    Raises ExsolveError with name and position for every value that does not exist (ln 0, overflow).
    """
    with route.surroundings():
        return _evaluated(graph, route, only, replaced, known)


def _evaluated(
    graph: Graph,
    route: Route,
    only: Iterable[str] | None,
    replaced: Mapping[str, Array] | None,
    known: Mapping[str, Array] | None,
) -> dict[str, Array]:
    program = compiled(graph, only, not replaced, known.keys() if known else ())
    values: dict[str, Array] = {}
    slots: list[Any] = [None] * program.slots
    for name, own in program.known:
        assert known is not None
        slots[own] = route.passed_on(name, known[name])
    call = route.call
    for quantity, instructions, root, own in program.definitions:
        name = quantity.name
        if replaced and name in replaced:
            values[name] = slots[own] = route.constant(replaced[name])
            continue
        node: Any = quantity.expression
        try:
            if is_data(quantity):
                node = graph.quantities[name].expression
                slots[root] = _leaf(node, route)
            for slot, node, arguments, lettered, spent in instructions:
                if arguments or (isinstance(node, Call) and not node.args):
                    options = options_at(node, graph.sizes) if lettered else node.options
                    slots[slot] = call(node.operation, [slots[i] for i in arguments], options)
                elif isinstance(node, Call):
                    assert graph.expectation is not None
                    seen = {**(known or {}), **values}
                    slots[slot] = graph.expectation(graph, route, node.args[0], seen)
                else:
                    slots[slot] = _leaf(node, route)
                for one in spent:
                    slots[one] = None
            values[name] = value = slots[root]
            slots[own] = route.passed_on(name, value)
        except LanguageError as error:
            values.pop(name, None)
            first = quantity.problem(placed(error, node.offset))
            order = [definition.quantity.name for definition in program.definitions]
            finished = {**known, **values} if known else values
            later = order[len(values) + 1 :]
            others = (
                []
                if replaced or graph.expectation
                else _later_problems(graph, later, name, route, finished)
            )
            raise ExsolveError([first, *others]) from error
    return values


def evaluate_once(
    graph: Graph, route: Route, key: Hashable, only: Iterable[str]
) -> dict[str, Array]:
    """``evaluate`` of the names, with what was found before on the same route, told by its key.

    The graph keeps every value; a graph that others were added to, those of its own quantities.
    """
    wanted = tuple(only)
    known: dict[str, Array] = {}
    owner: Graph | None = graph
    while owner is not None:
        known.update(owner.values.get(key, ()))
        owner = owner.extends
    missing = [name for name in wanted if name not in known]
    if missing:
        found = evaluate(graph, route, missing, known=known)
        known.update(found)
        owner = graph
        while owner.extends is not None:
            own = {one: found[one] for one in found if one not in owner.extends.quantities}
            owner.values.setdefault(key, {}).update(own)
            found = {one: value for one, value in found.items() if one not in own}
            owner = owner.extends
        owner.values.setdefault(key, {}).update(found)
    return {name: known[name] for name in wanted}


def _later_problems(
    graph: Graph, later: Sequence[str], failed: str, route: Route, values: Mapping[str, Array]
) -> list[Problem]:
    """What else has no value, apart from what uses a value that does not exist."""
    without = {failed}
    seen = {name: route.passed_on(name, value) for name, value in values.items()}
    problems: list[Problem] = []
    for name in later:
        quantity = graph.quantities[name]
        if not without.isdisjoint(graph.uses(name)):
            without.add(name)
            continue
        try:
            seen[name] = route.passed_on(name, value_of(quantity.expression, route, seen))
        except LanguageError as error:
            without.add(name)
            problems.append(quantity.problem(error))
            if len(problems) == limits.PROBLEMS_SHOWN:
                break
    return problems


def _leaf(node: Any, route: Route) -> Array:
    if isinstance(node, Name):
        return route.symbol(node.name)
    if isinstance(node, Literal):
        return route.literal(node.value)
    assert isinstance(node, Constant)
    return route.constant(node.value)


def value_of(expression: Any, route: Route, seen: Mapping[str, Array]) -> Array:
    """The value of one expression over values that are known by name.

    Raises LanguageError, with the offset of the operation that has none.
    """
    with route.surroundings():
        return _value_of(expression, route, seen)


def _value_of(expression: Any, route: Route, seen: Mapping[str, Array]) -> Array:
    stack: list[Array] = []
    for node in postorder(expression):
        if isinstance(node, Call):
            count = len(node.args)
            arguments = stack[len(stack) - count :]
            del stack[len(stack) - count :]
            try:
                stack.append(route.call(node.operation, arguments, node.options))
            except LanguageError as error:
                raise placed(error, node.offset) from error
        elif isinstance(node, Name) and node.name in seen:
            stack.append(seen[node.name])
        else:
            stack.append(_leaf(node, route))
    return stack.pop()


def as_objects(value: Any) -> Array:
    """An array of exact scalars, whatever a rule returned (NumPy unpacks 0-d results)."""
    if isinstance(value, np.ndarray):
        return value
    array = np.empty((), dtype=object)
    array[()] = value
    return array


class ExactRoute:
    """Values in an arithmetic: closed forms, or balls.

    With closed forms, later quantities refer by name to cells that grew long, which keeps the
    exact values of a deep network readable and their size bounded.
    """

    def __init__(self, arithmetic: Arithmetic, symbols: Mapping[str, Any] | None = None) -> None:
        self.arithmetic = arithmetic
        self.symbols = symbols or {}

    def literal(self, value: fmpq) -> Array:
        return as_objects(self.arithmetic.number(value))

    def constant(self, value: Array) -> Array:
        converted = np.empty(value.shape, dtype=object)
        convert = self.arithmetic.convert
        converted.reshape(-1)[:] = [convert(cell) for cell in value.flat]
        return converted

    def symbol(self, name: str) -> Array:
        from exsolve.exact.closed_form import PI_VALUE, symbol

        known = PI_VALUE if name == "pi" else self.symbols.get(name)
        return as_objects(self.arithmetic.convert(symbol(name) if known is None else known))

    def call(
        self, operation: Operation, arguments: Sequence[Array], options: Mapping[str, OptionValue]
    ) -> Array:
        value = operation.exact(self.arithmetic, arguments, options)
        return value if isinstance(value, np.ndarray) else as_objects(value)

    def passed_on(self, name: str, value: Array) -> Array:
        return value

    def surroundings(self) -> AbstractContextManager[object]:
        return nullcontext()


class ClosedFormRoute(ExactRoute):
    """The exact route of a solution: closed forms, long ones passed on by name."""

    def __init__(self, symbols: Mapping[str, Any] | None = None) -> None:
        from flint import fmpq

        from exsolve.exact import closed_form

        super().__init__(closed_form.CLOSED_FORMS, symbols)
        self._forms = closed_form
        self._rational = fmpq

    def passed_on(self, name: str, value: Array) -> Array:
        is_long, most = self._forms.is_long, limits.CLOSED_FORM_SIZE
        rational, closed_form = self._rational, self._forms.ClosedForm
        long: list[int] = []
        for place, cell in enumerate(value.ravel().tolist()):
            if type(cell) is rational:
                if cell.height_bits() * 2 > limits.VALUE_BITS:
                    _refuse_huge(cell)
            elif isinstance(cell, closed_form) and is_long(cell, most):
                long.append(place)
        if not long:
            return value
        passed = value.copy()
        for place in long:
            index = tuple(map(int, np.unravel_index(place, value.shape)))
            passed[index] = self._forms.named(name, index, value[index])
        return passed


def _refuse_huge(cell: fmpq) -> None:
    bits = cell.p.bit_length() + cell.q.bit_length()
    if bits > limits.VALUE_BITS:
        raise LanguageError(
            "the value is too large",
            expected=f"a number of at most {limits.VALUE_BITS:,} bits",
            found=f"{bits:,} bits",
            hint="use smaller numbers, or fewer powers of powers",
        )


class OverflowingError(LanguageError):
    """A value that is too large for float64."""


def largest_of(value: Array) -> float:
    """The largest magnitude in an array of floats; of none 0."""
    if not value.shape:
        return abs(float(value))
    return float(np.abs(value).max()) if value.size else 0.0


class NumericRoute:
    """Float64 values by the operations' own numeric rules.

    ``largest`` is the magnitude of the largest number met, which scales the rounding to expect.
    """

    def __init__(self, symbols: Mapping[str, float] | None = None) -> None:
        self.symbols = symbols or {}
        self.largest = 1.0

    def literal(self, value: fmpq) -> Array:
        return self._checked(np.asarray(as_float(value)))

    def constant(self, value: Array) -> Array:
        floats = np.fromiter((as_float(cell) for cell in value.flat), np.float64, value.size)
        return self._checked(floats.reshape(value.shape))

    def symbol(self, name: str) -> Array:
        return np.asarray(np.pi if name == "pi" else self.symbols[name])

    def call(
        self, operation: Operation, arguments: Sequence[Array], options: Mapping[str, OptionValue]
    ) -> Array:
        return self._checked(np.asarray(operation.numeric(arguments, options), np.float64))

    def passed_on(self, name: str, value: Array) -> Array:
        return value

    def surroundings(self) -> AbstractContextManager[object]:
        # infinities pass in silence: they are refused as values
        return np.errstate(all="ignore")

    def _checked(self, value: Array) -> Array:
        size = largest_of(value)
        if not size <= limits.MAGNITUDE:
            raise OverflowingError(
                "the value is too large",
                expected=f"magnitudes up to {limits.MAGNITUDE:.0e}",
                found="an overflow in float64",
                hint="use smaller numbers; both routes must be able to confirm a value",
            )
        self.largest = max(self.largest, size)
        return value


class ShakenRoute(NumericRoute):
    """The numeric route with every result moved a little, up or down as if at random.

    How far a value then moves shows what rounding alone can do to it, cancellation included.
    (Stochastic arithmetic: Vignes, Mathematics and Computers in Simulation 35, 1993.) Whole numbers
    in formulas are exact and stay: exponents must. Nothing is refused: what overflows is not
    finite.
    """

    STEP = 2.0**-44
    """Of the value; 512 times the rounding of a single operation."""

    def __init__(self, symbols: Mapping[str, float] | None = None, seed: int = 0) -> None:
        super().__init__(symbols)
        self.seed = seed
        self._drawn = seed << 40

    def literal(self, value: fmpq) -> Array:
        exact = np.asarray(as_float(value))
        return exact if value.q == 1 else self._checked(exact)

    def _checked(self, value: Array) -> Array:
        # The finaliser of SplitMix64 (Steele, Lea, Flood 2014): numpy.random is slow to import.
        drawn = np.arange(self._drawn, self._drawn + value.size, dtype=np.uint64)
        self._drawn += value.size
        drawn *= np.uint64(0x9E3779B97F4A7C15)
        drawn = (drawn ^ (drawn >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        drawn = (drawn ^ (drawn >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        between = (drawn >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1.0
        return np.asarray(value * (1.0 + self.STEP * between.reshape(value.shape)))


FLOAT_BITS = (80, 320, 1280)
FLOAT_ACCURACY = 60
"""Precisions that are tried for a float: where terms cancel, the first leaves too few bits."""


def as_float(scalar: Any) -> float:
    """The float nearest to an exact scalar (infinite when it overflows)."""
    if isinstance(scalar, int):
        return _quotient(scalar, 1)
    above = getattr(scalar, "p", None)
    if above is not None:  # a rational, asked for so often that no import is looked up
        return _quotient(int(above), int(scalar.q))
    from exsolve.exact.closed_form import ball

    for bits in FLOAT_BITS:
        found = ball(scalar, bits)
        if found.rel_accuracy_bits() >= FLOAT_ACCURACY:
            return float(found.mid())
    return 0.0 if found.contains(0) else float(found.mid())


def _quotient(above: int, below: int) -> float:
    try:
        return above / below
    except OverflowError:
        return float("inf") if above > 0 else float("-inf")
