"""Named quantities in dependency order: what every exercise is. No values live here.

A :class:`Quantity` is defined by an expression over other quantities. The graph sorts the
definitions, infers every shape, and reports everything that is wrong with them at once. It is never
changed: another definition, or another operation inside one, gives another graph.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from exsolve import limits
from exsolve.errors import ExsolveError, LanguageError, Position, Problem
from exsolve.expression.shapes import shape_of, shape_over
from exsolve.expression.sizes import letters_of, shape_text
from exsolve.expression.tree import (
    Call,
    Constant,
    Name,
    Node,
    Shape,
    bound_names,
    content,
    walk,
)

Locate = Callable[[int], Position | None]


def fixed_place(position: Position | None) -> Locate:
    """A place in a file that is the same for every offset."""
    return lambda offset: position


CONSTANT_NAMES: Mapping[str, Shape] = {"pi": ()}


class QuantitySlip(NamedTuple):
    """A known wrong way to come to a quantity that no operation in its definition can know.

    name: two or three words. says: a sentence to the student that begins with "You". expression:
    the definition in the student's head; it may have another shape than the quantity.
    """

    name: str
    says: str
    expression: Node


class Quantity(NamedTuple):
    """A named value of an exercise and its definition.

    ``note`` says what is done and why in one line; ``rows`` and ``columns`` label the axes of the
    value; ``locate`` turns an offset in the definition's text into a position in the file.
    ``plain``: another name for a part of a given, which is no step unless it is asked for.
    ``slips``: the known wrong ways to come to it besides those of its operations.
    """

    name: str
    expression: Node
    note: str = ""
    given: bool = False
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    locate: Locate | None = None
    plain: bool = False
    slips: tuple[QuantitySlip, ...] = ()

    def problem(self, error: LanguageError) -> Problem:
        """What is wrong with this definition, said with its name and place."""
        found = error.problem
        position = self.locate(max(error.offset, 0)) if self.locate else None
        return found._replace(message=f"{self.name}: {found.message}", position=position)


class Pattern:
    """What graphs share that differ in nothing but their given arrays and the numbers for letters.

    definitions: the expressions that have letters where the graphs have numbers, by name.
    random: the quantities that have a value for each outcome of random symbols, and none at large.
    """

    def __init__(self, definitions: Mapping[str, Node], random: Container[str] = ()) -> None:
        self.definitions = definitions
        self.random = random
        self.programs: dict[Hashable, object] = {}
        self.shapes: dict[Hashable, dict[str, Shape]] = {}
        self.first: Graph | None = None


class Graph:
    """Quantities, sorted so that each comes after those it is defined by.

    symbols: free names that stand for themselves (a batch size N), with their shapes. One may also
    be the name of a quantity, which says what it is best taken to be (beta = 1/sqrt(d)): what uses
    the name then still stands for every value of it, and does not depend on that quantity.
    unreadable: names that are known, but not what they stand for; what uses them is not judged.
    problems: where given, everything that is wrong is added to it, and the graph holds the rest.
    extends: a graph without problems that these quantities are added to, none of its own again.
    pattern: of this graph and others with the same names and definitions, ``sizes`` and given
    arrays apart; the first of them is judged, and of the others only the shapes.
    expectation: (graph, route, name, values known) -> the expectation of a random quantity.
    Raises ExsolveError with every unknown name, doubled name, cycle and shape that does not fit.
    """

    def __init__(
        self,
        quantities: Iterable[Quantity],
        symbols: Mapping[str, Shape] | None = None,
        unreadable: Container[str] = (),
        problems: list[Problem] | None = None,
        extends: Graph | None = None,
        pattern: Pattern | None = None,
        sizes: Mapping[str, int] | None = None,
        expectation: Callable[[Graph, Any, Node, Mapping[str, Any]], Any] | None = None,
    ) -> None:
        self.symbols: Mapping[str, Shape] = {**CONSTANT_NAMES, **(symbols or {})}
        self._sizes = {size for shape in self.symbols.values() for size in shape}
        self._sizes.update(name for name, shape in self.symbols.items() if not shape)
        self._by_definition: dict[Node, list[str]] | None = None
        self._operations: frozenset[str] | None = None
        self.programs: dict[Hashable, object] = pattern.programs if pattern else {}
        """What ``exsolve.program`` keeps of this graph, which never changes."""
        self.extends = extends
        self.sizes: Mapping[str, int] = sizes or {}
        self.expectation = expectation
        self._pattern = pattern
        self.values: dict[Hashable, dict[str, Any]] = {}
        """What ``exsolve.evaluate`` keeps: values by route, of what ``extends`` does not define."""
        raising = problems is None
        problems = [] if problems is None else problems
        self._uses: dict[str, tuple[str, ...]] = {**extends._uses} if extends else {}
        self.quantities: dict[str, Quantity] = {**extends.quantities} if extends else {}
        self.shapes: dict[str, Shape] = {**extends.shapes} if extends else {}
        if pattern and pattern.first:
            self._repeat(pattern, pattern.first, quantities, problems)
        else:
            self._judge(quantities, unreadable, problems)
        if problems and raising:
            raise ExsolveError(problems)
        if pattern and not pattern.first:
            pattern.first = self

    def _judge(
        self, quantities: Iterable[Quantity], unreadable: Container[str], problems: list[Problem]
    ) -> None:
        """Sort quantities and infer their shapes."""
        defined = _unique(quantities, problems)
        uses = {one.name: content(one.expression).free for one in defined.values()}
        self._uses.update(uses)
        unknown = self._unknown_names(defined, unreadable, problems)
        depending = {
            name: [used for used in found if used not in self.symbols or used == name]
            for name, found in uses.items()
        }
        order = _sorted(defined, depending, problems)
        self.quantities.update((name, defined[name]) for name in order)
        self._infer_shapes(order, unknown, problems)

    def _repeat(
        self,
        pattern: Pattern,
        first: Graph,
        quantities: Iterable[Quantity],
        problems: list[Problem],
    ) -> None:
        """Take the order from the first graph of a pattern, and infer shapes at new sizes."""
        given = {one.name: one for one in quantities}
        self._uses = first._uses
        self.quantities = {name: given[name] for name in first.quantities}
        arrays = [one.expression for one in self.quantities.values() if one.given]
        key = (
            *self.sizes.items(),
            *(one.value.shape for one in arrays if isinstance(one, Constant)),
        )
        if key in pattern.shapes:
            self.shapes = pattern.shapes[key]
            return
        self._infer_shapes(self.quantities, (), problems)
        if not problems:
            pattern.shapes[key] = self.shapes

    def _infer_shapes(
        self, order: Iterable[str], unknown: Container[str], problems: list[Problem]
    ) -> None:
        for name in order:
            quantity = self.quantities[name]
            if name in unknown or any(
                used not in self.shapes and used not in self.symbols for used in self._uses[name]
            ):
                continue  # its own error, or that of what it uses, is reported already
            try:
                shape = self.shape(quantity.expression)
                _require_same_shape(name, shape, self.symbols)
                self.shapes[name] = shape
            except LanguageError as error:
                problems.append(quantity.problem(error))

    def _unknown_names(
        self,
        defined: Mapping[str, Quantity],
        unreadable: Container[str],
        problems: list[Problem],
    ) -> set[str]:
        known = [*self._uses, *self.symbols]
        wrong = set()
        for quantity in defined.values():
            error = self._refused_variable(quantity, self._uses, unreadable)
            if error := error or self._refused_size(quantity, self._uses, unreadable):
                wrong.add(quantity.name)
                problems.append(quantity.problem(error))
            for used in self._uses[quantity.name]:
                if used in self._uses or used in self.symbols or used in unreadable:
                    continue
                wrong.add(quantity.name)
                offset = next(
                    n.offset
                    for n in walk(quantity.expression)
                    if isinstance(n, Name) and n.name == used
                )
                problems.append(
                    quantity.problem(
                        LanguageError(
                            f"{used!r} is not defined",
                            offset,
                            expected="a given, a definition or a symbol of this exercise",
                            # nearest names are slow to find, and not shown of very many
                            hint=suggestion(used, known)
                            if len(problems) < limits.PROBLEMS_SHOWN
                            else "",
                        )
                    )
                )
        return wrong

    def _refused_variable(
        self, quantity: Quantity, defined: Container[str], unreadable: Container[str]
    ) -> LanguageError | None:
        """What is wrong with a name that the definition binds and that is no symbol."""
        for node in walk(quantity.expression) if content(quantity.expression).bound else ():
            for name in bound_names(node) if isinstance(node, Call) else ():
                if name in CONSTANT_NAMES or not (name in self.symbols or name in unreadable):
                    known = name in defined or name in CONSTANT_NAMES
                    return LanguageError(
                        f"{name!r} has a value here" if known else f"{name!r} is not defined",
                        node.offset,
                        expected="a symbol of this exercise, a name without a value",
                        hint=f"declare {name} under symbols"
                        + (" and not under givens" if known else ""),
                    )
        return None

    def _refused_size(
        self, quantity: Quantity, defined: Container[str], unreadable: Container[str]
    ) -> LanguageError | None:
        """What is wrong with a letter that stands for a size, and that no symbol has as a size."""
        for node in walk(quantity.expression) if content(quantity.expression).lettered else ():
            for letter in letters_of(node) if isinstance(node, Call) else ():
                if letter in self._sizes or letter in unreadable:
                    continue
                known = letter in defined
                return LanguageError(
                    f"the size {letter!r} has its value only later"
                    if known
                    else f"the size {letter!r} is not defined",
                    node.offset,
                    expected="a number, or a letter that is a size of a symbol",
                    found=letter,
                    hint=f"write the number that {letter} is" if known else "",
                )
        return None

    def shape(self, node: Node) -> Shape:
        """The shape of an expression over the quantities of this graph.

        Raises LanguageError, with the offset of the operation whose arguments do not fit.
        """
        return shape_of(node, self._shape_of_name)

    def shape_over(self, node: Node, below: Sequence[Shape]) -> Shape:
        """The shape of a node whose children have the shapes ``below``."""
        return shape_over(node, below, self._shape_of_name)

    def defined_by(self, expression: Node, other_than: str) -> str:
        """The first quantity with exactly this definition, this one left out; empty if none."""
        if self._by_definition is None:
            self._by_definition = {}
            for name, quantity in self.quantities.items():
                self._by_definition.setdefault(quantity.expression, []).append(name)
        names_of = self._by_definition.get(expression, ())
        return next((name for name in names_of if name != other_than), "")

    def _shape_of_name(self, name: str) -> Shape:
        shape = self.shapes.get(name)
        if shape is None:
            shape = self.symbols.get(name)
        if shape is None:
            raise LanguageError(f"{name!r} is not defined")
        return shape

    @property
    def random(self) -> Container[str]:
        """The quantities that have a value only for each outcome of random symbols."""
        return self._pattern.random if self._pattern else ()

    def definition(self, name: str) -> Node:
        """The expression of a quantity, with letters where its pattern has them."""
        lettered = self._pattern.definitions.get(name) if self._pattern else None
        return lettered or self.quantities[name].expression

    @property
    def operations(self) -> frozenset[str]:
        """The names of the operations in its definitions."""
        if self._operations is None:
            alike = self._pattern.first if self._pattern else None
            if alike and alike is not self:
                self._operations = alike.operations
                return self._operations
            before = self.extends.quantities if self.extends else {}
            own = [one for name, one in self.quantities.items() if name not in before]
            inherited = self.extends.operations if self.extends else frozenset()
            self._operations = inherited.union(*(content(one.expression).operations for one in own))
        return self._operations

    def uses(self, name: str) -> tuple[str, ...]:
        """The names that a quantity's definition refers to."""
        return self._uses[name]

    def needed_for(self, wanted: Iterable[str], known: Container[str] = ()) -> list[str]:
        """The wanted quantities and all that they are defined by, in dependency order.

        Those that are ``known`` are left out, and what only they need.
        """
        needed: set[str] = set()
        pending = [name for name in wanted if name in self.quantities and name not in known]
        while pending:
            name = pending.pop()
            if name not in needed:
                needed.add(name)
                pending += [
                    used
                    for used in self._uses[name]
                    if used in self.quantities and used not in self.symbols and used not in known
                ]
        return [name for name in self.quantities if name in needed]

    def dependents(self, changed: Iterable[str]) -> list[str]:
        """Everything whose value changes with one of these, themselves left out, in order."""
        affected = set(changed)
        found = []
        for name in self.quantities:
            if name not in affected and not affected.isdisjoint(self._uses[name]):
                affected.add(name)
                found.append(name)
        return found

    def with_quantities(self, quantities: Iterable[Quantity]) -> Graph:
        """The graph with these quantities added, or put in the place of those of the same name."""
        added = {q.name: q for q in quantities}
        if self.quantities.keys().isdisjoint(added) and len(self.shapes) == len(self.quantities):
            return Graph(added.values(), self.symbols, extends=self)
        merged = {**self.quantities, **added}
        return Graph(merged.values(), self.symbols)


def _require_same_shape(name: str, shape: Shape, symbols: Mapping[str, Shape]) -> None:
    """Refuse a definition of a symbol that has another shape than the symbol."""
    declared = symbols.get(name, shape)
    if declared != shape:
        raise LanguageError(
            "the symbol of this name has another shape",
            expected=shape_text(declared),
            found=shape_text(shape),
            hint="define it with the shape that is declared under symbols",
        )


def _unique(quantities: Iterable[Quantity], problems: list[Problem]) -> dict[str, Quantity]:
    defined: dict[str, Quantity] = {}
    for quantity in quantities:
        first = defined.setdefault(quantity.name, quantity)
        if first is not quantity:
            place = first.locate(0) if first.locate else None
            problems.append(
                quantity.problem(
                    LanguageError(
                        "defined twice",
                        found=f"its first definition at {place}" if place else "",
                        hint="give one of the two another name",
                    )
                )
            )
    return defined


def _sorted(
    defined: Mapping[str, Quantity],
    uses: Mapping[str, Sequence[str]],
    problems: list[Problem],
) -> list[str]:
    """Dependency order, as near to the order of writing as it can be; cycles become problems."""
    order: list[str] = []
    state: dict[str, int] = {}  # 1: begun, 2: done
    for root in defined:
        stack = [(root, iter(uses[root]))] if root not in state else []
        state.setdefault(root, 1)
        while stack:
            name, pending = stack[-1]
            following = next(pending, None)
            if following is None:
                stack.pop()
                state[name] = 2
                order.append(name)
            elif following in defined and following not in state:
                state[following] = 1
                stack.append((following, iter(uses[following])))
            elif state.get(following) == 1:
                path = [entry[0] for entry in stack]
                cycle = [*path[path.index(following) :], following]
                problems.append(
                    defined[following].problem(
                        LanguageError(
                            "defined in terms of itself",
                            found=" -> ".join(cycle),
                            hint="break the circle: one of these needs another definition",
                        )
                    )
                )
    return order


def suggestion(word: str, known: Sequence[str]) -> str:
    """What to do about a name that is not defined."""
    import difflib

    from exsolve.ops import OPERATIONS

    close = difflib.get_close_matches(word, known, n=2, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(close) + "?"
    if word == "T":
        return "the transpose of W is W.T"
    if word == "I":
        return "identity(d) with its size"
    if word in OPERATIONS:
        return f"{word} is a function: {word}(...)"
    return "define it, or give it under givens"
