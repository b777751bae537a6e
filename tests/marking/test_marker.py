"""Whole sheets: verdicts, follow-through, the first mistake, credit."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction

import pytest

import exsolve
from exsolve.library.judging import Assessment, Examiner, judge
from exsolve.marking.given import Given
from exsolve.marking.numbers import UNDECIDED, Outcome
from tests.marking.sheets import by_name, marked, verdicts

CHAIN = """
id: chain
title: A chain of three
kind: formulas
givens:
  x: [1, 2, 4]
define:
  a: 3*x
  b: a + 1
  c: sum(b)
  d: sqrt(c)
parts:
  - {id: p, ask: Compute., answers: [a, b, c, d], points: 4}
"""


def test_the_sheet_of_the_interface() -> None:
    """f was not applied to the first component of h_4; the rest follows (INTERFACE's own sketch:
    7.72 of the 8 points of parts 2 and 3)."""
    found = marked(
        "gnn-update",
        {
            "messages": "[[-2, 2], [0, -2], [1, 0]]",
            "agg": "[-1, 0.8]",
            "h_1_next": "[0, 0.8]",
            "edges": "12",
        },
    )
    answers = by_name(found)
    assert answers["messages"].verdict == "partial"
    assert answers["messages"].credit == Fraction(5, 6)
    assert [(one.place, one.given, one.expected) for one in answers["messages"].cells] == [
        ((2, 0), "1", "2")
    ]
    assert answers["messages"].slips
    assert answers["agg"].verdict == "follow-through"
    assert answers["agg"].because == "messages"
    assert answers["h_1_next"].verdict == "correct"
    assert answers["edges"].verdict == "correct"
    assert found.first_error == "messages"
    assert round(float(found.score), 2) == 7.72


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"a": "[3, 6, 12]", "b": "[4, 7, 13]", "c": "24", "d": "2√6"}, "cccc"),
        ({"a": "[3, 6, 12]", "b": "[4, 7, 13]", "c": "24", "d": "4.90"}, "cccr"),
        ({"a": "[3, 6, 12]", "b": "[4, 7, 13]", "c": "24", "d": "4.89"}, "ccci"),
        # the last of a is wrong, everything after it follows
        ({"a": "[3, 6, 11]", "b": "[4, 7, 12]", "c": "23", "d": "sqrt(23)"}, "pffff"),
        # b follows in one cell and is right in the others; c is the key's all the same
        ({"a": "[3, 6, 11]", "b": "[4, 7, 12]", "c": "24", "d": "sqrt(24)"}, "pfcc"),
        # a second mistake is not excused by the first
        ({"a": "[3, 6, 11]", "b": "[5, 8, 13]", "c": "26"}, "psf"),
        # what is left out is taken from the key
        ({"a": "[3, 6, 12]", "d": "sqrt(24)"}, "cc"),
        ({"b": "[4, 7, 12]", "d": "sqrt(23)"}, "pf"),
        # nothing is left to compute from zeros
        ({"a": "[0, 0, 0]", "b": "[1, 1, 1]", "c": "3"}, "www"),
    ],
)
def test_what_follows(answers: dict[str, str], expected: str) -> None:
    letters = {
        "correct": "c", "rounded": "r", "imprecise": "i", "partial": "p",
        "follow-through": "f", "wrong": "w", "slip": "s",
    }  # fmt: skip
    found = verdicts(CHAIN, answers)
    assert "".join(letters[one] for one in found.values()) == expected[: len(answers)]


def test_rounding_that_was_carried_is_not_a_mistake() -> None:
    text = """
id: rounding
title: Rounding
kind: formulas
givens: {x: 1/3}
define: {a: x*2, b: 1000*a, c: b^2}
parts: [{id: p, ask: Compute., answers: [a, b, c]}]
"""
    carried = by_name(marked(text, {"a": "0.67", "b": "670", "c": "448900"}))
    assert [carried[name].verdict for name in "abc"] == ["rounded", "imprecise", "imprecise"]
    assert carried["b"].because == "a"
    # 710 is 1000 times nothing that rounds to 0.67
    wrong = by_name(marked(text, {"a": "0.67", "b": "710"}))
    assert wrong["b"].verdict == "wrong"


def test_zeros_earn_nothing_though_most_of_the_key_is_zero() -> None:
    zeros = "[[0,0,0],[0,0,0],[0,0,0],[0,0,0],[0,0,0]]"
    answer = by_name(marked("attention-forward", {"Q": zeros}))["Q"]
    assert answer.verdict in ("wrong", "slip")
    assert answer.credit == 0


def test_a_variance_from_ones_own_mean() -> None:
    """var_batch about the student's mean 3 in place of 5/2: the squares of 1, 0, -1, 0, 1, -2..."""
    entries = [4, 3, 2, 3, 4, 1, 3, 2, 3, 1, 1, 3]
    own = Fraction(sum((one - 3) ** 2 for one in entries), 12)
    found = by_name(
        marked("norm-statistics", {"mu_batch": "[3, 5/2]", "var_batch": f"[{own}, 17/12]"})
    )
    assert found["mu_batch"].verdict == "partial"
    assert found["var_batch"].verdict == "follow-through"
    assert found["var_batch"].because == "mu_batch"


def test_the_first_mistake_is_the_first_on_the_sheet() -> None:
    found = marked("cnn-shapes", {"params_1": "432", "shape_3": "(N, 32, 31, 31)"})
    assert found.first_error == "shape_3"
    assert {"params_1", "shape_3"} == {
        one.name for one in found.answers if one.verdict in ("slip", "partial", "wrong")
    }


def test_judging_pickles() -> None:
    task = exsolve.assessment("mila-hw2-2022")
    copied = pickle.loads(pickle.dumps(task))
    assert isinstance(copied, Assessment)
    assert copied.digest == task.digest
    data = b"# gnn-update\nedges = 12\n\n# norm-statistics\nmu_layer = [17/6, 8/3, 5/2, 2]\n"
    found = judge(copied, data, "mine.txt")
    again = pickle.loads(pickle.dumps(found))
    assert again.score == found.score == 3 + Fraction(1)
    assert again.set == "mila-hw2-2022"


def test_marks_of_a_person_stand_in_the_place_of_what_was_found() -> None:
    task = exsolve.assessment("gnn-update")
    data = b"edges = 12\n\n5 = There are as many edges as pairs.\n"
    before = judge(task, data)
    assert before.open == 2
    after = judge(task, data, "", {("gnn-update", "5"): Fraction(3, 2)})
    assert after.open == 0
    assert after.score == before.score + Fraction(3, 2)


FORK = """
id: fork
title: A value from two others
kind: formulas
givens: {x: [1, 2, 4]}
define: {a: 3*x, b: a + 1, c: a*b, d: sum(c)}
parts: [{id: p, ask: Compute., answers: [a, b, c, d], points: 4}]
"""


def test_ones_own_right_answer_stands_between() -> None:
    """b is right though a is not: c comes of both as they are written, 11·13, and not of 11·12."""
    before = {"a": "[3, 6, 11]", "b": "[4, 7, 13]"}
    found = by_name(marked(FORK, {**before, "c": "[12, 42, 143]", "d": "197"}))
    assert [found[name].verdict for name in "cd"] == ["follow-through", "follow-through"]
    assert {found["c"].because, found["d"].because} == {"a"}
    skipped = by_name(marked(FORK, {**before, "c": "[12, 42, 132]", "d": "186"}))
    assert (skipped["c"].verdict, skipped["c"].credit) == ("partial", Fraction(2, 3))
    assert (skipped["d"].verdict, skipped["d"].because) == ("follow-through", "c")


def ones(rows: int, columns: int, entry: str = "1") -> str:
    return str([[entry] * columns] * rows).replace("'", "")


def test_one_number_everywhere_leaves_nothing_to_compute() -> None:
    sheet = {
        **{name: ones(5, 3) for name in "QKVH"},
        "S": ones(5, 5, "sqrt(3)"),
        "A": ones(5, 5, "1/5"),
    }
    found = marked("attention-forward", sheet)
    assert found.score == 0
    assert {one.verdict for one in found.answers} == {"wrong", "blank"}


def test_equal_numbers_that_follow_are_work() -> None:
    """3/5·2 + 1/5·0 + 1/5·2 = 8/5 and 3/5·2 - 1/5·2 + 1/5·4 = 8/5: equal by chance."""
    sheet = {"messages": "[[2, 2], [0, -2], [2, 4]]", "agg": "[8/5, 8/5]", "h_1_next": "[8/5, 8/5]"}
    found = verdicts("gnn-update", sheet)
    assert found == {"messages": "partial", "agg": "follow-through", "h_1_next": "follow-through"}


def test_a_zero_among_many_leaves_the_rest_to_compute() -> None:
    """Who thinks that the class token has no parameters still adds up all the others: the key's
    total without its 768."""
    total = 590592 + 0 + 151296 + 12 * 7087872 + 1536 + 769000
    answers = by_name(marked("vit-shapes", {"params_4": "0", "params_total": str(total)}))
    assert (answers["params_4"].verdict, answers["params_4"].credit) == ("wrong", 0)
    assert (answers["params_total"].verdict, answers["params_total"].because) == (
        "follow-through",
        "params_4",
    )


def test_what_follows_from_two_mistakes_names_the_first_on_the_sheet() -> None:
    """Q is twice what it should be, so that 80 and 17 are squared in A; the last of V is 3."""
    row, last = ["1/5"] * 5, [f"{one}/6692" for one in (1, 6400, 1, 1, 289)]
    found = marked(
        "attention-forward",
        {
            "Q": "[[0,0,0],[0,0,0],[2,0,0],[0,0,0],[0,0,0]]",
            "V": "[[0,0,0],[1,0,0],[0,1,0],[0,0,0],[0,0,3]]",
            "A": str([row, row, last, row, row]).replace("'", ""),
            "H": "[[.2,.2,.6],[.2,.2,.6],[6400/6692,1/6692,867/6692],[.2,.2,.6],[.2,.2,.6]]",
        },
    )
    answers = by_name(found)
    assert (answers["A"].verdict, answers["A"].because) == ("follow-through", "Q")
    assert (answers["H"].verdict, answers["H"].because) == ("follow-through", "Q")
    assert found.first_error == "Q"


def test_a_wrong_cell_more_never_earns_more() -> None:
    def credit(answer: str) -> Fraction:
        return by_name(marked("norm-statistics", {"var_layer": answer}))["var_layer"].credit

    cut_off, wrong_too = "[1.13, 11/9, 11/12, 4/3]", "[1.13, 11/9, 11/12, 7]"
    assert credit(cut_off) == Fraction(4, 5)
    assert credit(wrong_too) == Fraction(3, 4) * Fraction(4, 5)


def test_any_number_is_some_multiple_of_another() -> None:
    """1 is 1/12 of the edges, but nobody divides by 12."""
    found = by_name(marked("gnn-update", {"edges": "1", "agg": "[1, -1]"}))
    assert (found["edges"].verdict, found["edges"].slips) == ("wrong", ())
    assert (found["agg"].verdict, found["agg"].slips) == ("wrong", ())


def test_what_differs_by_a_constant_differs_in_every_entry() -> None:
    text = CHAIN.replace("x: [1, 2, 4]", "x: [1/30, 2/30, 5/30]")
    wrong = by_name(marked(text, {"a": "[0.1, 0.2, 0.4]"}))["a"]
    assert (wrong.verdict, wrong.slips) == ("partial", ())
    tenfold = by_name(marked(text, {"a": "[1, 2, 5]"}))["a"]
    assert [one.name for one in tenfold.slips] == ["constant factor"]


def test_rounding_carried_to_some_cells_is_no_mistake() -> None:
    """b rests on the rounded a; its last cell is wrong besides, and c follows from that."""
    text = CHAIN.replace("a: 3*x", "a: sqrt(x)")
    found = by_name(marked(text, {"a": "[1, 1.4, 2]", "b": "[2, 2.40, 4]", "c": "8.4"}))
    assert [one.verdict for one in found["b"].cells] == ["imprecise", "wrong"]
    assert found["b"].because == ""
    assert found["c"].because == "b"


def test_marks_of_a_person_above_and_below() -> None:
    task = exsolve.assessment("gnn-update")
    marks = {("gnn-update", "edges"): Fraction(4), ("gnn-update", "agg"): Fraction(0)}
    answers = judge(task, b"edges = 11\nagg = [-4/5, 4/5]\n", "", marks).exercises[0].answers
    found = {one.name: (one.verdict, one.score) for one in answers}
    assert found["edges"] == ("correct", 4)
    assert found["agg"] == ("wrong", 0)


@pytest.mark.parametrize("own_blocks", [12, 1])
def test_one_of_twelve_equal_blocks(own_blocks: int) -> None:
    """One block is asked for; its wrong number is counted for every block, or for that one."""
    right, wrong = 7087872, 7087872 - 9216
    total = 86567656 + own_blocks * (wrong - right)
    sheet = {"params_6": str(wrong), "params_total": str(total)}
    found = by_name(marked("vit-shapes", sheet))["params_total"]
    assert (found.verdict, found.because) == ("follow-through", "params_6")


def test_a_mistake_about_ones_own_wrong_mean() -> None:
    """The deviations of the first channel from 3 in place of 5/2, divided by 11 in place of 12."""
    entries = [4, 3, 2, 3, 4, 1, 3, 2, 3, 1, 1, 3]
    own = Fraction(sum((one - 3) ** 2 for one in entries), 11)
    sheet = {"mu_batch": "[3, 5/2]", "var_batch": f"[{own}, 17/11]"}
    found = by_name(marked("norm-statistics", sheet))["var_batch"]
    assert found.verdict == "slip"
    assert found.slips[0].name == "var.sample variance"


ROOTS = """
id: roots
title: Roots
kind: formulas
givens: {x: [2, 3, 5]}
define: {a: 1 + sqrt(x), b: 2*a}
parts: [{id: p, ask: Compute., answers: [a, b], points: 2}]
"""
CUBE = "(7 + 5*sqrt(2))^(1/3)"  # (1 + √2)³ = 1 + 3√2 + 6 + 2√2


def test_what_could_not_be_settled_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answers with no time for the last proof, and then with time."""
    sheet = {"a": f"[{CUBE}, 1 + sqrt(3), 7]", "b": f"[2*{CUBE}, 2 + 2*sqrt(3), 14]"}
    with monkeypatch.context() as without_time:
        without_time.setattr("exsolve.marking.numbers.SECONDS", 0)
        hasty = by_name(marked(ROOTS, sheet))
    assert (hasty["a"].verdict, hasty["a"].open, hasty["a"].credit) == ("undecided", True, 0)
    assert [one.verdict for one in hasty["a"].cells] == ["undecided", "wrong"]
    monkeypatch.setattr("exsolve.marking.numbers.SECONDS", 30)
    assert verdicts(ROOTS, sheet) == {"a": "partial", "b": "follow-through"}


def test_what_may_follow_is_not_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def open_end(found: Given, *_: object) -> list[Outcome]:
        return [UNDECIDED] * len(found.numbers)

    monkeypatch.setattr("exsolve.marking.earlier.outcomes", open_end)
    text = CHAIN.replace("id: chain", "id: open")
    found = verdicts(text, {"a": "[3, 6, 11]", "b": "[4, 7, 12]"})
    assert found == {"a": "partial", "b": "undecided"}


def test_answers_in_a_thread_are_never_wrong_for_want_of_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where time cannot be limited, the proofs that need it are left out."""
    from concurrent.futures import ThreadPoolExecutor

    own = exsolve.load_text(ROOTS.replace("id: roots", "id: threads"))
    marker = Examiner(own)
    sheet = {"a": f"[{CUBE}, 1 + sqrt(3), 1 + sqrt(5)]"}
    with ThreadPoolExecutor(1) as pool:
        there = pool.submit(marker.check, sheet).result().exercises[0].answers[0]
    assert there.verdict in ("correct", "undecided")
    monkeypatch.setattr("exsolve.marking.numbers.SECONDS", 30)
    assert marker.check(sheet).exercises[0].answers[0].verdict == "correct"


def test_formulas_that_are_given_by_each_other() -> None:
    """Each of them is true; together they leave the solution open."""
    by_lambda = {"w_star": "-1/2*X.T @ lambda_star"}
    by_w = {"lambda_star": "-2*inv(X @ X.T) @ X @ w_star"}
    assert verdicts("least-norm", by_lambda) == {"w_star": "correct"}
    assert verdicts("least-norm", by_w) == {"lambda_star": "correct"}
    both = by_name(marked("least-norm", {**by_lambda, **by_w}))
    assert sorted(both[name].verdict for name in ("w_star", "lambda_star")) == ["correct", "wrong"]
    refused = next(one for one in both.values() if one.verdict == "wrong")
    assert refused.credit == 0
    assert "say nothing" in refused.message


def test_who_had_a_wrong_value_worked_on_with_it() -> None:
    """The states themselves were sent, and give (-2/5, 2/5); then the sign was lost. That the
    opposite also comes of the right messages without that of vertex 2 is chance."""
    sheet = {"messages": "[[-1, 1], [0, -1], [1, 0]]", "agg": "[0.4, -0.4]"}
    found = by_name(marked("gnn-update", sheet))["agg"]
    assert found.verdict == "slip"
    assert "sign of all" in [one.name for one in found.slips]


def test_a_sign_that_is_wrong_in_some_cells_is_not_wrong_everywhere() -> None:
    found = by_name(marked(CHAIN, {"a": "[3, -6, 12]"}))["a"]
    assert found.verdict == "partial"
    assert found.message == "2 of 3 cells are right. Where it is wrong, it has the opposite sign."


def test_what_may_follow_from_an_unreadable_answer() -> None:
    sheet = {"c": "twenty-three", "d": "sqrt(23)", "e": "2*sqrt(24)"}
    text = CHAIN.replace("d: sqrt(c)", "d: sqrt(c)\n  e: 2*d").replace("c, d]", "c, d, e]")
    found = by_name(marked(text, sheet))
    assert [found[name].verdict for name in "cd"] == ["unreadable", "wrong"]
    assert found["d"].message == "It may follow from your c, which could not be judged."
    right = by_name(marked(text, {**sheet, "d": "sqrt(24)"}))
    assert [right[name].verdict for name in "de"] == ["correct", "correct"]
    assert not right["d"].message


def test_a_small_cell_whose_rounding_reaches_far() -> None:
    """Behind tanh(3.1) = 0.996 little is left of 1 - a²: what it may be spans a quarter of it. That
    is believed beside a cell that follows, and not alone."""
    text = """
id: saturated
title: Saturated
kind: formulas
givens: {x: [-1/2, 2]}
define: {u: x + 1, a: tanh(u), b: 1 - a^2}
parts: [{id: p, ask: Compute., answers: [u, a, b], points: 3}]
"""
    own = [0.6, 3.1]
    sheet = {
        "u": "[0.6, 3.1]",
        "a": f"[{math.tanh(own[0]):.3f}, {math.tanh(own[1]):.3f}]",
    }
    slopes = [1 - math.tanh(one) ** 2 for one in own]
    found = by_name(marked(text, {**sheet, "b": f"[{slopes[0]:.3g}, {slopes[1]:.3g}]"}))
    assert (found["a"].verdict, found["b"].verdict) == ("follow-through", "follow-through")
    beside_nothing = by_name(marked(text, {**sheet, "b": f"[0.9, {slopes[1]:.3g}]"}))["b"]
    assert beside_nothing.verdict in ("wrong", "partial")
    assert beside_nothing.credit < 1


def test_zeros_of_a_sparse_matrix_do_not_count() -> None:
    """23 of the 25 scores are 0; both that are not were left unscaled, or are nonsense."""
    rows = "[[0,0,0,0,0],[0,0,0,0,0],[0,{},0,0,{}],[0,0,0,0,0],[0,0,0,0,0]]"
    unscaled = by_name(marked("attention-forward", {"S": rows.format("7.59", "4.91")}))["S"]
    assert (unscaled.verdict, unscaled.credit) == ("slip", Fraction(1, 2))
    nonsense = by_name(marked("attention-forward", {"S": rows.format("7", "-3")}))["S"]
    assert (nonsense.verdict, nonsense.credit) == ("wrong", 0)
    half = by_name(marked("attention-forward", {"S": rows.format("4.38", "-3")}))["S"]
    assert (half.verdict, half.credit) == ("partial", Fraction(1, 2))


def test_rounding_that_is_carried_on_costs_something_once() -> None:
    text = """
id: rounding-on
title: Rounding
kind: formulas
givens: {x: 1/3}
define: {a: x*2, b: 1000*a, c: b + 1, d: 100*a}
parts: [{id: p, ask: Compute., answers: [a, b, c, d], points: 4}]
"""
    found = by_name(marked(text, {"a": "0.67", "b": "670", "c": "671", "d": "67.0"}))
    assert [found[name].verdict for name in "abcd"] == ["rounded", *["imprecise"] * 3]
    assert [found[name].credit for name in "abcd"] == [1, Fraction(4, 5), 1, 1]


@pytest.mark.parametrize(
    "text", ["N×16×64×64", "N × 16 × 64 × 64", "N x 16 x 64 x 64", "N*16*64*64"]
)
def test_shapes_are_written_with_crosses(text: str) -> None:
    assert verdicts("cnn-shapes", {"shape_1": text}) == {"shape_1": "correct"}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("2/2.236", "imprecise"),  # 2/√5 = 0.894
        ("[2/2.236]", "imprecise"),
        ("2/2.336", "wrong"),
        ("2/√5", "correct"),
        ("0.894", "rounded"),
    ],
)
def test_decimals_that_were_rounded_on_the_way(text: str, verdict: str) -> None:
    exercise = """
id: on-the-way
title: On the way
kind: formulas
givens: {x: 5}
define: {y: 2/sqrt(x)}
parts: [{id: p, ask: Compute., answers: [y]}]
"""
    assert verdicts(exercise, {"y": text}) == {"y": verdict}


def test_a_long_row_of_crosses_is_refused_at_once() -> None:
    """No expression of the reader's may try every way to cut it."""
    answers = {"shape_1": "1x1*" * 5_000 + "!", "shape_2": "1 x 1x1 * " * 2_000 + "?"}
    assert {*verdicts("cnn-shapes", answers).values()} == {"unreadable"}


def test_a_sign_lost_in_one_cell_is_a_sign() -> None:
    """3 for -1*3 is w left out as well, and a sign more likely."""
    text = """
id: signs
title: Signs
kind: formulas
givens: {x: [1, 3], w: [2, -1]}
define: {z: w*x}
parts: [{id: p, ask: Compute., answers: [z]}]
"""
    answer = by_name(marked(text, {"z": "[2, 3]"}))["z"]
    assert answer.message.startswith(
        "1 of 2 cells is right. Where it is wrong, it has the opposite"
    )
