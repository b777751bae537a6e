"""Derivations of students: which links hold, where a chain begins and ends, what it earns."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest

import exsolve
from exsolve.authoring.workbook import Chain, Workbook
from exsolve.marking.chains import ChainJudgement, judge_derivation

START = "E[L] = E[sumsq(y - (X*R) @ w)]"
SPLIT = "sumsq(y - p*X @ w) + E[sumsq((X*(R - p)) @ w)]"
END = "sumsq(y - p*X @ w) + p*(1 - p)*sumsq(Gamma @ w)"


@cache
def workbook(exercise: str) -> Workbook:
    return exsolve.load(exercise).workbook


def judged(text: str, exercise: str = "dropout-expectation", part: str = "1") -> ChainJudgement:
    book = workbook(exercise)
    asked = next(one for one in book.parts if one.id == part)
    return judge_derivation(book, asked, text, seconds=60)


def with_chains() -> list[tuple[str, str]]:
    exercises = ("dropout-expectation", "least-norm", "attention-properties", "gnn-update")
    return [
        (one, part)
        for one in (*exercises, "self-attention-layer")
        for part, plans in workbook(one).derivations.items()
        if all(isinstance(plan, Chain) for plan in plans)
    ]


@pytest.mark.parametrize(("exercise", "part"), with_chains())
def test_the_exercises_own_derivations_earn_all(exercise: str, part: str) -> None:
    plans = [plan for plan in workbook(exercise).derivations[part] if isinstance(plan, Chain)]
    text = "\n\n".join("\n = ".join(source.text for _, source, _ in one.lines) for one in plans)
    found = judged(text, exercise, part)
    assert (found.verdict, found.credit, found.open) == ("correct", 1, False), found.message


@pytest.mark.parametrize(
    "text",
    [
        f"{START}\n = {SPLIT}\n = {END}",
        f"{START} = {SPLIT} = {END}",
        f"{START}\n{SPLIT}\n = {END}".replace("\nsumsq", "\n = sumsq"),
        f"We start from the definition of the loss.\n{START}\nNow the mean and the deviation from "
        f"it are taken apart:\n  = {SPLIT}   (because E[R] is p)\n  = {END}, since R is Bernoulli",
        r"""\begin{align*}
        \mathbb{E}[L] &= \mathbb{E}\left[ \lVert y - (X \odot R) w \rVert^2 \right]
           && \text{by definition} \\
        &= \lVert y - p X w \rVert^2
           + \mathbb{E}\left[ \lVert (X \odot (R - p)) w \rVert^2 \right] \\
        &= \lVert y - p X w \rVert^2 + p(1-p) \lVert \Gamma w \rVert^2 \qed
        \end{align*}""",
        "1. E[L] = E[‖y − (X ⊙ R) w‖²]   (definition of L)\n"
        "2. = ‖y − p X w‖²\n   + E[‖(X ⊙ (R − p)) w‖²]    linearity of the expectation\n"
        "3. = ‖y − p X w‖² + p (1 − p) ‖Γ w‖². ∎",
        f"{END}\n = {SPLIT}\n = E[sumsq(y - (X*R) @ w)]\n = E[L]",
        f"E[L]\n{SPLIT}\n{END}",
        f"L = sumsq(y - (X*R) @ w)\n{START}\n = {SPLIT}\n = {END}",
        f"{START}\n = {SPLIT}\n = p*sumsq(Gamma @ w)*(1 - p) + sumsq(X @ w*p - y)",
    ],
)
def test_a_chain_of_true_links_between_both_ends_earns_all(text: str) -> None:
    found = judged(text)
    assert (found.verdict, found.credit) == ("correct", 1), found.message
    assert all(one.holds in (True, None) for one in found.lines)


def test_the_first_false_link_is_named_with_both_sides_and_a_small_instance() -> None:
    wrong = "sumsq(y - p*X @ w) + p*(1 + p)*sumsq(Gamma @ w)"
    found = judged(f"{START}\n = {SPLIT}\n = {wrong}\n = {END}")
    assert found.verdict == "partial"
    # two links of four, and the end is there
    assert found.credit == Fraction(2, 4)
    assert [one.holds for one in found.lines] == [None, True, True, False, False]
    false = found.lines[3]
    assert (false.line, false.text) == (3, wrong)
    assert false.difference is not None
    # at n = d = 1 and x = -1, y = -2, w = 3, p = 2/7 the first is (-2 + 6/7)^2 + 10/49*9 = 22/7
    assert false.difference.on == "X = [[-1]], y = [-2], w = [3], p = 2/7"
    assert false.difference.given.startswith("3.142857")
    assert f"Line 3 does not follow: {SPLIT} is not equal to {wrong}." in found.message


def test_what_is_missing_at_the_ends_is_said() -> None:
    found = judged(f"{START}\n = {SPLIT}")
    assert found.verdict == "partial"
    assert found.credit == Fraction(2, 4 + 1)
    assert f"Its last line has still to be brought into the form {END}." in found.message
    found = judged(f"{SPLIT}\n = sumsq(y - p*X @ w) + p*(1 - p)*sum((X*X) @ (w*w))\n = {END}")
    assert found.credit == Fraction(2, 4 + 1)
    assert "does not begin with expectation(L)" in found.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("E[L]", "One line proves nothing"),
        (f"E[L] = {END}", "The claim itself is what has to be shown"),
        (f"{START} = {END}", "The claim itself is what has to be shown"),
        ("E[L] = E[L] = E[L]", "only repeats an earlier one"),
        (f"E[L] = E[L] + 0 = 1*E[L] = {END}", "The claim itself"),
        (f"E[L] = {END} = E[L] = {END}", "The claim itself"),
        (f"E[L] = {END} = sumsq(w)", "does not follow"),
        ("2 + 2 = 5", "2 + 2 is not equal to 5"),
        ("sumsq(w) = w @ w", "There is no chain from expectation(L)"),
        ("E[L] = X @ w", "The first is a number, the second has the shape [n]."),
    ],
)
def test_what_proves_nothing_earns_nothing(text: str, said: str) -> None:
    found = judged(text)
    assert (found.verdict, found.credit) == ("wrong", 0)
    assert said in found.message


def test_words_alone_are_for_a_person() -> None:
    found = judged("The masks are independent, so the cross terms vanish.")
    assert (found.verdict, found.open) == ("undecided", True)
    assert judged("  \n ").verdict == "blank"


def test_mathematics_that_cannot_be_read_is_told_with_its_place() -> None:
    text = f"{START}\n = {SPLIT}\n = sumsq(y - p*X @ w) + nonsense"
    found = judged(text)
    assert (found.verdict, found.open) == ("unreadable", True)
    assert found.offset == text.index("nonsense")
    assert found.message.startswith("Line 3, ")


def test_the_expectation_of_what_is_not_random_is_itself() -> None:
    found = judged("E[X @ w] = X @ w\nE[w] = 2*w")
    assert [one.holds for one in found.lines] == [None, True, None, False]


def test_conditions_are_left_to_a_person_and_not_called_false() -> None:
    found = judged("2*v + X.T @ lambda = 0\nX @ v = y", "least-norm", "1")
    assert found.open
    assert found.verdict == "undecided"
    assert all(one.holds is None for one in found.lines)


def test_chains_beside_conditions_earn_their_share() -> None:
    text = "-1/2*X.T @ lambda_star = -1/2*X.T @ (-2*inverse(X @ X.T) @ y)\n"
    found = judged(text + " = X.T @ inverse(X @ X.T) @ y = w_star", "least-norm", "1")
    assert found.open
    # one of three chains; the two sets of conditions are a person's
    assert found.credit == Fraction(1, 5)


def test_what_is_too_long_is_left_to_a_person() -> None:
    found = judged(f"{START}\n" + " = sumsq(w)\n" * 3000)
    assert (found.verdict, found.open) == ("undecided", True)
    found = judged("E[L] = " + " + ".join(["nonsense"] * 100))
    assert found.verdict == "unreadable"
    assert len(found.message) < 500


def test_what_takes_too_long_is_left_to_a_person() -> None:
    book = workbook("dropout-expectation")
    found = judge_derivation(book, book.parts[0], f"{START}\n = {SPLIT}", seconds=1e-4)
    assert (found.verdict, found.open) == ("undecided", True)
