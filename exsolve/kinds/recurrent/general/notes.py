"""What general formulas of a recurrent network are told: where a gradient comes from, and how it
ends."""

from __future__ import annotations

from collections.abc import Sequence

from exsolve.expression.tree import names
from exsolve.gradient import gradient_name
from exsolve.kinds.recurrent.general.gradients import (
    JACOBIAN,
    LOCAL_KIND,
    PARAMETER,
    Derived,
)
from exsolve.kinds.recurrent.general.time_slice import NEXT, TimeSlice
from exsolve.kinds.recurrent.unrolling import NOW, few


def equation_note(name: str) -> str:
    """What an equation of the slice computes."""
    when = "the step t + 1" if name.endswith(NEXT) else "the step t"
    return f"An equation of {when}."


def formula_note(one: TimeSlice, each: Derived) -> str:
    """Where a gradient comes from, in a sentence or two."""
    if each.kind == JACOBIAN:
        return f"How {each.of} changes with {each.by} in one step of the cell."
    if each.kind == PARAMETER:
        users = [name for name in one.now if each.by in one.graph.uses(name)]
        return (
            f"{each.by} is the same at every step, where it acts through {listed(users)}: "
            "one term for each step."
        )
    here, following = ways(one, each.by)
    if each.kind == LOCAL_KIND:
        if not here:
            return f"{each.by} does not act on {one.loss} of its own step."
        through = f" through {listed(here)}" if one.loss not in here else ""
        return f"{each.by} acts on {one.loss}{through}; later losses are left out."
    note = f"{each.by} acts {acting(one, here, following)}."
    arriving = _arriving(one, each)
    if arriving:
        note += f" At the last step, t = T, no step follows: {', '.join(arriving)} = 0."
    return note


def acting(one: TimeSlice, here: Sequence[str], following: Sequence[str]) -> str:
    """What something goes through on its ways to the losses."""
    cell = {f"{equation.base}{NOW}" for equation in one.recurrence.cell}
    within = [name for name in here if name in cell]
    outputs = [name for name in here if name not in cell and name != one.loss]
    ways_out = [f"through {listed(within)}"] if within else []
    if outputs:
        ways_out.append(f"through {listed(outputs)} on {one.loss}")
    if one.loss in here:
        ways_out.append(f"on {one.loss}{' itself' if outputs else ''}")
    if following:
        ways_out.append(f"through {listed(following)} on all later losses")
    several = ": the contributions add up" if len(ways_out) > 1 else ""
    *first, last = ways_out or [f"on no {one.loss}"]
    return (f"{', '.join(first)} and {last}" if first else last) + several


def _arriving(one: TimeSlice, each: Derived) -> list[str]:
    """The gradients from the next step that a formula uses."""
    used = names(each.formula)
    wanted = (gradient_name(f"{base}{NEXT}") for base in one.carrying)
    return [name for name in wanted if name in used]


def ways(one: TimeSlice, name: str) -> tuple[list[str], list[str]]:
    """What a quantity of time t goes into directly, at its own step and at the next."""
    here = [used for used in one.now if name in one.graph.uses(used)]
    later = [used for used in one.later if name in one.graph.uses(used)]
    return here, later


def listed(words: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join(few(words).rsplit(", ", 1))
