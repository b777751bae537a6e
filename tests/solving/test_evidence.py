"""Each kind of evidence, its values against numbers that are found in another way."""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp
from typing import Any

import numpy as np
import pytest

from exsolve.drawing.pictures import Curves, HeatMap
from exsolve.errors import ExsolveError
from exsolve.library import load_text
from exsolve.notation import written
from exsolve.solution import Evidence, Solution, Step, Value

HEAD = "id: shown\ntitle: Shown\nkind: formulas\n"
SYMBOLS = """
symbols: {X: [n, d], y: [n], w: [d], beta: [], z: [m]}
givens: {scale: 2, table: {value: [[1, 2], [3, 4]], rows: [up, down], columns: [left, right]}}
define:
  loss: {formula: sumsq(X @ w - y), note: The loss.}
  weights: softmax(beta*z)
  w_next: w - 1/8*X.T @ (X @ w - y)
  rate: 1/(1 + beta^2)
  doubled: scale*table
  decay: exp(-beta)
"""


def solved(evidence: str) -> Solution:
    lines = "\n".join("      " + line for line in evidence.strip().split("\n"))
    part = "parts:\n  - id: a\n    ask: Show it.\n    text: As follows.\n    evidence:\n"
    return load_text(HEAD + SYMBOLS.lstrip() + part + lines + "\n").solve()


def shown(evidence: str) -> Evidence:
    (found,) = solved(evidence).parts[0].evidence
    return found


def exact(value: Any) -> Any:
    """The exact cells as fractions in nested lists."""
    assert isinstance(value, Value)
    return value.nested([Fraction(cell.text("text", written)) for cell in value.cells])


def test_a_quantity_at_values() -> None:
    found = shown("- {at: {X: [[1, 2], [3, 4]], y: [1, 1], w: [1/2, 1/3]}, show: [loss]}")
    (step,) = found.steps
    assert isinstance(step, Step)
    rows, weights = ([1, 2], [3, 4]), (Fraction(1, 2), Fraction(1, 3))
    wanted = sum((row[0] * weights[0] + row[1] * weights[1] - 1) ** 2 for row in rows)
    assert exact(step.value) == wanted
    assert step.note == "The loss."


def test_another_value_of_a_given() -> None:
    found = shown("- {at: {scale: 1/2}, show: [doubled]}")
    (step,) = found.steps
    assert isinstance(step, Step)
    assert exact(step.value) == [[Fraction(1, 2), 1], [Fraction(3, 2), 2]]


def test_a_value_that_varies_and_its_limits() -> None:
    found = shown("- vary: {name: beta, values: [0, 1/3, infinity, -infinity]}\n  show: [rate]")
    (table,) = found.tables
    assert table.columns == ("β", "rate")
    labels = [one if isinstance(one, str) else written(one, "text") for one, _ in
              (row.cells for row in table.rows) if not isinstance(one, Value)]  # fmt: skip
    assert labels == ["0", "1/3", "→ ∞", "→ −∞"]
    assert [exact(row.cells[1]) for row in table.rows] == [1, Fraction(9, 10), 0, 0]


def test_weights_of_attention_as_beta_grows() -> None:
    found = shown(
        "- at: {z: [1, 2, 2]}\n  vary: {name: beta, values: [0, 1, infinity]}\n  show: [weights]"
    )
    (table,) = found.tables
    assert table.columns[1] == "weights ≈"  # the second row has no short exact form
    total = exp(1) + 2 * exp(2)
    wanted = [
        [1 / 3, 1 / 3, 1 / 3],
        [exp(1) / total, exp(2) / total, exp(2) / total],
        [0, 1 / 2, 1 / 2],
    ]
    for row, numbers in zip(table.rows, wanted, strict=True):
        assert isinstance(row.cells[1], Value)
        found_numbers = [float(cell.number or 0) for cell in row.cells[1].cells]
        np.testing.assert_allclose(found_numbers, numbers, rtol=1e-12)
        rounded = [float(Fraction(cell.text("text", written))) for cell in row.cells[1].cells]
        np.testing.assert_allclose(rounded, numbers, rtol=5e-4)


ITERATED = """
- at: {X: [[1, 1, 0], [0, 1, 1]], y: [1, 2]}
  iterate: {start: {w: [0, 0, 0]}, step: {w: w_next}, times: §}
  show: [§]
"""


def iterates(times: int) -> list[list[Fraction]]:
    """Gradient descent by hand, in fractions."""
    rows, targets = ((1, 1, 0), (0, 1, 1)), (1, 2)
    w = [Fraction(0)] * 3
    found = [w]
    for _ in range(times):
        gaps = [
            sum((x * one for x, one in zip(row, w, strict=True)), Fraction(0)) - target
            for row, target in zip(rows, targets, strict=True)
        ]
        slope = [sum(row[i] * gap for row, gap in zip(rows, gaps, strict=True)) for i in range(3)]
        w = [one - change / 8 for one, change in zip(w, slope, strict=True)]
        found.append(w)
    return found


def test_iterates_in_exact_fractions() -> None:
    found = shown(ITERATED.replace("§", "4", 1).replace("§", "w"))
    (table,) = found.tables
    assert [row.cells[0] for row in table.rows] == ["0", "1", "2", "3", "4"]
    assert [exact(row.cells[1]) for row in table.rows] == iterates(4)


def test_a_curve_over_the_steps_has_every_step_and_the_table_thins() -> None:
    found = shown(ITERATED.replace("§", "60", 1).replace("§", "loss") + "  curve: log\n")
    (picture,) = found.pictures
    assert isinstance(picture, Curves)
    assert picture.logarithmic
    (series,) = picture.series
    rows, targets = np.array([[1, 1, 0], [0, 1, 1]]), np.array([1, 2])
    wanted = [float(np.sum((rows @ np.array(w, float) - targets) ** 2)) for w in iterates(60)]
    assert [place for place, _ in series.points] == list(range(61))
    np.testing.assert_allclose([one for _, one in series.points], wanted, rtol=1e-9, atol=1e-14)
    assert 10 < len(found.tables[0].rows) < 40
    assert found.tables[0].rows[-1].cells[0] == "60"


def test_a_curve_leaves_limits_out() -> None:
    found = shown(
        "- {vary: {name: beta, values: [0, 1, 3, infinity]}, show: [rate], curve: linear}"
    )
    (picture,) = found.pictures
    assert isinstance(picture, Curves)
    assert picture.series[0].points == ((0.0, 1.0), (1.0, 0.5), (3.0, 0.1))


def test_a_heat_map_has_the_labels_and_values_of_its_matrix() -> None:
    (picture,) = shown("- heat_map: table").pictures
    assert isinstance(picture, HeatMap)
    assert picture.rows == ("up", "down")
    assert picture.columns == ("left", "right")
    assert picture.weights == ((1.0, 2.0), (3.0, 4.0))


@pytest.mark.parametrize("sides", ["scale + 1, 3", "sum(table), 10", "table.T.T, table"])
def test_equal_values_are_equal(sides: str) -> None:
    (statement,) = shown(f"- equal: [{sides}]").statements
    assert statement.equal
    assert statement.verified is None


def test_equal_formulas_are_verified_on_instances() -> None:
    (statement,) = shown("- equal: [sumsq(X @ w), w @ X.T @ X @ w]").statements
    assert statement.equal
    assert statement.verified is not None
    assert statement.verified.instances >= 20
    assert statement.verified.exact


def test_different_values_are_different() -> None:
    (statement,) = shown("- differ: [table, table.T]").statements
    assert not statement.equal


REFUSED = {
    "- equal: [scale, 3]": "the two sides are not equal",
    "- equal: [table, table.T]": "the two sides are not equal",
    "- equal: [X @ w, y]": "the two sides are not equal",
    "- differ: [scale, 2]": "the two sides are not different",
    "- differ: [exp(1)*exp(-1), 1]": "the two sides are not different",
    "- {show: [loss], at: {X: [[1]], y: [1]}}": "w has no value here",
    "- {show: [loss], at: {X: [[1]], y: [1], w: [1, 2]}}": "does not have its declared shape",
    "- {vary: {name: beta, values: [0, infinity]}, show: [weights]}": "z has no value here",
    "- {heat_map: rate, at: {beta: 1}}": "a heat map shows a matrix",
}


@pytest.mark.parametrize("evidence", REFUSED)
def test_what_shows_nothing_true_is_refused_by_run_and_lint(evidence: str) -> None:
    with pytest.raises(ExsolveError, match=REFUSED[evidence]) as found:
        solved(evidence)
    assert all(problem.position is not None for problem in found.value.problems)
    part = "parts:\n  - id: a\n    ask: Show it.\n    text: So.\n    evidence:\n      "
    loaded = load_text(HEAD + SYMBOLS.lstrip() + part + evidence + "\n")
    with pytest.raises(ExsolveError, match=REFUSED[evidence]):
        loaded.agreement()


def test_lint_counts_what_run_counts() -> None:
    text = ITERATED.replace("§", "4", 1).replace("§", "w")
    lines = "\n".join("      " + line for line in text.strip().split("\n"))
    part = (
        "parts:\n  - id: a\n    ask: Show it.\n    answers: [loss]\n    derivations:\n"
        "      - lines: [{line: loss}, {line: (X @ w - y) @ (X @ w - y)}]\n    evidence:\n"
    )
    loaded = load_text(HEAD + SYMBOLS.lstrip() + part + lines + "\n")
    found = loaded.agreement()
    assert found == loaded.solve().agreement
    assert (found.formulas, found.derivations) == (1, 1)
    # the two givens, and five iterates of three numbers
    assert found.compared == 1 + 4 + 5 * 3


def test_binomial_probabilities_by_enumeration() -> None:
    text = (
        HEAD + "symbols: {p: []}\nrandom: {R: {sizes: [4], bernoulli: p}}\nwhere: [p > 0, p < 1]\n"
        "define: {at_most_one: 'expectation(where(sum(R) < 2, 1, 0))'}\n"
        "parts:\n  - id: a\n    ask: Show it.\n    text: So.\n    evidence:\n"
        "      - {vary: {name: p, values: [1/2, 1/3]}, show: [at_most_one]}\n"
    )
    (found,) = load_text(text).solve().parts[0].evidence
    wanted = [
        sum(comb(4, k) * p**k * (1 - p) ** (4 - k) for k in (0, 1))
        for p in (Fraction(1, 2), Fraction(1, 3))
    ]
    assert [exact(row.cells[1]) for row in found.tables[0].rows] == wanted


SIGNS = """
symbols: {mu: [], p: []}
random:
  e: {sizes: [n], values: [-1, 1], probabilities: [1 - p, p]}
where: [p > 0, p < 1]
define:
  y: mu + e
  variance: expectation((mean(e) - expectation(mean(e)))^2)
parts:
  - id: a
    ask: Show it.
    text: As follows.
    evidence:
"""


def with_signs(evidence: str) -> Evidence:
    text = f"{HEAD}{SIGNS.lstrip()}      - {evidence}\n"
    (found,) = load_text(text).solve().parts[0].evidence
    return found


def test_the_size_of_a_random_symbol_gets_its_number_under_at_or_from_an_outcome() -> None:
    wanted = 4 * Fraction(1, 3) * Fraction(2, 3) / 3  # that of one sign, 4p(1 − p), over n
    for values in ("{p: 1/3, n: 3}", "{p: 1/3, e: [1, -1, 1]}"):
        (step,) = with_signs(f"{{at: {values}, show: [variance]}}").steps
        assert isinstance(step, Step)
        assert exact(step.value) == wanted
    (step,) = with_signs("{at: {mu: 2, e: [1, -1, 1]}, show: [y]}").steps
    assert isinstance(step, Step)
    assert exact(step.value) == [3, 1, 3]


def test_the_size_of_a_random_symbol_varies() -> None:
    found = with_signs("{at: {p: 1/2}, vary: {name: n, values: [1, 2, 5]}, show: [variance]}")
    column = [exact(row.cells[1]) for row in found.tables[0].rows]
    assert column == [1, Fraction(1, 2), Fraction(1, 5)]


def test_an_equality_over_random_symbols_is_verified_for_all_sizes() -> None:
    (statement,) = with_signs("{equal: [variance, 4*p*(1 - p)/n]}").statements
    assert statement.verified is not None


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        ("{at: {p: 1/2}, show: [variance]}", "n has no value here"),
        ("{at: {p: 1/2, n: 3/2}, show: [variance]}", "n stands for a size"),
        ("{at: {p: 1/2, n: 2, e: [1, 1, 1]}, show: [y]}", "does not have its declared shape"),
        ("{at: {p: 2, n: 2}, show: [variance]}", "a probability of e is negative"),
        ("{at: {n: 2}, differ: [variance, p]}", "p has no value here"),
        ("{differ: [variance, p*mu]}", "n has no value here"),
    ],
)
def test_what_random_symbols_lack_is_said(evidence: str, message: str) -> None:
    with pytest.raises(ExsolveError, match=message):
        with_signs(evidence)
