"""Judging a value: by the key, by what follows from the student's own earlier answers, by the known
mistakes; cell by cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import arb

from exsolve.evaluate import Array
from exsolve.marking import sentences
from exsolve.marking.arrangements import Pattern, arrangement, multiple
from exsolve.marking.diagnosis import Diagnosis, shown_by
from exsolve.marking.given import Given, outcomes
from exsolve.marking.numbers import BITS, Asked, Outcome, is_rounded, is_within
from exsolve.marking.reference import Reference
from exsolve.marking.revaluing import Revaluing, targets
from exsolve.verdicts import CellVerdict, NamedSlip, Verdict

WIDEST = 0.1
"""Of its size, how far the rounding carried to a value may reach and still explain it."""
FOLLOWS = Outcome("correct", "follows")
CARRIED = Outcome("imprecise", "right but for rounding carried from an earlier answer")


class Earlier(NamedTuple):
    """An answer that was judged before, in the shape of the quantity.

    exact: it is the key's value itself, so that nothing follows from it that is not in the key.
    mistaken: it is wrong by the key, not only rounded. because: the first error it rests on.
    idle: it is wrong and zero everywhere, or follows from that: there was nothing to compute.
    """

    text: str
    given: Given
    exact: bool
    mistaken: bool
    because: str
    idle: bool


class ValueJudgement(NamedTuple):
    """What a value is. ``share``: of its cells, how many are right or follow. ``worthless``: it
    earns nothing, whatever it is called, since it left nothing to compute.
    ``idle``: it follows from such a one."""

    verdict: Verdict
    message: str = ""
    cells: tuple[CellVerdict, ...] = ()
    slips: tuple[NamedSlip, ...] = ()
    because: str = ""
    share: Fraction = Fraction(0)
    worthless: bool = False
    idle: bool = False
    cell_count: int = 0
    follows: Array | None = None


class ValueJudge:
    """Judges the values of one exercise."""

    def __init__(self, reference: Reference, revaluing: Revaluing, diagnosis: Diagnosis) -> None:
        self._reference = reference
        self._revaluing = revaluing
        self._diagnosis = diagnosis

    def judge(
        self,
        name: str,
        given: Given,
        asked: Asked,
        earlier: Mapping[str, Earlier],
    ) -> ValueJudgement:
        """What a value is. ``earlier`` are the student's answers to what it may rest on, as they
        were judged."""
        shape = self._revaluing.shape(name)
        found = given.as_shape(shape)
        by_key = None
        if found is not None:
            by_key = outcomes(found, self._reference.targets(name), asked)
            if all(one.verdict in ("correct", "rounded") for one in by_key):
                return self._right(name, found, by_key)
            if {one.verdict for one in by_key} == {"undecided"}:
                return ValueJudgement("undecided", sentences.UNDECIDED)
        own = self._own(name, earlier)
        values = {one: earlier[one].given.array for one in own}
        follows = self._revaluing.value(name, values) if own else None
        judged = by_key
        if found is not None and by_key is not None and own:
            idle = [one for one in own if earlier[one].idle]
            if not idle:
                judged = self._followed(name, found, by_key, follows, own, earlier, asked)
                if {FOLLOWS, CARRIED} & {*judged} and all(one.is_right for one in judged):
                    return self._follow_through(name, found, judged, own, earlier)
            elif self._equals(found, follows, asked):
                return ValueJudgement("wrong", sentences.trivial(idle[0]), idle=True)
        if found is not None and by_key is not None and all(one.is_right for one in by_key):
            return self._right(name, found, by_key)
        slips, whole = self._slips(name, given, asked, judged, earlier, values)
        if not slips:
            pattern = self._pattern(given, found, name, shape)
            if pattern is not None:
                slips, whole = [NamedSlip(pattern.name, pattern.says, name)], True
        if found is None or judged is None:
            said = sentences.slips(slips) if slips else sentences.shape(given.shape, shape)
            verdict: Verdict = "slip" if slips else "wrong"
            return ValueJudgement(verdict, said, slips=tuple(slips), follows=follows)
        share = Fraction(sum(one.is_right for one in judged), len(judged))
        cells = self._cells(name, found, judged)
        message = sentences.slips(slips) if slips else ""
        if self._shows_no_work(name, found):
            share = Fraction(0)
            message = f"{message} {sentences.constant(found)}".strip()
        if slips and whole:
            return ValueJudgement(
                "slip",
                message,
                cells,
                tuple(slips),
                share=share,
                worthless=found.is_zero,
                cell_count=len(judged),
                follows=follows,
            )
        if share:
            because = ""
            if FOLLOWS in judged:
                because = next(one.because or name for name in own if (one := earlier[name]))
            message = f"{sentences.cells(share, len(judged))} {message}".strip()
            return ValueJudgement(
                "partial", message, cells, tuple(slips), because, share, follows=follows
            )
        return ValueJudgement("wrong", message, cells, tuple(slips), follows=follows)

    def _right(self, name: str, found: Given, judged: Sequence[Outcome]) -> ValueJudgement:
        verdicts = {one.verdict for one in judged}
        for verdict in ("imprecise", "rounded"):
            if verdict in verdicts:
                remarks = dict.fromkeys(one.remark for one in judged if one.remark)
                cells = self._cells(name, found, judged) if verdict == "imprecise" else ()
                message = sentences.imprecise(list(remarks)) if verdict == "imprecise" else ""
                return ValueJudgement(
                    "imprecise" if verdict == "imprecise" else "rounded",
                    message, cells, share=Fraction(1),
                )  # fmt: skip
        return ValueJudgement("correct", share=Fraction(1))

    def _own(self, name: str, earlier: Mapping[str, Earlier]) -> tuple[str, ...]:
        """The student's answers that a value rests on and that are not the key's to the digit."""
        return self._revaluing.nearest(
            name, [one for one, answer in earlier.items() if not answer.exact]
        )

    def _equals(self, found: Given, follows: Array | None, asked: Asked) -> bool:
        if follows is None or follows.shape != found.shape:
            return False
        return all(one.is_right for one in outcomes(found, targets(follows), asked))

    def _shows_no_work(self, name: str, given: Given) -> bool:
        """Whether it is one number everywhere where the key is not, or zero where it is not."""
        exact = [target.exact for target in self._reference.targets(name)]
        if given.is_zero:
            return any(one != 0 for one in exact)
        return (
            len(given.scalars) > 1 and given.is_constant and any(one != exact[0] for one in exact)
        )

    def _followed(
        self,
        name: str,
        found: Given,
        by_key: list[Outcome],
        follows: Array | None,
        own: Sequence[str],
        earlier: Mapping[str, Earlier],
        asked: Asked,
    ) -> list[Outcome]:
        """What each number is by the key, or by what follows from one's own answers: from them as
        they are written, or from all that rounds to them."""
        judged = [*by_key]
        if follows is not None and follows.shape == found.shape:
            for place, one in enumerate(outcomes(found, targets(follows), asked)):
                better = one.verdict in ("correct", "rounded") or not judged[place].is_right
                if one.is_right and better and judged[place].verdict not in ("correct", "rounded"):
                    judged[place] = FOLLOWS
        if all(one.is_right for one in judged):
            return judged
        rounded = [earlier[one].given for one in own]
        if not any(is_rounded(number) for one in rounded for number in one.numbers):
            return judged
        balls = self._revaluing.value(
            name, {one: earlier[one].given.intervals(BITS) for one in own}
        )
        if balls is None or balls.shape != found.shape:
            return judged
        for place, ball in enumerate(balls.flat):
            if not judged[place].is_right and isinstance(ball, arb):
                number, scalar = found.numbers[place], found.scalars[place]
                if is_within(number, scalar, ball, WIDEST):
                    judged[place] = CARRIED
        return judged

    def _follow_through(
        self,
        name: str,
        found: Given,
        judged: Sequence[Outcome],
        own: Sequence[str],
        earlier: Mapping[str, Earlier],
    ) -> ValueJudgement:
        mistaken = [one for one in own if earlier[one].mistaken]
        if not mistaken:
            rounded = next(iter(own))
            return ValueJudgement(
                "imprecise",
                sentences.carried(rounded),
                self._cells(name, found, judged),
                because=rounded,
                share=Fraction(1),
            )
        because = earlier[mistaken[0]].because or mistaken[0]
        return ValueJudgement(
            "follow-through",
            sentences.follows(mistaken),
            self._cells(name, found, judged),
            because=because,
            share=Fraction(1),
        )

    def _slips(
        self,
        name: str,
        given: Given,
        asked: Asked,
        judged: Sequence[Outcome] | None,
        answered: Collection[str],
        own: Mapping[str, Array],
    ) -> tuple[list[NamedSlip], bool]:
        """The known mistakes that it shows, made on the key's values or on one's own."""
        mistakes = self._diagnosis.mistakes
        some, whole = shown_by(given, mistakes(name, answered, {}), asked, judged)
        if whole or not own:
            return some, whole
        on_own, whole = shown_by(given, mistakes(name, answered, own), asked, judged)
        return (on_own, True) if whole else (some or on_own, False)

    def _pattern(
        self, given: Given, found: Given | None, name: str, shape: tuple[int, ...]
    ) -> Pattern | None:
        key = self._reference.targets(name)
        pattern = arrangement(given, shape, key)
        if pattern is None and found is not None:
            pattern = multiple(found, key)
        return pattern

    def _cells(self, name: str, found: Given, judged: Sequence[Outcome]) -> tuple[CellVerdict, ...]:
        """The cells that are not simply right."""
        cells = []
        for place, (number, one) in enumerate(zip(found.numbers, judged, strict=True)):
            if one.verdict in ("correct", "rounded") and one is not FOLLOWS:
                continue
            verdict: Verdict = "follow-through" if one is FOLLOWS else one.verdict
            expected = self._reference.cell_text(name, place)
            cells.append(CellVerdict(_index(place, found.shape), number.text, expected, verdict))
        return tuple(cells)


def _index(place: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    index: list[int] = []
    for size in reversed(shape):
        place, last = divmod(place, size)
        index.append(last)
    return tuple(reversed(index))
