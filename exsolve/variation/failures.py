"""What is said when no variant is found: which condition failed how often, with an example."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from exsolve.authoring.variation_plan import Check, VariationPlan
from exsolve.errors import ExsolveError, Position, Problem
from exsolve.spec.report import plural, quote
from exsolve.variation.instances import Instance, NoValueError

EXAMPLES = 6
LONGEST = 100


class Budget(NamedTuple):
    """How many draws are tried for one variant, for how many of them quantities are computed, and
    for how many a whole exercise is read."""

    tries: int
    evaluations: int
    builds: int


class Tally:
    """The tries for one variant."""

    def __init__(self, plan: VariationPlan, number: int, count: int, budget: Budget) -> None:
        self.tries = 0
        self.evaluations = 0
        self.builds = 0
        self.doubled = 0
        self.complete = False
        """Whether every draw was tried."""
        self._plan = plan
        self._budget = budget
        self._number = number
        self._count = count
        self._failures: dict[str, _Failure] = {}

    @property
    def exhausted(self) -> bool:
        """Whether enough was tried."""
        budget = self._budget
        return (
            (self.tries >= budget.tries and self._plan.size > budget.tries)
            or self.evaluations >= budget.evaluations
            or self.builds >= budget.builds
        )

    def failed(self, check: Check, reason: str, instance: Instance) -> None:
        """Note that a draw does not meet a condition."""
        self._note(check.text, check.position, lambda: _example(instance, reason))

    def unsound(self, error: ExsolveError, instance: Instance) -> None:
        """Note that an exercise with these values has an error."""
        problem = error.problems[0]
        self._note(
            f"a sound exercise: {problem.message}",
            self._plan.position,
            lambda: _example(instance, problem.found),
        )

    def no_value(self, error: NoValueError) -> None:
        """Note that something has no value in a draw."""
        self.tries += 1
        self._note(f"a value of {error.name}", error.position, lambda: error.reason)

    def _note(self, text: str, position: Position, example: Callable[[], str]) -> None:
        known = self._failures.get(text)
        if known is None:
            known = self._failures[text] = _Failure(position, example())
        known.times += 1

    def problem(self) -> Problem:
        """Why there is no variant of this number."""
        plan, number = self._plan, self._number
        tried = f"{self.tries:,} {plural(self.tries, 'try').replace('trys', 'tries')}"
        if self.complete and number > 1:
            have = number - 1
            are = "is only one variant" if have == 1 else f"are only {have:,} variants"
            return Problem(
                f"there {are} of {plan.id}",
                f"a count of at most {have:,}",
                f"{self._count:,}",
                "widen what is drawn under `vary`, or its conditions",
                plan.position,
            )
        if not self._failures:
            said = "are" if number == 1 else f"other than the {number - 1:,} before are"
            return Problem(
                f"no values {said} found for a variant of {plan.id} in {tried}",
                "values that differ from the exercise's own and from other variants",
                f"the same values {self.doubled:,} {plural(self.doubled, 'time')}",
                "widen what is drawn under `vary`",
                plan.position,
            )
        worst = max(self._failures, key=lambda text: self._failures[text].times)
        failure = self._failures[worst]
        all_tried = f"all {plan.size:,} draws" if self.complete else tried
        return Problem(
            f"no values are found that meet all conditions of the variation, in {all_tried}",
            worst if len(worst) <= LONGEST else f"{worst[: LONGEST - 1]}…",
            f"not met {failure.times:,} {plural(failure.times, 'time')}, as with {failure.example}",
            self._others(worst),
            failure.position,
        )

    def _others(self, worst: str) -> str:
        others = [
            f"{quote(text)} {one.times:,} {plural(one.times, 'time')}"
            for text, one in self._failures.items()
            if text != worst
        ]
        if self.doubled:
            others.append(f"{self.doubled:,} met all, but are variants already")
        return f"loosen it; besides, not met: {', '.join(others)}" if others else "loosen it"


class _Failure:
    def __init__(self, position: Position, example: str) -> None:
        self.position = position
        self.example = example
        self.times = 0


def _example(instance: Instance, reason: str) -> str:
    texts: Sequence[tuple[str, str]] = list(instance.texts().items())
    shown = ", ".join(f"{name} = {text}" for name, text in texts[:EXAMPLES])
    if len(texts) > EXAMPLES or len(shown) > LONGEST:
        shown = f"{shown[:LONGEST]}, …"
    return f"{shown} ({reason})" if reason and reason != "not so" else shown
