"""What goes into a recurrent network: the values of each step, and the states before the first."""

from __future__ import annotations

from collections.abc import Sequence

from exsolve.authoring.reading import Reading
from exsolve.errors import LanguageError, Position, Problem
from exsolve.expression.shapes import shape_of
from exsolve.expression.tree import Name, Node, Shape, names
from exsolve.graph import Quantity
from exsolve.kinds.recurrent.unrolling import NOW, Equation, base_of, few
from exsolve.ops.construct import call
from exsolve.spec.exercise import Exercise


def place_problem(
    reading: Reading,
    message: str,
    position: Position | None,
    *,
    expected: str = "",
    found: str = "",
    hint: str = "",
) -> None:
    """Note a problem at a place of the file."""
    reading.problems.append(Problem(message, expected, found, hint, position))


def sequences_of(equations: Sequence[Equation]) -> list[str]:
    """The bases that no equation defines: the inputs and targets."""
    defined = {equation.base for equation in equations}
    used = [base for equation in equations for base in equation.now if base not in defined]
    return list(dict.fromkeys(used))


def longest(sequences: Sequence[str], reading: Reading) -> int:
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


def inputs(
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
            place_problem(
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
                place_problem(
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
                    Quantity(
                        f"{base}_{step}", row, note, locate=reading.locate_given(base), plain=True
                    )
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
        place_problem(
            reading,
            f"{base} has no value at {few(missing)}",
            place,
            expected=f"{base}_1 to {base}_{steps}, or {base} with {steps} rows",
            found=few(singles) or f"no {base} at all",
        )
    for name in singles:
        if name not in wanted and name != f"{base}_0":
            place_problem(
                reading,
                f"{name} is beyond the {steps} steps",
                exercise.givens[name].position,
                expected=f"{base}_1 to {base}_{steps}",
                hint="raise steps, or leave it out",
            )


def starts_of(
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
            place_problem(
                reading,
                f"{base} is no state: no equation uses {base}_prev",
                written.place(base),
                expected="one of " + (", ".join(states) or "no states at all"),
                found=base,
                hint=f"leave out the {NOW}" if base_of(base) in states else "",
            )
    return starts


def add_shapes(shapes: dict[str, Shape], quantities: Sequence[Quantity]) -> None:
    """Add the shapes of the inputs' rows and the first states, where they can be told."""
    for quantity in quantities:
        if all(name in shapes for name in names(quantity.expression)):
            try:
                shapes[quantity.name] = shape_of(quantity.expression, shapes.__getitem__)
            except LanguageError:
                continue  # the graph reports it, with its place


def refuse_valued_symbols(exercise: Exercise, reading: Reading) -> None:
    """Report names that are declared without a value and have one."""
    for name, symbol in exercise.symbols.items():
        if name in exercise.givens or name in exercise.definitions:
            reading.refuse(
                f"{name} has a value, so it is no symbol",
                symbol.position,
                expected="a name under symbols, or under givens, not both",
                found=name,
                hint="take it out of symbols, or out of givens and define",
            )
