"""How an exercise's answers are marked: credits, forms and digits, points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from exsolve.solution import Expected
from exsolve.verdicts import Verdict

Form = Literal["any", "exact", "fraction", "decimal"]

DIGITS = 2
"""The significant digits that a decimal needs where nothing is said."""
CREDIT: Mapping[Verdict, Fraction] = {
    "correct": Fraction(1),
    "rounded": Fraction(1),
    "imprecise": Fraction(4, 5),
    "follow-through": Fraction(1),
    "slip": Fraction(1, 2),
}
"""The shares of an answer's points where nothing is said; of the other verdicts it is 0."""


class AnswerPolicy(NamedTuple):
    """What is said of one answer; None where nothing is."""

    form: Form | None = None
    digits: int | None = None
    weight: Fraction | None = None


class Policy(NamedTuple):
    """What is said of the marking of an exercise; the methods know the defaults.

    ``credit``: shares of an answer's points; None is the share of right cells. ``answers`` are
    those by name; words and derivations have the id of their part.
    """

    credit: Mapping[Verdict, Fraction | None] = {}
    digits: int | None = None
    answers: Mapping[str, AnswerPolicy] = {}

    def digits_of(self, name: str) -> int:
        """The significant digits that a decimal needs in this answer."""
        return self._of(name).digits or self.digits or DIGITS

    def form_of(self, name: str) -> Form:
        """The form that this answer must have."""
        return self._of(name).form or "any"

    def credit_of(self, verdict: Verdict, cells: Fraction = Fraction(0)) -> Fraction:
        """The share of an answer's points that a verdict earns; ``cells`` is that of right cells,
        which an array earns of which some are right, unless the author says otherwise.
        """
        share = self.credit.get(verdict, CREDIT.get(verdict))
        if share is None:
            return cells if verdict == "partial" else Fraction(0)
        return share

    def shares(
        self, expected: Sequence[Expected], points: int | float, rubric: int | float = 0
    ) -> list[Fraction]:
        """The points of each answer of a part, which together are the part's ``points`` exactly.

        Answers share the points by their weights, which are 1 where nothing is said. Words whose
        weight is not said are worth what their ``rubric`` adds up to, where that leaves points for
        the answers beside them.
        """
        whole, words = exact(points), exact(rubric)
        weights = [self._weight(one) for one in expected]
        alone = [
            place
            for place, one in enumerate(expected)
            if one.sort == "words" and self._of(one.name).weight is None and 0 < words < whole
        ]
        rest = sum(weight for place, weight in enumerate(weights) if place not in alone)
        if alone and rest:
            return [
                words if place in alone else (whole - words) * weight / rest
                for place, weight in enumerate(weights)
            ]
        if not any(weights):
            weights = [Fraction(1)] * len(weights)
        return [whole * weight / sum(weights) for weight in weights]

    def _weight(self, one: Expected) -> Fraction:
        weight = self._of(one.name).weight
        return Fraction(1) if weight is None else weight

    def _of(self, name: str) -> AnswerPolicy:
        return self.answers.get(name, AnswerPolicy())


def exact(points: int | float) -> Fraction:
    """Points as the exact number of at most two decimals that they are written as."""
    return Fraction(round(points * 100), 100)


def merged(*policies: Policy) -> Policy:
    """One policy of several; what a later one says of a verdict or an answer holds."""
    credit: dict[Verdict, Fraction | None] = {}
    digits: int | None = None
    answers: dict[str, AnswerPolicy] = {}
    for one in policies:
        credit.update(one.credit)
        digits = one.digits or digits
        for name, own in one.answers.items():
            earlier = answers.get(name, AnswerPolicy())
            answers[name] = _merged_answer(earlier, own)
    return Policy(credit, digits, answers)


def _merged_answer(earlier: AnswerPolicy, later: AnswerPolicy) -> AnswerPolicy:
    return AnswerPolicy(
        later.form or earlier.form,
        later.digits or earlier.digits,
        earlier.weight if later.weight is None else later.weight,
    )
