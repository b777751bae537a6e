"""The exercises on what attention can do: values by hand, and false variants that are refused."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import dist, exp
from pathlib import Path

import pytest

from exsolve.errors import ExsolveError
from exsolve.expression.tree import Literal, Node
from exsolve.library import load_text
from exsolve.solution import Evidence, Formula, Solution, Step, Value

FOLDER = Path(__file__).parents[2] / "problems" / "transformers"


def text_of(exercise: str) -> str:
    return (FOLDER / f"{exercise}.yaml").read_text(encoding="utf-8")


@cache
def solution(exercise: str) -> Solution:
    found = load_text(text_of(exercise), f"{exercise}.yaml").solve()
    assert found.agreement.compared == found.agreement.agreeing > 0
    return found


def evidence(exercise: str, part: str) -> tuple[Evidence, ...]:
    return next(one.evidence for one in solution(exercise).parts if one.id == part)


def rows(exercise: str, part: str, place: int = 0) -> list[list[Value]]:
    """The values of a table under an answer, without the column of what varies."""
    (table,) = evidence(exercise, part)[place].tables
    return [[cell for cell in row.cells[1:] if isinstance(cell, Value)] for row in table.rows]


def exact(value: Value) -> list[Fraction]:
    """The cells, row by row, which must be rational."""
    found = []
    for cell in value.cells:
        node: Node = cell.exact
        assert isinstance(node, Literal), f"not a rational: {node!r}"
        found.append(Fraction(int(node.value.p), int(node.value.q)))
    return found


def floats(value: Value) -> list[float]:
    return [float(str(cell.decimal)) for cell in value.cells]


def steps(exercise: str) -> dict[str, Step]:
    return {
        step.name: step
        for part in solution(exercise).parts
        for one in part.evidence
        for step in one.steps
        if isinstance(step, Step)
    }


def softargmax(scores: list[float]) -> list[float]:
    return [exp(score) / sum(map(exp, scores)) for score in scores]


@pytest.mark.parametrize(
    ("exercise", "points", "answers"),
    [
        ("attention-properties", [1, 2, 3, 3, 2, 2], [["H"], ["beta"], [], [], ["dh_dk"], []]),
        ("multi-head-attention", [1, 2], [["H"], []]),
        ("self-attention-layer", [2, 2, 2, 2, 3], [["Q", "K", "V", "H"], [], [], [], []]),
    ],
)
def test_points_and_verified_answers(
    exercise: str, points: list[int], answers: list[list[str]]
) -> None:
    parts = solution(exercise).parts
    assert [part.points for part in parts] == points
    assert [list(part.answers) for part in parts] == answers
    for part in parts:
        formulas = {step.name: step for step in part.steps if isinstance(step, Formula)}
        assert formulas.keys() >= set(part.answers)
        assert all(formulas[name].verified.instances >= 1 for name in part.answers)
        marks = sum(item.points for item in part.rubric)
        assert marks < part.points if part.answers else marks == part.points


def test_weights_as_beta_grows() -> None:
    """The products are 1, 0 and −1; at 0 the mean, at infinity the first value."""
    table = rows("attention-properties", "b")
    for beta, (weights, output) in zip((0, 0.5, 1, 10), table, strict=False):
        expected = softargmax([beta, 0, -beta])
        assert floats(weights) == pytest.approx(expected, rel=1e-3)
        first, second, third = expected
        mixed = [4 * first + 2 * third, 2 * second + 4 * third]
        assert floats(output) == pytest.approx(mixed, rel=1e-3)
    assert exact(table[4][0]) == [1, 0, 0]
    assert exact(table[4][1]) == [4, 0]


def test_weights_as_a_key_is_stretched() -> None:
    """With β = ln 2 the weights are powers of 2, divided by their sum."""
    table = rows("attention-properties", "f")
    for alpha, values in zip((1, 2, 4), table, strict=False):
        stretched = [(alpha, 0, -1), (1, 0, -1), (1, 0, -alpha)]
        for value, scores in zip(values, stretched, strict=True):
            powers = [Fraction(2) ** score for score in scores]
            assert exact(value) == [power / sum(powers) for power in powers]
    assert [exact(value) for value in table[3]] == [
        [1, 0, 0],
        [Fraction(4, 7), Fraction(2, 7), Fraction(1, 7)],
        [Fraction(2, 3), Fraction(1, 3), 0],
    ]


def test_the_perturbed_output_beside_the_prediction() -> None:
    """At β = 1 the product of the first key, whose value is (4, 0), grows from 1 to 1 + ε."""

    def output(product: float) -> list[float]:
        first, second, third = softargmax([product, 0, -1])
        return [4 * first + 2 * third, 2 * second + 4 * third]

    weight, before = softargmax([1, 0, -1])[0], output(1)
    slope = [weight * (4 - before[0]), weight * (0 - before[1])]
    table = rows("attention-properties", "e")
    for epsilon, (change, predicted, per_square) in zip((0.1, 0.01, 0.001), table, strict=True):
        moved = [a - b for a, b in zip(output(1 + epsilon), before, strict=True)]
        assert floats(change) == pytest.approx(moved, rel=1e-3)
        first_order = [epsilon * one for one in slope]
        assert floats(predicted) == pytest.approx(first_order, rel=1e-3)
        error = dist(moved, first_order) / epsilon**2
        assert floats(per_square) == pytest.approx([error], rel=1e-3)
        assert 0.1 < error < 0.2


def test_two_heads_by_hand() -> None:
    """The weights are powers of 2 in head 1 (scores 1, 0, 2) and of 3 in head 2 (0, 1, 0)."""
    found = {name: exact(step.value) for name, step in steps("multi-head-attention").items()}
    sevenths = [Fraction(numerator, 7) for numerator in (2, 1, 4)]
    fifths = [Fraction(numerator, 5) for numerator in (1, 3, 1)]
    third = Fraction(1, 3)
    assert found["A_1"] == [sevenths[0], third, sevenths[1], third, sevenths[2], third]
    assert found["A_2"] == [third, fifths[0], third, fifths[1], third, fifths[2]]
    assert found["head_1"] == [10, 7]
    assert found["head_2"] == [5, 9]
    assert found["H_ex"] == [10 + 5, 7 + 9, 2 * 5, 2 * 9]
    assert found["grouped"] == [1, -1, -1, 5, 2, 7]
    table = rows("multi-head-attention", "b")
    assert [exact(row[0]) for row in table] == [[64 * 64 * 9 // groups] for groups in (1, 2, 4, 8)]
    assert [exact(row[1]) for row in table] == [[64 * 64]] * 4


def test_permuted_tokens_with_and_without_an_encoding() -> None:
    """A token's key and query are its first component; weights are 2 to the power of products."""

    def outputs(tokens: list[tuple[int, int]]) -> list[Fraction]:
        columns = []
        for query, _ in tokens:
            powers = [Fraction(2) ** (key * query) for key, _ in tokens]
            columns.append(
                [
                    sum((p * one[i] for p, one in zip(powers, tokens, strict=True)), Fraction(0))
                    / sum(powers)
                    for i in (0, 1)
                ]
            )
        return [column[i] for i in (0, 1) for column in columns]

    found = {name: exact(step.value) for name, step in steps("self-attention-layer").items()}
    assert found["attended"] == outputs([(0, 0), (1, 5), (1, 10)])
    assert found["attended_P"] == outputs([(1, 10), (0, 0), (1, 5)])
    assert found["encoded"] == outputs([(0, 0), (1, 5), (2, 10)])
    assert found["encoded_P"] == outputs([(1, 10), (0, 0), (2, 5)])


def test_the_convolution_by_hand() -> None:
    signal, zero = [[1, 4, 2, 3], [2, 0, 1, 5]], [0]
    kernels = [[[1, 0, 2], [0, 1, 0]], [[3, 1, 0], [1, 0, -1]]]
    padded = [zero + channel + zero for channel in signal]
    expected = [
        sum(kernel[i][o] * padded[i][j + o] for i in (0, 1) for o in range(3))
        for kernel in kernels
        for j in range(4)
    ]
    found = exact(steps("self-attention-layer")["H_conv"].value)
    assert found == [*expected[:4], 0, *expected[4:], 0]


PROPERTIES, LAYER = "attention-properties", "self-attention-layer"
DH_DK = "formula: beta*a_j*outer(v_j - h, q)"
WRONG, NOT_EQUAL = "the formula is wrong", "the two sides are not equal"
LIMIT = "'limit(output, beta, infinity)', "

FALSE: list[tuple[str, str, str, str]] = [
    # a formula: the output in the difference left out, the sign turned, another axis, another scale
    (f"{PROPERTIES} e", DH_DK, "formula: beta*a_j*outer(v_j, q)", WRONG),
    (f"{PROPERTIES} e", DH_DK, "formula: beta*a_j*outer(h - v_j, q)", WRONG),
    (
        f"{PROPERTIES} a", "formula: V @ softmax(beta*K.T @ Q, axis=0)",
        "formula: V @ softmax(beta*K.T @ Q, axis=1)", WRONG,
    ),
    (
        f"{LAYER} a", "formula: sum(W_O @ V @ softmax(transpose(K, [0, 2, 1]) @ Q/sqrt(k)",
        "formula: sum(W_O @ V @ softmax(transpose(K, [0, 2, 1]) @ Q/k", WRONG,
    ),
    # a link of a chain: a term forgotten, a variance that is not d, a transpose forgotten
    (
        f"{PROPERTIES} e", "line: beta*a_j*outer((1 - a_j)*v_j - V_o @ a_o, q)",
        "line: beta*a_j*outer(v_j - V_o @ a_o, q)", "line 3 does not follow",
    ),
    (f"{PROPERTIES} b", "line: d\n", "line: d^2\n", "line 4 does not follow"),
    (
        f"{LAYER} b", "softmax(P.T @ S @ P, axis=0)", "softmax(P @ S @ P, axis=0)",
        "line 2 does not follow",
    ),
    # evidence: another limit, another order, an encoding that is none, heads that look elsewhere
    (f"{PROPERTIES} c", f"{LIMIT}'V_ex[:, 0]'", f"{LIMIT}'V_ex[:, 1]'", NOT_EQUAL),
    (f"{LAYER} c", "[H_permuted, C_ex @ P]", "[H_permuted, C_ex @ P.T]", NOT_EQUAL),
    (
        f"{LAYER} b", "E: [[0, 0, 1], [0, 0, 0]]", "E: [[1, 1, 1], [0, 0, 0]]",
        "the two sides are not different",
    ),
    (f"{LAYER} e", "[A_left, A_here, A_right]", "[A_right, A_here, A_left]", NOT_EQUAL),
]  # fmt: skip


@pytest.mark.parametrize(("part", "true", "false", "message"), FALSE)
def test_false_variants_are_refused(part: str, true: str, false: str, message: str) -> None:
    exercise, asked = part.split()
    text = text_of(exercise)
    assert text.count(true) == 1
    with pytest.raises(ExsolveError, match=message) as caught:
        load_text(text.replace(true, false), f"{exercise}.yaml").solve([asked])
    assert caught.value.problems[0].position is not None


def test_a_symbol_with_a_definition_stays_general() -> None:
    """H holds for every β, though β = 1/√d is asked for, and is refused with 1/√d in its place."""
    formula = next(
        step
        for step in solution("attention-properties").parts[0].steps
        if isinstance(step, Formula) and step.name == "H"
    )
    assert "beta" in [one[0] for one in formula.symbols]
    text = text_of("attention-properties")
    equals = "equals: (V @ exp(beta*K.T @ Q))/sum(exp(beta*K.T @ Q), axis=0)"
    assert text.count(equals) == 1
    narrow = text.replace(equals, "equals: V @ softmax(K.T @ Q/sqrt(d), axis=0)")
    with pytest.raises(ExsolveError, match="the formula is wrong"):
        load_text(narrow, "attention-properties.yaml").solve(["a"])
