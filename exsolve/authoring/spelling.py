"""Givens whose names are nearly those that a kind looks for."""

from __future__ import annotations

from collections.abc import Iterable

from exsolve.authoring.blueprint import Blueprint
from exsolve.authoring.reading import Reading


def is_nearly(written: str, meant: str) -> bool:
    """Whether two names differ in case only, or one has one character more (W_Q, WQ).

    Not in one letter for another: b_Q and b_K, W_1 and W_2 are different things.
    """
    first, second = sorted((written.casefold(), meant.casefold()), key=len)
    if first == second:
        return written != meant
    if len(second) - len(first) != 1 or len(first) < 2:
        return False
    return any(second[:place] + second[place + 1 :] == first for place in range(len(second)))


def nearly(meant: str, written: Iterable[str]) -> str:
    """The first of these names that is nearly the one that is meant; empty if none is."""
    return next((name for name in written if is_nearly(name, meant)), "")


def refuse_misspelt(reading: Reading, blueprint: Blueprint, used: Iterable[str]) -> None:
    """Refuse each given that nothing uses and that is nearly called what the kind looks for."""
    givens = reading.exercise.givens
    absent = [name for name in blueprint.expected if name not in givens]
    known = set(used)
    for name in givens:
        if name in known:
            continue
        meant = next((one for one in absent if is_nearly(name, one)), "")
        field = next((one for one in blueprint.fields if name.casefold() == one), "")
        if not meant and not field:
            continue
        reading.refuse(
            f"{name} is given, but nothing is computed from it",
            givens[name].position,
            expected=f"one of {', '.join(blueprint.expected)}" if meant else "",
            found=name,
            hint=f"did you mean {meant}?" if meant else f"write {field}: {name} beside givens",
        )
