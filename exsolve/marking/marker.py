"""Marking what a student answered to one exercise: read, judge in order, add up."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flint import ctx

from exsolve.answers.values import read_value
from exsolve.answers.written import (
    Response,
    Vocabulary,
    Written,
)
from exsolve.authoring.workbook import Workbook
from exsolve.errors import LanguageError, Problem
from exsolve.exact.time_limit import TimeIsUp, can_limit_time, time_limit
from exsolve.marking import sentences
from exsolve.marking.given import Given, given
from exsolve.marking.numbers import Asked
from exsolve.marking.reference import Reference
from exsolve.marking.revaluing import Revaluing
from exsolve.marking.sheet import RIGHT_ENOUGH, Sheet, as_sizes, in_order, outline
from exsolve.marking.unfolding import unfolded
from exsolve.marking.values import ValueJudge, ValueJudgement
from exsolve.points import total
from exsolve.solution import Expected
from exsolve.verdicts import OPEN, MarkedAnswer, MarkedExercise, MarkedPart, Verdict

SECONDS = 5.0
"""For one answer; what takes longer is left to a person."""
REMEMBERED = 4096
"""Answers of a class that are remembered with what was found of them: many are the same."""
NO_MARKS: Mapping[str, Fraction] = {}
MISTAKES: frozenset[Verdict] = frozenset(("partial", "slip", "wrong"))

if TYPE_CHECKING:
    from exsolve.marking.chains import ChainJudgement
    from exsolve.marking.formulas import FormulaJudge, FormulaJudgement


class Marker:
    """Marks answers to an exercise; made once, used for a whole class.

    Raises ExsolveError where the exercise itself has no solution.
    """

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.outline = outline(workbook)
        self.reference = Reference(workbook)
        self._formula_judges: dict[str, FormulaJudge] = {}
        self._remembered: OrderedDict[Hashable, Any] = OrderedDict()
        self._order = in_order(workbook, self.outline)
        self._questions = frozenset(one.name for _, one in self._order)
        self._givens = {name: self.reference.exact[name] for name in workbook.givens}
        shapes = {name: value.shape for name, value in self._givens.items()}
        self._values = Vocabulary({**shapes, **workbook.numeric.symbols}, {})

    def mark(
        self, responses: Iterable[Response], marks: Mapping[str, Fraction] = NO_MARKS
    ) -> MarkedExercise:
        """What is found of the answers to this exercise.

        marks: the points that a person gave, by the name of the answer (of words, the part's id);
        they stand in the place of what is found here.
        """
        given = {(one.part, one.name): one for one in responses}
        found: dict[tuple[str, str], MarkedAnswer] = {}
        sheet = Sheet({}, {}, set(), [], [])
        points = self._points
        for part, one in self._order:
            place = (part.id, one.name)
            answer = self._judged(one, part.id, points[place], given.get(place), sheet)
            found[place] = self._with_open_end(answer, sheet)
        self._refuse_circles(found, sheet)
        for place, answer in found.items():
            mark = marks.get(answer.name)
            if mark is not None and answer.points:
                found[place] = _by_hand(answer, mark)
        parts = []
        for part in self.outline.parts:
            answers = tuple(found[part.id, one.name] for one in part.expected)
            worth = sum((one.points for one in answers), Fraction(0))
            parts.append(MarkedPart(part.id, worth, answers))
        in_order = [found[part.id, one.name] for part, one in self._order]
        wrong = (one.name for one in in_order if one.verdict in MISTAKES and one.sort != "words")
        first = next(wrong, "") or next(iter(sheet.imprecise), "")
        return MarkedExercise(self.workbook.id, self.workbook.title, tuple(parts), first)

    def _with_open_end(self, answer: MarkedAnswer, sheet: Sheet) -> MarkedAnswer:
        """What is wrong by the key may be right by an earlier answer that a person has to read."""
        if answer.verdict in OPEN:
            sheet.open.append(answer.name)
        elif answer.verdict in MISTAKES and answer.sort in ("value", "shape"):
            below = self._revaluing.below(answer.name)
            resting_on = [name for name in sheet.open if name in below]
            if resting_on:
                said = f"{answer.message} {sentences.may_follow(resting_on[-1])}"
                return answer._replace(message=said.strip())
        return answer

    def _refuse_circles(self, found: dict[tuple[str, str], MarkedAnswer], sheet: Sheet) -> None:
        """Of formulas that are given by each other, the last one says nothing; without it the
        others do."""
        if len(sheet.formulas) < 2:
            return
        from exsolve.marking.formulas import circular

        for circle in circular(sheet.formulas):
            place = [place for place in found if place[1] in circle][-1]
            answer = found[place]
            if answer.verdict in RIGHT_ENOUGH:
                others = [one for one in circle if one != answer.name]
                found[place] = answer._replace(
                    verdict="wrong",
                    credit=self.workbook.policy.credit_of("wrong"),
                    message=sentences.circle(others),
                )

    @cached_property
    def _points(self) -> dict[tuple[str, str], Fraction]:
        """What each answer is worth."""
        found = {}
        for part, outlined in zip(self.workbook.parts, self.outline.parts, strict=True):
            rubric = total(one.points for one in part.rubric)
            shares = self.workbook.policy.shares(outlined.expected, part.points, rubric)
            for one, share in zip(outlined.expected, shares, strict=True):
                found[part.id, one.name] = share
        return found

    def _judged(
        self,
        expected: Expected,
        part: str,
        points: Fraction,
        response: Response | None,
        sheet: Sheet,
    ) -> MarkedAnswer:
        blank = MarkedAnswer(expected.name, part, expected.sort, "blank", points, Fraction(0))
        if expected.sort in ("value", "shape"):
            blank = blank._replace(expected=self.reference.value(expected.name))
        if response is None or not response.text.strip():
            return blank
        answer = blank._replace(given=response.text.strip())
        if response.problem is not None:
            return _unreadable(answer, response.problem)
        if expected.sort == "words":
            return answer._replace(verdict="undecided", open=True)
        judge = {"formula": self._formula, "derivation": self._derivation}.get(
            expected.sort, self._value
        )
        return self._in_time(answer, lambda: judge(answer, response, sheet))

    def _in_time(self, answer: MarkedAnswer, judge: Callable[[], MarkedAnswer]) -> MarkedAnswer:
        """An answer judged, or left to a person where that takes too long."""
        precision = ctx.prec
        try:
            if not can_limit_time():
                return judge()
            with time_limit(SECONDS):
                return judge()
        except (TimeIsUp, MemoryError, RecursionError):
            ctx.prec = precision  # it may have ended anywhere
            return answer._replace(verdict="undecided", message=sentences.OUT_OF_TIME, open=True)

    def _value(self, answer: MarkedAnswer, response: Response, sheet: Sheet) -> MarkedAnswer:
        try:
            text = as_sizes(response.text) if answer.sort == "shape" else response.text
            written, value = self._read(text)
        except LanguageError as error:
            return _unreadable(
                answer, error.problem._replace(position=response.position(error.offset))
            )
        earlier = {
            one: known
            for one, known in sheet.values.items()
            if one in self._revaluing.below(answer.name)
        }
        key = (answer.name, written.text, *((one, known.text) for one, known in earlier.items()))
        asked = self._asked(answer.name)
        judgement: ValueJudgement = self._once(
            key, lambda: self._by_cells(self._judge.judge(answer.name, value, asked, earlier))
        )
        found = value.as_shape(self._revaluing.shape(answer.name))
        if judgement.verdict == "imprecise" and judgement.because and sheet.imprecise:
            # rounding that is carried on costs something once, as a mistake does
            said = sentences.counted_once(sheet.imprecise[0])
            judgement = judgement._replace(message=said, counted=True)
        if found is not None:
            no_work = judgement.verdict == "wrong" and self._judge.shows_no_work(answer.name, found)
            sheet.note(answer.name, written.text, found, judgement, no_work)
        return answer._replace(
            verdict=judgement.verdict,
            credit=self._credit(judgement),
            understood=written.understood,
            cells=judgement.cells,
            because=judgement.because,
            slips=judgement.slips,
            message=judgement.message,
            open=judgement.verdict == "undecided",
        )

    def _formula(self, answer: MarkedAnswer, response: Response, sheet: Sheet) -> MarkedAnswer:
        judge = self._formula_judge(answer.name)
        below = self.workbook.graph.needed_for([answer.name])
        own = {
            name: sheet.formulas[name]
            for name in sheet.formulas
            if name in sheet.mistaken and name in below
        }
        key = ("formula", answer.name, response.text, *own.items())
        judgement: FormulaJudgement = self._once(key, lambda: judge.judge(response.text, own))
        verdict: Verdict = "follow-through" if judgement.follows else judgement.verdict
        if judgement.node is not None:
            sheet.formulas[answer.name] = judgement.node
            if verdict not in RIGHT_ENOUGH:
                sheet.mistaken.add(answer.name)
        because = next(iter(own), "") if judgement.follows else ""
        problem = judgement.problem
        if problem is not None:
            problem = problem._replace(position=response.position(judgement.offset))
        return answer._replace(
            verdict=verdict,
            credit=self.workbook.policy.credit_of(verdict),
            understood=judgement.understood,
            expected=self.reference.formula(answer.name),
            because=because,
            slips=() if judgement.follows else judgement.slips,
            message=_said(judgement, because),
            problem=problem,
            open=verdict in OPEN,
        )

    def _derivation(self, answer: MarkedAnswer, response: Response, sheet: Sheet) -> MarkedAnswer:
        from exsolve.marking.chains import judge_derivation

        part = next(one for one in self.workbook.parts if one.id == answer.part)
        judgement: ChainJudgement = self._once(
            ("derivation", part.id, response.text),
            lambda: judge_derivation(self.workbook, part, response.text),
        )
        problem = judgement.problem
        if problem is not None:
            problem = problem._replace(position=response.position(judgement.offset))
        return answer._replace(
            verdict=judgement.verdict,
            credit=judgement.credit,
            understood="\n".join(line.understood for line in judgement.lines),
            message=judgement.message,
            problem=problem,
            open=judgement.open or judgement.verdict in OPEN,
        )

    def _read(self, text: str) -> tuple[Written, Given]:
        def read() -> tuple[Written, Given]:
            written = read_value(text, self._values, self._givens)
            return written, given(written)

        found: tuple[Written, Given] = self._once(("read", text), read)
        return found

    def _asked(self, name: str) -> Asked:
        policy = self.workbook.policy
        return Asked(policy.digits_of(name), policy.form_of(name))

    def _credit(self, judgement: ValueJudgement) -> Fraction:
        """The share of the points that a judgement earns."""
        if judgement.worthless:
            return Fraction(0)
        policy = self.workbook.policy
        verdict = "follow-through" if judgement.counted else judgement.verdict
        return policy.credit_of(verdict, self._cells(judgement))

    def _cells(self, judgement: ValueJudgement) -> Fraction:
        """The share of its cells, worth as much as they would earn without the wrong ones."""
        return judgement.share * self.workbook.policy.credit_of(judgement.accepted)

    def _by_cells(self, judgement: ValueJudgement) -> ValueJudgement:
        """A known mistake that left most cells right is worth what these are."""
        credit = self.workbook.policy.credit_of("partial", self._cells(judgement))
        if judgement.verdict != "slip" or credit <= self._credit(judgement):
            return judgement
        said = f"{judgement.right_cells} {judgement.message}"
        return judgement._replace(verdict="partial", message=said)

    def _formula_judge(self, name: str) -> FormulaJudge:
        if name not in self._formula_judges:
            from exsolve.marking.formulas import FormulaJudge

            self._formula_judges[name] = FormulaJudge(self.workbook, name)
        return self._formula_judges[name]

    @cached_property
    def _revaluing(self) -> Revaluing:
        return Revaluing(self.reference, unfolded(self.workbook.numeric, self._questions))

    @cached_property
    def _judge(self) -> ValueJudge:
        direct = Revaluing(self.reference, self.workbook.numeric)
        return ValueJudge(self.reference, self._revaluing, direct, self._questions)

    def _once(self, key: Hashable, find: Any) -> Any:
        remembered = self._remembered
        if key in remembered:
            remembered.move_to_end(key)
            return remembered[key]
        found = remembered[key] = find()
        if getattr(found, "verdict", "") == "undecided":
            del remembered[key]  # with more time, or where time can be limited, it may be settled
        if len(remembered) > REMEMBERED:
            remembered.popitem(last=False)
        return found


def _said(judgement: FormulaJudgement, because: str) -> str:
    """What is said of a formula; of one that cannot be read, the problem says it all."""
    if because:
        return sentences.follows([because])
    if judgement.verdict == "unreadable" and judgement.problem is not None:
        return judgement.problem.message
    return judgement.message


def _unreadable(answer: MarkedAnswer, problem: Problem) -> MarkedAnswer:
    return answer._replace(
        verdict="unreadable", problem=problem, message=problem.message, open=True
    )


def _by_hand(answer: MarkedAnswer, mark: Fraction) -> MarkedAnswer:
    """An answer with the points that a person gave it."""
    credit = mark / answer.points
    verdict: Verdict = "correct" if credit >= 1 else "partial" if credit > 0 else "wrong"
    message = "" if answer.open else answer.message
    return answer._replace(verdict=verdict, credit=credit, message=message, open=False)
