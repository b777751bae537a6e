"""What an exercise and a set say of marking, merged; the points of each answer; own slips."""

from __future__ import annotations

import pickle
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import exsolve
from exsolve.authoring.policy import AnswerPolicy, Policy, merged
from exsolve.evaluate import ClosedFormRoute, evaluate
from exsolve.expression.parser import parse
from exsolve.graph import Quantity
from exsolve.library import Exercise, ProblemSet, load_text
from exsolve.ops import OPERATIONS
from exsolve.solution import Expected
from exsolve.verdicts import VERDICTS

EXERCISE = """\
id: spread
title: Spread
kind: formulas
givens:
  x: [1, 2, 6]
define:
  mu: mean(x)
  v: var(x)
  s: sqrt(v)
marking:
  credit: {imprecise: 90%, partial: 1/4}
  digits: 3
  answers:
    mu: {form: exact, weight: 2}
    s: {digits: 4}
  slips:
    - {of: v, formula: 'var(x, ddof=1)', says: You divided by n - 1.}
    - {of: s, formula: -s, says: You took the other root., name: other root}
vary:
  draw: {m: {from: 7, to: 9}}
  givens: {x: [1, 2, m]}
parts:
  - {id: a, ask: Compute., points: 4, answers: [mu, v, s]}
"""
SET = """\
id: sheet
title: A sheet
marking: {credit: {slip: 1/4, partial: cells}, digits: 5}
exercises:
  - exercise: spread.yaml
    points: [6]
    marking: {credit: {slip: 0}, answers: {v: {weight: 0}, s: {form: decimal}}}
"""
NUMBERS = ("mu", "v", "s")


def values(*names: str) -> list[Expected]:
    return [Expected(name, (), "value") for name in names]


def words(part: str) -> Expected:
    return Expected(part, (), "words")


def exercise() -> Exercise:
    loaded = load_text(EXERCISE)
    assert isinstance(loaded, Exercise)
    return loaded


def problem_set(folder: Path) -> ProblemSet:
    (folder / "spread.yaml").write_text(EXERCISE, encoding="utf-8")
    (folder / "sheet.yaml").write_text(SET, encoding="utf-8")
    loaded = exsolve.load(str(folder / "sheet.yaml"))
    assert isinstance(loaded, ProblemSet)
    return loaded


def test_what_is_not_said_has_its_default() -> None:
    policy = Policy()
    credits = {one: policy.credit_of(one) for one in VERDICTS if policy.credit_of(one)}
    assert credits == {
        "correct": 1,
        "rounded": 1,
        "imprecise": Fraction(4, 5),
        "follow-through": 1,
        "slip": Fraction(1, 2),
    }
    assert policy.credit_of("partial", Fraction(5, 6)) == Fraction(5, 6)
    assert (policy.digits_of("mu"), policy.form_of("mu")) == (2, "any")


def test_an_exercise_says_its_own() -> None:
    policy = exercise().workbook.policy
    assert policy.credit_of("imprecise") == Fraction(9, 10)
    assert policy.credit_of("partial", Fraction(5, 6)) == Fraction(1, 4)
    assert [policy.digits_of(name) for name in NUMBERS] == [3, 3, 4]
    assert [policy.form_of(name) for name in NUMBERS] == ["exact", "any", "any"]
    assert policy.shares(values(*NUMBERS), 4) == [2, 1, 1]
    assert pickle.loads(pickle.dumps(policy)) == policy


def test_a_set_and_its_entry_go_before_the_exercise(tmp_path: Path) -> None:
    policy = problem_set(tmp_path).exercises[0].workbook.policy
    assert policy.credit_of("imprecise") == Fraction(9, 10)
    assert policy.credit_of("slip") == 0
    assert policy.credit_of("partial", Fraction(5, 6)) == Fraction(5, 6)
    assert [policy.digits_of(name) for name in NUMBERS] == [5, 5, 4]
    assert [policy.form_of(name) for name in NUMBERS] == ["exact", "any", "decimal"]
    assert policy.shares(values(*NUMBERS), 6) == [4, 0, 2]


def test_variants_are_marked_like_what_they_are_made_of(tmp_path: Path) -> None:
    base = problem_set(tmp_path)
    variant = next(base.variants(1, 1))
    policy = variant.content.exercises[0].workbook.policy
    assert policy == base.exercises[0].workbook.policy
    folder = tmp_path / "variant"
    folder.mkdir()
    for name, text in variant.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    loaded = exsolve.load(str(folder / f"{variant.id}.yaml"))
    assert isinstance(loaded, ProblemSet)
    assert loaded.exercises[0].workbook.policy == policy
    slips = loaded.exercises[0].workbook.graph.quantities["s"].slips
    assert [one.name for one in slips] == ["other root"]


def test_own_slips_are_those_of_the_quantity() -> None:
    graph = exercise().workbook.graph
    (sample,) = graph.quantities["v"].slips
    assert (sample.name, sample.says) == ("known mistake 1", "You divided by n - 1.")
    (root,) = graph.quantities["s"].slips
    wrong = graph.with_quantities(
        [
            graph.quantities["v"]._replace(expression=sample.expression),
            graph.quantities["s"]._replace(expression=root.expression),
            Quantity("rest", parse("s + sqrt(7)", OPERATIONS)),
        ]
    )
    found = evaluate(wrong, ClosedFormRoute())
    # (4 + 1 + 9)/2, and what its negative root leaves of the positive one
    assert str(found["v"][()]) == "7"
    assert str(found["rest"][()]) == "0"


def test_a_gradient_has_slips_too() -> None:
    text = EXERCISE.replace("of: s, formula: -s", "of: grad_x, formula: 2*grad_x")
    text = text.replace("marking:", "gradients: [{of: v, for: [x]}]\nmarking:")
    loaded = load_text(text)
    assert isinstance(loaded, Exercise)
    graph = loaded.workbook.graph
    (slip,) = graph.quantities["grad_x"].slips
    doubled = graph.quantities["grad_x"]._replace(expression=slip.expression)
    right = evaluate(graph, ClosedFormRoute())["grad_x"]
    wrong = evaluate(graph.with_quantities([doubled]), ClosedFormRoute())["grad_x"]
    assert [cell * 2 for cell in right.flat] == list(wrong.flat)


def test_words_have_what_their_rubric_is_worth() -> None:
    part = [*values("y", "z"), words("b")]
    assert Policy().shares(part, 4, 3) == [Fraction(1, 2), Fraction(1, 2), 3]
    assert Policy().shares(part, 4, 0.5) == [Fraction(7, 4), Fraction(7, 4), Fraction(1, 2)]


def test_words_count_as_one_answer_without_a_rubric_of_their_own() -> None:
    part = [*values("y", "z"), words("b")]
    assert Policy().shares(part, 4, 0) == [Fraction(4, 3)] * 3
    assert Policy().shares(part, 4, 4) == [Fraction(4, 3)] * 3, "the rubric is of the whole part"
    assert Policy().shares([words("b")], 4, 3) == [4]


def test_a_weight_for_words_goes_before_their_rubric() -> None:
    policy = Policy(answers={"b": AnswerPolicy(weight=Fraction(2))})
    assert policy.shares([*values("y"), words("b")], 3, 1) == [1, 2]
    without = Policy(answers={"b": AnswerPolicy(weight=Fraction(0))})
    assert without.shares([*values("y"), words("b")], 3, 1) == [3, 0]


def test_answers_without_a_weight_leave_all_to_the_words() -> None:
    policy = Policy(answers={"y": AnswerPolicy(weight=Fraction(0))})
    assert policy.shares([*values("y"), words("b")], 3, 1) == [0, 3]


def test_points_are_decimal_numbers() -> None:
    assert Policy().shares(values("y"), 0.1) == [Fraction(1, 10)]
    assert Policy().shares(values("y"), 1.15) == [Fraction(23, 20)]


WEIGHTS = st.none() | st.integers(0, 5).map(Fraction) | st.fractions(0, 3, max_denominator=9)
POINTS = st.integers(0, 999_999).map(lambda cents: cents / 100)


@given(st.lists(WEIGHTS, min_size=1, max_size=6), POINTS, POINTS, st.booleans())
@settings(max_examples=200, deadline=None)
def test_shares_add_up_exactly(
    weights: list[Fraction | None], points: float, rubric: float, has_words: bool
) -> None:
    names = [f"q{number}" for number in range(len(weights))]
    policy = Policy(
        answers={
            name: AnswerPolicy(weight=weight) for name, weight in zip(names, weights, strict=True)
        }
    )
    expected = values(*names)
    if has_words:
        expected[-1] = words(names[-1])
    shares = policy.shares(expected, points, rubric)
    assert len(shares) == len(expected)
    assert sum(shares) == Fraction(str(points))
    assert min(shares) >= 0


def test_the_later_policy_goes_before_and_what_it_does_not_say_stays() -> None:
    first = Policy(
        {"slip": Fraction(1, 3), "partial": Fraction(0)},
        3,
        {"y": AnswerPolicy("exact", None, Fraction(2))},
    )
    second = Policy({"partial": None}, None, {"y": AnswerPolicy(weight=Fraction(0))})
    both = merged(first, second)
    assert both.credit == {"slip": Fraction(1, 3), "partial": None}
    assert both.digits == 3
    assert both.answers == {"y": AnswerPolicy("exact", None, Fraction(0))}
    assert merged(both) == merged(Policy(), both) == merged(both, Policy()) == both
    assert merged() == Policy()
