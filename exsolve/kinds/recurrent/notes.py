"""What the steps of a recurrent network are told: what is done at each, and from what."""

from __future__ import annotations

from collections.abc import Sequence

from exsolve.kinds.recurrent.unrolling import NOW, Recurrence, few


def step_notes(recurrence: Recurrence) -> dict[str, str]:
    """What is done at each step, and from what."""
    notes = {}
    for equation in recurrence.equations:
        is_state = equation.role == "cell" and equation.base in recurrence.states
        for step in range(1, recurrence.steps + 1):
            roles = {
                "cell": "the new state" if is_state else f"{equation.base}_{step}",
                "outputs": "the output",
                "loss": "the loss",
            }
            what = roles[equation.role]
            before = [f"{base}_{step - 1}" for base in equation.before]
            now = [f"{base}_{step}" for base in equation.now]
            source = f", from {_listed([*now, *before])}"
            notes[f"{equation.base}_{step}"] = (
                f"Step {step}: {what}{source if now or before else ''}."
            )
    return notes


def gradient_notes(recurrence: Recurrence) -> dict[str, str]:
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


def parameter_note(recurrence: Recurrence, name: str) -> str:
    """Where the gradient of a parameter comes from: one term for each step."""
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
