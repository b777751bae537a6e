"""What an exercise over symbols with sizes cannot say: each mistake with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from exsolve.authoring.reading import Reading
from exsolve.errors import LanguageError
from exsolve.expression.sizes import shape_text
from exsolve.expression.tree import Name, Node, Shape, names, walk
from exsolve.gradient import GRADIENT
from exsolve.graph import CONSTANT_NAMES, Graph, Quantity
from exsolve.kinds.recurrent.general.time_slice import LOCAL, NEXT, TimeSlice, letters_of
from exsolve.kinds.recurrent.inputs import place_problem, refuse_valued_symbols
from exsolve.kinds.recurrent.unrolling import BEFORE, NOW, Equation, Recurrence, base_of
from exsolve.spec.exercise import Exercise
from exsolve.verification.setting import Condition


def begins_well(
    exercise: Exercise, reading: Reading, one: TimeSlice, initial: Mapping[str, Node]
) -> bool:
    """Whether what the states begin with has a shape, and the right one."""
    problems = len(reading.problems)
    written = exercise.settings["initial"] or {}
    starts = [
        Quantity(f"{base}_0", node, locate=written[base].position) for base, node in initial.items()
    ]
    known = {name: shape for name, shape in one.graph.symbols.items() if not base_of(name)}
    graph = Graph([*one.constants, *starts], known, problems=reading.problems)
    for base in initial if len(reading.problems) == problems else ():
        found, wanted = graph.shapes[f"{base}_0"], one.shape(f"{base}{NOW}")
        if found != wanted:
            reading.refuse(
                f"{base} begins as {shape_text(found)}, and {base}{NOW} is {shape_text(wanted)}",
                written[base],
                expected=shape_text(wanted),
                found=shape_text(found),
            )
    return len(reading.problems) == problems


def without_neighbours(
    exercise: Exercise, reading: Reading, declared: Mapping[str, Shape]
) -> dict[str, Shape]:
    """The declared symbols without those that come with others by themselves (h_next with h_t)."""
    letters = letters_of(declared)
    found = {}
    for name, shape in declared.items():
        suffix = next((one for one in (NEXT, BEFORE) if name.endswith(one)), "")
        now = f"{name.removesuffix(suffix)}{NOW}" if suffix else ""
        if name in letters:
            message, expected = f"{name} is a size, so it is no symbol of its own", "another name"
        elif name.startswith(GRADIENT):
            message, expected = f"{name} is derived, so it is no symbol", "equations and symbols"
        elif suffix and declared.get(now) == shape:
            continue
        elif suffix:
            message = f"{name} comes with {now}, and has its sizes"
            expected = f"{now} with its sizes"
        else:
            found[name] = shape
            continue
        reading.refuse(
            message,
            exercise.symbols[name].position,
            expected=expected,
            found=f"{name}: {shape_text(shape)}",
            hint=f"leave {name} out",
        )
    return found


def refuse_conditions_on_values(
    exercise: Exercise,
    reading: Reading,
    recurrence: Recurrence,
    conditions: Sequence[Condition],
) -> None:
    """Report conditions on what the equations compute: instances are drawn before that."""
    computed = {f"{one.base}{NOW}" for one in recurrence.equations}
    for source, condition in zip(exercise.conditions, conditions, strict=False):
        for name in names(condition.node):
            if name in computed:
                reading.refuse(
                    f"the condition {condition.text} is about {name}, which is computed",
                    source,
                    expected="conditions on sizes, parameters and inputs",
                    found=name,
                )


def refuse_misplaced(exercise: Exercise, reading: Reading, recurrence: Recurrence) -> None:
    """Report names that have a value and none, and what has no place among general formulas."""
    refuse_valued_symbols(exercise, reading)
    if exercise.settings["derivatives"] is not None:
        state = next(iter(recurrence.states), "h")
        place_problem(
            reading,
            "derivatives over several steps need values, and these symbols have sizes only",
            exercise.settings.place("derivatives"),
            expected=f"answers such as d{state}_next_d{state}, the Jacobian of one step",
            hint="leave derivatives out, or give values to all that the cell uses",
        )


def refuse_undeclared(exercise: Exercise, reading: Reading, equations: Sequence[Equation]) -> None:
    """Report each name in an equation that has neither sizes nor a value."""
    computed = {f"{one.base}{NOW}" for one in equations}
    states = {f"{one.base}{BEFORE}" for one in equations if one.role == "cell"}
    letters = letters_of({name: one.sizes for name, one in exercise.symbols.items()})
    known = {*computed, *states, *exercise.symbols, *exercise.givens, *letters, *CONSTANT_NAMES}
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
            elif node.name in exercise.random:
                hint = "a random symbol has no place in the equations of a step"
            elif node.name.endswith(NEXT):
                hint = "an equation is one of step t: it uses this step and the one before"
            elif node.name.endswith(BEFORE):
                hint = f"only what the cell computes itself ({base}{NOW}: ...) has a value before"
            elif f"{node.name}{NOW}" in computed:
                hint = f"write {node.name}{NOW} for this step"
            reading.refuse(
                f"{one.base}{NOW}: {node.name!r} is not declared",
                one.source,
                offset=max(node.offset, 0),
                expected="names of this step, or of the step before"
                if node.name.endswith((NEXT, BEFORE))
                else f"{node.name} with its sizes under symbols, such as {node.name}: [n]",
                found=", ".join(exercise.symbols),
                hint=hint,
            )


def refuse_unreadable(
    exercise: Exercise, reading: Reading, unreadable: Mapping[str, LanguageError]
) -> None:
    """Report Jacobians that are asked for and cannot be written."""
    for part in exercise.parts:
        for answer in part.answers:
            if answer in unreadable:
                problem = unreadable[answer].problem
                reading.refuse(
                    f"part {part.id} asks for {answer.text!r}: {problem.message}",
                    answer,
                    expected=problem.expected,
                    found=problem.found,
                    hint=problem.hint,
                )


def refuse_two_gradients(
    exercise: Exercise, reading: Reading, one: TimeSlice, parameters: Sequence[str]
) -> None:
    """Report a parameter called like what a step computes: both gradients had one name."""
    bases = {base_of(name) for name in one.now}
    known = [name for name in exercise.symbols if name in one.free and not base_of(name)]
    for name in parameters:
        if name not in known:
            reading.refuse(
                f"there is no symbol {name} to differentiate by",
                exercise.settings.place("parameters"),
                expected="one of " + ", ".join(known),
                found=name,
                hint="it has another value at every step" if base_of(name) else "",
            )
        elif name in bases:
            reading.refuse(
                f"{name} and {name}{NOW} would both have the gradient grad_{name}",
                exercise.symbols[name].position,
                expected="another name for one of the two",
                found=f"{name}, {name}{NOW}",
            )
    for equation in one.recurrence.equations:
        for suffix in (NEXT, LOCAL):
            if equation.base.removesuffix(suffix) in bases - {equation.base}:
                stem = equation.base.removesuffix(suffix)
                reading.refuse(
                    f"grad_{equation.base} would be a gradient by {equation.base}{NOW} and one by "
                    f"{stem}{NOW}",
                    equation.source,
                    expected="another name for one of the two",
                    found=f"{equation.base}{NOW}, {stem}{NOW}",
                )


def refuse_parameters_of_first_states(
    exercise: Exercise, reading: Reading, initial: Mapping[str, Node], parameters: Sequence[str]
) -> None:
    """Report parameters that a first state is made of: what flows back to it would be left out."""
    for base, node in initial.items():
        for name in names(node):
            if name in parameters:
                reading.refuse(
                    f"{base} begins with {name}, so the gradient by {name} has a term of the first "
                    "state too",
                    exercise.settings["initial"][base],
                    expected=f"first states without {', '.join(parameters)}",
                    found=name,
                    hint=f"let {base} begin with a symbol of its own, or name the parameters "
                    f"without {name}",
                )
