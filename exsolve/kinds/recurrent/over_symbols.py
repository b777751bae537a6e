"""Recurrent exercises over symbols with sizes: what is asked of them are general formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from exsolve.authoring.blueprint import Blueprint
from exsolve.authoring.reading import Reading
from exsolve.errors import LanguageError
from exsolve.expression.tree import Name, Node, Shape, names, walk
from exsolve.graph import CONSTANT_NAMES, Locate, Quantity
from exsolve.kinds.recurrent.drawing import drawing
from exsolve.kinds.recurrent.general import Derivation, derive
from exsolve.kinds.recurrent.general_claims import EquationClaim, claim_of
from exsolve.kinds.recurrent.general_notes import equation_note, formula_note
from exsolve.kinds.recurrent.general_reasons import Reasons
from exsolve.kinds.recurrent.inputs import place_problem
from exsolve.kinds.recurrent.random_networks import RandomNetworks
from exsolve.kinds.recurrent.time_slice import TimeSlice, time_slice
from exsolve.kinds.recurrent.unrolled_symbols import unrolled_network
from exsolve.kinds.recurrent.unrolling import BEFORE, NOW, Equation, Recurrence, base_of
from exsolve.spec.exercise import Exercise
from exsolve.verification.claims import Claim
from exsolve.verification.setting import Condition

LOOKED_UP = 12
"""Hexadecimal digits of the file's hash that random networks are drawn with."""


def is_general(exercise: Exercise) -> bool:
    """Whether the symbols of an exercise are there for general formulas.

    Symbols without sizes may also be what drops out of the derivatives that are asked for.
    """
    symbols = exercise.symbols
    sized = any(one.sizes for one in symbols.values())
    return bool(symbols) and (sized or exercise.settings["derivatives"] is None)


def general_blueprint(
    exercise: Exercise, reading: Reading, equations: Sequence[Equation]
) -> Blueprint:
    """The forward equations at time t and the formulas that follow from them, with their claims."""
    declared: dict[str, Shape] = {name: one.sizes for name, one in exercise.symbols.items()}
    starts: dict[str, Node] = {}
    recurrence = Recurrence(tuple(equations), 1, starts)
    starts.update((base, Name(f"{base}_0")) for base in recurrence.states)
    _refuse_misplaced(exercise, reading, recurrence)
    _refuse_undeclared(exercise, reading, equations)
    initial = _initial(exercise, reading, recurrence)
    if reading.problems:
        return Blueprint()
    used = {name for one in equations for name in names(one.node)}
    constants = [
        Quantity(name, reading.constant(name), given=True)
        for name in exercise.givens
        if name in used
    ]
    one = time_slice(reading, recurrence, declared, constants)
    if one is None:
        return Blueprint()
    parameters = _parameters(exercise, one)
    _refuse_two_gradients(exercise, reading, one, parameters)
    if reading.problems:
        return Blueprint()
    try:
        derivation = derive(one, parameters, exercise.jacobian_layout, exercise.vectors == "rows")
    except LanguageError as error:
        problem = error.problem._replace(position=exercise.settings.place("cell"))
        reading.problems.append(problem)
        return Blueprint()
    reasons = Reasons(one, derivation, exercise.jacobian_layout, exercise.vectors == "rows")
    networks = RandomNetworks(
        one,
        initial,
        _conditions(exercise, reading),
        {each.name: each.formula for each in derivation.formulas if each.kind not in _OWN_VALUES},
        int(exercise.digest[:LOOKED_UP], 16),
    )
    in_time = unrolled_network(one, initial, exercise.settings["steps"])
    return Blueprint(
        [*_quantities(one, derivation), *in_time.quantities],
        free={**one.free, **in_time.free},
        drawings={"unrolled": drawing(equations, in_time.steps, False)},
        reasons={each.name: reasons.of(each) for each in derivation.formulas},
        claims=_claims(one, derivation, networks, exercise.jacobian_layout),
    )


_OWN_VALUES = ("total",)
"""Formulas whose names have values of their own in an unrolled network."""


def _quantities(one: TimeSlice, derivation: Derivation) -> list[Quantity]:
    """The equations, which are steps only where they are asked for, and the formulas."""
    found = [
        one.graph.quantities[name]._replace(note=equation_note(one, name))
        for name in (*one.now, *one.later)
    ]
    for each in derivation.formulas:
        place = _place(one, each.by)
        note = formula_note(one, each)
        found.append(Quantity(each.name, each.formula, note, locate=place))
    return found


def _place(one: TimeSlice, by: str) -> Locate:
    """Where a formula comes from: the equation of what it is differentiated by, else the first."""
    equations = one.recurrence.equations
    found = next((each for each in equations if f"{each.base}{NOW}" == by), equations[0])
    return lambda offset: found.source.position(0)


def _claims(
    one: TimeSlice, derivation: Derivation, networks: RandomNetworks, layout: str
) -> dict[str, Claim]:
    found: dict[str, Claim] = {
        name: EquationClaim(networks, one.graph.quantities[name].expression, "", name)
        for name in (*one.now, *one.later)
    }
    found.update((each.name, claim_of(networks, each, layout)) for each in derivation.formulas)
    return found


def _parameters(exercise: Exercise, one: TimeSlice) -> list[str]:
    """What the loss is differentiated by besides the states: by default all symbols that the cell
    and the outputs use at every step."""
    wanted = exercise.settings["parameters"]
    if not one.loss:
        return []
    if wanted is not None:
        return [name.text for name in wanted]
    return [name for name in one.recurrence.parameters if name in one.free]


def _conditions(exercise: Exercise, reading: Reading) -> tuple[Condition, ...]:
    found = []
    for source in exercise.conditions:
        node = reading.parse(source)
        if node is not None:
            found.append(Condition(node, source.text, source.position))
    return tuple(found)


def _initial(exercise: Exercise, reading: Reading, recurrence: Recurrence) -> dict[str, Node]:
    """What the states begin with, where the file says so."""
    found = {}
    written = exercise.settings["initial"]
    for base, source in (written or {}).items():
        node = reading.parse(source)
        if base not in recurrence.states:
            place_problem(
                reading,
                f"{base} is no state: no equation uses {base}{BEFORE}",
                written.place(base),
                expected="one of " + (", ".join(recurrence.states) or "no states at all"),
                found=base,
            )
        elif node is not None and node != Name(f"{base}_0"):
            found[base] = node
    return found


def _refuse_misplaced(exercise: Exercise, reading: Reading, recurrence: Recurrence) -> None:
    """Report names that have a value and none, and what has no place among general formulas."""
    for name, symbol in exercise.symbols.items():
        if name in exercise.givens or name in exercise.definitions:
            reading.refuse(
                f"{name} has a value, so it is no symbol",
                symbol.position,
                expected="a name under symbols, or under givens, not both",
                found=name,
                hint="take it out of symbols, or out of givens and define",
            )
    if exercise.settings["derivatives"] is not None:
        state = next(iter(recurrence.states), "h")
        place_problem(
            reading,
            "derivatives over several steps need values, and these symbols have sizes only",
            exercise.settings.place("derivatives"),
            expected=f"answers such as d{state}_next_d{state}, the Jacobian of one step",
            hint="leave derivatives out, or give values to all that the cell uses",
        )


def _refuse_undeclared(exercise: Exercise, reading: Reading, equations: Sequence[Equation]) -> None:
    """Report each name in an equation that has neither sizes nor a value."""
    computed = {f"{one.base}{NOW}" for one in equations}
    states = {f"{one.base}{BEFORE}" for one in equations if one.role == "cell"}
    known = {*computed, *states, *exercise.symbols, *exercise.givens, *CONSTANT_NAMES}
    reported = set()
    for one in equations:
        for node in walk(one.node):
            if not isinstance(node, Name) or node.name in known or node.name in reported:
                continue
            reported.add(node.name)
            base = base_of(node.name)
            hint = ""
            if node.name in exercise.definitions:
                hint = "write the definition into the equation"
            elif node.name.endswith(BEFORE):
                hint = f"only what the cell computes itself ({base}{NOW}: ...) has a value before"
            elif f"{node.name}{NOW}" in computed:
                hint = f"write {node.name}{NOW} for this step"
            reading.refuse(
                f"{one.base}{NOW}: {node.name!r} is not declared",
                one.source,
                offset=max(node.offset, 0),
                expected=f"{node.name} with its sizes under symbols, such as {node.name}: [n]",
                found=", ".join(exercise.symbols),
                hint=hint,
            )


def _refuse_two_gradients(
    exercise: Exercise, reading: Reading, one: TimeSlice, parameters: Sequence[str]
) -> None:
    """Report a parameter called like what a step computes: both gradients had one name."""
    bases = {base_of(name) for name in one.now}
    known: Mapping[str, object] = one.free
    for name in parameters:
        if name not in known:
            reading.refuse(
                f"there is no symbol {name} to differentiate by",
                exercise.settings.place("parameters"),
                expected="one of " + ", ".join(name for name in known if not base_of(name)),
                found=name,
            )
        elif name in bases:
            reading.refuse(
                f"{name} and {name}{NOW} would both have the gradient grad_{name}",
                exercise.symbols[name].position,
                expected="another name for one of the two",
                found=f"{name}, {name}{NOW}",
            )
