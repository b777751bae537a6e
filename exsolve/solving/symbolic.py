"""Symbols without values: what is declared of them, and which quantities are general formulas."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from math import prod
from typing import TYPE_CHECKING

from exsolve.authoring.reading import Reading
from exsolve.errors import Position
from exsolve.expression.sizes import letters
from exsolve.expression.tree import Call, Name, Node, Shape, bound_names, names, walk
from exsolve.gradient import TreeContext
from exsolve.graph import CONSTANT_NAMES, Graph, suggestion
from exsolve.notation import written
from exsolve.ops.unknown import function_symbols
from exsolve.solving.derivations import checked, shape_text
from exsolve.solving.paper import on_paper
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Source, Values
from exsolve.spec.symbolic import Derivative as Written
from exsolve.spec.symbolic import Random, Symbol
from exsolve.verification.setting import Condition, RandomSymbol, Setting

if TYPE_CHECKING:
    from exsolve.verification.claims import Claim


MOST_CELLS = 10_000
"""Cells of a symbol whose sizes are all numbers."""
COMPARISONS = frozenset(
    ("greater", "less", "greater_equal", "less_equal", "equal_to", "not_equal_to")
)


def read_setting(exercise: Exercise, reading: Reading) -> Setting:
    """What the file declares of symbols; what is wrong is noted."""
    symbols: dict[str, Shape] = {name: one.sizes for name, one in exercise.symbols.items()}
    random = {name: _random(one, reading) for name, one in exercise.random.items()}
    _check_random(exercise, Setting(symbols, random), reading)
    conditions = []
    for source in exercise.conditions:
        node = reading.parse(source)
        if node is not None:
            conditions.append(Condition(node, source.text, source.position))
    setting = Setting(symbols, random, tuple(conditions), exercise.small_sizes)
    _refuse_doubled(exercise, setting, reading)
    if exercise.kind != "recurrent":
        _refuse_ambiguous(exercise, setting, reading)
    _check_conditions(exercise, setting, reading)
    _check_small_sizes(exercise, setting, reading)
    return setting


def _random(one: Random, reading: Reading) -> RandomSymbol:
    def parsed(sources: tuple[Source, ...]) -> tuple[Node, ...]:
        nodes = [reading.parse(source) for source in sources]
        return tuple(node for node in nodes if node is not None)

    return RandomSymbol(
        one.sizes, parsed(one.values), parsed(one.probabilities), lambda offset: one.position
    )


def _check_random(exercise: Exercise, setting: Setting, reading: Reading) -> None:
    """Report values and probabilities that are no numbers over the symbols."""
    numbers = {name: shape for name, shape in setting.names.items() if name not in setting.random}
    graph = Graph([], numbers)
    for one in exercise.random.values():
        for source in dict.fromkeys((*one.values, *one.probabilities)):
            known = len(reading.problems)
            node = checked(source, graph, reading)
            if node is None or len(reading.problems) > known:
                break  # 1 - p says the same again
            if not graph.shape(node):
                continue
            reading.refuse(
                "what a random number is, or how probable, is not a number here",
                source,
                expected="a number, or a formula over symbols that are numbers",
                found=f"{source.text} has the shape {shape_text(graph.shape(node))}",
            )
            break


def _refuse_doubled(exercise: Exercise, setting: Setting, reading: Reading) -> None:
    """Report names that are declared and have a value, or are declared twice."""
    places = {name: one.position for name, one in exercise.symbols.items()}
    twice = {name: one.position for name, one in exercise.random.items() if name in places}
    places |= {name: one.position for name, one in exercise.random.items()}
    for name, place in places.items():
        others: dict[str, Container[str]] = {
            "given": exercise.givens,
            # a symbol may have a definition: what a part asks it to be
            "defined": exercise.definitions if name in exercise.random else (),
            "declared twice": twice,
            "a size": setting.letters,
        }
        where = next((word for word, known in others.items() if name in known), "")
        if where and exercise.kind != "recurrent":
            reading.refuse(
                f"{name} is declared under symbols and under random"
                if where == "declared twice"
                else f"{name} is {where}, so it is no symbol",
                place,
                expected="a name that has no value",
                hint="rename one of the two",
            )


def _refuse_ambiguous(exercise: Exercise, setting: Setting, reading: Reading) -> None:
    """Report letters and unknown functions whose names mean something else too."""
    places: dict[str, Position] = {}
    declared: list[Symbol | Random] = [*exercise.symbols.values(), *exercise.random.values()]
    for one in declared:
        places |= {size: one.position for size in one.sizes if isinstance(size, str)}
    valued = {*exercise.givens, *exercise.definitions}
    for letter, place in places.items():
        if letter in valued:
            reading.refuse(
                f"the letter {letter} stands for any size, and has a value too",
                place,
                expected="a letter that is no given and no definition",
                found=letter,
                hint="write the number in the sizes, or rename one of the two",
            )
    functions = exercise.functions
    for name in functions:
        if name in valued or name in setting.names:
            reading.refuse(
                f"the unknown function {name} has the name of something else",
                functions.place(name) if isinstance(functions, Values) else exercise.start,
                expected="a name of its own",
                found=name,
                hint="rename one of the two",
            )
    for name, symbol in exercise.symbols.items():
        cells = prod(size for size in symbol.sizes if isinstance(size, int))
        if cells > MOST_CELLS:
            reading.refuse(
                f"{name} is too large to be tried on random instances",
                symbol.position,
                expected=f"at most {MOST_CELLS:,} cells",
                found=f"{cells:,} cells",
                hint="write letters for its sizes",
            )


def _check_conditions(exercise: Exercise, setting: Setting, reading: Reading) -> None:
    known = {*setting.symbols, *setting.letters, *CONSTANT_NAMES}
    graph = Graph([], setting.names)
    for source, condition in zip(exercise.conditions, setting.conditions, strict=False):
        compares = any(
            isinstance(part, Call) and part.operation.name in COMPARISONS
            for part in walk(condition.node)
        )
        if not compares:
            reading.refuse(
                f"the condition {condition.text} compares nothing",
                source,
                expected="a comparison such as beta > 0 or d > n",
                found=condition.text,
            )
        elif known.issuperset(names(condition.node)):
            checked(source, graph, reading)
        for name in names(condition.node):
            if name not in known:
                reading.refuse(
                    f"the condition {condition.text} uses {name}, which is no symbol",
                    source,
                    expected="one of " + (", ".join(sorted(known)) or "the symbols"),
                    found=name,
                    hint="conditions are about symbols and sizes",
                )


def _check_small_sizes(exercise: Exercise, setting: Setting, reading: Reading) -> None:
    for sizes in exercise.small_sizes:
        missing = [letter for letter in setting.letters if letter not in sizes]
        extra = [name for name in sizes if name not in setting.letters]
        if missing or extra:
            place = sizes.place(next(iter(sizes))) if hasattr(sizes, "place") else exercise.start
            reading.refuse(
                "sizes says something else than one number for each letter",
                place,
                expected=", ".join(setting.letters) or "no letters at all",
                found=", ".join(sizes),
            )


def numeric_part(graph: Graph, general: Collection[str], setting: Setting) -> Graph:
    """The graph of the quantities that have values, with what a limit binds on the way to them."""
    if not setting.names and not general:
        return graph
    having = [name for name in graph.quantities if name not in general]
    needed = graph.needed_for(having)
    used = {name for one in needed for name in all_names(graph.quantities[one].expression)}
    symbols = {name: shape for name, shape in graph.symbols.items() if name in used}
    return Graph([graph.quantities[name] for name in needed], symbols)


def all_names(node: Node) -> set[str]:
    """The names in an expression, those that something binds among them."""
    bound = (one for part in walk(node) if isinstance(part, Call) for one in bound_names(part))
    return {*names(node), *bound}


def free_of(graph: Graph, setting: Setting) -> dict[str, frozenset[str]]:
    """Which names without a value each quantity depends on, outside of what binds them."""
    declared = setting.names
    found: dict[str, frozenset[str]] = {}
    for name, quantity in graph.quantities.items():
        found[name] = free_symbols(quantity.expression, found, declared)
    return found


def free_symbols(
    node: Node,
    of_quantities: Mapping[str, frozenset[str]],
    declared: Mapping[str, Shape],
) -> frozenset[str]:
    """The declared names that an expression depends on, unknown functions among them.

    An expectation depends on its random symbols too: it has a value only where it is verified.
    """
    found = {*function_symbols(node)}
    found |= {letter for letter in letters(node) if letter in declared}
    pending: list[tuple[Node, frozenset[str]]] = [(node, frozenset())]
    while pending:
        current, bound = pending.pop()
        if isinstance(current, Name):
            known = of_quantities.get(current.name, frozenset())
            found |= (frozenset({current.name}) if current.name in declared else known) - bound
        elif isinstance(current, Call):
            bound = bound.union(bound_names(current))
        pending += ((child, bound) for child in current.children())
    return frozenset(found)


def author_claims(
    exercise: Exercise, graph: Graph, setting: Setting, reading: Reading, seed: int
) -> dict[str, Claim]:
    """What the file claims of its formulas, by name."""
    if not any(
        one.equals or one.jacobian or one.gradient for one in exercise.definitions.readable.values()
    ):
        return {}
    from exsolve.verification.authored import AuthoredClaim
    from exsolve.verification.claims import Derivative

    found: dict[str, Claim] = {}
    for name, definition in exercise.definitions.readable.items():
        if name not in graph.shapes:
            continue
        equals = []
        if definition.equals is not None:
            node = checked(definition.equals, graph, reading)
            if node is not None and _same_shape(name, node, graph, definition.equals, reading):
                by_hand = on_paper(node, TreeContext(graph, ""))
                equals.append((node, written(by_hand, "terminal")))
            if name not in setting.symbols and node is not None and _uses(graph, node, name):
                reading.refuse(
                    f"{name} is compared with itself, which shows nothing",
                    definition.equals,
                    expected=f"a formula that does not depend on {name}",
                    found=definition.equals.text,
                    hint="write another way to compute it",
                )
        derivatives = []
        for claim in (definition.jacobian, definition.gradient):
            if claim is not None and _is_derivative(name, claim, graph, exercise, reading):
                layout = exercise.jacobian_layout if claim is definition.jacobian else "numerator"
                derivatives.append(Derivative(str(claim.of), str(claim.by), layout))
        if (equals or derivatives) and not reading.problems:
            found[name] = AuthoredClaim(graph, setting, name, equals, derivatives, seed)
    return found


def _uses(graph: Graph, node: Node, name: str) -> bool:
    """Whether an expression depends on a quantity."""
    used = [one for one in names(node) if one in graph.quantities]
    return name in graph.needed_for(used)


def _same_shape(name: str, node: Node, graph: Graph, source: Source, reading: Reading) -> bool:
    """Whether another way to compute a formula has its shape."""
    wanted, shape = graph.shapes[name], graph.shape(node)
    if wanted == shape:
        return True
    reading.refuse(
        f"this has another shape than {name}",
        source,
        expected=f"{shape_text(wanted)}, as {name}",
        found=shape_text(shape),
    )
    return False


def _is_derivative(
    name: str, claim: Written, graph: Graph, exercise: Exercise, reading: Reading
) -> bool:
    """Whether a formula can be the derivative that it is claimed to be, going by the shapes."""
    pair = (claim.of, claim.by)
    for one in pair:
        if one not in graph.quantities and one not in graph.symbols:
            reading.refuse(
                f"{name} cannot be a derivative with {one.text}, which is not defined",
                one,
                expected="a definition or a symbol of this exercise",
                found=one.text,
                hint=suggestion(one.text, [*graph.quantities, *graph.symbols]),
            )
            return False
    if any(one not in graph.shapes and one not in graph.symbols for one in pair):
        return False  # what is wrong with it is reported already
    of, by = (graph.shape(Name(one.text)) for one in pair)
    definition = exercise.definitions[name]
    if claim is definition.gradient and of:
        reading.refuse(
            f"{name} cannot be the gradient of {claim.of}, which is not a number",
            claim.of,
            expected="a number",
            found=f"{claim.of} has the shape {shape_text(of)}",
            hint="say jacobian for the derivative of a vector",
        )
        return False
    wanted = (*of, *by)
    if exercise.jacobian_layout == "denominator" and len(wanted) == 2 and of and by:
        wanted = (*by, *of)
    if wanted == graph.shapes[name]:
        return True
    reading.refuse(
        f"{name} does not have the shape of the derivative of {claim.of} by {claim.by}",
        definition.formula,
        expected=shape_text(wanted),
        found=shape_text(graph.shapes[name]),
    )
    return False
