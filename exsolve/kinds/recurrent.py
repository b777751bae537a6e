"""Recurrent networks: equations of one step, unrolled over time, and the way back through it.

Backpropagation through time: Werbos, Backpropagation through time: what it does and how to do it,
Proceedings of the IEEE 78(10), 1990.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from exsolve import limits
from exsolve.errors import LanguageError, Position, Problem
from exsolve.expression.tree import Name, Node, Shape, names
from exsolve.graph import Quantity, shape_of
from exsolve.kinds.blueprint import Blueprint, GradientRequest
from exsolve.kinds.reading import Reading
from exsolve.kinds.state_derivatives import derivatives, read_wanted
from exsolve.kinds.unrolling import (
    NOW,
    Equation,
    Recurrence,
    base_of,
    few,
    read_equations,
    refuse_bad_names,
    refuse_cycles,
    step_shapes,
    unrolled,
)
from exsolve.ops.construct import add, call
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Boolean, Choice, FieldSpec, Formula, Integer, ListOf, MapOf, Record
from exsolve.spec.fields import Name as NameField

SUMMARY = "a recurrent network (RNN, LSTM, GRU, your own cell) forward and back through time"

_EQUATIONS = MapOf(NameField(), Formula(), minimum=1)

_POSITIVE = "positive pre-activations"
_DERIVATIVE = Record(
    {
        "of": FieldSpec(NameField(), "The late state: h_20; h_t with `at`.", required=True),
        "for": FieldSpec(
            NameField(), "The early state it is differentiated by: h_1.", required=True
        ),
        "at": FieldSpec(
            ListOf(Integer(0, limits.TIME_STEPS)), "Several late steps: one row for each."
        ),
        "absolute": FieldSpec(Boolean(), "Whether only the size is wanted.", default=False),
    }
)

FIELDS: Mapping[str, FieldSpec] = {
    "cell": FieldSpec(
        _EQUATIONS,
        "The equations of one step: h_t is this step's value, h_prev that of the step before.",
        required=True,
    ),
    "outputs": FieldSpec(_EQUATIONS, "What each step gives out: y_t."),
    "loss": FieldSpec(
        _EQUATIONS, "The loss of each step, a scalar: L_t. L is the sum over all steps."
    ),
    "steps": FieldSpec(
        Integer(1, limits.TIME_STEPS),
        "The number of steps; by default as many as there are inputs.",
    ),
    "initial": FieldSpec(
        MapOf(NameField(), Formula()),
        "Each state before the first step, by the state's name without _t; h_0 by default.",
    ),
    "symbols": FieldSpec(
        ListOf(NameField(), 0),
        "Names in the equations that have no value (u, x_t): then only derivatives are computed, "
        "and these names must drop out of them.",
        default=(),
    ),
    "assume": FieldSpec(
        Choice(_POSITIVE),
        f"`{_POSITIVE}`: every ReLU gets a positive argument, so it passes it on.",
    ),
    "derivatives": FieldSpec(
        MapOf(NameField(), _DERIVATIVE),
        "Derivatives of a late state by an early one, for cells of single numbers.",
    ),
    "parameters": FieldSpec(
        ListOf(NameField(), 0),
        "What the loss is differentiated by besides the states; by default all that the cell and "
        "the outputs use at every step.",
    ),
}

STARTER = """\
id: my-rnn
title: Two steps of a recurrent network
kind: recurrent
about: A small recurrent network, forward and back through time.
# The equations of one step: _t is this step, _prev the step before.
cell:
  h_t: tanh(W @ x_t + U @ h_prev)
outputs:
  y_t: V @ h_t
loss:
  L_t: sumsq(y_t - z_t)   # L is the sum over all steps
steps: 2
initial: {h: h_0}         # h_0 is the default; zeros(2) would do as well
# parameters: [W, U, V]   # by default all that the cell and the outputs use at every step
givens:
  W: [[1], [0]]
  U: [[0, 1/2], [1, 0]]
  V: [[1, 1]]
  h_0: [0, 0]
  x: [[1], [2]]           # row by row: x_1, x_2
  z_1: 1
  z_2: 0
parts:
  - id: a
    ask: Compute the states, the outputs and the loss.
    points: 3
    answers: [h_1, h_2, y_1, y_2, L]
  - id: b
    ask: Compute the gradients of the loss.
    points: 3
    answers: [grad_h_2, grad_h_1, grad_W, grad_U, grad_V]
"""


def build(exercise: Exercise, reading: Reading) -> Blueprint:
    """The unrolled equations, the total loss, and the request for its gradients; derivatives."""
    settings = exercise.settings
    symbols = [str(name) for name in settings["symbols"]]
    equations = read_equations(reading, {role: settings[role] for role in _ROLES})
    refuse_bad_names(reading, equations, [*exercise.givens, *exercise.definitions], symbols)
    refuse_cycles(reading, equations)
    for surplus in list(settings["loss"] or ())[1:]:
        _problem(
            reading,
            "a second loss",
            settings["loss"].place(surplus),
            expected="one equation, with the sum of all losses of a step",
            found=surplus,
        )
    wanted = read_wanted(reading, settings["derivatives"], equations, settings["steps"])
    if reading.problems:
        return Blueprint()
    shapes: dict[str, Shape] = {name: value.shape for name, value in reading.givens.items()}
    if symbols:
        _refuse_values_of_symbols(exercise, reading)
        known = {**dict.fromkeys(exercise.definitions, ()), **shapes}
        positive = settings["assume"] is not None
        labels = _value_labels(exercise)
        return Blueprint(derivatives(reading, equations, wanted, known, positive, labels))
    if settings["assume"]:
        reading.refuse(
            "every state has a value here, so nothing needs to be assumed",
            settings["assume"],
            hint="leave assume out; it is for cells with symbols",
        )
    sequences = _sequences(equations)
    steps = settings["steps"] or _longest(sequences, reading)
    found = _inputs(sequences, steps, exercise, reading)
    starts = _starts(equations, exercise, reading, found)
    if reading.problems:
        return Blueprint()
    recurrence = Recurrence(tuple(equations), steps, starts)
    _add_shapes(shapes, found)
    shapes = step_shapes(reading, recurrence, shapes)
    if reading.problems:
        return Blueprint()
    found += unrolled(recurrence, _notes(recurrence))
    known = {**dict.fromkeys((one.name for one in found), ()), **shapes}
    found += derivatives(reading, equations, wanted, known, False, _value_labels(exercise))
    losses = _losses(recurrence)
    found += losses
    _refuse_unknown_parameters(exercise, reading, {quantity.name for quantity in found})
    return Blueprint(found, gradients=_requests(recurrence, losses, settings["parameters"]))


def _value_labels(exercise: Exercise) -> dict[str, tuple[str, ...]]:
    """``w = 0.3``, ``w = 3`` for a given that lists values."""
    found = {}
    for name, given in exercise.givens.items():
        if len(given.value.shape) == 1:
            texts = tuple(f"{name} = {source.text}" for source in given.value.flat())
            found[name] = given.rows or texts
    return found


def _refuse_unknown_parameters(exercise: Exercise, reading: Reading, computed: set[str]) -> None:
    known = {*exercise.givens, *exercise.definitions, *computed}
    for name in exercise.settings["parameters"] or ():
        if name.text not in known:
            reading.refuse(
                f"there is no {name.text} to differentiate by",
                name,
                expected="a given, a definition or something that a step computes",
                found=name.text,
            )
    if exercise.settings["parameters"] and exercise.settings["loss"] is None:
        _problem(
            reading,
            "there is no loss to differentiate",
            exercise.settings.place("parameters"),
            expected="loss: {L_t: ...} beside parameters",
        )


def _refuse_values_of_symbols(exercise: Exercise, reading: Reading) -> None:
    """Report what an exercise with symbols cannot have."""
    for role in ("outputs", "loss", "initial"):
        if exercise.settings[role] is not None:
            _problem(
                reading,
                f"{role} needs values at every step, and there are symbols",
                exercise.settings.place(role),
                expected="values for all that the cell uses, or derivatives only",
            )
    for name in exercise.settings["symbols"]:
        if name.text in exercise.givens or name.text in exercise.definitions:
            reading.refuse(
                f"{name.text} has a value, so it is no symbol",
                name,
                hint="take it out of symbols, or out of givens and define",
            )


_ROLES = ("cell", "outputs", "loss")


def _sequences(equations: Sequence[Equation]) -> list[str]:
    """The bases that no equation defines: the inputs and targets."""
    defined = {equation.base for equation in equations}
    used = [base for equation in equations for base in equation.now if base not in defined]
    return list(dict.fromkeys(used))


def _longest(sequences: Sequence[str], reading: Reading) -> int:
    """The number of steps that the first input has values for."""
    for base in sequences:
        if base in reading.givens and reading.givens[base].ndim:
            return len(reading.givens[base])
        count = 0
        while f"{base}_{count + 1}" in reading.givens:
            count += 1
        if count:
            return count
    return 1


def _inputs(
    sequences: Sequence[str], steps: int, exercise: Exercise, reading: Reading
) -> list[Quantity]:
    """x_1, x_2, ... as the rows of x, where the input is given as one array."""
    found: list[Quantity] = []
    for base in sequences:
        singles = [
            name
            for name in exercise.givens
            if name.rpartition("_")[0] == base and name.rpartition("_")[2].isdigit()
        ]
        whole = exercise.givens.get(base)
        if whole is not None and singles:
            _problem(
                reading,
                f"{base} is given as a whole and step by step",
                exercise.givens[singles[0]].position,
                expected=f"either {base} or {base}_1, {base}_2, ...",
                found=", ".join([base, *singles]),
            )
        elif whole is not None:
            value = reading.givens[base]
            length = len(value) if value.ndim else 0
            if length != steps:
                _problem(
                    reading,
                    f"{base} has {length} rows for {steps} steps"
                    if length
                    else f"{base} is a number",
                    whole.position,
                    expected=f"{steps} rows, one for each step",
                    found=f"shape {value.shape}",
                )
                continue
            for step in range(1, steps + 1):
                row = call("index", Name(base), at=(step - 1,))
                note = f"Row {step} of {base} belongs to step {step}."
                found.append(
                    Quantity(f"{base}_{step}", row, note, locate=reading.locate_given(base))
                )
        else:
            _refuse_wrong_count(base, singles, steps, exercise, reading)
    return found


def _refuse_wrong_count(
    base: str, singles: Sequence[str], steps: int, exercise: Exercise, reading: Reading
) -> None:
    wanted = {f"{base}_{step}" for step in range(1, steps + 1)}
    known = {*exercise.givens, *exercise.definitions}
    missing = [f"{base}_{step}" for step in range(1, steps + 1) if f"{base}_{step}" not in known]
    if missing:
        place = exercise.givens[singles[-1]].position if singles else exercise.settings.position
        _problem(
            reading,
            f"{base} has no value at {few(missing)}",
            place,
            expected=f"{base}_1 to {base}_{steps}, or {base} with {steps} rows",
            found=few(singles) or f"no {base} at all",
        )
    for name in singles:
        if name not in wanted and name != f"{base}_0":
            _problem(
                reading,
                f"{name} is beyond the {steps} steps",
                exercise.givens[name].position,
                expected=f"{base}_1 to {base}_{steps}",
                hint="raise steps, or leave it out",
            )


def _problem(
    reading: Reading,
    message: str,
    position: Position | None,
    *,
    expected: str = "",
    found: str = "",
    hint: str = "",
) -> None:
    reading.problems.append(Problem(message, expected, found, hint, position))


def _starts(
    equations: Sequence[Equation], exercise: Exercise, reading: Reading, found: list[Quantity]
) -> dict[str, Node]:
    """What stands for each state before the first step; h_0 becomes a quantity where it is not."""
    written = exercise.settings["initial"]
    states = list(dict.fromkeys(base for one in equations for base in one.before))
    starts: dict[str, Node] = {}
    for base in states:
        name = f"{base}_0"
        source = written.get(base) if written is not None else None
        node = reading.parse(source) if source is not None else None
        if source is None:
            if name not in exercise.givens and name not in exercise.definitions:
                user = next(one for one in equations if base in one.before)
                reading.refuse(
                    f"the state {base} has no value before the first step",
                    user.source,
                    expected=f"a given {name}, or initial: {{{base}: ...}}",
                    found="neither",
                    hint=f"write initial: {{{base}: zeros(n)}} to begin at 0",
                )
            starts[base] = Name(name)
        elif isinstance(node, Name):
            starts[base] = node
        elif node is not None:
            if name in exercise.givens:
                reading.refuse(
                    f"{name} is given, and initial says something else",
                    source,
                    expected=f"{base}: {name}",
                    found=source.text,
                )
            note = f"The state {base} before the first step."
            found.append(Quantity(name, node, note, locate=source.position))
            starts[base] = Name(name)
    for base in written or ():
        if base not in starts:
            _problem(
                reading,
                f"{base} is no state: no equation uses {base}_prev",
                written.place(base),
                expected="one of " + (", ".join(states) or "no states at all"),
                found=base,
                hint=f"leave out the {NOW}" if base_of(base) in states else "",
            )
    return starts


def _add_shapes(shapes: dict[str, Shape], quantities: Sequence[Quantity]) -> None:
    """Add the shapes of the inputs' rows and the first states, where they can be told."""
    for quantity in quantities:
        if all(name in shapes for name in names(quantity.expression)):
            try:
                shapes[quantity.name] = shape_of(quantity.expression, shapes.__getitem__)
            except LanguageError:
                continue  # the graph reports it, with its place


def _notes(recurrence: Recurrence) -> dict[str, str]:
    """What is done at each step, and from what."""
    notes = {}
    for equation in recurrence.equations:
        if equation.role == "cell" and equation.base in recurrence.states:
            what = "the new state"
        else:
            what = {"cell": f"{equation.base}{NOW}", "outputs": "the output", "loss": "the loss"}[
                equation.role
            ]
        for step in range(1, recurrence.steps + 1):
            before = [f"{base}_{step - 1}" for base in equation.before]
            now = [f"{base}_{step}" for base in equation.now]
            source = f", from {_listed([*now, *before])}"
            notes[f"{equation.base}_{step}"] = (
                f"Step {step}: {what}{source if now or before else ''}."
            )
    return notes


def _gradient_notes(recurrence: Recurrence) -> dict[str, str]:
    """Where each gradient of the cell comes from: this step's loss, the next step's state."""
    notes = {}
    for equation in recurrence.cell:
        base = equation.base
        now = [one for one in recurrence.equations if base in one.now]
        later = [one for one in recurrence.equations if base in one.before]
        for step in range(1, recurrence.steps + 1):
            here = [f"{one.base}_{step}" for one in now]
            following = [f"{one.base}_{step + 1}" for one in later]
            name = f"{base}_{step}"
            if step == recurrence.steps:
                why = (
                    f"acts through {_listed(here)} alone: no step follows"
                    if later
                    else (f"acts through {_listed(here)}")
                )
            elif here and following:
                why = (
                    f"acts through {_listed(here)} of its own step and through "
                    f"{_listed(following)} of the next: the contributions add up"
                )
            else:
                why = f"acts through {_listed(here or following)}"
            notes[name] = f"{name} {why}." if here or following else ""
    return notes


def _parameter_note(recurrence: Recurrence, name: str) -> str:
    users = [one for one in recurrence.equations if name in one.fixed]
    steps = recurrence.steps
    if not users:
        return f"How the loss changes with {name}."
    places = _listed([f"{one.base}{NOW}" for one in users])
    if steps == 1:
        return f"{name} acts through {places}."
    count = "both steps" if steps == 2 else f"all {steps} steps"
    return f"{name} is the same in {count}, where it acts through {places}: one term for each step."


def _listed(words: Sequence[str]) -> str:
    return " and ".join(few(words).rsplit(", ", 1))


def _losses(recurrence: Recurrence) -> list[Quantity]:
    """The total of each loss over the steps, named like it without _t."""
    found = []
    for equation in recurrence.equations:
        if equation.role != "loss":
            continue
        terms = [Name(f"{equation.base}_{step}") for step in range(1, recurrence.steps + 1)]
        note = f"The loss as a whole is the sum over all {recurrence.steps} steps."
        found.append(Quantity(equation.base, add(*terms), note, locate=equation.source.position))
    return found


def _requests(
    recurrence: Recurrence,
    losses: Sequence[Quantity],
    parameters: Sequence[str] | None,
) -> list[GradientRequest]:
    """The gradient of the loss by every state and parameter."""
    if not losses:
        return []
    wanted = (
        [str(name) for name in parameters]
        if parameters is not None
        else list(recurrence.parameters)
    )
    steps = range(1, recurrence.steps + 1)
    states = [f"{base}_{step}" for base in recurrence.states for step in steps]
    shown = [f"{equation.base}_{step}" for equation in recurrence.cell for step in steps]
    notes = _gradient_notes(recurrence)
    for name in wanted:
        notes.setdefault(name, _parameter_note(recurrence, name))
    return [GradientRequest(losses[0].name, (*states, *wanted), frozenset(shown), notes)]
