"""What is said of formulas: what they may use, what is wrong, what follows from others."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import exsolve
from exsolve.answers.formulas import read_formula
from exsolve.expression.tree import Node, names
from exsolve.marking.formula_values import Difference
from exsolve.marking.formulas import FormulaJudge, FormulaJudgement, circular


@cache
def judge(exercise: str, name: str) -> FormulaJudge:
    return FormulaJudge(exsolve.load(exercise).workbook, name, seconds=20)


def judged(exercise: str, name: str, text: str) -> FormulaJudgement:
    return judge(exercise, name).judge(text)


def test_a_formula_may_use_what_is_declared_asked_or_named_in_the_question() -> None:
    names = judge("rnn-bptt", "grad_W").vocabulary.names
    assert {"W", "n", "x_t", "h_next", "y_t", "grad_h", "grad_h_next", "dh_next_dh"} <= names.keys()
    assert "grad_W" not in names
    # the Jacobian that the exercise derives is the answer itself, under another name
    assert "J" not in judge("attention-properties", "dh_dk").vocabulary.names
    assert {"a_j", "h"} <= judge("attention-properties", "dh_dk").vocabulary.names.keys()
    # parts of the worked solution that no question names
    assert {"S", "A", "heads"}.isdisjoint(judge("multi-head-attention", "H").vocabulary.names)
    assert judge("gnn-update", "h_next_general").vocabulary.functions == {"f": 1, "q": 2}


def test_the_quantity_itself_says_nothing() -> None:
    found = judged("rnn-bptt", "grad_h", "grad_h + 0*h_t")
    assert found.verdict == "unreadable"
    assert "grad_h is what is asked for" in found.message
    assert found.offset == 0


@pytest.mark.parametrize(
    ("exercise", "name", "text", "slip"),
    [
        ("rnn-bptt", "dh_next_dh", "(diag(h_next*(1 - h_next)) @ U).T", "transposed"),
        (
            "rnn-bptt",
            "grad_W",
            "-sum_t(outer(x_t, h_t*(1 - h_t)*grad_h))",
            "transposed and negated",
        ),
        ("rnn-bptt", "grad_W", "outer(h_t*(1 - h_t)*grad_h, x_t)", "sum over time forgotten"),
        ("least-norm", "w_star", "-X.T @ inverse(X @ X.T) @ y", "sign"),
        ("least-norm", "lambda_star", "-6*inverse(X @ X.T) @ y", "factor"),
        ("attention-properties", "beta", "sqrt(d)", "reciprocal"),
        ("attention-properties", "beta", "1/d", "square root forgotten"),
    ],
)
def test_a_known_mistake_is_named(exercise: str, name: str, text: str, slip: str) -> None:
    found = judged(exercise, name, text)
    assert found.verdict == "slip"
    assert [one.name for one in found.slips][:1] == [slip]
    assert all(one.at == name for one in found.slips)
    assert found.message.startswith(found.slips[0].says)


def test_a_mistake_in_one_operation_or_name_is_named() -> None:
    axis = judged("attention-properties", "H", "V @ softmax(beta*K.T @ Q, axis=1)")
    assert axis.verdict == "slip"
    assert "axis" in axis.slips[0].says
    neighbour = judged("rnn-bptt", "dh_next_dh", "diag(h_t*(1 - h_t)) @ U")
    assert neighbour.verdict == "slip"
    assert "h_t" in neighbour.slips[0].says


def test_a_factor_is_told() -> None:
    found = judged("least-norm", "w_star", "X.T @ inverse(X @ X.T) @ y/2")
    assert "1/2 times the right one: a factor 2 is missing" in found.message
    found = judged("attention-properties", "dh_dk", "a_j*outer(v_j - h, q)")
    assert "a factor beta is missing" in found.message
    found = judged("self-attention-layer", "Q", "W_Q @ C/sqrt(k)")
    assert "a factor sqrt(k) is missing" in found.message


def test_what_differs_is_shown_on_a_small_instance_of_the_names_that_matter() -> None:
    found = judged("least-norm", "w_star", "X.T @ inverse(X @ X.T) @ inverse(X @ X.T) @ y")
    # X = [-1, 1] has X Xᵀ = 2: the right weights are -1/2 of -2 times X, these half of that
    assert found.difference == Difference((0,), "1/2", "1", "X = [[-1, 1]], y = [-2]")
    assert found.message == (
        "For X = [[-1, 1]], y = [-2], its component [1] is 1/2, where 1 is right."
    )


def test_values_that_are_nearly_equal_are_shown_with_enough_digits() -> None:
    text = "sum(W_O @ V @ softmax(transpose(K, [0, 2, 1]) @ Q/sqrt(e), axis=1), axis=0)"
    difference = judged("self-attention-layer", "H", text).difference
    assert difference is not None
    assert difference.given != difference.expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("V @ y_t", "V is m x n, y_t is a column of m numbers"),
        ("V.T @ (y_t - h_t)", "y_t is a column of m numbers, h_t is a column of n numbers"),
        ("V", "Your formula has the shape [m, n], and grad_h has the shape [n]."),
    ],
)
def test_shapes_that_do_not_fit_are_wrong_and_explained(text: str, said: str) -> None:
    found = judged("rnn-bptt", "grad_h", text)
    assert found.verdict == "wrong"
    assert said in found.message


def test_a_sum_over_time_in_what_belongs_to_one_step_is_explained() -> None:
    found = judged("rnn-bptt", "dh_next_dh", "sum_t(diag(h_next*(1 - h_next)) @ U)")
    assert found.verdict == "wrong"
    assert "belongs to one time step" in found.message
    # with a gradient networks decide
    text = "sum_t(V.T @ (2*(y_t - z_t)) + U.T @ (h_next*(1 - h_next)*grad_h_next))"
    assert judged("rnn-bptt", "grad_h", text).verdict == "wrong"


def test_what_cannot_be_read_is_told_with_its_place() -> None:
    found = judged("rnn-bptt", "grad_h", "V^T (2(y_t - z_t)) + nonsense h_t")
    assert found.verdict == "unreadable"
    assert found.offset == "V^T (2(y_t - z_t)) + nonsense h_t".index("nonsense")
    assert found.problem is not None
    assert "nonsense" in found.problem.message


def test_a_formula_without_a_value_anywhere_is_wrong() -> None:
    found = judged("least-norm", "w_star", "inverse(X.T @ X) @ X.T @ y")
    assert found.verdict == "wrong"
    assert "no value on any instance: the matrix is singular" in found.message


def test_a_formula_without_a_value_here_and_there_may_be_right() -> None:
    # 1/y has none where a component of y is 0
    found = judged("least-norm", "lambda_star", "-2*inverse(X @ X.T) @ (y*y/y)")
    assert found.verdict == "correct"


@pytest.mark.parametrize(
    "text", ["9^9^9^9", "exp(exp(exp(exp(exp(d)))))", "K_{3,4}/K_{3,4}/sqrt(d)"]
)
def test_what_cannot_be_decided_is_not_called_wrong(text: str) -> None:
    found = judged("attention-properties", "beta", text)
    assert found.verdict == "undecided"
    assert "a person has to look at it" in found.message


def test_what_takes_too_long_is_undecided() -> None:
    slow = FormulaJudge(exsolve.load("least-norm").workbook, "w_star", seconds=1e-5)
    found = slow.judge("X.T @ inverse(X @ X.T) @ y")
    assert found.verdict == "undecided"
    assert "within 1e-05 seconds" in found.message


def formula(exercise: str, name: str, text: str) -> Node:
    return read_formula(text, judge(exercise, name).vocabulary).node


def test_what_follows_from_an_own_formula_is_told() -> None:
    own = {"Q": formula("self-attention-layer", "Q", "W_Q @ C/2")}
    asked = judge("self-attention-layer", "H")
    half = "sum(W_O @ V @ softmax(transpose(K, [0, 2, 1]) @ (W_Q @ C)/(2*sqrt(k)), axis=1), axis=0)"
    found = asked.judge(half, own)
    assert found.verdict != "correct"
    assert found.follows
    assert not asked.judge(half).follows
    assert not asked.judge(half.replace("/(2*", "/(3*"), own).follows
    # by its name the quantity is meant that is right
    by_name = "sum(W_O @ V @ softmax(transpose(K, [0, 2, 1]) @ Q/sqrt(k), axis=1), axis=0)"
    assert asked.judge(by_name, own).verdict == "correct"


def test_an_own_formula_of_another_shape_follows_nowhere() -> None:
    own = {"Q": formula("self-attention-layer", "Q", "k")}
    text = "sum(W_O @ V @ softmax(transpose(K, [0, 2, 1]) @ Q/k, axis=1), axis=0)"
    assert not judge("self-attention-layer", "H").judge(text, own).follows


def test_an_own_formula_that_makes_the_rest_trivial_earns_nothing() -> None:
    own = {"grad_h": formula("rnn-bptt", "grad_h", "0*h_t")}
    found = judge("rnn-bptt", "grad_W").judge("sum_t(outer(0*h_t, x_t))", own)
    assert found.verdict == "wrong"
    assert not found.follows


def test_formulas_that_are_given_by_each_other_are_found() -> None:
    first = formula("least-norm", "w_star", "-1/2*X.T @ lambda_star")
    other = formula("least-norm", "lambda_star", "-2*inverse(X @ X.T) @ X @ w_star")
    assert circular({"w_star": first, "lambda_star": other}) == [("w_star", "lambda_star")]
    plain = formula("least-norm", "lambda_star", "-2*inverse(X @ X.T) @ y")
    assert circular({"w_star": first, "lambda_star": plain}) == []


def test_what_follows_over_time_is_told() -> None:
    own = {"grad_h": formula("rnn-bptt", "grad_h", "V.T @ (y_t - z_t)")}
    asked = judge("rnn-bptt", "grad_W")
    found = asked.judge("sum_t(outer(h_t*(1 - h_t)*(V.T @ (y_t - z_t)), x_t))", own)
    assert found.verdict != "correct"
    assert found.follows
    wrong = asked.judge("sum_t(outer(h_t*(V.T @ (y_t - z_t)), x_t))", own)
    assert not wrong.follows


def test_expectations_are_judged_as_the_lines_of_a_derivation() -> None:
    # the components of u have mean 0 and variance 1, so E[u u^T] is the identity
    text = "beta*a_j*expectation(outer(u, u))[0, 0]*outer(v_j - h, q)"
    assert judged("attention-properties", "dh_dk", text).verdict == "correct"
    text = "beta*a_j*expectation(dot(u, u))*outer(v_j - h, q)"
    found = judged("attention-properties", "dh_dk", text)
    assert found.verdict == "wrong"
    assert found.difference is not None


RANDOM = """
id: mean-square
title: The mean of a random square
kind: formulas
symbols: {a: [n], p: [], beta: []}
random:
  R: {sizes: [n], bernoulli: p}
where: [p > 0, p < 1]
define:
  mean_square: expectation(sumsq(a*R))
  far: limit(exp(-beta)*sumsq(a) + sum(a), beta, infinity)
parts:
  - {id: a, ask: What is the mean of the square?, points: 1, answers: [mean_square]}
  - {id: b, ask: What is the limit?, points: 1, answers: [far]}
"""


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("mean_square", "p*sumsq(a)", "p^2*sumsq(a)"),
        ("mean_square", "E[a^T (R*R*a)]", "sumsq(E[a*R])"),
        ("far", "sum(a)", "sumsq(a) + sum(a)"),
    ],
)
def test_expectations_and_limits_may_be_asked_for(
    tmp_path: Path, name: str, right: str, wrong: str
) -> None:
    file = tmp_path / "mean-square.yaml"
    file.write_text(RANDOM, encoding="utf-8")
    asked = FormulaJudge(exsolve.load(str(file)).workbook, name, seconds=20)
    assert asked.judge(right).verdict == "correct"
    found = asked.judge(wrong)
    assert found.verdict == "wrong"
    assert found.difference is not None


def test_a_number_fits_an_array_whose_every_cell_it_is() -> None:
    assert judged("least-norm", "w_star", "0").verdict in ("wrong", "slip")


def test_a_judged_formula_comes_with_its_tree() -> None:
    found = judged("least-norm", "w_star", "-X.T @ lambda_star")
    assert found.node is not None
    assert names(found.node) == ["X", "lambda_star"]
    assert found.understood == "-X.T @ lambda_star"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("V softargmax(β K^T Q)", "correct"),  # the text says that it acts on columns
        ("V softmax_columns(β K^T Q)", "correct"),
        ("V softmax(β K^T Q, axis=1)", "slip"),
        ("V softmax_rows(β K^T Q)", "slip"),
    ],
)
def test_softmax_keeps_to_the_convention_of_the_text(text: str, verdict: str) -> None:
    assert judged("attention-properties", "H", text).verdict == verdict


def test_a_number_is_no_multiple_of_another() -> None:
    (slip,) = judged("attention-properties", "beta", "1").slips
    assert slip.name.startswith("divide.")  # and not sqrt(d) times the right one
    assert judged("attention-properties", "beta", "2/sqrt(d)").verdict == "slip"
