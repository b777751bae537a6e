"""The search: the same for the same seed, no two alike, conditions held exactly, always an end."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import islice

import pytest
from variation.exercises import BASE, drawn, exercise
from work import at_most_calls

import exsolve
from exsolve import limits
from exsolve.errors import ExsolveError
from exsolve.expression.tree import Literal
from exsolve.library import Exercise, Variant, load_text
from exsolve.solution import Step

TWO = "draw: {m: {from: 1, to: 30}}\ngivens:\n  a: m\n  x: {from: 1, to: 4}"


def test_a_variant_depends_on_its_seed_and_number_only() -> None:
    varied = exercise(TWO)
    many = list(varied.variants(12, 7))
    assert list(varied.variants(3, 7))[2].text == many[2].text
    assert [one.text for one in exercise(TWO).variants(12, 7)] == [one.text for one in many]
    assert next(varied.variants(1, 8)).values != many[0].values
    assert [one.number for one in many] == list(range(1, 13))
    assert [one.id for one in many[:2]] == ["sums-7-01", "sums-7-02"]


def test_prose_may_change_without_changing_the_numbers() -> None:
    other = exercise(TWO, BASE.replace("A sum", "Another title"))
    assert [one.values for one in other.variants(4, 7)] == [
        one.values for one in exercise(TWO).variants(4, 7)
    ]


def test_no_two_variants_have_the_same_data() -> None:
    found = drawn("draw: {m: {from: 1, to: 10}}\ngivens: {a: m}", 9)
    assert sorted(int(values["m"]) for values in found) == [1, 2, 4, 5, 6, 7, 8, 9, 10]
    spelled = drawn("draw: {m: {choose: [3.0, 6/2 + 1, 2^2 + 1]}}\ngivens: {a: m}", 2)
    assert sorted(values["m"] for values in spelled) == ["2^2 + 1", "6/2 + 1"]


def test_other_words_alone_make_no_other_exam_unless_only_words_vary() -> None:
    words = "draw:\n  what: {words: [pears, figs]}\n"
    text = "texts: {A sum: 'A sum of {what}'}\n"
    both = exercise(f"{words}  m: {{from: 1, to: 5}}\n{text}givens: {{a: m}}")
    found = list(both.variants(4, 1))
    assert sorted(one.values["m"] for one in found) == ["1", "2", "4", "5"]
    with pytest.raises(ExsolveError, match="there are only 4 variants of sums"):
        list(both.variants(5, 1))
    only = list(exercise(words + text).variants(2, 1))
    assert sorted(one.values["what"] for one in only) == ["figs", "pears"]


def test_the_variants_that_there_are_are_all_found_and_counted() -> None:
    vary = "draw: {m: {from: 1, to: 400}}\ngivens: {a: m}\nwhere: [floor(m/40) == m/40]"
    varied = exercise(vary)
    found = list(islice(varied.variants(11, 1), 10))
    assert sorted(int(one.values["m"]) for one in found) == list(range(40, 401, 40))
    with pytest.raises(ExsolveError, match="there are only 10 variants of sums") as refused:
        list(varied.variants(11, 1))
    (problem,) = refused.value.problems
    assert (problem.found, problem.expected) == ("11", "a count of at most 10")
    assert str(problem.position) == "sums.yaml:15:1"


def values_of(variant: Variant, name: str) -> list[Fraction]:
    (part,) = variant.exercise.solve().parts
    (step,) = (step for step in part.steps if step.name == name)
    assert isinstance(step, Step)
    exact = [cell.exact for cell in step.value.cells]
    assert all(isinstance(cell, Literal) for cell in exact)
    return [Fraction(str(cell.value)) for cell in exact if isinstance(cell, Literal)]


@pytest.mark.parametrize(
    "condition",
    [
        "where: [total == 20]",
        "where: [m + sum(x) == 20]",
        "answers: {of: [total], denominator_below: 21, largest: 20}\nwhere: [total >= 20]",
    ],
)
def test_conditions_on_what_is_computed_hold_exactly(condition: str) -> None:
    for variant in exercise(f"{TWO}\n{condition}").variants(5, 2):
        assert values_of(variant, "total") == [20]
        assert values_of(variant, "half") == [10]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("whole: true", lambda total: (total / 2).denominator == 1),
        ("denominator_below: 2", lambda total: (total / 2).denominator == 1),
        ("decimals: 0", lambda total: (total / 2).denominator == 1),
        ("largest: 15/2", lambda total: total <= Fraction(15, 2)),
        ("nonzero: true", lambda total: total != 0),
    ],
)
def test_conditions_on_answers(condition: str, holds: Callable[[Fraction], bool]) -> None:
    vary = f"givens: {{a: {{from: -9, to: 9, step: 1/2}}}}\nanswers: {{{condition}}}"
    found = [values_of(one, "total") for one in exercise(vary).variants(8, 3)]
    assert all(holds(*values) for values in found)


def test_cells_of_answers_that_differ() -> None:
    base = BASE.replace("half: total/2", "half: x/2").replace("total, half", "half")
    vary = "givens: {x: {from: 1, to: 2}}\nanswers: {distinct: true}"
    (variant,) = exercise(vary, base).variants(1, 1)  # [1, 2] is the exercise's own
    assert variant.values["x"] == "[2, 1]"


def test_irrational_answers_are_refused_where_rational_ones_are_wanted() -> None:
    vary = "givens: {a: {choose: [sqrt(2), 2, sqrt(9), ln(2)]}}\nanswers: {rational: true}"
    assert [one.values["a"] for one in exercise(vary).variants(1, 1)] == ["2"]


def test_formulas_that_differ() -> None:
    vary = "givens: {a: {from: 1, to: 2}, x: {from: 1, to: 2}}\ndistinct: [[a, 'x[0]', '4 - x[1]']]"
    found = sorted(drawn(vary, 2), key=str)
    assert found == [{"a": "1", "x": "[2, 1]"}, {"a": "2", "x": "[1, 1]"}]
    with pytest.raises(ExsolveError, match="there are only 2 variants"):
        drawn(vary, 3)
    once = vary.replace("to: 2}, x", "to: 1}, x")
    with pytest.raises(ExsolveError, match="there is only one variant"):
        drawn(once, 2)


POOLED = """\
id: pooled
title: A network
kind: cnn-shapes
input: [N, 1, 8, 8]
layers: [MaxPool2d(2)]
parts: [{id: a, ask: Shapes?, answers: [shape_1]}]
vary:
  draw: {side: {from: 5, to: 14}}
  fields: {input: [N, 1, '{side}', '{side}']}
  whole_divisions: true
"""


def test_no_layer_leaves_a_remainder() -> None:
    varied = load_text(POOLED)
    assert isinstance(varied, Exercise)
    assert sorted(int(one.values["side"]) for one in varied.variants(4, 1)) == [6, 10, 12, 14]
    with pytest.raises(ExsolveError, match="there are only 4"):
        list(varied.variants(5, 1))


def test_texts_follow_the_draw_and_what_is_computed() -> None:
    vary = """
draw: {m: {from: 10, to: 40}, sign: {words: [plus]}}
givens: {a: m}
texts:
  Add 3 and 4: 'Add {m} and {2*m} to get {total} {{{sign}}}'
  A sum: 'The sum of {x}'
"""
    for variant in exercise(vary).variants(3, 1):
        m = int(variant.values["m"])
        solution = variant.exercise.solve()
        assert solution.about == f"Add {m} and {2 * m} to get {m + 3} {{plus}}."
        assert solution.title == "The sum of [1, 2]"


def test_fields_are_replaced_as_a_whole_and_may_be_new() -> None:
    vary = """
draw: {m: {from: 4, to: 9}}
givens: {a: m}
fields:
  title: 'The sum with {m}'
  tags: [numbers, 'number-{m}']
  define:
    total: {formula: 'a*sum(x) + {2*m}', note: 'In place of the sum: a {{product}}.'}
  parts:
    - id: b
      ask: |
        A list:

        - of {m} and more: with a colon
      answers: [total]
"""
    for variant in exercise(vary).variants(2, 1):
        m = int(variant.values["m"])
        solution = variant.exercise.solve()
        (part,) = solution.parts
        assert solution.title == f"The sum with {m}"
        assert (part.id, part.ask) == ("b", f"A list:\n\n- of {m} and more: with a colon")
        assert values_of(variant, "total") == [5 * m]
        (step,) = part.steps
        assert step.note == "In place of the sum: a {product}."
        assert f"tags: [numbers, number-{m}]\n" in variant.text


def test_conditions_are_about_the_variant_and_not_about_the_exercise() -> None:
    """The formula changes with the draw: where it is the exercise's own, nothing can be learned."""
    own = "fields: {define: {total: 'a - {k}', half: total/2}}"
    for change in (own, "texts: {a + sum: '{k} + sum'}"):
        base = BASE.replace("a + sum(x)", "a + sum(x) + 0")
        vary = f"draw: {{k: {{from: 1, to: 40}}}}\ngivens: {{a: {{from: 1, to: 40}}}}\n{change}\n"
        for variant in exercise(f"{vary}where: [total == 9, a != 9]", base).variants(6, 4):
            assert values_of(variant, "total") == [9]


def test_letters_for_sizes_are_no_zeros() -> None:
    conditions = "  answers: {nonzero: true, largest: 99, whole: true}\n"
    varied = load_text(POOLED + conditions)
    assert isinstance(varied, Exercise)
    assert next(varied.variants(1, 1)).values["side"] in ("6", "10", "12", "14")


FAILING = {
    # a condition: where it stands in it, how much was tried, what was expected, what was found
    "where: [m > 30]": ("m", "in all 30 draws", "m > 30", "not met 30 times, as with m = "),
    "where: [m > 0, total > 100]": ("total", "in all 480 draws", "total > 100", "x = ["),
    "answers: {of: [half], largest: 0.5}": ("largest", "480 draws", "largest: 1/2", "half has "),
    "distinct: [[m, m]]": ("m", "in all 480 draws", "distinct: [m, m]", "twice"),
    "where: [1/(m - m) > 0]": ("1", "in all 480 draws", "1/(m - m) > 0", "division by zero"),
}


@pytest.mark.parametrize("condition", FAILING)
def test_what_is_said_where_nothing_is_found(condition: str) -> None:
    place, tries, expected, found = FAILING[condition]
    vary = TWO if ">" not in condition or "30" not in condition else TWO.partition("\n  x")[0]
    with at_most_calls(2 * 10**7), pytest.raises(ExsolveError, match="no values") as refused:
        list(exercise(f"{vary}\n{condition}").variants(1, 1))
    (problem,) = refused.value.problems
    line = BASE.count("\n") + vary.count("\n") + 3
    assert str(problem.position) == f"sums.yaml:{line}:{condition.index(place) + 3}"
    assert tries in problem.message
    assert problem.expected == expected
    assert found in problem.found


def test_draws_that_make_no_exercise_are_told() -> None:
    varied = load_text(POOLED.replace("from: 5, to: 14", "from: -3, to: 0"))
    assert isinstance(varied, Exercise)
    with pytest.raises(ExsolveError, match="in all 4 draws") as refused:
        list(varied.variants(1, 1))
    assert refused.value.problems[0].expected.startswith("a sound exercise: ")


@pytest.mark.parametrize("condition", ["where: [g > 0]", "answers: {of: [g], whole: true}"])
def test_general_formulas_meet_no_condition(condition: str) -> None:
    base = BASE.replace("define:", "symbols: {v: [n]}\ndefine:\n  g: sum(v)")
    with pytest.raises(ExsolveError, match="g stands for every value of its symbols"):
        list(exercise(f"givens: {{a: {{from: 1, to: 9}}}}\n{condition}", base).variants(1, 1))


def test_conditions_on_all_answers_leave_general_formulas_out() -> None:
    base = BASE.replace("define:", "symbols: {v: [n]}\ndefine:\n  g: floor(sum(v)/2)")
    base = base.replace("[total, half]", "[g, half]")
    vary = "givens: {a: {from: 1, to: 9}}\nanswers: {whole: true}\nwhole_divisions: true"
    found = [one.values["a"] for one in exercise(vary, base).variants(4, 1)]
    assert sorted(found) == ["1", "5", "7", "9"]  # 3 is the exercise's own


@pytest.mark.parametrize(
    ("count", "seed", "message"),
    [
        (0, 1, "0 variants cannot be made"),
        (limits.VARIANTS + 1, 1, "variants cannot be made at once"),
        (1, -1, "-1 is no seed"),
        (1, 1 << 63, "is no seed"),
    ],
)
def test_counts_and_seeds_are_bounded(count: int, seed: int, message: str) -> None:
    with pytest.raises(ExsolveError, match=message):
        list(exercise(TWO).variants(count, seed))


def test_an_exercise_that_does_not_vary() -> None:
    plain = exsolve.load("least-norm")
    assert isinstance(plain, Exercise)
    with pytest.raises(ExsolveError, match="least-norm does not say how it varies"):
        next(plain.variants(1, 1))
    assert plain.sample_variant() is None


def test_ids_of_variants_stay_ids() -> None:
    long = exercise(TWO, BASE.replace("id: sums", f"id: {'s' * 78}"))
    with pytest.raises(ExsolveError, match="would be too long"):
        next(long.variants(1, 1))


def test_heavy_conditions_get_fewer_tries() -> None:
    vary = (
        "draw: {m: {from: 1, to: 900000}}\ngivens: {a: m}\nwhere: ['sum(m*ones([300, 300])) < 0']"
    )
    with at_most_calls(10**7), pytest.raises(ExsolveError, match="no values are found") as refused:
        list(exercise(vary).variants(1, 1))
    assert int(refused.value.problems[0].message.split(" in ")[1].split()[0]) < 50
