"""Whole solutions: the shipped attention exercise, the author's own, and library use."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flint import fmpq

import exsolve
from exsolve.errors import ExsolveError
from exsolve.expression.printer import show
from exsolve.expression.tree import Call, Literal, Name, Node, walk
from exsolve.kinds import kind
from exsolve.library import load_text
from exsolve.notation import scalar_tree, written
from exsolve.render import text_of
from exsolve.solution import Cell, Solution, Step
from exsolve.solving.tidying import TIDY

ATTENTION_AS_FORMULAS = """
id: attention-as-formulas
title: attention-forward, every definition written by the author
kind: formulas
givens:
  X: [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1]]
  W_Q: [[0, 0, 0], [1, 0, 0], [0, 0, 0]]
  W_K: [[sqrt(3)*ln(80), 0, 0], [0, 0, 0], [sqrt(3)*ln(17), 0, 0]]
  W_V: identity(3)
  d_model: 3
define:
  Q: X @ W_Q
  K: X @ W_K
  V: X @ W_V
  S: Q @ K.T / sqrt(d_model)
  A: softmax(S, axis=1)
  H: A @ V
parts:
  - {id: a, ask: Everything., answers: [Q, K, V, S, A, H]}
"""

PERCEPTRON = """\
id: perceptron
title: Two layers, softmax cross-entropy, all gradients
kind: formulas
givens:
  X: [[1, 2], [-1, 1/2], [0, 3]]
  T: [[1, 0], [0, 1], [0, 1]]
  W_1: [[1, -1, 1/2], [1/2, 1, -1]]
  b_1: [0, 1, 1/2]
  W_2: [[1, 0], [-1, 1/2], [1/3, 2]]
define:
  H: relu(X @ W_1 + b_1)
  Z: H @ W_2
  L: mean(cross_entropy(Z, T))
gradients: [{of: L, for: [W_1, b_1, W_2]}]
parts: [{id: a, ask: Loss and all gradients., answers: [L, grad_W_2, grad_W_1, grad_b_1]}]
"""


def steps(solution: Solution) -> dict[str, Step]:
    return {step.name: step for part in solution.parts for step in part.steps}


def exact(step: Step) -> Any:
    return step.value.nested([show(cell.exact) for cell in step.value.cells])


def test_attention_forward_has_the_values_computed_by_hand() -> None:
    found = steps(exsolve.load("attention-forward").solve())
    log80, log17 = "sqrt(3)*log(80)", "sqrt(3)*log(17)"
    zero = ["0", "0", "0"]
    assert exact(found["Q"]) == [zero, zero, ["1", "0", "0"], zero, zero]
    assert exact(found["K"]) == [zero, [log80, "0", "0"], zero, zero, [log17, "0", "0"]]
    assert exact(found["S"])[2] == ["0", "log(80)", "0", "0", "log(17)"]
    # e^0 + e^(ln 80) + e^0 + e^0 + e^(ln 17) = 100
    assert exact(found["A"])[2] == ["1/100", "4/5", "1/100", "1/100", "17/100"]
    assert all(row == ["1/5"] * 5 for place, row in enumerate(exact(found["A"])) if place != 2)
    assert exact(found["H"])[2] == ["4/5", "1/100", "17/100"]


def test_attention_written_as_formulas_gives_the_same() -> None:
    kind = steps(exsolve.load("attention-forward").solve())
    own = steps(load_text(ATTENTION_AS_FORMULAS).solve())
    for name in "QKVSAH":
        assert own[name].value == kind[name].value


def test_a_perceptron_and_its_gradients_in_fifteen_lines() -> None:
    assert len(PERCEPTRON.splitlines()) <= 15
    found = steps(load_text(PERCEPTRON).solve(digits=8))
    assert found["grad_W_1"].value.shape == (2, 3)
    # by central differences on the float route, independently of every derivative rule
    for name, shape in (("W_1", (2, 3)), ("b_1", (3,)), ("W_2", (3, 2))):
        assert found[f"grad_{name}"].value.shape == shape
        numbers = [cell.number for cell in found[f"grad_{name}"].value.cells]
        assert numbers == pytest.approx(differences(name), abs=1e-6)


def differences(name: str) -> list[float]:
    from flint import fmpq

    from exsolve.evaluate import NumericRoute, evaluate

    graph = load_text(PERCEPTRON).workbook.graph
    start = evaluate(graph, NumericRoute(), only=[name])[name]
    found = []
    for place in range(start.size):
        ends = []
        for sign in (1, -1):
            moved = start.astype(object)
            for at, number in enumerate(start.flat):
                moved.reshape(-1)[at] = fmpq(*number.as_integer_ratio())
            moved.reshape(-1)[place] += fmpq(sign, 10_000)
            ends.append(float(evaluate(graph, NumericRoute(), replaced={name: moved})["L"]))
        found.append((ends[0] - ends[1]) / 2e-4)
    return found


def test_parts_are_solved_alone_with_what_they_need() -> None:
    solution = exsolve.load("attention-forward").solve(parts=["b"])
    assert [part.id for part in solution.parts] == ["b"]
    assert [step.name for step in solution.parts[0].steps] == ["Q", "K", "S"]


@pytest.mark.parametrize(
    ("parts", "digits", "message"),
    [
        (["b", "z"], 4, r"attention-forward has no part 'z'\n +expected: one of a, b, c, d, e"),
        (["b"], 0, r"0 significant digits cannot be shown\n +expected: 1 to 50"),
        (["b"], 51, "51 significant digits"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(parts: list[str], digits: int, message: str) -> None:
    with pytest.raises(ExsolveError, match=message):
        exsolve.load("attention-forward").solve(parts=parts, digits=digits)


def test_a_detail_that_there_is_not_is_refused() -> None:
    asked: Any = "medium"
    with pytest.raises(exsolve.ExsolveError, match="no detail 'medium'"):
        exsolve.load("attention-forward").solve(detail=asked)


@pytest.mark.parametrize("exercise", ["attention-forward", "cnn-shapes", "rnn-bptt-numbers"])
def test_agreement_is_that_of_the_solution_and_lays_nothing_out(
    exercise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = exsolve.load(exercise)
    solved = loaded.solve().agreement
    assert solved.compared > 0

    def refuse(*arguments: object) -> None:
        raise AssertionError("nothing is laid out")

    monkeypatch.setattr("exsolve.solving.solve.Layout", refuse)
    assert loaded.agreement() == solved


def test_givens_can_be_numbers_and_lists() -> None:
    as_lists = exsolve.load("attention-forward", W_V=[[2, 0, 0], [0, 0.5, 0], [0, 0, 1]])
    as_text = exsolve.load("attention-forward", W_V="[[2, 0, 0], [0, 1/2, 0], [0, 0, 1]]")
    found, expected = (steps(one.solve(["d"]))["H"] for one in (as_lists, as_text))
    assert found.value == expected.value
    assert steps(exsolve.load("attention-forward", d_model=12.0).solve(["b"]))


def test_a_power_t_is_told_how_to_transpose() -> None:
    text = ATTENTION_AS_FORMULAS.replace("Q @ K.T", "Q @ K^T")
    with pytest.raises(ExsolveError, match=r"'T' is not defined[^']*the transpose of W is W\.T"):
        load_text(text)


def test_a_quantity_is_worked_once() -> None:
    solution = exsolve.load("attention-forward").solve()
    names = [step.name for part in solution.parts for step in part.steps]
    assert len(names) == len(set(names))


def test_detail() -> None:
    loaded = exsolve.load("attention-forward")
    short, normal, long = (
        steps(loaded.solve(detail=detail))["A"] for detail in ("short", "normal", "long")
    )
    assert short.substitution is None
    assert not short.expansions
    assert [one.place for one in normal.expansions] == [(2, 1)]
    assert [one.place for one in long.expansions] == [(r, c) for r in (0, 2) for c in range(5)]
    assert written(normal.expansions[0].substituted, "text") == (
        "exp(log(80)) / (exp(0) + exp(log(80)) + exp(0) + exp(0) + exp(log(17)))"
    )


def test_places_from_the_end_are_written_as_a_reader_counts_them() -> None:
    text = """
id: places
title: Places
kind: formulas
givens: {h: [1, 2, 3], X: [[1, 2], [3, 4]]}
define: {y: "h[-1]*X[-2, 1]"}
parts: [{id: a, ask: The product., answers: [y]}]
"""
    step = steps(load_text(text).solve())["y"]
    assert step.formula is not None
    assert written(step.formula, "terminal") == "h₃·X₁₂"
    assert exact(step) == "6"


@pytest.mark.parametrize(("size", "written_out", "more"), [(6, 36, 0), (15, 200, 25)])
def test_long_detail_says_how_many_cells_it_leaves_out(
    size: int, written_out: int, more: int
) -> None:
    rows = [[row * size + column for column in range(size)] for row in range(size)]
    text = f"""
id: product
title: A product
kind: formulas
givens: {{X: {rows}}}
define: {{Z: X @ X}}
parts: [{{id: a, ask: The product., answers: [Z]}}]
"""
    step = steps(load_text(text).solve(detail="long"))["Z"]
    assert (len(step.expansions), step.unexpanded) == (written_out, more)
    assert steps(load_text(text).solve())["Z"].unexpanded == 0
    note = f"… {more} more cells in the same way"
    for name in ("terminal", "markdown"):
        page = text_of(load_text(text).solve(detail="long"), name)
        assert (note in page) == (more > 0)


def test_equal_rows_are_gathered() -> None:
    groups = steps(exsolve.load("attention-forward").solve())["A"].groups
    assert [(group.rows, group.uniform) for group in groups] == [
        ((2,), False),
        ((0, 1, 3, 4), True),
    ]


def test_givens_can_be_set() -> None:
    found = steps(exsolve.load("attention-forward", W_V="2*identity(3)").solve())
    assert exact(found["H"])[2] == ["8/5", "1/50", "17/50"]


@pytest.mark.parametrize(
    ("givens", "message"),
    [
        ({"W": "1"}, r"--set W: this exercise has no given 'W'"),
        ({"W_V": "[[1, 2]"}, r"--set W_V:1:1: "),
        ({"W_V": "[1, 2]"}, r"V: .*\(5, 3\).*\(2,\)"),
        ({"d_model": "0"}, r"S: "),
        ({"d_model": "X"}, "refers to X"),
    ],
)
def test_bad_givens(givens: dict[str, str], message: str) -> None:
    with pytest.raises(ExsolveError, match=message):
        exsolve.load("attention-forward", **givens).solve()


def test_a_solution_is_frozen() -> None:
    solution = exsolve.load("attention-forward").solve()
    with pytest.raises(AttributeError):
        solution.__setattr__("title", "other")


def test_decimals_follow_digits() -> None:
    loaded = exsolve.load("attention-forward")
    for digits, text in ((2, "4.4"), (4, "4.382"), (12, "4.38202663467")):
        cell = steps(loaded.solve(digits=digits))["S"].value.cell((2, 1))
        assert cell.decimal == text
        assert not cell.equal


MEAN_AND_VARIANCE = """
id: mean-and-variance
title: Mean and variance
kind: formulas
givens: {X: [[1, 2], [3, 4]]}
define: {m: "mean(X, axis=0)", s: "var(X, axis=0)"}
parts:
  - {id: a, ask: The mean., answers: [m]}
  - {id: b, ask: The variance., answers: [s]}
"""


def test_cells_are_written_out_over_what_the_solution_knows() -> None:
    loaded = load_text(MEAN_AND_VARIANCE)
    both = steps(loaded.solve())["s"].expansions[0]
    assert written(both.substituted, "text") == "((1 - 2)^2 + (3 - 2)^2) / 2"
    # the mean is part a's; part b alone says what it is
    alone = steps(loaded.solve(parts=["b"]))["s"].expansions[0]
    assert written(alone.substituted, "text") == "((1 - (1 + 3) / 2)^2 + (3 - (1 + 3) / 2)^2) / 2"


NORMED_LAYERS = """\
id: normed
title: Layer norm, two layers, all gradients
kind: formulas
givens:
  x: [1, 3, 5]
  gamma: [1, 2, 1]
  beta: [0, 0, 1]
  W_1: [[1, 0, -1], [0, 1, 1]]
  b_1: [0, 1]
  W_2: [[1, -1], [2, 1]]
  t: [1, 0]
define:
  mu: mean(x)
  s: var(x)
  xhat: (x - mu) / sqrt(s + 1/3)
  h: relu(W_1 @ (gamma * xhat + beta) + b_1)
  L: cross_entropy(W_2 @ h, t)
gradients: [{of: L, for: [x, gamma, beta, W_1, b_1, W_2]}]
parts: [{id: a, ask: All., answers: [L, grad_x, grad_gamma, grad_beta, grad_W_1, grad_W_2]}]
"""


def computed(node: Node, known: dict[str, np.ndarray]) -> Any:
    """An expression over the solution's own floats."""
    if isinstance(node, Literal):
        return float(node.value.p) / float(node.value.q)
    if isinstance(node, Name):
        return known[node.name]
    assert isinstance(node, Call)
    args = [computed(arg, known) for arg in node.args]
    if node.operation.name == "index":
        return args[0][node.options["at"]]
    rules: dict[str, Callable[..., Any]] = {
        "add": lambda a, b: a + b,
        "subtract": lambda a, b: a - b,
        "multiply": lambda a, b: a * b,
        "divide": lambda a, b: a / b,
        "negate": lambda a: -a,
        "power": lambda a, b: a**b,
        "sqrt": np.sqrt,
        "exp": np.exp,
        "ln": np.log,
    }
    return rules[node.operation.name](*args)


def test_values_that_are_written_out_are_finished_and_right() -> None:
    solution = load_text(NORMED_LAYERS).solve()
    known = {
        name: np.array([cell.number for cell in step.value.cells]).reshape(step.value.shape)
        for name, step in {
            **{step.name: step for step in solution.givens},
            **steps(solution),
        }.items()
    }
    cells = [
        cell
        for part in solution.parts
        for step in part.steps
        for cell in step.value.cells
        if any(isinstance(node, Name) for node in walk(cell.exact))
    ]
    assert len(cells) >= 8
    for cell in cells:
        # no comparison is left open (`computed` knows none), no 0/3, no 3 - 3
        assert computed(cell.exact, known) == pytest.approx(cell.number, rel=1e-12)
        text = written(cell.exact, "text")
        assert ">" not in text
        for node in walk(cell.exact):
            if isinstance(node, Call) and node.operation.name in TIDY:
                assert not all(isinstance(arg, Literal) for arg in node.args), text
                assert Literal(fmpq(0)) not in node.args, text


def test_a_masked_softmax_is_written_out_as_by_hand() -> None:
    text = kind("attention").STARTER.replace("# mask: causal          #", "mask: causal #")
    assert "mask: causal" in text
    page = text_of(load_text(text).solve(), "plain")
    assert "softmax_rows(S, mask=M)" in page
    assert "≠" not in page


def test_a_reshaped_formula_has_a_cell_written_out() -> None:
    text = kind("norms").STARTER.replace("[normalised_batch]", "[normalised_group]")
    step = steps(load_text(text).solve())["normalised_group"]
    (expansion,) = step.expansions
    # (3 - 3) / sqrt(7/2 + 1/4) and so on: one number, its mean, its variance, the 1/4 of the file
    assert re.fullmatch(
        r"\(\d - [\d/]+\) / √\([\d/]+ \+ 1/4\)", written(expansion.substituted, "terminal")
    )


def test_a_number_is_not_substituted_twice() -> None:
    text = "id: n\ntitle: N\nkind: formulas\ngivens: {t: 2, x: [1, 2]}\ndefine:\n"
    text += "  y: (1 + sqrt(t))/t\n  s: sum(x)\nparts:\n  - {id: p, ask: q, answers: [y, s]}\n"
    found = steps(load_text(text).solve(detail="long"))
    assert found["y"].substitution is not None
    assert found["y"].expansions == ()
    assert [written(one.substituted, "terminal") for one in found["s"].expansions] == ["1 + 2"]


DESCENT = """
id: descent
title: A step of gradient descent, and a gradient of a gradient
kind: formulas
givens: {x: [1, 2], W: [[1, -1], [1/2, 1]], eta: 1/10}
define:
  L: sumsq(W @ x)
  W_next: W - eta*grad_W
  L_next: sumsq(W_next @ x)
  G: sumsq(grad_W)
gradients:
  - {of: L, for: [W]}
  - {of: G, for: [x]}
parts:
  - {id: a, ask: All of it., answers: [W_next, L_next, grad_x]}
"""


def test_definitions_may_use_gradients_and_be_differentiated_again() -> None:
    found = steps(load_text(DESCENT).solve())
    # 2 (W x) x^T with W x = (-1, 5/2), a tenth of it taken off
    assert exact(found["W_next"]) == [["6/5", "-3/5"], ["0", "0"]]
    assert exact(found["L_next"]) == "0"
    # G = 4 |W x|^2 |x|^2, whose gradient is 8 |x|^2 W^T W x + 8 |W x|^2 x
    assert exact(found["grad_x"]) == ["68", "256"]


def test_a_gradient_that_is_not_asked_for_is_unknown() -> None:
    with pytest.raises(ExsolveError, match="'grad_V' is not defined") as raised:
        load_text(DESCENT.replace("eta*grad_W", "eta*grad_V"))
    assert len(raised.value.problems) == 1


TWO_LOSSES = """
id: two
title: t
kind: formulas
givens: {X: [[1, 2], [3, 4]], W: [[1], [2]], eta: 1/10}
define:
  Z: X @ W
  L: sumsq(Z)
  W_next: W - eta*grad_W
  L_2: LOSS
gradients:
  - {of: L_2, for: [X]}
  - {of: L, for: [W]}
parts:
  - {id: a, ask: q, answers: [grad_W, grad_X, W_next]}
"""


def test_gradients_of_two_quantities_are_not_mixed_up() -> None:
    found = steps(load_text(TWO_LOSSES.replace("LOSS", "sum(Z)*eta")).solve())
    # 2 X^T Z with Z = (5, 11), and eta times W^T in each row
    assert exact(found["grad_W"]) == [["76"], ["108"]]
    assert exact(found["grad_X"]) == [["1/10", "1/5"], ["1/10", "1/5"]]


def test_a_gradient_goes_through_the_gradients_that_define_what_it_is_of() -> None:
    found = steps(load_text(TWO_LOSSES.replace("LOSS", "sumsq(X @ W_next)")).solve())
    weights = np.array([[1.0], [2.0]])

    def loss(inputs: np.ndarray) -> float:
        after = weights - 0.1 * 2 * inputs.T @ (inputs @ weights)
        return float(((inputs @ after) ** 2).sum())

    inputs = np.array([[1.0, 2.0], [3.0, 4.0]])
    for place, cell in zip(np.ndindex(2, 2), found["grad_X"].value.cells, strict=True):
        change = np.zeros((2, 2))
        change[place] = 1e-5
        assert cell.number == pytest.approx(
            (loss(inputs + change) - loss(inputs - change)) / 2e-5, rel=1e-6
        )


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        ("of: L, for: [W]", "of: L, for: [W, Q]", ["no gradient without 'Q'"]),
        ("of: L,", "of: Z,", ["the gradient of Z is asked for, which is not a scalar"]),
        (
            "L: sumsq(Z)",
            "L: sumsq(Z) + sum(grad_W)",
            ["the gradient of L is asked for, and what it is derived from is defined by it"],
        ),
        (
            "  Z: X @ W",
            "  Z: X @ W\n  U: X + nada\n  V: grad_W + nope",
            ["U: 'nada' is not defined", "V: 'nope' is not defined"],
        ),
    ],
)
def test_what_is_wrong_beside_gradients_is_told_once(
    old: str, new: str, messages: list[str]
) -> None:
    text = TWO_LOSSES.replace("LOSS", "sum(Z)*eta")
    assert text.count(old) == 1
    with pytest.raises(ExsolveError) as raised:
        load_text(text.replace(old, new))
    found = [one.message for one in raised.value.problems]
    assert len(found) == len(messages)
    assert all(one.startswith(message) for one, message in zip(found, messages, strict=True))
    assert all(one.position is not None for one in raised.value.problems)


def test_the_forms_of_cells_that_are_not_shown_are_never_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = []

    def counted(scalar: object) -> Node:
        made.append(scalar)
        return scalar_tree(scalar)

    rows = [
        [(7 * row + row * column * column) % 13 - 6 for column in range(12)] for row in range(12)
    ]
    text = f"""
id: large
title: t
kind: formulas
givens: {{X: {rows}}}
define:
  A: softmax(X @ X)
parts: [{{id: a, ask: q, answers: [A]}}]
"""
    loaded = load_text(text)
    monkeypatch.setattr("exsolve.solving.layout.scalar_tree", counted)
    solution = loaded.solve()
    value = solution.parts[0].steps[0].value
    text_of(solution, "terminal")
    shown = len({id(scalar) for scalar in made if not isinstance(scalar, fmpq)})
    assert 0 < shown < 20 < len(value.cells)
    assert len(made) == len({id(scalar) for scalar in made})


def test_a_cell_is_frozen_and_can_be_stored_before_its_form_is_made() -> None:
    cell = Cell(lambda: Literal(fmpq(1, 2)), "0.5", True, 0.5)
    copied = pickle.loads(pickle.dumps(cell))
    assert copied == cell == Cell(Literal(fmpq(1, 2)), "0.5", True, 0.5)
    assert copied != Cell(Literal(fmpq(1, 2)), "0.5", False, 0.5)
    assert hash(copied) == hash(cell)
    with pytest.raises(AttributeError, match="frozen"):
        cell.__setattr__("decimal", "1")
    with pytest.raises(AttributeError, match="frozen"):
        cell.__delattr__("decimal")


IN_BETWEEN = """
id: between
title: t
kind: formulas
givens: {x: 3}
define:
  h: x^2
  L: 5*h
  M: h^2
gradients:
  - {of: L, for: [x]}
  - {of: M, for: [h]}
parts:
  - {id: a, ask: q, answers: [grad_x, grad_h]}
"""


def test_a_gradient_in_between_leaves_the_name_to_the_one_that_is_asked_for() -> None:
    """L = 5 x^2 changes with 10 x; M = h^2 with 2 h, and h is 9."""
    swapped = IN_BETWEEN.replace("of: L, for: [x]", "of: M, for: [h]", 1).replace(
        "of: M, for: [h]}\nparts", "of: L, for: [x]}\nparts"
    )
    assert swapped != IN_BETWEEN
    for text in (IN_BETWEEN, swapped):
        found = steps(load_text(text).solve())
        assert exact(found["grad_x"]) == "30"
        assert exact(found["grad_h"]) == "18"


def test_a_gradient_in_between_for_two_requests_is_refused_by_name() -> None:
    text = """
id: between
title: Two losses that share h
kind: formulas
givens: {x: [1, 2], w: [3, 1], v: [1, 1]}
define:
  h: w*x
  L: sumsq(h)
  M: sum(h*v)
  u: 2*grad_h
gradients:
  - {of: L, for: [w]}
  - {of: M, for: [x]}
parts:
  - {id: a, ask: All., answers: [u, grad_w, grad_x]}
"""
    with pytest.raises(ExsolveError, match="more than one quantity") as raised:
        load_text(text, "between.yaml")
    (problem,) = raised.value.problems
    assert str(problem.position) == "between.yaml:10:8"
    asked = load_text(text.replace("for: [w]", "for: [w, h]")).solve()
    # 2 times the gradient of sumsq(h) by h, which is 2h = (6, 4)
    assert exact(steps(asked)["u"]) == ["12", "8"]


def test_an_exercise_solved_again_verifies_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    exercise = exsolve.load("gnn-update")
    first = exercise.solve()
    agreement = exercise.agreement()

    def unexpected(*arguments: Any) -> None:
        raise AssertionError("instances are drawn again")

    monkeypatch.setattr("exsolve.verification.authored.instances", unexpected)
    monkeypatch.setattr("exsolve.verification.links.instances", unexpected)
    assert text_of(exercise.solve(), "json") == text_of(first, "json")
    assert exercise.agreement() == agreement
    with pytest.raises(AssertionError, match="drawn again"):
        exsolve.load("gnn-update").solve()
