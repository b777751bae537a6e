"""Lagrangians and their conditions: derived, shown, and true solutions told from false ones."""

from __future__ import annotations

import pytest

from exsolve.errors import ExsolveError, Problem
from exsolve.library import load_text
from exsolve.notation import written
from exsolve.solution import Derivation, Solution
from exsolve.typesetting import phrases

HEAD = "id: minimum\ntitle: A minimum\nkind: formulas\n"
PARTS = """
parts:
  - id: a
    ask: Derive it.
    derivations: [{conditions_of: L}, {solution_of: L}]
"""
HALF_SPACE = """
symbols: {x: [d], z: [d], a: [d], b: []}
lagrangians:
  - name: L
    minimise: sumsq(x - z)
    over: [x]
    at_most_zero: {mu: a @ x - b}
    solution: {x: x_star, mu: mu_star}
define:
  mu_star: 2*relu(a @ z - b)/sumsq(a)
  x_star: z - a*relu(a @ z - b)/sumsq(a)
"""
ENTROPY = """
symbols: {p: [n], z: [n]}
where: [p > 0]
lagrangians:
  - name: L
    minimise: -(z @ p) + p @ ln(p)
    over: [p]
    zero: {lambda: sum(p) - 1}
    solution: {p: softmax(z), lambda: ln(sum(exp(z))) - 1}
"""
RIDGE = """
symbols: {X: [n, d], y: [n], w: [d], r: [n], gamma: []}
where: [gamma > 0]
lagrangians:
  - name: L
    minimise: sumsq(r) + gamma*sumsq(w)
    over: [w, r]
    zero: {nu: r - (X @ w - y)}
    solution:
      w: ridge
      r: X @ ridge - y
      nu: -2*(X @ ridge - y)
define:
  ridge: inverse(X.T @ X + gamma*identity(d)) @ X.T @ y
"""
NEAREST = """
symbols: {W: [m, d], A: [m, d], v: [d], u: [m]}
lagrangians:
  - name: L
    minimise: sumsq(W - A)
    over: [W]
    zero: {lambda: W @ v - u}
    solution:
      W: A - outer(A @ v - u, v)/sumsq(v)
      lambda: 2*(A @ v - u)/sumsq(v)
"""
MATRIX = """
symbols: {W: [m, d], A: [m, d], s: []}
lagrangians:
  - name: L
    minimise: sumsq(W - A)
    over: [W]
    at_most_zero: {M: -W}
    solution: {W: relu(A), M: 2*relu(-A)}
"""
BETWEEN = """
symbols: {x: [d], c: [d]}
lagrangians:
  - name: L
    minimise: length
    over: [x]
    zero: {lambda: gap}
    solution: {x: c/sumsq(c), lambda: -2/sumsq(c)}
define:
  length: sumsq(x)
  gap: c @ x - 1
"""
EVERY = {
    "half-space": HALF_SPACE,
    "entropy": ENTROPY,
    "ridge": RIDGE,
    "nearest matrix": NEAREST,
    "matrix of multipliers": MATRIX,
    "definitions between": BETWEEN,
}


def solved(text: str, parts: str = PARTS) -> Solution:
    return load_text(HEAD + text + parts, "minimum.yaml").solve()


def shown(derivation: Derivation) -> list[str]:
    return [written(line.formula, "terminal") for line in derivation.lines]


@pytest.mark.parametrize("name", EVERY)
def test_true_solutions_fulfil_every_condition(name: str) -> None:
    conditions, solution = solved(EVERY[name]).parts[0].derivations
    for derivation in (conditions, solution):
        assert derivation.relations
        assert derivation.verified.instances >= 20
    assert conditions.verified.witnesses == ("reverse mode on numbers", "central differences")
    assert solution.verified.exact == (name != "entropy")
    assert len(solution.lines) == len(conditions.lines)


def test_the_conditions_are_derived_and_said() -> None:
    conditions, solution = solved(HALF_SPACE).parts[0].derivations
    assert dict(conditions.definitions).keys() == {"L"}
    assert written(conditions.definitions[0][1], "terminal") == "‖x - z‖² + μ·(aᵀ x - b)"
    assert shown(conditions) == [
        "2·(x - z) + μ·a = 0",
        "aᵀ x - b ≤ 0",
        "μ ≥ 0",
        "μ·(aᵀ x - b) = 0",
    ]
    assert [line.reason.partition(":")[0] for line in conditions.lines] == [
        "Stationary in x",
        "Feasible",
        "The multiplier of an inequality is not negative.",
        "Complementary slackness",
    ]
    assert shown(solution)[0] == "2·(x_star - z) + μ_star·a = 0"
    assert "The gradients verified on" in phrases.verified_derivation(conditions)


def test_several_variables_have_a_condition_each() -> None:
    conditions, _ = solved(RIDGE).parts[0].derivations
    reasons = [line.reason for line in conditions.lines]
    assert [reason.partition(":")[0] for reason in reasons] == [
        "Stationary in w",
        "Stationary in r",
        "Feasible",
    ]


FALSE = {
    # a change of the solution, and the condition that it breaks
    "sign of a multiplier": (
        NEAREST, "lambda: 2*", "lambda: -2*", "2*(W - A) + outer(lambda, v) = 0",
    ),
    "factor of a multiplier": (
        HALF_SPACE, "mu_star: 2*", "mu_star: ", "2*(x - z) + mu*a = 0",
    ),
    "not feasible": (
        HALF_SPACE.replace("mu_star: 2*relu(a @ z - b)/sumsq(a)", "mu_star: a @ z - a @ z"),
        "x_star: z - a*relu(a @ z - b)/sumsq(a)", "x_star: z", "a @ x - b <= 0",
    ),
    "negative multiplier": (
        HALF_SPACE.replace("x_star: z - a*relu(a @ z - b)", "x_star: z - a*(a @ z - b)"),
        "2*relu(a @ z - b)", "2*(a @ z - b)", "mu >= 0",
    ),
    "slackness": (
        MATRIX.replace("W: relu(A)", "W: A + M_star/2").replace("M: 2*relu(-A)", "M: M_star")
        + "define: {M_star: 2*relu(-A) + 2}\n",
        "s: []", "t: []", "-M*W = 0",
    ),
    "transpose": (
        RIDGE.replace("X: [n, d], y: [n], w: [d], r: [n]", "X: [n, n], y: [n], w: [n], r: [n]")
        .replace("identity(d)", "identity(n)"),
        "@ X.T @ y", "@ X @ y", "2*gamma*w",
    ),
    "not normalised": (ENTROPY, "p: softmax(z)", "p: exp(z)", " = 0"),
}  # fmt: skip


def refused(text: str) -> Problem:
    with pytest.raises(ExsolveError) as found:
        solved(text)
    (problem,) = found.value.problems
    return problem


@pytest.mark.parametrize("mistake", FALSE)
def test_false_solutions_are_refused_with_the_condition_that_they_break(mistake: str) -> None:
    text, right, wrong, condition = FALSE[mistake]
    assert text.count(right) == 1
    problem = refused(text.replace(right, wrong))
    assert problem.message.startswith("the solution does not fulfil the condition ")
    assert condition in problem.message
    assert ", for " in problem.found
    assert problem.position is not None
    assert problem.position.line >= (HEAD + text).count("\n", 0, (HEAD + text).index("solution"))


def test_a_false_solution_is_refused_where_no_part_shows_it() -> None:
    hidden = "\nparts: [{id: a, ask: Nothing., answers: [x_star]}]\n"
    solved(HALF_SPACE, hidden)
    with pytest.raises(ExsolveError, match="the solution does not fulfil"):
        solved(HALF_SPACE.replace("mu_star: 2*", "mu_star: "), hidden)
    with pytest.raises(ExsolveError, match="the solution does not fulfil"):
        load_text(HEAD + HALF_SPACE.replace("mu_star: 2*", "mu_star: ") + hidden).agreement()


def test_conditions_need_no_solution() -> None:
    text = BETWEEN.replace("    solution: {x: c/sumsq(c), lambda: -2/sumsq(c)}\n", "")
    (conditions,) = solved(text, PARTS.replace(", {solution_of: L}", "")).parts[0].derivations
    assert shown(conditions) == ["λ·c + 2·x = 0", "gap = 0"]


def test_a_declared_multiplier_keeps_its_shape() -> None:
    text = NEAREST.replace("u: [m]}", "u: [m], lambda: [m]}")
    assert solved(text).parts[0].derivations
    with pytest.raises(ExsolveError, match="does not have the shape of its constraint"):
        solved(text.replace("lambda: [m]}", "lambda: [d]}"))
