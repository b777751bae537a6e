"""General formulas of recurrent networks: as a person writes them, verified, false ones caught."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kinds.recurrent_cells import CELLS, PLAIN, Cell
from kinds.solved import marked, only_problem, problems, refused_at_mark

from exsolve.errors import ExsolveError
from exsolve.evaluate import NumericRoute, evaluate
from exsolve.expression.parser import parse
from exsolve.expression.printer import show
from exsolve.graph import Graph, Quantity
from exsolve.kinds.recurrent.general.claims import GradientClaim, JacobianClaim
from exsolve.library import load, load_text
from exsolve.ops import OPERATIONS
from exsolve.solution import Formula, Step
from exsolve.verification.claims import INSTANCES, verified

SIGMOID = CELLS["sigmoid"]


@pytest.fixture
def shipped(request: pytest.FixtureRequest) -> Path:
    """The folder of the exercises that come with exsolve."""
    folder = request.getfixturevalue("problems")
    assert isinstance(folder, Path)
    return folder


def formulas(text: str) -> dict[str, Formula]:
    """Every general formula of the solution by its name."""
    solution = load_text(text, "exercise.yaml").solve()
    steps = [step for part in solution.parts for step in part.steps]
    return {step.name: step for step in steps if isinstance(step, Formula)}


FROM_OUTPUT = "V.T @ (2*(y_t - z_t))"
ERROR = "2/m*(y_t - z_t)"

READABLE = [
    ("sigmoid", "grad_h", f"{FROM_OUTPUT} + U.T @ (h_next*(1 - h_next)*grad_h_next)"),
    ("sigmoid", "grad_h_local", FROM_OUTPUT),
    ("sigmoid", "dh_next_dh", "diag(h_next*(1 - h_next)) @ U"),
    ("sigmoid", "grad_W", "sum_t(outer(h_t*(1 - h_t)*grad_h, x_t))"),
    ("sigmoid", "grad_U", "sum_t(outer(h_t*(1 - h_t)*grad_h, h_prev))"),
    ("sigmoid", "grad_V", "sum_t(outer(2*(y_t - z_t), h_t))"),
    ("sigmoid", "grad_y", "2*(y_t - z_t)"),
    ("sigmoid", "y_t", "V @ h_t"),
    ("sigmoid", "h_next", "sigmoid(W @ x_next + U @ h_t)"),
    (
        "tanh with biases, mean squared error",
        "grad_h",
        f"V.T @ ({ERROR}) + U.T @ ((1 - h_next^2)*grad_h_next)",
    ),
    ("tanh with biases, mean squared error", "dh_next_dh", "diag(1 - h_next^2) @ U"),
    (
        "a gate on the output",
        "grad_h",
        f"o_t*({FROM_OUTPUT}) + Q.T @ (o_next*(1 - o_next)*grad_o_next)"
        " + U.T @ ((1 - h_next^2)*grad_h_next)",
    ),
    ("a gate on the output", "grad_o", f"h_t*({FROM_OUTPUT})"),
    ("a gate on the output", "grad_Q", "sum_t(outer(o_t*(1 - o_t)*grad_o, h_prev))"),
    ("tanh with biases, mean squared error", "grad_b", "sum_t((1 - h_t^2)*grad_h)"),
    ("tanh with biases, mean squared error", "grad_c", f"sum_t({ERROR})"),
    (
        "ReLU, cross-entropy",
        "grad_h",
        "V.T @ (softmax(y_t) - z_t) + U.T @ ((h_next > 0)*grad_h_next)",
    ),
    ("ReLU, cross-entropy", "dh_next_dh", "diag(h_next > 0) @ U"),
    ("ReLU, cross-entropy", "grad_U", "sum_t(outer((h_t > 0)*grad_h, h_prev))"),
    ("softmax as output", "grad_V", "sum_t(outer(p_t*sum(z_t) - z_t, h_t))"),
    ("LSTM", "grad_c", "o_t*(1 - tanh(c_t)^2)*grad_h + f_next*grad_c_next"),
    ("LSTM", "grad_c_local", "o_t*(1 - tanh(c_t)^2)*grad_h_local"),
    (
        "LSTM",
        "grad_h",
        f"{FROM_OUTPUT} + U_i.T @ (i_next*(1 - i_next)*g_next*grad_c_next)"
        " + U_f.T @ (f_next*(1 - f_next)*c_t*grad_c_next)"
        " + U_g.T @ ((1 - g_next^2)*i_next*grad_c_next)"
        " + U_o.T @ (o_next*(1 - o_next)*tanh(c_next)*grad_h_next)",
    ),
    ("LSTM", "dc_next_dc", "diag(f_next)"),
    ("LSTM", "dh_next_dc", "diag(o_next*(1 - tanh(c_next)^2)*f_next)"),
    ("LSTM", "grad_U_f", "sum_t(outer(f_t*(1 - f_t)*c_prev*grad_c, h_prev))"),
    ("LSTM", "grad_b_o", "sum_t(o_t*(1 - o_t)*tanh(c_t)*grad_h)"),
    (
        "GRU",
        "grad_h",
        f"{FROM_OUTPUT} + U_u.T @ (u_next*(1 - u_next)*(h_t - n_next)*grad_h_next)"
        " + U_r.T @ (r_next*(1 - r_next)*(1 - n_next^2)*(U_n @ h_t)*(1 - u_next)*grad_h_next)"
        " + U_n.T @ ((1 - n_next^2)*r_next*(1 - u_next)*grad_h_next) + u_next*grad_h_next",
    ),
    ("GRU", "grad_U_n", "sum_t(outer((1 - n_t^2)*r_t*(1 - u_t)*grad_h, h_prev))"),
    ("two outputs, one loss", "grad_h_local", "V.T @ (y_t - z_t) + P.T @ (softmax(s_t) - q_t)"),
    ("a single unit", "grad_h", "2*(h_t - z_t) + (1 - h_next^2)*w*grad_h_next"),
    ("a single unit", "dh_next_dh", "(1 - h_next^2)*w"),
    ("a single unit", "grad_w", "sum_t((1 - h_t^2)*h_prev*grad_h)"),
]
ASKED = {cell: [name for one, name, _ in READABLE if one == cell] for cell, _, _ in READABLE}


@pytest.mark.parametrize("cell", ASKED)
def test_each_cell_has_its_own_readable_formulas(cell: str) -> None:
    found = formulas(CELLS[cell].exercise(", ".join(ASKED[cell])))
    written = {name: show(found[name].formula) for name in ASKED[cell]}
    assert written == {name: text for one, name, text in READABLE if one == cell}
    for name in ASKED[cell]:
        assert found[name].verified.instances == INSTANCES >= 20
        assert found[name].verified.sizes > 5 or cell == "a single unit"


def test_the_denominator_layout_turns_the_jacobian() -> None:
    found = formulas(SIGMOID.exercise("dh_next_dh", "jacobian_layout: denominator"))
    assert show(found["dh_next_dh"].formula) == "U.T @ diag(h_next*(1 - h_next))"


def test_vectors_that_are_rows_stand_on_the_left() -> None:
    names = "grad_h, grad_W, grad_U, dh_next_dh"
    found = formulas(CELLS["vectors as rows"].exercise(names, "vectors: rows"))
    written = [show(found[name].formula) for name in names.split(", ")]
    assert written == [
        "2*((y_t - z_t) @ V.T) + h_next*(1 - h_next)*grad_h_next @ U.T",
        "sum_t(outer(x_t, h_t*(1 - h_t)*grad_h))",
        "sum_t(outer(h_prev, h_t*(1 - h_t)*grad_h))",
        "diag(h_next*(1 - h_next)) @ U.T",
    ]


def test_positive_pre_activations_let_every_gradient_through() -> None:
    text = CELLS["ReLU, cross-entropy"].exercise(
        "grad_h, dh_next_dh", "assume: positive pre-activations"
    )
    found = formulas(text)
    assert show(found["grad_h"].formula) == "V.T @ (softmax(y_t) - z_t) + U.T @ grad_h_next"
    assert show(found["dh_next_dh"].formula) == "U"


def test_the_reasons_stand_in_the_order_of_writing() -> None:
    found = formulas(SIGMOID.exercise("grad_h"))["grad_h"]
    lines = [(one.name, show(one.formula), one.text) for one in found.reasons]
    assert [(name, formula) for name, formula, _ in lines] == [
        ("grad_h", "dy_dh.T @ grad_y + dh_next_dh.T @ grad_h_next"),
        ("", "2*(z_t - y_t)"),
        ("grad_y", "2*(y_t - z_t)"),
        ("", "V.T @ (2*(y_t - z_t))"),
        ("", "h_next*(1 - h_next)*grad_h_next"),
        ("", "U.T @ (h_next*(1 - h_next)*grad_h_next)"),
    ]
    texts = [text for _, _, text in lines]
    for text, word in zip(
        texts, ("chain rule", "‖x‖²", "negative", "transpose", "sigmoid", "transpose"), strict=True
    ):
        assert word in text
    assert "h_next on all later losses" in texts[0]
    assert "t = T" in found.note
    assert "grad_h_next = 0" in found.note


def test_a_jacobian_is_the_product_of_its_factors() -> None:
    found = formulas(SIGMOID.exercise("dh_next_dh"))["dh_next_dh"]
    assert [show(one.formula) for one in found.reasons] == [
        "diag(h_next*(1 - h_next))",
        "U",
        "diag(h_next*(1 - h_next)) @ U",
    ]


def test_a_formula_says_the_shapes_of_its_names() -> None:
    found = formulas(SIGMOID.exercise("grad_h"))["grad_h"]
    assert dict(found.symbols) == {
        "V": ("m", "n"),
        "y_t": ("m",),
        "z_t": ("m",),
        "U": ("n", "n"),
        "h_next": ("n",),
        "grad_h_next": ("n",),
    }


FALSE = {
    "a sign": ("grad_h", "V.T @ (2*(z_t - y_t)) + U.T @ (h_next*(1 - h_next)*grad_h_next)"),
    "a factor 2": ("grad_h", "V.T @ (y_t - z_t) + U.T @ (h_next*(1 - h_next)*grad_h_next)"),
    "a missing transpose": ("grad_h", f"{FROM_OUTPUT} + U @ (h_next*(1 - h_next)*grad_h_next)"),
    "h_t for h_next": ("grad_h", f"{FROM_OUTPUT} + U.T @ (h_t*(1 - h_t)*grad_h_next)"),
    "no later losses": ("grad_h", FROM_OUTPUT),
    "no derivative of the sigmoid": ("grad_h", f"{FROM_OUTPUT} + U.T @ grad_h_next"),
    "a missing diag": ("dh_next_dh", "U"),
    "a vector for diag": ("dh_next_dh", "h_next*(1 - h_next) @ U"),
    "the other layout": ("dh_next_dh", "U.T @ diag(h_next*(1 - h_next))"),
    "one time step alone": ("grad_W", "outer(h_t*(1 - h_t)*grad_h, x_t)"),
    "a time step left out": (
        "grad_W",
        "sum_t(outer(h_t*(1 - h_t)*grad_h, x_t)) - outer(h_t*(1 - h_t)*grad_h, x_t)",
    ),
    "local for total gradients": ("grad_W", "sum_t(outer(h_t*(1 - h_t)*grad_h_local, x_t))"),
    "h_t for h_prev": ("grad_U", "sum_t(outer(h_t*(1 - h_t)*grad_h, h_t))"),
    "the outer product turned": ("grad_W", "sum_t(outer(x_t, h_t*(1 - h_t)*grad_h))"),
    "the total for the local gradient": ("grad_h_local", "grad_h"),
}


@pytest.mark.parametrize("slip", FALSE)
def test_a_false_formula_is_caught_by_an_instance(slip: str) -> None:
    name, text = FALSE[slip]
    workbook = load_text(SIGMOID.exercise(name), "exercise.yaml").workbook
    claim = workbook.claims[name]
    assert isinstance(claim, GradientClaim | JacobianClaim)
    claim.formula = parse(text, OPERATIONS)
    with pytest.raises(ExsolveError, match="the formula is wrong") as caught:
        verified(workbook.graph.quantities[name], claim)
    (problem,) = caught.value.problems
    assert problem.position is not None
    assert "U = " in problem.found


def test_right_formulas_in_other_words_pass() -> None:
    workbook = load_text(SIGMOID.exercise("grad_h"), "exercise.yaml").workbook
    claim = workbook.claims["grad_h"]
    assert isinstance(claim, GradientClaim)
    text = "-2*V.T @ (z_t - V @ h_t) + U.T @ diag(h_next - h_next^2) @ grad_h_next"
    claim.formula = parse(text, OPERATIONS)
    assert verified(workbook.graph.quantities["grad_h"], claim).instances == INSTANCES


def test_trials_are_at_the_first_and_the_last_step_too() -> None:
    workbook = load_text(SIGMOID.exercise("grad_h"), "exercise.yaml").workbook
    texts = [trial.describe() for trial in workbook.claims["grad_h"].trials()]
    assert any(text.startswith("t = 1 of T = 3") for text in texts)
    assert any(text.startswith("t = 4 of T = 4") for text in texts)
    assert any(text.startswith("t = 2 of T = 4") for text in texts)


def test_states_may_begin_at_a_formula() -> None:
    found = formulas(SIGMOID.exercise("grad_U", "initial: {h: zeros(n)}"))
    assert found["grad_U"].verified.instances == INSTANCES


def test_conditions_hold_at_every_step() -> None:
    cell = Cell(
        {"a": "", "x_t": "n", "h_t": "n"},
        {"h_t": "a*h_prev + sqrt(x_t)"},
        {},
        "sumsq(h_t)",
    )
    found = formulas(cell.exercise("grad_a, grad_h", "where: [x_t > 0, a > 0, a < 1]"))
    assert show(found["grad_h"].formula) == "2*h_t + a*grad_h_next"


def test_a_given_number_is_a_constant_of_the_cell() -> None:
    cell = Cell(
        {"W": "n, n", "x_t": "n", "h_t": "n"},
        {"h_t": "a*h_prev + (1 - a)*tanh(W @ x_t)"},
        {},
        "sumsq(h_t)",
    )
    found = formulas(cell.exercise("grad_h, dh_next_dh", "givens: {a: 9/10}"))
    assert show(found["grad_h"].formula) == "2*h_t + a*grad_h_next"
    assert show(found["dh_next_dh"].formula) == "a*identity(n)"


def test_the_sum_over_time_has_no_value_by_itself() -> None:
    graph = Graph([Quantity("s", parse("sum_t(2)", OPERATIONS))])
    with pytest.raises(ExsolveError, match="where the steps are known"):
        evaluate(graph, NumericRoute())


def test_the_exercise_of_the_sheet(shipped: Path) -> None:
    solution = load(shipped / "recurrent/rnn-bptt.yaml").solve()
    assert [part.points for part in solution.parts] == [2, 5, 5, 5, 3]
    assert [part.answers for part in solution.parts[1:4]] == [
        ("grad_h",),
        ("grad_h_local", "dh_next_dh"),
        ("grad_W", "grad_U"),
    ]
    (picture,) = solution.parts[0].evidence[0].pictures
    labels = [
        show(edge.label) if not isinstance(edge.label, str) else edge.label
        for edge in picture.edges
    ]
    assert sorted(filter(None, labels)) == ["U"] * 3 + ["V"] * 3 + ["W"] * 3


def test_the_full_gradient_beside_the_truncated_is_that_of_the_numbers(shipped: Path) -> None:
    general = load(shipped / "recurrent/rnn-bptt.yaml").solve(["5"])
    numbers = load(shipped / "recurrent/rnn-bptt-numbers.yaml").solve(["c"])
    (own,) = [s for s in numbers.parts[0].steps if s.name == "grad_U"]
    full, truncated = general.parts[0].evidence[0].steps
    assert np.allclose(floats(full), floats(own), rtol=1e-12)
    assert np.all(np.abs(floats(truncated) - floats(own)) > 1e-3)


def floats(step: Step | Formula) -> np.ndarray:
    """The cells of a step as they came from NumPy."""
    assert isinstance(step, Step)
    return np.array([cell.number for cell in step.value.cells], np.float64)


def replaced(cell: Cell, old: str, new: str) -> str:
    """The exercise with one piece of its text written otherwise; § marks a place."""
    text = cell.exercise("grad_h")
    assert text.count(old) == 1, text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "message", "expected"),
    [
        ("  U: [n, n]\n", "", "h_t: 'U' is not declared", "U with its sizes under symbols"),
        ("  x_t: [d]\n", "", "h_t: 'x_t' is not declared", "x_t with its sizes under symbols"),
        ("  h_t: [n]\n", "", "the state h_t has no sizes", "h_t with its sizes under symbols"),
    ],
)
def test_names_without_sizes_are_said(old: str, new: str, message: str, expected: str) -> None:
    problem = only_problem(replaced(SIGMOID, old, new))
    assert problem.message == message
    assert problem.expected.startswith(expected)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("W @ x_t", "W §@ h_prev", "the inner sizes of @ must agree: (n, d) @ (n,) has d and n"),
        ("z_t - y_t", "z_t §- x_t", "L_t: the shapes of - do not fit together: (m,) and (d,)"),
        ("  L_t: sumsq(", "  L_t: §(", "L_t is computed as [m], and a loss is a number"),
        ("y_t: V @ h_t", "y_t: V @ §h_pre", "y_t: 'h_pre' is not declared"),
        ("y_t: V @ h_t", "y_t: §V @ h_prev", "y_t looks back at h_prev"),
        ("parts:", "steps: 2\n§derivatives: {d: {of: h_2, for: h_1}}\nparts:", "derivatives over"),
        ("parts:", "initial: {§g: zeros(n)}\nparts:", "g is no state: no equation uses g_prev"),
        ("parts:", "§parameters: [Q]\nparts:", "there is no symbol Q to differentiate by"),
        ("parts:", "§parameters: [x_t]\nparts:", "there is no symbol x_t to differentiate by"),
        ("parts:", "initial: {h: '§U[0]'}\nparts:", "h begins with U, so the gradient by U has"),
        (
            "cell:",
            "cell:\n  h_next_t: §tanh(h_next_prev)",
            "grad_h_next would be a gradient by h_next_t and one by h_t",
        ),
        ("  U: [n, n]", "  U: [n, n]\n  §n: []", "n is a size, so it is no symbol of its own"),
        ("  U: [n, n]", "  U: [n, n]\n  §x_next: [n]", "x_next comes with x_t, and has its sizes"),
        ("  U: [n, n]", "  U: [n, n]\n  §grad_h: [n]", "grad_h is derived, so it is no symbol"),
        ("parts:", "where: [§h_t > 0]\nparts:", "the condition h_t > 0 is about h_t, which is"),
        ("parts:", "where: [§W > 0, W < 0]\nparts:", "no random instance fulfils W > 0"),
        ("parts:", "initial: {h: §zeros(d)}\nparts:", "h begins as [d], and h_t is [n]"),
        ("parts:", "initial: {h: §g + 1}\nparts:", "h_0: 'g' is not defined"),
        ("parts:", "assume: §positive pre-activations\nparts:", "no equation of the cell has a"),
    ],
)
def test_what_does_not_fit_is_said_where_it_stands(old: str, new: str, message: str) -> None:
    declared = SIGMOID._replace(symbols={**PLAIN, "h_next_t": "n"})
    cell = declared if "h_next_t" in new else SIGMOID
    assert message in refused_at_mark(replaced(cell, old, new)).message


def test_what_comes_with_a_symbol_may_be_declared_beside_it() -> None:
    text = replaced(SIGMOID, "  U: [n, n]", "  U: [n, n]\n  h_prev: [n]\n  x_next: [d]")
    assert formulas(text)["grad_h"].verified.instances == INSTANCES


def test_a_size_is_a_number_in_equations() -> None:
    found = formulas(replaced(SIGMOID, "sumsq(z_t - y_t)", "sumsq(z_t - y_t)/m"))
    assert show(found["grad_h"].formula).startswith("V.T @ (2/m*(y_t - z_t)) + ")


def test_a_definition_over_derived_formulas_has_a_value_on_networks() -> None:
    found = formulas(SIGMOID.exercise("step", "define: {step: U - grad_U/10}"))
    assert found["step"].verified.instances == INSTANCES


def test_steps_of_a_kink_are_left_out() -> None:
    cell = Cell({"w": "", "h_t": "", "x_t": ""}, {"h_t": "abs(w*h_prev) + x_t"}, {}, "floor(h_t)")
    found = formulas(cell.exercise("grad_h, dh_next_dh"))
    assert found["grad_h"].verified.instances == INSTANCES


def test_a_given_that_is_a_symbol_too_is_refused() -> None:
    found = problems(SIGMOID.exercise("grad_h", "givens: {U: [[1]]}"))
    assert found[0].message == "U has a value, so it is no symbol"
    assert found[0].position is not None
    assert found[0].position.line == 6


def test_a_state_that_changes_its_sizes_is_refused() -> None:
    cell = Cell({"W": "n, d", "x_t": "d", "h_t": "d"}, {"h_t": "W @ (x_t + h_prev)"}, {}, "")
    problem = only_problem(cell.exercise("dh_next_dh"))
    assert problem.message == "h_t is computed as [n], and declared [d]"
    assert problem.found == "[n]: W is [n, d], x_t is [d], h_prev is [d]"


def test_a_parameter_called_like_a_state_is_refused() -> None:
    cell = Cell({**PLAIN, "h": "n"}, {"h_t": "sigmoid(W @ x_t + U @ h_prev + h)"}, {}, "sumsq(h_t)")
    problem = only_problem(cell.exercise("grad_h"))
    assert problem.message == "h and h_t would both have the gradient grad_h"


POSITIVE = """\
id: positive
title: Positive pre-activations
kind: recurrent
cell: {h_t: "relu(W @ x_t + U @ h_prev)"}
assume: §positive pre-activations
steps: 3
givens:
  W: [[1], [2]]
  U: [[0, 1], [1, 0]]
  h_0: [0, 0]
  x: [[1], [THIRD], [2]]
parts: [{id: a, ask: Compute., answers: [h_3]}]
"""


def test_a_pre_activation_that_is_declared_positive_must_be_so() -> None:
    right, _ = marked(POSITIVE.replace("THIRD", "2"))
    assert load_text(right, "exercise.yaml").solve().parts[0].steps
    problem = refused_at_mark(POSITIVE.replace("THIRD", "-1"))
    assert problem.message == "h_2 has a pre-activation that is not positive"
    assert problem.expected == "a positive W @ x_2 + U @ h_1 in every cell"
    assert problem.found == "[1, -1]"


def test_a_jacobian_that_cannot_be_written_hinders_no_other_formula() -> None:
    cell = Cell(
        {"M_t": "n, n", "x_t": "n", "h_t": "n", "z_t": "n"},
        {"M_t": "M_prev/2 + outer(x_t, h_prev)", "h_t": "tanh(M_t @ x_t)"},
        {},
        "sumsq(h_t - z_t)",
    )
    text = show(formulas(cell.exercise("grad_h"))["grad_h"].formula)
    assert text == "2*(h_t - z_t) + grad_M_next.T @ x_next"
    assert len(problems(cell.exercise("dM_next_dM"))) == 1
    problem = only_problem(cell.exercise("dM_next_dM"))
    assert "a Jacobian is of a vector by a vector, and M_next is (n, n)" in problem.message
    assert problem.position is not None


def test_kinks_at_round_numbers_and_saturated_states_do_not_stop_a_formula() -> None:
    hard = SIGMOID._replace(cell={"h_t": "min(max(x_t, -1), 1)*tanh(U @ h_prev)"})
    hard = hard._replace(symbols={**PLAIN, "x_t": "n"})
    distance = "sumsq(y_t - z_t) + sum(abs(h_t - 1))"
    saturated = SIGMOID._replace(cell={"h_t": "tanh(4*(W @ x_t) + U @ h_prev)"}, loss=distance)
    for cell in (hard, saturated):
        assert formulas(cell.exercise("grad_h"))["grad_h"].verified.instances == INSTANCES


def test_reasons_name_the_arguments_of_operations_within() -> None:
    cell = SIGMOID._replace(cell={"h_t": "tanh((U @ h_prev)^2 + W @ x_t)*h_prev"})
    reasons = formulas(cell.exercise("dh_next_dh"))["dh_next_dh"].reasons
    shown = [show(line.formula) for line in reasons]
    assert "diag(2*(U @ h_t))" in shown
    assert reasons[-1].text == (
        "chain rule: the products along all ways from the one to the other add up"
    )
    assert reasons[-1].name == "dh_next_dh"


def test_the_greatest_cell_of_a_state_has_a_formula() -> None:
    cell = SIGMOID._replace(outputs={"y_t": "max(h_t)"}, loss="(y_t - z_t)^2")
    cell = cell._replace(symbols={**PLAIN, "z_t": ""})
    assert formulas(cell.exercise("grad_h"))["grad_h"].verified.instances == INSTANCES


def test_no_line_gives_a_local_gradient_the_name_of_a_total_one() -> None:
    symbols = {**PLAIN, "z_t": "n"}
    cell = SIGMOID._replace(symbols=symbols, outputs={}, loss="sumsq(h_t - z_t) + sum(h_t^3)")
    reasons = formulas(cell.exercise("grad_h_local"))["grad_h_local"].reasons
    assert "grad_h" not in {line.name for line in reasons}
