"""Equations in ``_t`` and ``_prev`` laid out over time: from h_t and h_prev to h_1, h_2, ..."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from exsolve.authoring.reading import Reading
from exsolve.errors import LanguageError, Problem
from exsolve.expression.shapes import placed, shape_of
from exsolve.expression.tree import Name, Node, Shape, names, transform, walk
from exsolve.graph import CONSTANT_NAMES, Quantity
from exsolve.spec.fields import Source, Values

NOW = "_t"
BEFORE = "_prev"


def base_of(name: str) -> str:
    """``h`` of ``h_t`` and of ``h_prev``; empty for a name that does not change with the step."""
    for suffix in (NOW, BEFORE):
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix)
    return ""


def few(words: Sequence[str]) -> str:
    """The words as a list, the middle of a long one left out."""
    if len(words) > 3:
        return f"{words[0]}, {words[1]}, ..., {words[-1]}"
    return ", ".join(words)


class Equation(NamedTuple):
    """One equation of a step: ``base`` is its name without ``_t``."""

    base: str
    role: str
    node: Node
    source: Source

    @property
    def now(self) -> list[str]:
        """The bases of what it takes from its own step."""
        return [base_of(name) for name in names(self.node) if name.endswith(NOW)]

    @property
    def before(self) -> list[str]:
        """The bases of what it takes from the step before."""
        return [base_of(name) for name in names(self.node) if name.endswith(BEFORE)]

    @property
    def fixed(self) -> list[str]:
        """The names that are the same at every step."""
        return [name for name in names(self.node) if not base_of(name)]


class Recurrence(NamedTuple):
    """The equations of every step, cell first, then outputs, then losses.

    ``starts`` has the expression of each state before the first step.
    """

    equations: tuple[Equation, ...]
    steps: int
    starts: Mapping[str, Node]

    @property
    def cell(self) -> tuple[Equation, ...]:
        """The equations of the cell itself."""
        return tuple(equation for equation in self.equations if equation.role == "cell")

    @property
    def losses(self) -> tuple[Equation, ...]:
        """The equations of the losses."""
        return tuple(equation for equation in self.equations if equation.role == "loss")

    @property
    def states(self) -> tuple[str, ...]:
        """The bases of what one step hands on to the next."""
        used = {base for equation in self.equations for base in equation.before}
        return tuple(equation.base for equation in self.cell if equation.base in used)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names that the cell and the outputs use unchanged at every step."""
        found = [
            name
            for equation in self.equations
            if equation.role != "loss"
            for name in equation.fixed
            if name not in CONSTANT_NAMES
        ]
        return tuple(dict.fromkeys(found))

    def at(self, node: Node, step: int) -> Node:
        """An equation's right side at one step (from 1)."""

        def change(part: Node) -> Node | None:
            if not isinstance(part, Name):
                return None
            base = base_of(part.name)
            if not base:
                return part
            if part.name.endswith(NOW):
                return Name(f"{base}_{step}", part.offset)
            return Name(f"{base}_{step - 1}", part.offset) if step > 1 else self.starts[base]

        return transform(node, change)


def read_equations(reading: Reading, written: Mapping[str, Values | None]) -> list[Equation]:
    """The equations under ``cell``, ``outputs`` and ``loss``, those that can be read."""
    found: list[Equation] = []
    for role, equations in written.items():
        if equations is None:
            continue
        for name, source in equations.items():
            node = reading.parse(source)
            if not name.endswith(NOW) or len(name) == len(NOW):
                reading.problems.append(
                    Problem(
                        f"{name} is not the name of something that each step has",
                        expected="a name that ends in _t, such as h_t",
                        found=name,
                        hint=f"write {base_of(name) or name}_t: ...",
                        position=equations.place(name),
                    )
                )
            elif node is not None:
                found.append(Equation(base_of(name), role, node, source))
    return found


def refuse_bad_names(
    reading: Reading, equations: Sequence[Equation], known: Iterable[str], symbols: Iterable[str]
) -> None:
    """Report every name in an equation that neither the step nor the exercise has."""
    defined = {equation.base for equation in equations}
    states = {equation.base for equation in equations if equation.role == "cell"}
    fixed = {*known, *CONSTANT_NAMES, *(one for one in symbols if not base_of(one))}
    sequences = {base_of(one) for one in symbols} | _sequence_bases(fixed)
    for equation in equations:
        for node in walk(equation.node):
            if not isinstance(node, Name):
                continue
            base = base_of(node.name)
            if node.name.endswith(BEFORE) and base not in states:
                _refuse(
                    reading,
                    equation,
                    node,
                    expected="the name of an equation of the cell with _prev: "
                    + (", ".join(f"{one}{BEFORE}" for one in sorted(states)) or "there is none"),
                    hint=f"only what the cell computes itself ({base}{NOW}: ...) has a value of the"
                    " step before",
                )
            elif node.name.endswith(NOW) and base and base not in defined | sequences:
                _refuse(
                    reading,
                    equation,
                    node,
                    expected=f"an equation for {node.name}, or givens {base}_1, {base}_2, ... or"
                    f" {base}",
                    hint=_near(node.name, [f"{one}{NOW}" for one in sorted(defined | sequences)]),
                )
            elif not base and node.name not in fixed:
                stem = node.name.rsplit("_", 1)[0]
                of_step = next((one for one in (node.name, stem) if one in defined), "")
                _refuse(
                    reading,
                    equation,
                    node,
                    expected="a given, a definition, or a name that ends in _t or _prev",
                    hint=f"write {of_step}{NOW} for this step and {of_step}{BEFORE} for the one"
                    " before"
                    if of_step
                    else _near(node.name, sorted(fixed)),
                )


def _refuse(reading: Reading, equation: Equation, node: Name, *, expected: str, hint: str) -> None:
    reading.refuse(
        f"{equation.base}{NOW}: {node.name!r} is not known",
        equation.source,
        offset=max(node.offset, 0),
        expected=expected,
        found=node.name,
        hint=hint,
    )


def _near(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=2, cutoff=0.6)
    return "did you mean " + " or ".join(close) + "?" if close else ""


def _sequence_bases(known: Iterable[str]) -> set[str]:
    """The bases of givens x_1, x_2, ..., and every name itself, which may be an array of rows."""
    found = set()
    for name in known:
        base, _, step = name.rpartition("_")
        found.add(base if base and step.isdigit() else name)
    return found


def refuse_cycles(reading: Reading, equations: Sequence[Equation]) -> None:
    """Report the first circle among the equations of one step."""
    by_base = {equation.base: equation for equation in equations}
    done: set[str] = set()
    for start in by_base:
        path: list[str] = []
        pending = [(start, 0)]
        while pending:
            base, depth = pending.pop()
            del path[depth:]
            if base in path:
                circle = [*path[path.index(base) :], base]
                equation = by_base[base]
                reading.refuse(
                    f"{base}{NOW} is defined in terms of itself within one step",
                    equation.source,
                    expected=f"{base}{BEFORE} where the value of the step before is meant",
                    found=" -> ".join(f"{one}{NOW}" for one in circle),
                )
                return
            if base in done or base not in by_base:
                continue
            path.append(base)
            pending += [(one, len(path)) for one in by_base[base].now]
        done.update(path)
        done.add(start)


def unrolled(recurrence: Recurrence, notes: Mapping[str, str]) -> list[Quantity]:
    """Every equation at every step: the cell's over all steps, then the outputs', the losses'."""
    found: list[Quantity] = []
    by_role: dict[str, list[Equation]] = {}
    for equation in recurrence.equations:
        by_role.setdefault(equation.role, []).append(equation)
    for equations in by_role.values():
        for step in range(1, recurrence.steps + 1):
            for equation in equations:
                name = f"{equation.base}_{step}"
                found.append(
                    Quantity(
                        name,
                        recurrence.at(equation.node, step),
                        notes.get(name, ""),
                        locate=equation.source.position,
                    )
                )
    return found


def step_shapes(
    reading: Reading, recurrence: Recurrence, shapes: Mapping[str, Shape]
) -> dict[str, Shape]:
    """The shapes of one step's quantities, by name with the step, for the first two steps.

    What does not fit is reported once, not once a step. Equations that use names without a known
    shape (an author's own definitions) are left to the graph.
    """
    known: dict[str, Shape] = {**CONSTANT_NAMES, **shapes}
    wrong: set[str] = set()
    for step in range(1, min(recurrence.steps, 2) + 1):
        for equation in _in_order(recurrence.equations):
            node = recurrence.at(equation.node, step)
            if equation.base in wrong or any(name not in known for name in names(node)):
                continue
            try:
                shape = shape_of(node, known.__getitem__)
            except LanguageError as error:
                wrong.add(equation.base)
                problem = placed(error, 0).problem
                reading.problems.append(
                    problem._replace(
                        message=f"{equation.base}{NOW}: {problem.message}",
                        position=equation.source.position(max(error.offset, 0)),
                    )
                )
                continue
            first = known.get(f"{equation.base}_1", shape)
            if shape != first and equation.base in recurrence.states:
                wrong.add(equation.base)
                reading.refuse(
                    f"{equation.base}{NOW} has another shape at step 2 than at step 1",
                    equation.source,
                    expected=f"shape {first} at every step",
                    found=f"shape {shape}",
                    hint=f"is {equation.base}_0 of the shape of {equation.base}{NOW}?",
                )
                continue
            known[f"{equation.base}_{step}"] = shape
            if equation.role == "loss" and shape != ():
                wrong.add(equation.base)
                reading.refuse(
                    f"the loss {equation.base}{NOW} is not a scalar",
                    equation.source,
                    expected="a single number at each step",
                    found=f"shape {shape}",
                    hint="sum it: sumsq(...), sum(...) or mean(...)",
                )
    return known


def _in_order(equations: Sequence[Equation]) -> list[Equation]:
    """The equations, each behind those of its own step that it uses; those in circles left out."""
    by_base = {equation.base: equation for equation in equations}
    order: dict[str, Equation] = {}
    waiting = list(by_base)
    while waiting:
        ready = [
            base
            for base in waiting
            if all(one in order or one not in by_base for one in by_base[base].now)
        ]
        if not ready:
            break
        order.update((base, by_base[base]) for base in ready)
        waiting = [base for base in waiting if base not in order]
    return list(order.values())
