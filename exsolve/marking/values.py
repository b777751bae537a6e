"""Judging a value: by the key, by what follows from the student's own earlier answers, by the known
mistakes; cell by cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from exsolve.evaluate import Array
from exsolve.marking import sentences
from exsolve.marking.arrangements import Pattern, arrangement, multiple
from exsolve.marking.diagnosis import Diagnosis, shown_by
from exsolve.marking.earlier import CARRIED, FOLLOWS, Earlier, Following
from exsolve.marking.given import Given, outcomes
from exsolve.marking.numbers import Asked, Outcome, Target
from exsolve.marking.reference import Reference
from exsolve.marking.revaluing import Revaluing, targets
from exsolve.verdicts import CellVerdict, NamedSlip, Verdict


class ValueJudgement(NamedTuple):
    """What a value is.

    share: of its cells that count, how many are right or follow; ``accepted`` is the least of the
    verdicts that these have, ``right_cells`` a sentence on them. because: the first error it
    follows from. worthless: it earns nothing, whatever it is called, since it shows no work.
    idle: it follows from what left nothing to compute. counted: what is wrong has cost something
    before.
    """

    verdict: Verdict
    message: str = ""
    cells: tuple[CellVerdict, ...] = ()
    slips: tuple[NamedSlip, ...] = ()
    because: str = ""
    share: Fraction = Fraction(0)
    accepted: Verdict = "correct"
    worthless: bool = False
    idle: bool = False
    right_cells: str = ""
    counted: bool = False


class ValueJudge:
    """Judges the values of one exercise.

    ``revaluing`` leads through all that a student may have on paper, ``direct`` along the
    definitions as they stand. ``questions`` are all the names that are asked for.
    """

    def __init__(
        self,
        reference: Reference,
        revaluing: Revaluing,
        direct: Revaluing,
        questions: Collection[str],
    ) -> None:
        self._reference = reference
        self._revaluing = revaluing
        self._direct = direct
        self._diagnosis = Diagnosis(reference.workbook, direct)
        self._questions = questions

    def judge(
        self, name: str, given: Given, asked: Asked, earlier: Mapping[str, Earlier]
    ) -> ValueJudgement:
        """What a value is. ``earlier`` are the student's answers to what it may rest on, as they
        were judged, in the order of the sheet."""
        shape = self._revaluing.shape(name)
        found = given.as_shape(shape)
        if found is None:
            return self._of_another_shape(name, given, earlier)
        judged = outcomes(found, self._reference.targets(name), asked)
        if all(one.is_well_written for one in judged):
            return self._right(name, found, judged)
        following = self._following(name, earlier)
        if following.answers:
            if not all(one.is_right for one in judged):
                no_work = self.shows_no_work(name, found)
                idle = following.nothing_to_compute(found, asked, no_work, self._questions)
                if idle:
                    return ValueJudgement("wrong", sentences.trivial(idle), idle=True)
            judged = following.followed(found, judged, asked)
        if all(one.is_right for one in judged):
            if FOLLOWS in judged or CARRIED in judged:
                return self._followed(name, found, judged, following)
            return self._right(name, found, judged)
        if any(one.verdict == "undecided" for one in judged):
            message = sentences.undecided(_share(judged), len(judged))
            return ValueJudgement("undecided", message, self._cells(name, found, judged))
        return self._mistaken(name, found, judged, following, earlier)

    def shows_no_work(self, name: str, given: Given) -> bool:
        """Whether it is one number everywhere where the key is not, or zero where it is not."""
        exact = [target.exact for target in self._reference.targets(name)]
        if given.is_zero:
            return any(one != 0 for one in exact)
        return (
            len(given.scalars) > 1 and given.is_constant and any(one != exact[0] for one in exact)
        )

    def _following(self, name: str, earlier: Mapping[str, Earlier]) -> Following:
        return Following(name, earlier, self._revaluing, self._direct)

    def _right(self, name: str, found: Given, judged: Sequence[Outcome]) -> ValueJudgement:
        verdict = _least(judged)
        if verdict != "imprecise":
            return ValueJudgement(verdict, share=Fraction(1))
        remarks = dict.fromkeys(one.remark for one in judged if not one.is_well_written)
        return ValueJudgement(
            "imprecise",
            sentences.imprecise([*remarks]),
            self._cells(name, found, judged),
            share=Fraction(1),
        )

    def _followed(
        self, name: str, found: Given, judged: Sequence[Outcome], following: Following
    ) -> ValueJudgement:
        """What is right, or follows, in every cell."""
        cells = self._cells(name, found, judged)
        mistaken = following.mistaken
        if not mistaken:
            rounded = following.rounded
            said = sentences.carried(rounded)
            return ValueJudgement("imprecise", said, cells, because=rounded, share=Fraction(1))
        return ValueJudgement(
            "follow-through",
            sentences.follows(mistaken),
            cells,
            because=following.because,
            share=Fraction(1),
        )

    def _mistaken(
        self,
        name: str,
        found: Given,
        judged: Sequence[Outcome],
        following: Following,
        earlier: Mapping[str, Earlier],
    ) -> ValueJudgement:
        """What is wrong, and neither right nor follows in some cells."""
        slips, whole = self._slips(name, found, judged, earlier, following)
        if not slips and (pattern := self._pattern(name, found, following)):
            slips, whole = (NamedSlip(pattern.name, pattern.says, name),), True
        message = sentences.slips(slips)
        telling = self._telling(name, judged)
        share = _share(telling)
        if self.shows_no_work(name, found):
            share = Fraction(0)
            message = f"{sentences.slips(slips[:1])} {sentences.constant(found)}".strip()
        verdict: Verdict = "slip" if whole else "partial" if share else "wrong"
        right = sentences.cells(share, len(telling), len(judged))
        if verdict == "partial":
            message = f"{right} {message}".strip()
        return ValueJudgement(
            verdict,
            message,
            self._cells(name, found, judged),
            slips,
            because=following.because if FOLLOWS in judged else "",
            share=share,
            accepted=_least([one for one in judged if one.is_right]),
            worthless=found.is_default,
            right_cells=right,
        )

    def _telling(self, name: str, judged: Sequence[Outcome]) -> list[Outcome]:
        """The cells that count: where most of the key is zero, it is no work to have that right."""
        targets = self._reference.targets(name)
        zero = [target.exact == 0 for target in targets]
        if sum(zero) * 2 <= len(zero):
            return [*judged]
        return [one for one, idle in zip(judged, zero, strict=True) if not (idle and one.is_right)]

    def _of_another_shape(
        self, name: str, given: Given, earlier: Mapping[str, Earlier]
    ) -> ValueJudgement:
        following = self._following(name, earlier)
        slips, _ = self._slips(name, given, None, earlier, following)
        if not slips and (pattern := self._pattern(name, given, following)):
            slips = (NamedSlip(pattern.name, pattern.says, name),)
        if slips:
            return ValueJudgement("slip", sentences.slips(slips), slips=slips)
        return ValueJudgement("wrong", sentences.shape(given.shape, self._revaluing.shape(name)))

    def _slips(
        self,
        name: str,
        given: Given,
        judged: Sequence[Outcome] | None,
        answered: Collection[str],
        following: Following,
    ) -> tuple[tuple[NamedSlip, ...], bool]:
        """The known mistakes that it shows, made on the key's values or on one's own; and whether
        in every cell."""
        ways: list[Mapping[str, Array]] = [{}]
        if following.answers:
            # who had a wrong value before worked on with it, not with the key's
            ways.insert(0 if following.mistaken else 1, following.values)
        in_some: list[tuple[NamedSlip, ...]] = []
        for own in ways:
            slips, whole = shown_by(given, self._diagnosis.mistakes(name, answered, own), judged)
            if whole:
                return slips, True
            in_some.append(slips)
        return next(filter(None, in_some), ()), False

    def _pattern(self, name: str, found: Given, following: Following) -> Pattern | None:
        """How the whole of it differs from the key, or from what follows from one's own answers."""
        shape = self._revaluing.shape(name)
        wanted: list[list[Target]] = [self._reference.targets(name)]
        if following.mistaken and following.value is not None and following.value.shape == shape:
            wanted.append(targets(following.value))
        for right in wanted:
            pattern = arrangement(found, shape, right)
            if pattern is None and found.shape == shape:
                pattern = multiple(found, right)
            if pattern is not None:
                return pattern
        return None

    def _cells(self, name: str, found: Given, judged: Sequence[Outcome]) -> tuple[CellVerdict, ...]:
        """The cells that are not simply right."""
        cells = []
        for place, (number, one) in enumerate(zip(found.numbers, judged, strict=True)):
            if one.is_well_written and one is not FOLLOWS:
                continue
            verdict: Verdict = "follow-through" if one is FOLLOWS else one.verdict
            expected = self._reference.cell_text(name, place)
            cells.append(CellVerdict(_index(place, found.shape), number.text, expected, verdict))
        return tuple(cells)


def _share(judged: Sequence[Outcome]) -> Fraction:
    return Fraction(sum(one.is_right for one in judged), len(judged))


def _least(judged: Sequence[Outcome]) -> Verdict:
    """The least of the verdicts of numbers that are right, or follow."""
    if FOLLOWS in judged:
        return "follow-through"
    found = {one.verdict for one in judged}
    return "imprecise" if "imprecise" in found else "rounded" if "rounded" in found else "correct"


def _index(place: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(int, np.unravel_index(place, shape)))
