"""What follows from a student's own earlier answers: as written, and as they were rounded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from flint import arb

from exsolve.evaluate import Array
from exsolve.marking.given import Given, outcomes
from exsolve.marking.numbers import BITS, Asked, Outcome, is_rounded, is_within
from exsolve.marking.revaluing import Revaluing, targets

WIDEST = 0.1
"""Of its size, how far the rounding carried to a value may reach and still explain it."""
FOLLOWS = Outcome("correct", "follows")
CARRIED = Outcome("imprecise", "right but for rounding carried from an earlier answer")


class Earlier(NamedTuple):
    """An answer that was judged before, in the shape of the quantity.

    exact: it is the key's value itself. mistaken: it is wrong by the key, not only rounded.
    because: the first error it rests on. idle: it is wrong and zero everywhere, or follows from
    such a one: there was nothing to compute. constant: it is one number everywhere, and comes of
    nothing.
    """

    text: str
    given: Given
    exact: bool
    mistaken: bool
    because: str = ""
    idle: bool = False
    constant: bool = False


class Following:
    """What follows for one quantity from the student's own answers that it rests on.

    ``answers`` are those nearest to it, right ones too, since they are what the student had before
    them; there are none where all of them are the key's to the digit.
    """

    def __init__(
        self, name: str, earlier: Mapping[str, Earlier], revaluing: Revaluing, direct: Revaluing
    ) -> None:
        """direct: along the definitions as they stand, which a student may follow as well."""
        self._name = name
        self._revaluing = revaluing
        self._direct = direct
        self._earlier = earlier
        nearest = {one: earlier[one] for one in revaluing.nearest(name, earlier)}
        exact = all(one.exact for one in nearest.values())
        self.answers: Mapping[str, Earlier] = {} if exact else nearest

    @cached_property
    def values(self) -> dict[str, Array]:
        """The own answers, as they are written."""
        return {one: answer.given.array for one, answer in self.answers.items()}

    @cached_property
    def value(self) -> Array | None:
        """What follows from them; None where nothing does."""
        return self._revaluing.value(self._name, self.values) if self.answers else None

    @property
    def mistaken(self) -> list[str]:
        """The answers among them that are wrong."""
        return [one for one, answer in self.answers.items() if answer.mistaken]

    @property
    def because(self) -> str:
        """The first error on the sheet that they rest on; empty where none is wrong."""
        roots = {self.answers[one].because or one for one in self.mistaken}
        return next((one for one in self._earlier if one in roots), "")

    @property
    def rounded(self) -> str:
        """The first of them that is not the key's to the digit."""
        return next((one for one, answer in self.answers.items() if not answer.exact), "")

    def nothing_to_compute(
        self, found: Given, asked: Asked, is_constant: bool, questions: Collection[str]
    ) -> str:
        """The own answer that an answer follows from without work; empty where there was work.

        There is none from zeros alone, nor where one number everywhere follows from another.
        is_constant: whether what is found is one number everywhere, and should not be.
        questions: all that is asked for; what was not answered has yet to be computed.
        """
        idle = [one for one, answer in self.answers.items() if answer.idle]
        constant = [one for one, answer in self.answers.items() if answer.constant]
        if not (idle or (constant and is_constant)) or not self._equals(found, asked):
            return ""
        if is_constant or idle == [*self._revaluing.nearest(self._name, questions)]:
            return (idle or constant)[0]
        return ""

    def _equals(self, found: Given, asked: Asked) -> bool:
        if self.value is None or self.value.shape != found.shape:
            return False
        return all(one.is_right for one in outcomes(found, targets(self.value), asked))

    def followed(self, found: Given, by_key: Sequence[Outcome], asked: Asked) -> list[Outcome]:
        """What each number is by the key, or by what follows from the own answers: from them as
        they are written, or from all that rounds to them."""
        judged = [*by_key]
        accepted = FOLLOWS if self.mistaken else CARRIED
        for value in self._ways():
            for place, one in enumerate(outcomes(found, targets(value), asked)):
                better = one.is_well_written or (one.is_right and not by_key[place].is_right)
                if better and not by_key[place].is_well_written:
                    judged[place] = accepted
                elif one.verdict == "undecided" and not judged[place].is_right:
                    judged[place] = one
            if all(one.is_right for one in judged):
                break
        if not all(one.is_right for one in judged):
            self._carry(found, judged)
        return judged

    def _ways(self) -> Iterator[Array]:
        """What follows, in the ways that lead there."""
        shape = self._revaluing.shape(self._name)
        if self.value is not None and self.value.shape == shape:
            yield self.value
        if self._direct.graph is not self._revaluing.graph:
            below = self._direct.below(self._name)
            own = {one: value for one, value in self.values.items() if one in below}
            direct = self._direct.value(self._name, own) if own else None
            if direct is not None and direct.shape == shape:
                yield direct

    def _carry(self, found: Given, judged: list[Outcome]) -> None:
        """Accept what lies within the rounding of the own answers."""
        inexact = [answer.given for answer in self.answers.values() if not answer.exact]
        if not any(is_rounded(number) for one in inexact for number in one.numbers):
            return
        own = {
            one: answer.given.array if answer.exact else answer.given.intervals(BITS)
            for one, answer in self.answers.items()
        }
        balls = self._revaluing.value(self._name, own)
        if balls is None or balls.shape != found.shape:
            return
        reached: list[tuple[int, arb]] = []
        for place, ball in enumerate(balls.flat):
            if not judged[place].is_right and isinstance(ball, arb):
                number, scalar = found.numbers[place], found.scalars[place]
                if is_within(number, scalar, ball, WIDEST):
                    judged[place] = CARRIED
                elif is_within(number, scalar, ball, 1):
                    reached.append((place, ball))
        # beside cells that are explained, a small one is held against the size of the whole array
        if reached and len(reached) <= sum(one.is_right for one in judged):
            largest = max(abs(float(one.mid())) for one in balls.flat if isinstance(one, arb))
            for place, ball in reached:
                if float(ball.rad()) <= WIDEST * largest:
                    judged[place] = CARRIED
