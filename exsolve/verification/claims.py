"""General formulas verified on instances, against everything that is claimed of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from exsolve.errors import ExsolveError, LanguageError, Problem
from exsolve.evaluate import OverflowingError
from exsolve.expression.tree import Node
from exsolve.graph import Graph, Quantity
from exsolve.ops.inversion import SingularError
from exsolve.solution import Verification
from exsolve.verification import comparing, derivatives
from exsolve.verification.comparing import Difference
from exsolve.verification.tally import Tally

INSTANCES = 24
"""Instances on which each formula is verified."""
MOST_DRAWN = 3 * INSTANCES
"""Instances drawn at most, those on a kink included."""


PASSED_OVER = (SingularError, OverflowingError)
"""Who writes an inverse means matrices that have one; what overflows only float64 cannot tell."""


class Derivative(NamedTuple):
    """What a formula is the derivative of, by names of a trial's graph; None: both routes say."""

    of: str
    by: str
    layout: str


class Trial(NamedTuple):
    """One instance: a graph of numbers with the formula in it, and what must be equal to it.

    ``describe`` gives the values of the symbols in words; ``sizes`` those of the letters.
    ``unusual``: it is passed over where something has no value.
    """

    graph: Graph
    formula: str
    equals: tuple[tuple[str, str], ...]
    """Quantities that must be equal to it, each with the words for how they were found."""
    derivatives: tuple[Derivative, ...]
    sizes: str
    describe: Callable[[], str]
    unusual: bool = False


class Claim(Protocol):
    """What a formula is claimed to be: ``trials`` are instances, more than are needed."""

    def trials(self) -> Iterator[Trial]:
        """Instances, the smallest first. Raises ExsolveError for what has no value there."""

    def needed(self) -> int:
        """On how many instances the formula must be right."""

    def witnesses(self) -> Sequence[str]:
        """With what the formula is compared besides the float64 route, in words."""


class Situation(NamedTuple):
    """A graph of numbers in which a formula has a value; ``put`` says the formula over its names.

    ``described``: all values, for a message.
    """

    graph: Graph
    put: Callable[[Node], Node]
    described: str


@runtime_checkable
class Situated(Protocol):
    """A claim about formulas that have values in situations of their own, not at any numbers."""

    def situations(self) -> Iterator[Situation]:
        """Situations for any formula over the same names, the simplest first."""


def verified(quantity: Quantity, claim: Claim) -> Verification:
    """The verification of a formula on enough instances.

    Raises ExsolveError, at the place of the formula, with the instance that breaks it; or where an
    instance lies outside its domain.
    """
    needed = claim.needed()
    tally = Tally(needed)
    for trial in claim.trials():
        described = trial.describe()
        if tally.is_known(described):
            continue
        try:
            wrong = _wrong(trial)
        except derivatives.KinkError:
            continue
        except ExsolveError as error:
            if trial.unusual or isinstance(error.__cause__, PASSED_OVER):
                continue
            raise ExsolveError(_outside(quantity, trial, error)) from error
        if wrong.difference is not None:
            raise ExsolveError(_broken(quantity, trial, wrong))
        tally.exact = tally.exact and wrong.exact
        tally.add(described, trial.sizes)
        if tally.is_full:
            break
    if not tally.is_enough:
        raise ExsolveError(
            quantity.problem(
                LanguageError(
                    f"the formula could be verified on {tally.passed} random instances only",
                    expected=f"{needed} instances at which it has a value",
                    hint="declare conditions under where that keep instances in its domain",
                )
            )
        )
    return tally.verification(claim.witnesses())


class _Outcome(NamedTuple):
    difference: Difference | None
    exact: bool
    how: str = ""


def _wrong(trial: Trial) -> _Outcome:
    """The first witness that the formula disagrees with."""
    graph, formula = trial.graph, trial.formula
    exact = bool(trial.equals)
    for name, how in trial.equals:
        compared = comparing.compare(graph, formula, name)
        exact = exact and compared.exact
        if compared.difference is not None:
            return _Outcome(compared.difference, exact, how)
    for one in trial.derivatives:
        found = derivatives.difference(graph, formula, one.of, one.by, one.layout)
        exact = False
        if found is not None:
            return _Outcome(found, exact, f"the derivative of {one.of} by {one.by}")
    # balls of the formula are there already: those that a derivative was compared with, or others
    bits = derivatives.BITS if trial.derivatives else comparing.BITS[0]
    return _Outcome(comparing.float_difference(graph, formula, bits), exact, "the float64 route")


def _broken(quantity: Quantity, trial: Trial, wrong: _Outcome) -> Problem:
    difference = wrong.difference
    assert difference is not None
    place = f"{[one + 1 for one in difference.place]}: " if difference.place else ""
    instance = trial.describe()
    return quantity.problem(
        LanguageError(
            f"the formula is wrong: it is not equal to {wrong.how}",
            expected=f"{place}{difference.right}",
            found=f"{place}{difference.left}" + (f" for {instance}" if instance else ""),
        )
    )


def _outside(quantity: Quantity, trial: Trial, error: ExsolveError) -> Problem:
    first = error.problems[0]
    return quantity.problem(
        LanguageError(
            f"the formula has no value at an instance: {first.message}",
            expected=first.expected,
            found=trial.describe(),
            hint="declare under where what the symbols must fulfil, such as beta > 0 or d > n",
        )
    )
