"""Reverse mode on the graph: gradients are quantities whose definitions are expressions.

The operations' own derivative rules give expressions, so a gradient prints, evaluates, checks and
is marked like any other quantity. (Reverse accumulation: Griewank and Walther, Evaluating
Derivatives, 2nd ed., SIAM 2008, chapter 3.)
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from exsolve import limits
from exsolve.errors import ExsolveError, LanguageError, Problem
from exsolve.expression.tree import Call, Name, Node, Shape, names, postorder, substitute
from exsolve.graph import CONSTANT_NAMES, Graph, Locate, Quantity, QuantitySlip, suggestion
from exsolve.ops.construct import add, call, literal


class TreeContext:
    """What derivative and entry rules may ask about one definition (expression.tree.Context).

    ``solved``: the quantities that may stand for their definitions (all by default).
    ``arriving``: the gradient of the whole definition, where it is known.
    """

    def __init__(
        self,
        graph: Graph,
        name: str,
        solved: Container[str] | None = None,
        arriving: Node | None = None,
    ) -> None:
        self._graph = graph
        self.name = name
        self.arriving = arriving
        self._solved = graph.quantities if solved is None else solved
        self._root = graph.quantities[name].expression if name in graph.quantities else None
        self._shapes: dict[int, tuple[Node, Shape]] = {}

    def shape(self, node: Node) -> Shape:
        """The shape of a node over the graph's names; remembered with those of all its parts."""
        shapes = self._shapes
        known = shapes.get(id(node))
        if known is None:
            pending = [node]
            while pending:
                current = pending[-1]
                missing = [part for part in current.children() if id(part) not in shapes]
                if missing:
                    pending += missing
                    continue
                pending.pop()
                below = [shapes[id(part)][1] for part in current.children()]
                # the node is kept beside its shape, so that its id stays its own
                shapes[id(current)] = (current, self._graph.shape_over(current, below))
            known = shapes[id(node)]
        return known[1]

    def output(self, call: Call) -> Node:
        """The quantity's name for its whole definition, the call itself inside of it."""
        return Name(self.name) if call is self._root else call

    def named(self, call: Call) -> Node:
        """The name of another quantity that is defined by just this call, else the call itself."""
        name = self._graph.defined_by(call, other_than=self.name)
        return Name(name) if name in self._solved else call

    def cell(self, node: Node, index: tuple[int, ...]) -> Node:
        """One cell of a node as an expression of cells of names."""
        if not index and not isinstance(node, Call):
            return node
        if isinstance(node, Call) and node.operation.entry is not None:
            return node.operation.entry(node, index, self)
        return call("index", node, at=index) if index else node


CHAIN_RULE = "chain rule: the contributions of all ways add up"


class DerivativeStep(NamedTuple):
    """The gradient of one operation, passed on to one of its arguments, and why it is so.

    ``gradient`` is that of ``of``, ``result`` the contribution to that of ``by``. Where a name is
    reached on several ways, the last step about it has the name itself as ``of`` and ``by``: the
    first contribution as ``gradient``, the sum of all as ``result``.
    """

    of: Node
    gradient: Node
    by: Node
    result: Node
    reason: str


def vector_jacobian(
    graph: Graph, name: str, gradient: Node, wanted: Callable[[str], bool]
) -> dict[str, list[Node]]:
    """The contributions of one quantity's gradient to those of the names it is defined by.

    Each contribution has the shape of its name. Raises LanguageError where an operation on the
    way has no derivative rule.
    """
    return _passed_back(graph, name, gradient, wanted, lambda step: None)


def vector_jacobian_steps(
    graph: Graph, name: str, gradient: Node, wanted: Callable[[str], bool]
) -> list[DerivativeStep]:
    """How the gradient of one quantity comes to the names it is defined by, operation by
    operation, from the outermost one in; a sum for each name that is reached on several ways.

    Raises LanguageError as ``vector_jacobian`` does.
    """
    steps: list[DerivativeStep] = []
    contributions = _passed_back(graph, name, gradient, wanted, steps.append)
    for used, parts in contributions.items():
        if len(parts) > 1:
            end = Name(used)
            steps.append(DerivativeStep(end, parts[0], end, add(*parts), CHAIN_RULE))
    return steps


def _passed_back(
    graph: Graph,
    name: str,
    gradient: Node,
    wanted: Callable[[str], bool],
    report: Callable[[DerivativeStep], None],
) -> dict[str, list[Node]]:
    context = TreeContext(graph, name, arriving=gradient)
    root = graph.quantities[name].expression
    contributions: dict[str, list[Node]] = {}
    carries = _carriers(root, wanted)
    pending: list[tuple[Node, Node]] = [(root, gradient)] if id(root) in carries else []
    while pending:
        node, arriving = pending.pop()
        if isinstance(node, Name):
            contributions.setdefault(node.name, []).append(arriving)
        elif isinstance(node, Call):
            rule = node.operation.derivative
            if rule is None:
                raise LanguageError(f"{node.operation.name} has no derivative", node.offset)
            parts = zip(node.args, rule(node, arriving, context), strict=True)
            passed = [(arg, part) for arg, part in parts if part is not None and id(arg) in carries]
            for arg, part in passed:
                report(DerivativeStep(node, arriving, arg, part, node.operation.reason))
            # the left argument is taken first, so that sums read from left to right
            pending += reversed(passed)
    return contributions


def _carriers(root: Node, wanted: Callable[[str], bool]) -> set[int]:
    """The nodes on a path from the root to a wanted name; all others get no gradient."""
    carries: set[int] = set()
    for node in postorder(root):
        if isinstance(node, Name):
            if wanted(node.name):
                carries.add(id(node))
        elif any(id(child) in carries for child in node.children()):
            carries.add(id(node))
    return carries


GRADIENT = "grad_"
DIRECT_ONLY = (
    "You took only the direct part of a gradient that goes in here. What comes back to it through "
    "other quantities belongs to it, too."
)


def gradient_name(name: str) -> str:
    """What the gradient with respect to a quantity is called."""
    return GRADIENT + name


def with_gradients(
    graph: Graph,
    of: str,
    targets: Sequence[str],
    shown: Callable[[str], bool] = lambda name: True,
    note: Callable[[str], str] = lambda name: "",
    locate: Locate | None = None,
    reserved: Container[str] = (),
) -> Graph:
    """The graph with ``grad_NAME`` added for each target: the gradient of the scalar ``of``.

    Gradients of quantities in between become quantities of their own where ``shown`` says so, and
    are written into the expressions that use them elsewhere. ``locate`` is where
    they were asked for. Where a name is taken, by the gradient of another quantity or among the
    ``reserved`` ones that are still to be defined, one in between is ``grad_NAME_of_OF``.
    Raises ExsolveError when ``of`` is not a scalar, a target is unknown, or a name is taken.
    """
    problems = [problem for _, problem in request_problems(graph, of, targets)]
    if problems:
        raise ExsolveError(problems)
    return graph.with_quantities(gradients(graph, of, targets, shown, note, locate, reserved))


def gradients(
    graph: Graph,
    of: str,
    targets: Sequence[str],
    shown: Callable[[str], bool] = lambda name: True,
    note: Callable[[str], str] = lambda name: "",
    locate: Locate | None = None,
    reserved: Container[str] = (),
) -> list[Quantity]:
    """What ``with_gradients`` adds to a graph; whether the gradients' names are taken is not asked.

    Raises ExsolveError where an operation on the way has no derivative rule.
    """
    above = set(graph.needed_for([of]))
    below = {*targets, *graph.dependents(targets)}
    order = [name for name in graph.quantities if name in above and name in below]
    symbols = [name for name in dict.fromkeys(targets) if name in graph.symbols]
    on_path = {*order, *symbols}
    passed: dict[str, Node] = {of: literal(1)}
    arriving: dict[str, list[Node]] = {}
    added: list[Quantity] = []
    for name in reversed(order):
        if name != of:
            parts = arriving.get(name)
            if not parts:
                continue
            expression = add(*parts)
            if name in targets or shown(name):
                called = gradient_name(name)
                while name not in targets and (called in graph.quantities or called in reserved):
                    called += f"_of_{of}"
                added.append(_gradient(called, expression, note(name), locate))
                expression = Name(called)
            passed[name] = expression
        quantity = graph.quantities[name]
        if quantity.given:
            continue
        try:
            found = vector_jacobian(graph, name, passed[name], on_path.__contains__)
        except LanguageError as error:
            raise ExsolveError(quantity.problem(error)) from error
        for used, parts in found.items():
            arriving.setdefault(used, []).extend(parts)
    added += [
        _gradient(gradient_name(name), add(*arriving[name]), note(name), locate)
        for name in symbols
        if arriving.get(name)
    ]
    added = _with_slips(added, arriving, passed)
    reached = {quantity.name for quantity in added}
    for name in targets:
        if gradient_name(name) not in reached and name != of:
            shape = graph.symbols[name] if name in symbols else graph.shapes[name]
            zero = call("zeros", shape=shape)
            about = f"{of} does not depend on {name}"
            added.append(_gradient(gradient_name(name), zero, about, locate))
    # what only leads to givens comes last, in the order in which it was asked for
    places = {gradient_name(name): place for place, name in enumerate(targets)}
    given = {
        gradient_name(name) for name in targets if name in symbols or graph.quantities[name].given
    }
    added.sort(key=lambda quantity: places[quantity.name] if quantity.name in given else -1)
    return added


def _with_slips(
    added: Sequence[Quantity], arriving: Mapping[str, list[Node]], passed: Mapping[str, Node]
) -> list[Quantity]:
    """The gradients, those that others go into with what comes of only their direct parts: those
    that are no other gradient passed on."""
    own = {one.name for one in added}
    direct: dict[str, Node] = {}
    for name, parts in arriving.items():
        gradient = passed.get(name)
        near = [part for part in parts if own.isdisjoint(names(part))]
        if isinstance(gradient, Name) and near and len(near) < len(parts):
            direct[gradient.name] = add(*near)
    found = []
    for quantity in added:
        if any(name in direct for name in names(quantity.expression)):
            wrong = substitute(quantity.expression, direct)
            slip = QuantitySlip("direct gradients only", DIRECT_ONLY, wrong)
            quantity = quantity._replace(slips=(slip,))
        found.append(quantity)
    return found


def _gradient(name: str, expression: Node, note: str, locate: Locate | None) -> Quantity:
    # the offsets in a derived expression are those of other definitions
    place = None if locate is None else lambda offset: locate(0)
    return Quantity(name, expression, note, locate=place)


def request_problems(
    graph: Graph, of: str, targets: Iterable[str], unreadable: Container[str] = ()
) -> list[tuple[str, Problem]]:
    """What is wrong with asking for these gradients, each with the name that it is about.

    unreadable: names that are known, but not what they stand for; they are not judged.
    """
    found: list[tuple[str, Problem]] = []
    for name in dict.fromkeys((of, *targets)):
        taken = graph.quantities.get(gradient_name(name))
        is_symbol = name in graph.symbols and name not in CONSTANT_NAMES
        if name not in graph.quantities and (name == of or not is_symbol):
            if name in unreadable:
                continue
            problem = Problem(
                f"no gradient without {name!r}: it is not a quantity of this exercise",
                expected="a given or a definition",
                found=name,
                hint=suggestion(name, list(graph.quantities))
                if len(found) < limits.PROBLEMS_SHOWN
                else "",
            )
        elif name != of and taken is not None:
            problem = taken.problem(
                LanguageError(
                    f"the gradient of {of} by {name} has this name",
                    expected="a name of its own for each quantity",
                    hint="leave this one out, since the gradient is derived; or rename it",
                )
            )
        elif name == of and graph.shapes.get(of, ()) != ():
            problem = Problem(
                f"the gradient of {of} is asked for, which is not a scalar",
                expected="a quantity of shape ()",
                found=f"shape {graph.shapes[of]}",
                hint="sum it, or take its mean, in a definition of its own",
            )
        else:
            continue
        found.append((name, problem))
    return found
