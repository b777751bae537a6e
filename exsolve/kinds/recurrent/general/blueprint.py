"""Recurrent exercises over symbols with sizes: what is asked of them are general formulas."""

from __future__ import annotations

from collections.abc import Sequence

from exsolve.authoring.blueprint import Blueprint
from exsolve.authoring.reading import Reading
from exsolve.errors import LanguageError
from exsolve.expression.parser import parse
from exsolve.expression.tree import Name, Node, names
from exsolve.graph import Locate, Quantity
from exsolve.kinds.recurrent.drawing import drawing
from exsolve.kinds.recurrent.general.claims import DefinitionClaim, EquationClaim, claim_of
from exsolve.kinds.recurrent.general.gradients import TOTAL, Backpropagation, derive
from exsolve.kinds.recurrent.general.notes import equation_note, formula_note
from exsolve.kinds.recurrent.general.random_networks import RandomNetworks
from exsolve.kinds.recurrent.general.reasons import Reasons
from exsolve.kinds.recurrent.general.refusals import (
    begins_well,
    refuse_conditions_on_values,
    refuse_misplaced,
    refuse_parameters_of_first_states,
    refuse_two_gradients,
    refuse_undeclared,
    refuse_unreadable,
    without_neighbours,
)
from exsolve.kinds.recurrent.general.time_slice import NEXT, TimeSlice, time_slice
from exsolve.kinds.recurrent.general.unrolled_symbols import unrolled_network
from exsolve.kinds.recurrent.inputs import place_problem
from exsolve.kinds.recurrent.unrolling import BEFORE, NOW, Equation, Recurrence, base_of
from exsolve.ops import OPERATIONS
from exsolve.spec.exercise import Exercise
from exsolve.verification.claims import Claim
from exsolve.verification.setting import Condition


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
    declared = {name: one.sizes for name, one in exercise.symbols.items()}
    declared = without_neighbours(exercise, reading, declared)
    starts: dict[str, Node] = {}
    recurrence = Recurrence(tuple(equations), 1, starts)
    starts.update((base, Name(f"{base}_0")) for base in recurrence.states)
    refuse_misplaced(exercise, reading, recurrence)
    refuse_undeclared(exercise, reading, equations)
    conditions = _conditions(exercise, reading)
    refuse_conditions_on_values(exercise, reading, recurrence, conditions)
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
    if one is None or not begins_well(exercise, reading, one, initial):
        return Blueprint()
    parameters = _parameters(exercise, one)
    refuse_two_gradients(exercise, reading, one, parameters)
    refuse_parameters_of_first_states(exercise, reading, initial, parameters)
    if reading.problems:
        return Blueprint()
    try:
        backpropagation = derive(
            one, parameters, exercise.jacobian_layout, exercise.vectors == "rows"
        )
    except LanguageError as error:
        problem = error.problem._replace(position=exercise.settings.place("cell"))
        reading.problems.append(problem)
        return Blueprint()
    refuse_unreadable(exercise, reading, backpropagation.unreadable)
    reasons = Reasons(one, backpropagation, exercise.jacobian_layout, exercise.vectors == "rows")
    own = _definitions_at_t(exercise, one, backpropagation)
    formulas = {each.name: each.formula for each in backpropagation.formulas if each.kind != TOTAL}
    networks = RandomNetworks(
        one,
        initial,
        conditions,
        {**formulas, **own},
        exercise.seed,
    )
    in_time = unrolled_network(one, initial, exercise.settings["steps"])
    return Blueprint(
        [*_quantities(one, backpropagation), *in_time.quantities],
        free={**one.free, **in_time.free},
        drawings={"unrolled": drawing(equations, in_time.steps, False)},
        reasons={each.name: reasons.of(each) for each in backpropagation.formulas},
        claims={
            **_claims(one, backpropagation, networks, exercise.jacobian_layout),
            **{name: DefinitionClaim(networks, node, "", "") for name, node in own.items()},
        },
    )


def _definitions_at_t(
    exercise: Exercise, one: TimeSlice, backpropagation: Backpropagation
) -> dict[str, Node]:
    """The author's definitions that are made of what a step has or of derived formulas."""
    timed = {*one.now, *one.later, *(each.name for each in backpropagation.formulas)}
    timed.update(name for name in one.free if base_of(name) or name.endswith(NEXT))
    read: dict[str, Node] = {}
    for name, definition in exercise.definitions.readable.items():
        try:
            read[name] = parse(definition.formula.text, OPERATIONS)
        except LanguageError:
            continue  # reported where definitions are read
    found: dict[str, Node] = {}
    growing = True
    while growing:
        known = timed | found.keys()
        new = {name: node for name, node in read.items() if not known.isdisjoint(names(node))}
        growing = new.keys() != found.keys()
        found = new
    return found


def _quantities(one: TimeSlice, backpropagation: Backpropagation) -> list[Quantity]:
    """The equations, which are steps only where they are asked for, and the formulas."""
    found = [
        one.graph.quantities[name]._replace(note=equation_note(name))
        for name in (*one.now, *one.later)
    ]
    for each in backpropagation.formulas:
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
    one: TimeSlice, backpropagation: Backpropagation, networks: RandomNetworks, layout: str
) -> dict[str, Claim]:
    found: dict[str, Claim] = {
        name: EquationClaim(networks, one.graph.quantities[name].expression, "", name)
        for name in (*one.now, *one.later)
    }
    found.update((each.name, claim_of(networks, each, layout)) for each in backpropagation.formulas)
    return found


def _parameters(exercise: Exercise, one: TimeSlice) -> list[str]:
    """What the loss is differentiated by besides the states: by default all symbols that the cell
    and the outputs use at every step."""
    wanted = exercise.settings["parameters"]
    if not one.loss:
        return []
    if wanted is not None:
        return list(dict.fromkeys(name.text for name in wanted))
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
