"""Recurrent networks: equations of one step, unrolled over time, and the way back through it.

Backpropagation through time: Werbos, Backpropagation through time: what it does and how to do it,
Proceedings of the IEEE 78(10), 1990.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from exsolve import limits
from exsolve.authoring.blueprint import Blueprint, GradientRequest, Labels
from exsolve.authoring.reading import Reading
from exsolve.expression.tree import Constant, Name, Shape
from exsolve.gradient import gradient_name
from exsolve.graph import Quantity
from exsolve.kinds.recurrent.drawing import drawing
from exsolve.kinds.recurrent.general.blueprint import general_blueprint, is_general
from exsolve.kinds.recurrent.inputs import (
    add_shapes,
    inputs,
    longest,
    place_problem,
    refuse_valued_symbols,
    sequences_of,
    starts_of,
)
from exsolve.kinds.recurrent.notes import gradient_notes, parameter_note, step_notes
from exsolve.kinds.recurrent.positive import refuse_idle_assumption, refuse_negative
from exsolve.kinds.recurrent.state_derivatives import derivatives, read_wanted, without_relu
from exsolve.kinds.recurrent.unrolling import (
    Equation,
    Recurrence,
    read_equations,
    refuse_bad_names,
    refuse_cycles,
    step_shapes,
    unrolled,
)
from exsolve.ops.construct import add
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Boolean, Choice, FieldSpec, Formula, Integer, ListOf, MapOf, Record
from exsolve.spec.fields import Name as NameField

LONGEST_LABELLED = 50
"""Rows of an input up to which each is labelled with its own name, x_1, x_2, ..."""

SUMMARY = "a recurrent network (RNN, LSTM, GRU, your own cell) forward and back through time"


def _equations(example: str) -> MapOf:
    return MapOf(NameField(), Formula(), minimum=1, example=example)


_POSITIVE = "positive pre-activations"
_DERIVATIVE = Record(
    {
        "of": FieldSpec(
            NameField(), "The late state; h_t with `at`.", required=True, example="h_20"
        ),
        "for": FieldSpec(
            NameField(), "The early state it is differentiated by.", required=True, example="h_1"
        ),
        "at": FieldSpec(
            ListOf(Integer(0, limits.TIME_STEPS)),
            "Several late steps: one row for each.",
            example="[5, 10, 20]",
        ),
        "absolute": FieldSpec(Boolean(), "Whether only the size is wanted.", default=False),
    }
)

FIELDS: Mapping[str, FieldSpec] = {
    "cell": FieldSpec(
        _equations("h_t"),
        "The equations of one step: h_t is this step's value, h_prev that of the step before.",
        required=True,
        example="{h_t: tanh(W @ x_t + U @ h_prev + b)}",
    ),
    "outputs": FieldSpec(_equations("y_t"), "What each step gives out.", example="{y_t: V @ h_t}"),
    "loss": FieldSpec(
        _equations("L_t"),
        "The loss of each step, a scalar. L is the sum over all steps.",
        example="{L_t: sumsq(y_t - z_t)}",
    ),
    "steps": FieldSpec(
        Integer(1, limits.TIME_STEPS),
        "The number of steps; by default as many as there are inputs.",
    ),
    "initial": FieldSpec(
        MapOf(NameField(), Formula()),
        "Each state before the first step, by the state's name without _t; h_0 by default.",
        example="{h: zeros(2)}",
    ),
    "assume": FieldSpec(
        Choice(_POSITIVE),
        f"`{_POSITIVE}`: every ReLU gets a positive argument, so it passes it on; where there are "
        "values, they must be so.",
    ),
    "derivatives": FieldSpec(
        MapOf(NameField(), _DERIVATIVE),
        "Derivatives of a late state by an early one, for cells of single numbers.",
        example="{dh3_dh1: {of: h_3, for: h_1}}",
    ),
    "parameters": FieldSpec(
        ListOf(NameField(), 0),
        "What the loss is differentiated by besides the states; by default all that the cell and "
        "the outputs use at every step.",
        example="[W, U, V]",
    ),
}

ANSWERS: Mapping[str, str] = {
    "h_n": "the state of step n, by the name that the cell gives it.",
    "y_n": "an output of step n, by its name.",
    "L_n": "the loss of step n.",
    "L": "the whole loss.",
    "grad_h_n": "the total gradient of the loss by the state of step n.",
    "grad_W": "the gradient of the loss by a parameter.",
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
    symbols = list(exercise.symbols)
    equations = read_equations(reading, {role: settings[role] for role in _ROLES})
    if is_general(exercise):
        return _general(exercise, reading, equations)
    refuse_bad_names(reading, equations, [*exercise.givens, *exercise.definitions], symbols)
    refuse_cycles(reading, equations)
    _refuse_second_loss(exercise, reading)
    assumed = settings["assume"]
    if assumed is not None:
        refuse_idle_assumption(reading, assumed, equations)
    wanted = read_wanted(reading, settings["derivatives"], equations, settings["steps"])
    if reading.problems:
        return Blueprint()
    layout = exercise.jacobian_layout
    shapes: dict[str, Shape] = {name: value.shape for name, value in reading.givens.items()}
    if symbols:
        _refuse_values_of_symbols(exercise, reading)
        known = {**dict.fromkeys(exercise.definitions, ()), **shapes}
        positive = assumed is not None
        labels = _value_labels(exercise, reading)
        certain = not exercise.definitions
        return Blueprint(
            derivatives(reading, equations, wanted, known, positive, labels, {}, certain, layout)
        )
    sequences = sequences_of(equations)
    steps = settings["steps"] or longest(sequences, reading)
    found = inputs(sequences, steps, exercise, reading)
    starts = starts_of(equations, exercise, reading, found)
    if reading.problems:
        return Blueprint()
    recurrence = Recurrence(tuple(equations), steps, starts)
    add_shapes(shapes, found)
    shapes = step_shapes(reading, recurrence, shapes)
    if reading.problems:
        return Blueprint()
    found += unrolled(recurrence, step_notes(recurrence))
    if assumed is not None:
        refuse_negative(exercise, reading, recurrence, found, assumed)
    known = {**dict.fromkeys((one.name for one in found), ()), **shapes}
    labels = _value_labels(exercise, reading)
    certain = all(f"{equation.base}_1" in shapes for equation in equations)
    positive = assumed is not None
    found += derivatives(
        reading, equations, wanted, known, positive, labels, starts, certain, layout
    )
    losses = _losses(recurrence)
    found += losses
    _refuse_unknown_parameters(exercise, reading, {quantity.name for quantity in found})
    rows = {
        base: Labels(rows=tuple(f"{base}_{step}" for step in range(1, steps + 1)))
        for base in sequences
        if base in reading.givens and steps <= LONGEST_LABELLED
    }
    requests = _requests(recurrence, losses, settings["parameters"])
    named = [one.name for one in found]
    named += [gradient_name(name) for request in requests for name in request.targets]
    plan = drawing(equations, steps, True, [*exercise.givens, *named])
    return Blueprint(found, gradients=requests, labels=rows, drawings={"unrolled": plan})


def _general(exercise: Exercise, reading: Reading, equations: Sequence[Equation]) -> Blueprint:
    """General formulas over the symbols of the exercise."""
    refuse_cycles(reading, equations)
    _refuse_second_loss(exercise, reading)
    if exercise.settings["assume"]:
        refuse_idle_assumption(reading, exercise.settings["assume"], equations)
    if reading.problems:
        return Blueprint()
    if exercise.settings["assume"]:
        equations = [without_relu(one) for one in equations]
    return general_blueprint(exercise, reading, equations)


def _refuse_second_loss(exercise: Exercise, reading: Reading) -> None:
    losses = exercise.settings["loss"]
    for surplus in list(losses or ())[1:]:
        place_problem(
            reading,
            "a second loss",
            losses.place(surplus),
            expected="one equation, with the sum of all losses of a step",
            found=surplus,
        )


def _value_labels(exercise: Exercise, reading: Reading) -> dict[str, tuple[str, ...]]:
    """``w = 0.3``, ``w = 3`` for a given that lists values."""
    found = {}
    for name, value in reading.givens.items():
        if value.ndim == 1:
            node = reading.constant(name)
            spelled = node.spelled if isinstance(node, Constant) else ()
            texts = spelled if spelled and all(spelled) else [str(cell) for cell in value]
            labels = exercise.givens[name].rows
            found[name] = (
                labels if len(labels) == len(value) else tuple(f"{name} = {text}" for text in texts)
            )
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
        place_problem(
            reading,
            "there is no loss to differentiate",
            exercise.settings.place("parameters"),
            expected="loss: {L_t: ...} beside parameters",
        )


def _refuse_values_of_symbols(exercise: Exercise, reading: Reading) -> None:
    """Report what an exercise with symbols cannot have."""
    for role in ("outputs", "loss", "initial"):
        if exercise.settings[role] is not None:
            place_problem(
                reading,
                f"{role} needs values at every step, and there are symbols",
                exercise.settings.place(role),
                expected="values for all that the cell uses, or derivatives only",
            )
    refuse_valued_symbols(exercise, reading)


_ROLES = ("cell", "outputs", "loss")


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
    notes = gradient_notes(recurrence)
    for name in wanted:
        notes.setdefault(name, parameter_note(recurrence, name))
    return [GradientRequest(losses[0].name, (*states, *wanted), frozenset(shown), notes)]
