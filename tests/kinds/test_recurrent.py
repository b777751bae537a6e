"""Recurrent exercises: unrolling, the way back, derivatives over long ranges, bad files."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kinds.solved import fractions, problems, refused_at_mark, solve, steps

from exsolve.evaluate import NumericRoute, evaluate
from exsolve.expression.printer import show
from exsolve.graph import Graph
from exsolve.kinds import kind
from exsolve.library import load, load_text
from exsolve.solving.certify import decimals


def numbers(graph: Graph) -> dict[str, np.ndarray]:
    return evaluate(graph, NumericRoute())


# The shipped exercise with numbers


def weights() -> dict[str, np.ndarray]:
    return {
        "W": np.array([[0.5, -0.5], [0.25, 0.5]]),
        "U": np.array([[0.5, 0], [-0.25, 0.5]]),
        "V": np.array([[1.0, -1.0]]),
    }


def loss(matrices: Mapping[str, np.ndarray], moved: Mapping[int, np.ndarray]) -> float:
    """The loss of rnn-bptt-numbers in plain loops; ``moved``: added to the states as they come."""
    input_weights, state_weights, output_weights = (matrices[name] for name in "WUV")
    xs, zs = np.array([[1.0, 0], [0, 1], [1, 1]]), [0.0, 1.0, 0.0]
    h, total = np.zeros(2), 0.0
    for step, (x, z) in enumerate(zip(xs, zs, strict=True), 1):
        h = 1 / (1 + np.exp(-(input_weights @ x + state_weights @ h))) + moved.get(step, 0)
        total += float((output_weights[0] @ h - z) ** 2)
    return total


def test_the_loss_and_its_gradients_are_those_of_plain_loops(problems: Path) -> None:
    graph = load(problems / "recurrent/rnn-bptt-numbers.yaml").workbook.graph
    found = numbers(graph)
    assert found["L"] == pytest.approx(loss(weights(), {}), rel=1e-12)
    tiny = 1e-6
    for name in ("W", "U", "V"):
        assert found[f"grad_{name}"].shape == weights()[name].shape
        for place in np.ndindex(weights()[name].shape):
            ends = []
            for sign in (tiny, -tiny):
                changed = weights()
                changed[name][place] += sign
                ends.append(loss(changed, {}))
            assert found[f"grad_{name}"][place] == pytest.approx(
                (ends[0] - ends[1]) / (2 * tiny), rel=1e-6, abs=1e-8
            )
    for step, place in product((1, 2, 3), (0, 1)):
        shift = np.eye(2)[place] * tiny
        ends = [loss(weights(), {step: sign * shift}) for sign in (1, -1)]
        assert found[f"grad_h_{step}"][place] == pytest.approx(
            (ends[0] - ends[1]) / (2 * tiny), rel=1e-6, abs=1e-8
        )


def test_gradients_print_as_a_person_writes_them(problems: Path) -> None:
    graph = load(problems / "recurrent/rnn-bptt-numbers.yaml").workbook.graph
    printed = {name: show(q.expression) for name, q in graph.quantities.items()}
    assert printed["h_2"] == "sigmoid(W @ x_2 + U @ h_1)"
    assert printed["L"] == "L_1 + L_2 + L_3"
    assert printed["grad_h_3"] == "V.T @ (2*(y_3 - z_3))"
    assert printed["grad_h_2"] == "V.T @ (2*(y_2 - z_2)) + U.T @ (h_3*(1 - h_3)*grad_h_3)"
    assert printed["grad_h_1"] == "V.T @ (2*(y_1 - z_1)) + U.T @ (h_2*(1 - h_2)*grad_h_2)"
    assert printed["grad_W"] == (
        "outer(h_3*(1 - h_3)*grad_h_3, x_3) + outer(h_2*(1 - h_2)*grad_h_2, x_2) + "
        "outer(h_1*(1 - h_1)*grad_h_1, x_1)"
    )


def test_steps_stand_in_the_order_of_time_and_back(problems: Path) -> None:
    solution = load(problems / "recurrent/rnn-bptt-numbers.yaml").solve()
    order = [[step.name for step in part.steps] for part in solution.parts]
    assert order[0] == ["h_1", "h_2", "h_3", "y_1", "y_2", "y_3", "L_1", "L_2", "L_3", "L"]
    assert order[1] == ["grad_h_3", "grad_h_2", "grad_h_1"]
    assert order[2] == ["grad_W", "grad_U", "grad_V"]
    notes = {step.name: step.note for part in solution.parts for step in part.steps}
    assert notes["h_2"] == "Step 2: the new state, from x_2 and h_1."
    assert "h_3 of the next" in notes["grad_h_2"]
    assert "no step follows" in notes["grad_h_3"]


def test_exact_values_stay_short_by_naming_earlier_ones(problems: Path) -> None:
    solution = load(problems / "recurrent/rnn-bptt-numbers.yaml").solve()
    for part in solution.parts:
        for step in part.steps:
            for cell in step.value.cells:
                assert len(show(cell.exact)) < 160, step.name
                assert cell.decimal


# Ways of writing an exercise

SMALL = """\
id: small
title: A small network
kind: recurrent
cell: {h_t: 'w*h_prev + x_t'}
loss: {L_t: '(h_t - 1)^2'}
givens: {w: 1/2, h_0: 0, x: [1, 2, 3]}
parts: [{id: a, ask: Compute., answers: [h_1, h_2, h_3, L, grad_w, grad_h_1]}]
"""


def exact(text: str) -> dict[str, Any]:
    return {name: fractions(step) for name, step in steps(solve(text)).items() if name[0] != "x"}


def test_a_linear_cell_by_hand() -> None:
    found = exact(SMALL)
    assert (found["h_1"], found["h_2"], found["h_3"]) == (1, Fraction(5, 2), Fraction(17, 4))
    # L = (h_1 - 1)^2 + (h_2 - 1)^2 + (h_3 - 1)^2
    assert found["L"] == Fraction(3, 2) ** 2 + Fraction(13, 4) ** 2
    # dh_2/dh_1 = w, dh_3/dh_1 = w^2; dh_2/dw = h_1, dh_3/dw = h_2 + w h_1
    assert found["grad_h_1"] == 2 * Fraction(3, 2) / 2 + 2 * Fraction(13, 4) / 4
    assert found["grad_w"] == 2 * Fraction(3, 2) + 2 * Fraction(13, 4) * (
        Fraction(5, 2) + Fraction(1, 2)
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x: [1, 2, 3]", "x_1: 1, x_2: 2, x_3: 3"),
        ("kind: recurrent", "kind: recurrent\nsteps: 3"),
        ("kind: recurrent", "kind: recurrent\ninitial: {h: h_0}"),
        ("h_0: 0, x", "x"),
        ("h_0: 0", "start: 0"),
        ("cell: {h_t: 'w*h_prev + x_t'}", "cell: {h_t: 'a_t + x_t', a_t: 'w*h_prev'}"),
        ("kind: recurrent", "kind: recurrent\nparameters: [w, h_0, x_1]"),
        ("w: 1/2, ", "v: 1/4, "),
    ],
)
def test_the_same_network_written_otherwise(old: str, new: str) -> None:
    text = SMALL.replace(old, new)
    assert text != SMALL
    text = text.replace(
        "kind: recurrent\n",
        "kind: recurrent\n"
        + {
            "x": "initial: {h: 1 - 1}\n",
            "start: 0": "initial: {h: start}\n",
            "v: 1/4, ": "define: {w: sqrt(v)}\n",
        }.get(new, ""),
    )
    wanted = exact(SMALL)
    found = exact(text)
    assert wanted.items() <= found.items()


def test_a_target_among_the_inputs_gets_its_gradient() -> None:
    text = SMALL.replace("kind: recurrent", "kind: recurrent\nparameters: [w, h_0, x_1]").replace(
        "grad_w, ", "grad_w, grad_h_0, grad_x_1, "
    )
    found = exact(text)
    assert found["grad_x_1"] == found["grad_h_1"]  # dh_1/dx_1 = 1
    assert found["grad_h_0"] == found["grad_h_1"] / 2


def test_rows_of_an_input_are_no_steps_but_labels_of_the_given() -> None:
    solution = solve(SMALL)
    assert not [name for name in steps(solution) if name.startswith("x")]
    text = SMALL.replace("x: [1, 2, 3]", "x: [[1], [2], [3]]").replace("(h_t", "(sum(h_t)")
    given = next(one for one in solve(text).givens if one.name == "x")
    assert given.rows == ("x_1", "x_2", "x_3")
    asked = solve(SMALL.replace("answers: [", "answers: [x_2, "))
    assert [name for name in steps(asked) if name.startswith("x")] == ["x_2"]


def test_the_gradient_by_all_inputs_is_that_by_each() -> None:
    whole = SMALL.replace("kind: recurrent", "kind: recurrent\nparameters: [w, x]")
    each = SMALL.replace("kind: recurrent", "kind: recurrent\nparameters: [w, x_1, x_2, x_3]")
    found = exact(each.replace("grad_w, ", "grad_w, grad_x_1, grad_x_2, grad_x_3, "))
    assert exact(whole.replace("grad_w, ", "grad_w, grad_x, "))["grad_x"] == [
        found[f"grad_x_{step}"] for step in (1, 2, 3)
    ]


def test_a_gate_is_called_by_its_step_in_its_note() -> None:
    text = SMALL.replace("cell: {h_t: 'w*h_prev + x_t'}", "cell: {f_t: 'w*x_t', h_t: 'f_t*h_prev'}")
    notes = {name: step.note for name, step in steps(solve(text)).items()}
    assert notes["f_2"] == "Step 2: f_2, from x_2."
    assert notes["h_2"] == "Step 2: the new state, from f_2 and h_1."


def test_no_factor_at_all_is_a_power_of_zero(problems: Path) -> None:
    graph = load(problems / "recurrent/long-range-gradients.yaml").workbook.graph
    decay = graph.quantities["decay"].expression
    assert show(decay).startswith("[w^0, abs(w^4), abs(w^9), ")


def test_another_cell_has_other_derived_formulas() -> None:
    text = SMALL.replace("w*h_prev + x_t", "tanh(w*h_prev + x_t)").replace("2, 3]", "2, 3]")
    graph = load_text(text).workbook.graph
    assert show(graph.quantities["grad_h_2"].expression) == ("2*(h_2 - 1) + (1 - h_3^2)*w*grad_h_3")


def test_gates_have_gradients_of_their_own() -> None:
    text = SMALL.replace(
        "cell: {h_t: 'w*h_prev + x_t'}",
        "cell: {f_t: sigmoid(w*x_t), h_t: 'f_t*h_prev + (1 - f_t)*x_t'}",
    )
    graph = load_text(text).workbook.graph
    assert show(graph.quantities["grad_f_3"].expression) == "h_2*grad_h_3 - x_3*grad_h_3"
    assert show(graph.quantities["grad_w"].expression).startswith("f_3*(1 - f_3)*x_3*grad_f_3 + ")


def test_the_starter_runs() -> None:
    found = solve(kind("recurrent").STARTER)
    assert [part.id for part in found.parts] == ["a", "b"]


# Derivatives of late states by early ones


def test_long_range_gradients(problems: Path) -> None:
    exercise = load(problems / "recurrent/long-range-gradients.yaml")
    printed = {
        name: show(quantity.expression)
        for name, quantity in exercise.workbook.graph.quantities.items()
    }
    assert printed["dh3_dh1"] == "w^2"
    assert printed["dh20_dh1"] == "w^19"
    assert printed["dc20_dc1"] == "f^19"
    found = steps(exercise.solve())
    assert fractions(found["dh3_dh1"]) == [Fraction(9, 100), 9]
    assert fractions(found["dh20_dh1"]) == [Fraction(3, 10) ** 19, 3**19]
    assert fractions(found["dc20_dc1"]) == Fraction(99, 100) ** 19
    powers = [[Fraction(3, 10) ** n, 3**n] for n in (0, 4, 9, 14, 19)]
    assert fractions(found["decay"]) == powers
    assert found["decay"].rows == ("t = 1", "t = 5", "t = 10", "t = 15", "t = 20")
    assert found["decay"].columns == ("w = 0.3", "w = 3")
    assert "ReLU(z) = z" in found["dh3_dh1"].note
    assert "19 factors" in found["dh20_dh1"].note
    assert "ReLU" not in found["dc20_dc1"].note


STARTS = """\
id: starts
title: Over the states of arrays
kind: recurrent
cell: {CELL}
steps: 2
initial: {INITIAL}
derivatives: {d: {of: h_2, for: §STATE}}
givens: {w: 1/2, s: 3, h_0: START, c_0: 7}
parts: [{id: a, ask: Compute., answers: [d]}]
"""


def starts(cell: str, state: str = "h_1", start: str = "5", initial: str = "") -> str:
    words = {"CELL": cell, "STATE": state, "START": start, "INITIAL": initial}
    text = STARTS if initial else STARTS.replace("initial: {INITIAL}\n", "")
    for word, new in words.items():
        text = text.replace(word, new)
    return text


@pytest.mark.parametrize(
    ("cell", "matrix"),
    [
        ("sum(h_prev)*h_prev", [[12, 3], [6, 15]]),
        ("max(h_prev)*w*h_prev", [[1, Fraction(1, 2)], [0, 2]]),
    ],
)
def test_a_derivative_that_is_a_matrix_is_given_as_one(
    cell: str, matrix: list[list[Fraction]]
) -> None:
    """h_1 is (3, 6): the sum 9 on the diagonal, and h_1 in each column; h_1 is (1, 2): 2*w on the
    diagonal, and w*h_1 in the column of the larger."""
    text = starts(f"h_t: '{cell}'", start="[1, 2]").replace("§", "")
    assert fractions(steps(solve(text))["d"]) == matrix


def test_a_matrix_of_an_unknown_shape_is_refused() -> None:
    text = starts("h_t: 'a*sum(h_prev)*h_prev'", start="[1, 2]").replace("of: h_2", "of: §h_2")
    text = text.replace("for: §", "for: ").replace("givens:", "define: {a: w + s}\ngivens:")
    assert "mixes the cells of an array" in refused_at_mark(text).message


PRODUCT = """\
id: product
title: The product of two Jacobians
kind: recurrent
cell: {h_t: "CELL"}
steps: 3
derivatives: {d: {of: h_3, for: h_1}}
givens: {U: [[1, 2], [0, 3]], s: [1, 2], h_0: [1, 1]}
LAYOUT
parts: [{id: a, ask: Compute., answers: [d]}]
"""


def test_jacobians_are_multiplied_in_the_order_of_the_layout() -> None:
    """Of U h the Jacobian is U, of s*h the matrix diag(s): both in a cell s*(U h) make diag(s) U,
    whose square, the same at both steps, is [[1, 14], [0, 36]]."""
    text = PRODUCT.replace("CELL", "s*(U @ h_prev)")
    found = steps(solve(text.replace("LAYOUT\n", "")))
    assert fractions(found["d"]) == [[1, 14], [0, 36]]
    assert show(found["d"].formula) == "dh_3_dh_2 @ dh_2_dh_1"
    turned = steps(solve(text.replace("LAYOUT", "jacobian_layout: denominator")))
    assert fractions(turned["d"]) == [[1, 0], [14, 36]]
    assert show(turned["d"].formula) == "dh_2_dh_1 @ dh_3_dh_2"


@pytest.mark.parametrize(
    ("cell", "derivative"),
    [("h_t: 'sum(h_prev)*h_prev'", 50), ("h_t: 'max(w*h_prev, 0)*h_prev'", Fraction(25, 2))],
)
def test_of_single_numbers_a_sum_is_the_number(cell: str, derivative: Fraction) -> None:
    """h_1 is 25, and h_1^2 changes with 2*h_1; h_1 is 25/2, and w*h_1^2 with h_1."""
    text = starts(cell).replace("§", "")
    assert fractions(steps(solve(text))["d"]) == derivative


def test_derivatives_start_where_the_states_do() -> None:
    """h_0 is s = 3: h_2 = h_0^4 changes with 4*27. c_0 is s: h_1 = 3*5 and c_1 = 3 + 5, so that
    h_2 = c_1*h_1 changes with h_1 + c_1*c_0 = 15 + 24. c_0 is h_0 = 5: h_2 = 2*h_0^3."""
    two = "h_t: 'c_prev*h_prev', c_t: 'c_prev + h_prev'"
    for cell, initial, derivative in (
        ("h_t: h_prev^2", "h: s", 108),
        (two, "c: s", 39),
        (two, "c: h_0", 150),
    ):
        text = starts(cell, "h_0", "5", initial).replace("§", "")
        assert fractions(steps(solve(text))["d"]) == derivative


@pytest.mark.parametrize("w", [Fraction(3, 10), Fraction(3)])
def test_the_formula_is_the_difference_quotient_of_the_cell_itself(w: Fraction) -> None:
    """h_20 is linear in h_1 where all pre-activations are positive, so the quotient is exact."""

    def late(early: Fraction) -> Fraction:
        state = early
        for step in range(2, 21):
            pre = w * state + Fraction(1, step)
            assert pre > 0
            state = max(pre, Fraction(0))
        return state

    assert (late(Fraction(2)) - late(Fraction(1))) / (Fraction(2) - Fraction(1)) == w**19


LONG = """\
id: long
title: Over long ranges
kind: recurrent
cell: {CELL}
derivatives: {d: {of: h_4, for: h_1}}
givens: {w: 1/3, h_0: 1/5, x: [1, -1/2, 1/4, 2]}
parts: [{id: a, ask: Compute., answers: [d]}]
"""


@pytest.mark.parametrize(
    ("cell", "step"),
    [
        ("h_t: tanh(w*h_prev + x_t)", lambda w, h, x: np.tanh(w * h + x)),
        ("h_t: 'relu(w*h_prev + x_t) - h_prev/7'", lambda w, h, x: max(w * h + x, 0) - h / 7),
        ("h_t: 'sigmoid(h_prev)*h_prev + w*x_t'", lambda w, h, x: h / (1 + np.exp(-h)) + w * x),
    ],
)
def test_with_values_the_derivative_goes_over_the_states(cell: str, step: Any) -> None:
    graph = load_text(LONG.replace("CELL", cell)).workbook.graph

    def late(early: float) -> float:
        state = early
        for x in (-0.5, 0.25, 2):
            state = step(1 / 3, state, x)
        return float(state)

    found = numbers(graph)
    start = float(found["h_1"])
    quotient = (late(start + 1e-6) - late(start - 1e-6)) / 2e-6
    assert float(found["d"]) == pytest.approx(quotient, rel=1e-7)


def test_more_ways_back_than_one_add_up() -> None:
    cell = "h_t: 'tanh(h_prev + c_prev)', c_t: 'w*c_prev + h_prev*x_t'"
    text = LONG.replace("CELL", cell).replace("h_0: 1/5", "h_0: 1/5, c_0: 1/7")
    found = numbers(load_text(text).workbook.graph)

    def late(h: float, c: float) -> float:
        for x in (-0.5, 0.25, 2):
            h, c = np.tanh(h + c), c / 3 + h * x
        return float(h)

    h, c = float(found["h_1"]), float(found["c_1"])
    quotient = (late(h + 1e-6, c) - late(h - 1e-6, c)) / 2e-6
    assert float(found["d"]) == pytest.approx(quotient, rel=1e-7)


def test_the_derivative_by_itself_is_one_and_by_the_step_before_the_factor() -> None:
    text = (
        LONG.replace("CELL", "h_t: w*h_prev")
        .replace("{d: {of: h_4, for: h_1}}", "{d: {of: h_2, for: h_1}, e: {of: h_3, for: h_3}}")
        .replace("[d]", "[d, e]")
        .replace(", x: [1, -1/2, 1/4, 2]", "")
        .replace("kind: recurrent", "kind: recurrent\nsteps: 4")
    )
    found = exact(text)
    assert found == {"d": Fraction(1, 3), "e": 1}


# Many steps


def long_network(length: int) -> str:
    inputs = ", ".join(f"[{step % 5 - 2}, {step % 3}]" for step in range(length))
    return f"""\
id: long-network
title: Many steps
kind: recurrent
cell: {{h_t: sigmoid(W @ x_t + U @ h_prev)}}
loss: {{L_t: sumsq(h_t)}}
steps: {length}
givens:
  W: [[1/2, -1/4], [1/8, 1/2]]
  U: [[1/2, 0], [-1/4, 1/2]]
  h_0: [0, 0]
  x: [{inputs}]
parts: [{{id: a, ask: Compute., answers: [L, grad_W, grad_h_1]}}]
"""


def test_two_thousand_steps_are_unrolled_printed_and_evaluated() -> None:
    limit = sys.getrecursionlimit()
    graph = load_text(long_network(2_000)).workbook.graph
    assert sys.getrecursionlimit() == limit
    total = graph.quantities["L"].expression
    assert show(total).endswith(" + L_1999 + L_2000")
    assert hash(total) == hash(graph.with_quantities([]).quantities["L"].expression)
    found = numbers(graph)
    assert found["L"] == pytest.approx(sum(found[f"L_{step}"] for step in range(1, 2_001)))
    certified = decimals(graph, ["grad_W"], 6)["grad_W"]
    assert [float(one.text) for one in certified] == pytest.approx(
        list(found["grad_W"].flat), rel=1e-5
    )


def test_a_long_network_is_solved() -> None:
    found = solve(long_network(150))
    assert len(steps(found)) > 450


# Bad files

BAD = """\
id: bad
title: Bad
kind: recurrent
cell: {CELL}
REST
givens: {w: 1/2, W: [[1, 2], [3, 4]], h_0: 0, x: [1, 2, 3]}
parts: [{id: a, ask: Compute., answers: [h_1]}]
"""


@pytest.mark.parametrize(
    ("cell", "rest", "message"),
    [
        ("h_t: 'w*§h + x_t'", "steps: 3", "h_t: 'h' is not known"),
        ("h_t: 'w*§h_3 + x_t'", "steps: 3", "h_t: 'h_3' is not known"),
        ("h_t: 'w*h_prev + §q_t'", "steps: 3", "h_t: 'q_t' is not known"),
        ("h_t: 'w*§k_prev + x_t'", "steps: 3", "h_t: 'k_prev' is not known"),
        ("h_t: 'h_prev + §x_prev'", "steps: 3", "h_t: 'x_prev' is not known"),
        ("§h: 'w*h_prev + x_t'", "steps: 3", "h is not the name of something that each step has"),
        ("h_t: §g_prev, g_t: w*x_t", "steps: 3", "the state g has no value before the first step"),
        ("h_t: §g_t + x_t, g_t: h_t", "steps: 3", "h_t is defined in terms of itself"),
        ("h_t: W §@ h_prev + x_t", "steps: 3", "h_t: @ needs arrays on both sides"),
        ("h_t: h_prev + x_t", "steps: §2001", "this must be a whole number from 1 to 2000"),
        ("h_t: h_prev + x_t", "loss: {L_t: '§[h_t, x_t]'}", "the loss L_t is not a scalar"),
        ("h_t: h_prev + x_t", "loss: {L_t: h_t, §M_t: h_t}", "a second loss"),
        ("h_t: h_prev + x_t", "initial: {§k: 0}", "k is no state"),
        ("h_t: h_prev + x_t", "initial: {h: §w + 1}", "h_0 is given, and initial says something"),
        ("h_t: h_prev + x_t", "parameters: [§q]\nloss: {L_t: h_t}", "there is no q"),
        ("h_t: h_prev + x_t", "§parameters: [w]", "there is no loss to differentiate"),
        ("h_t: h_prev + x_t", "assume: §positive pre-activations", "no equation of the cell has"),
        ("h_t: h_prev + x_t", "derivatives: {d: {of: h_3, for: §k_1}}", "d: k_1 is not something"),
        (
            "h_t: h_prev + x_t",
            "steps: 3\nderivatives: {d: {of: §h_7, for: h_1}}",
            "d: step 7 is not",
        ),
        ("h_t: h_prev + x_t", "derivatives: {d: {of: §h_1, for: h_3}}", "d: step 1 is not between"),
        (
            "h_t: relu(w*h_prev + u)",
            "symbols: [u]\nderivatives: {d: {of: §h_3, for: h_1}}",
            "d depends on h_2, h_3, which have no values here",
        ),
        (
            "h_t: §h_prev + u",
            "symbols: [u]\nloss: {L_t: h_t}",
            "the state h_t has no sizes",
        ),
        ("h_t: h_prev + w", "symbols: [§w]", "w has a value, so it is no symbol"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(cell: str, rest: str, message: str) -> None:
    text = BAD.replace("CELL", cell).replace("REST", rest)
    if "symbols" in rest:
        text = text.replace("answers: [h_1]", "text: Nothing.")
    problem = refused_at_mark(text)
    assert problem.message.startswith(message)
    assert problem.expected or problem.found or problem.hint


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("x: [1, 2, 3, 4]", "x has 4 rows for 3 steps"),
        ("x: 5", "x is a number"),
        ("x_1: 1, x_2: 2", "x has no value at x_3"),
        ("x_1: 1, x_2: 2, x_3: 3, x_4: 4", "x_4 is beyond the 3 steps"),
        ("x: [1, 2, 3], x_2: 3", "x is given as a whole and step by step"),
    ],
)
def test_sequences_of_the_wrong_length_are_refused(given: str, message: str) -> None:
    text = BAD.replace("CELL", "h_t: w*h_prev + x_t").replace("REST", "steps: 3")
    found = problems(text.replace("x: [1, 2, 3]", given))
    assert [problem.message for problem in found] == [message]


def test_several_mistakes_are_reported_at_once() -> None:
    text = BAD.replace("CELL", "h_t: w*k_prev + q_t, g: h_t").replace("REST", "steps: 3")
    assert len(problems(text)) == 3


def test_other_values_of_the_weight_label_the_table(problems: Path) -> None:
    path = problems / "recurrent/long-range-gradients.yaml"
    found = steps(load(path, {"w": "[1/2, 2, 5]"}).solve())
    assert found["decay"].columns == ("w = 1/2", "w = 2", "w = 5")
    assert fractions(found["decay"])[1] == [Fraction(1, 16), 16, 625]
    single = steps(load(path, {"w": "0.5"}).solve())
    assert fractions(single["decay"]) == [Fraction(1, 2) ** n for n in (0, 4, 9, 14, 19)]
