"""Judging a formula by its values: equal to the right one on every instance, or not on one.

Two formulas of an exercise are taken to be equal where they are on random instances of several
sizes: exactly where both keep to the rationals, else certified to 60 digits. That they differ is
always proved, by an instance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from typing import Literal, NamedTuple

from exsolve.authoring.workbook import Workbook
from exsolve.errors import LanguageError, Problem, ShapeError
from exsolve.exact.time_limit import TimeIsUp, can_limit_time, time_limit
from exsolve.expression.sizes import shape_text
from exsolve.expression.tree import Call, Node, Shape, content, substitute, transform
from exsolve.graph import CONSTANT_NAMES, Graph
from exsolve.marking import sentences
from exsolve.marking.formula_names import formula_vocabulary
from exsolve.marking.formula_patterns import patterns, refuse_sum_over_time
from exsolve.marking.formula_question import FormulaQuestion, in_known_names
from exsolve.marking.formula_reading import read
from exsolve.marking.formula_values import Difference, Equality, equality
from exsolve.marking.general_values import equality_with_lines, needs_lines
from exsolve.marking.worlds import PlainWorlds, unrolled_worlds
from exsolve.ops.inversion import SingularError
from exsolve.own_variables import inlined
from exsolve.verdicts import NamedSlip
from exsolve.verification.claims import Situated

SECONDS = 0.5
"""For one answer."""
_DOTS = re.compile(r"\.\.\.|[…⋯⋮⋱]|\\[cdlv]?dots(?![A-Za-z])")
"""What stands for terms that are not written; only a person knows which."""


class FormulaJudgement(NamedTuple):
    """What is found of a formula.

    message: plain sentences to the student. understood: the formula as it was read, in the
    language. problem: why it could not be read, or where its shapes do not fit; ``offset`` is the
    place in the text, -1 where none is known. difference: the instance that proves it wrong.
    node: the formula, where it could be judged.
    follows: it is wrong, and is what follows from the student's own formulas for other quantities.
    """

    verdict: Literal["correct", "slip", "wrong", "unreadable", "undecided"]
    message: str = ""
    slips: tuple[NamedSlip, ...] = ()
    understood: str = ""
    problem: Problem | None = None
    offset: int = -1
    difference: Difference | None = None
    follows: bool = False
    node: Node | None = None


class FormulaJudge:
    """Judges the answers to one question for a formula; what it needs to know is found out once.

    Raises ExsolveError where the exercise has no instances.
    """

    def __init__(self, workbook: Workbook, name: str, seconds: float = SECONDS) -> None:
        self._workbook = workbook
        self._seconds = seconds
        self.name = name
        graph = workbook.graph
        self.vocabulary = formula_vocabulary(workbook, name)
        self.shape: Shape = graph.shapes[name]
        self._definition = in_known_names(graph, name, frozenset(self.vocabulary.names))
        claim = workbook.claims.get(name)
        self._situated = claim if isinstance(claim, Situated) else None
        self._over_time = "sum_t" in content(self._definition).operations
        self._slow = needs_lines(workbook, self._definition)
        self._questions: dict[bool, FormulaQuestion] = {}
        self._scalars = {
            one: shape
            for one, shape in self.vocabulary.names.items()
            if not shape and one not in CONSTANT_NAMES and one not in workbook.setting.random
        }

    def judge(self, text: str, own: Mapping[str, Node] | None = None) -> FormulaJudgement:
        """What is found of an answer; ``own`` are the student's own formulas for other quantities,
        where they were wrong."""
        try:
            node, shape, understood = read(text, self.vocabulary, self.name, self.shape)
            if not self._over_time and self._situated is None:
                refuse_sum_over_time(node)
        except ShapeError as error:
            if _DOTS.search(text):
                return _refused("unreadable", "Your formula leaves something out by dots", error)
            return _refused("wrong", "Your formula does not fit", error)
        except LanguageError as error:
            return _refused("unreadable", "Your formula cannot be read", error)
        question = self._question(node)
        limit = time_limit(self._seconds) if can_limit_time() else nullcontext()
        found = FormulaJudgement(
            "undecided",
            f"Your formula could not be judged within {self._seconds:g} seconds, so that a person "
            "has to look at it.",
        )
        try:
            with limit:
                # what is found first stays where there is no time for the rest
                found = self._held_to_the_right_one(node, shape, question)
                if found.verdict == "wrong":
                    found, node = self._over_columns(found, node, shape, question)
                if found.verdict == "wrong":
                    found = self._diagnosed(found, node, shape, question)
                if own and found.verdict != "correct" and self._follows(node, question, own):
                    found = found._replace(follows=True)
        except TimeIsUp:
            pass
        return found._replace(understood=understood, node=node)

    def _question(self, node: Node) -> FormulaQuestion:
        """The instances on which a formula has a value; made before the clock runs."""
        over_time = self._over_time or "sum_t" in content(node).operations
        if over_time not in self._questions:
            workbook = self._workbook
            plain = None
            if over_time:
                assert self._situated is not None
                found = list(unrolled_worlds(self._situated))
            else:
                names = [one for one in self.vocabulary.names if one not in CONSTANT_NAMES]
                plain = PlainWorlds(workbook, names, [self._definition])
                found = plain.worlds
            self._questions[over_time] = FormulaQuestion(
                workbook.graph, found, plain, self.name, self._definition
            )
        return self._questions[over_time]

    def _by_values(self, node: Node) -> bool:
        return not (self._slow or needs_lines(self._workbook, node))

    def _held_to_the_right_one(
        self, node: Node, shape: Shape, question: FormulaQuestion
    ) -> FormulaJudgement:
        """Whether it is right, and where it is not a place that shows it."""
        if shape and shape != self.shape:
            return FormulaJudgement("wrong", self._other_shape(shape))
        if not self._by_values(node):
            found = equality_with_lines(self._workbook, node, self._definition)
            if isinstance(found, Difference):
                return FormulaJudgement("wrong", _shows(found), difference=found)
            return FormulaJudgement("correct") if found else _open()
        outcome = equality(question.values(node), question.right)
        if outcome.equal:
            return FormulaJudgement("correct")
        if outcome.equal is None:
            return _without(outcome) if outcome.without is not None else _open()
        difference = question.difference(node, outcome)
        return FormulaJudgement("wrong", _shows(difference), difference=difference)

    def _over_columns(
        self, wrong: FormulaJudgement, node: Node, shape: Shape, question: FormulaQuestion
    ) -> tuple[FormulaJudgement, Node]:
        """A wrong formula as it is where softmax acts on columns, as the exercise may have it: what
        is written without an axis keeps to the convention of its text."""
        other = transform(node, partial(_down_columns, self._workbook.graph))
        if other is node or not self._by_values(node):
            return wrong, node
        found = self._held_to_the_right_one(other, shape, question)
        return (found, other) if found.verdict == "correct" else (wrong, node)

    def _diagnosed(
        self, wrong: FormulaJudgement, node: Node, shape: Shape, question: FormulaQuestion
    ) -> FormulaJudgement:
        """A wrong formula with the known mistakes that give it."""
        if not self._by_values(node):
            return wrong
        given = question.values(node)
        found = patterns(given, question.right, shape, self._scalars, question.values)
        pattern = next(found, None)
        if pattern is not None:
            slips = [NamedSlip(pattern.name, pattern.says, self.name)]
        else:
            slips = [
                NamedSlip(one.slip_name, one.says, self.name)
                for one, values in question.wrong
                if equality(given, values).equal
            ]
        if not slips:
            return wrong
        said = f"{sentences.slips(slips)} {wrong.message}"
        return wrong._replace(verdict="slip", message=said, slips=tuple(slips))

    def _other_shape(self, shape: Shape) -> str:
        wanted, given = shape_text(self.shape), shape_text(shape)
        return f"Your formula has the shape {given}, and {self.name} has the shape {wanted}."

    def _follows(self, node: Node, question: FormulaQuestion, own: Mapping[str, Node]) -> bool:
        """Whether it is what the exercise's formula gives with the student's own in its place."""
        graph = self._workbook.graph
        own = {name: tree for name, tree in own.items() if name in graph.quantities}
        through = inlined(graph, self._definition, list(own))
        if not any(name in own for name in content(through).free):
            return False
        expected, given = substitute(through, own), substitute(node, own)
        try:
            shapes = [graph.shape(one) for one in (expected, given)]
        except LanguageError:
            return False  # an own formula of another shape may fit nowhere
        if shapes[0] != shapes[1]:
            return False
        if any(needs_lines(self._workbook, one) for one in (expected, given)):
            return equality_with_lines(self._workbook, given, expected) is True
        following = question.values(expected)
        if following.is_zero():
            return False  # an own formula that makes the rest trivial earns nothing
        return bool(equality(question.values(given), following).equal)


def circular(formulas: Mapping[str, Node]) -> list[tuple[str, ...]]:
    """The answers that are given by each other, and so say nothing: each circle once.

    Each is right by itself, since another answer may be used by its name.
    """
    uses = {
        name: [one for one in content(node).free if one in formulas]
        for name, node in formulas.items()
    }
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for start in uses:
        paths: list[tuple[str, ...]] = [(start,)]
        while paths:
            path = paths.pop()
            for following in uses[path[-1]]:
                if following == start:
                    found.setdefault(frozenset(path), path)
                elif following not in path:
                    paths.append((*path, following))
    return list(found.values())


def _down_columns(graph: Graph, node: Node) -> Node | None:
    """A softmax without an axis of its own, over the columns of a matrix or of each of several."""
    if not isinstance(node, Call) or node.operation.name not in ("softmax", "log_softmax"):
        return None
    if node.options["axis"] != -1:
        return None
    axis = max(len(graph.shape(node.args[0])) - 2, 0)
    args = tuple(transform(one, partial(_down_columns, graph)) for one in node.args)
    return Call(node.operation, args, {**node.options, "axis": axis}, node.offset)


def _refused(
    verdict: Literal["unreadable", "wrong"], begin: str, error: LanguageError
) -> FormulaJudgement:
    problem = error.problem
    said = f"{begin}: {problem.message}."
    if problem.expected:
        said += f" Expected: {problem.expected}."
    if problem.found:
        said += f" Found: {problem.found}."
    if problem.hint:
        said += f" Try: {problem.hint}."
    return FormulaJudgement(verdict, said, problem=problem, offset=error.offset)


def _without(outcome: Equality) -> FormulaJudgement:
    """What is said of a formula that has no value: wrong where what it inverts never can be.

    What is too large to compute, or has an open sign, may be right.
    """
    error = outcome.without
    assert error is not None
    reason = error.problems[0].message
    if outcome.never and any(isinstance(one, SingularError) for one in (error, error.__cause__)):
        return FormulaJudgement("wrong", f"Your formula has no value on any instance: {reason}.")
    return FormulaJudgement(
        "undecided",
        f"Your formula has no value on many instances ({reason}), so that a person has to look at "
        "it.",
    )


def _open() -> FormulaJudgement:
    return FormulaJudgement(
        "undecided",
        "Your formula could be proved neither equal to the right one nor different from it, so "
        "that a person has to look at it.",
    )


def _shows(difference: Difference) -> str:
    cell = f"its component {[one + 1 for one in difference.place]}" if difference.place else "it"
    on = f"For {difference.on}, " if difference.on else "In numbers "
    return f"{on}{cell} is {difference.given}, where {difference.expected} is right."
