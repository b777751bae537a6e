"""What students write in a file of answers is read, or told to a person: nothing is lost."""

from __future__ import annotations

import pytest

import exsolve
from exsolve.answers.addresses import plain_name
from exsolve.answers.files import read_submission
from exsolve.answers.submission import Submission
from exsolve.library.judging import Examiner
from tests.answers.files_read import texts

NUMBERS = "rnn-bptt-numbers"
PROPERTIES = "attention-properties"
GNN = "gnn-update"


def read(text: str, exercise: str) -> Submission:
    """What a file says as answers to an exercise or a problem set, all of whose names are known."""
    outline = Examiner(exsolve.load(exercise)).outline
    return read_submission(text.encode(), outline, "mine.md")


SIDE_BY_SIDE = {
    "$y_1 = 2.947$ and $L = 0.897$": "2.947",
    "$y_1 = 2.947$, $L = 0.897$": "2.947",
    "$y_1 = 2.947$, so we get $L = 0.897$.": "2.947",
    "$y_1 = 2.947$; L = 0.897": "2.947",
    "$y_1 = 2.947, L = 0.897$ and no more": "2.947",
    "We get $y_1 = 2.947$ and $L = 0.897$": "2.947",
    "y_1 = 2.947, so L = 0.897": "2.947",
    "y_1: 2.947, L: 0.897": "2.947",
    r"$$y_1 = 2.947, \quad" + "\n" + r"\quad\text{and}\quad L = 0.897$$": "2.947",
}


@pytest.mark.parametrize("text", SIDE_BY_SIDE)
@pytest.mark.parametrize("heading", ["", "## b\n"])
def test_answers_side_by_side(text: str, heading: str) -> None:
    submission = read(heading + text, NUMBERS)
    assert texts(submission) == {"y_1": SIDE_BY_SIDE[text], "L": "0.897"}
    assert submission.problems == ()


def test_many_answers_side_by_side() -> None:
    text = "$y_1 = 1$ and $L = 2$, " * 2_000
    assert texts(read(text, NUMBERS)) == {"y_1": "1", "L": "2"}


WORDS = {
    "$\\beta = 1/d$ because it grows as d.": "$\\beta = 1/d$ because it grows as d.",
    "beta = 1/d because it grows as d.": "beta = 1/d because it grows as d.",
    "beta = 1/d\nbecause it grows as d.": "because it grows as d.",
    "$\\beta = 1/d$ because\nit grows.\n": "$\\beta = 1/d$ because\nit grows.",
    "First.\nbeta = 1/d\nSecond.": "First.\n\nSecond.",
    "beta = 1/d. It grows as d.": "beta = 1/d. It grows as d.",
    "First.\nb = Second.\nbeta = 1/d\nThird.": "First.\nSecond.\n\nThird.",
    "b =\nbeta = 1/d\nFirst.": "First.",
}


@pytest.mark.parametrize("text", WORDS)
def test_words_on_the_line_of_a_formula(text: str) -> None:
    submission = read("## b\n" + text, PROPERTIES)
    found = texts(submission)
    assert found == {"beta": "1/d", "b": found["b"]}
    assert [line.strip() for line in found["b"].split("\n")] == WORDS[text].split("\n")
    assert submission.problems == ()


REMARKS = {
    "12 (rounded)": "12",
    "12 edges": "12",
    "12 edges in total.": "12",
    "12 because each of the 3 nodes has 4": "12",
    "12, as n = 4": "12",
    "[1, 2] which is right": "[1, 2]",
    "[1, 2] (by hand)": "[1, 2]",
    r"12\ \text{(rounded)}": "12",
    r"12 \text{ edges}": "12",
    "2.5 (since 5/2)": "2.5",
    "12. It is so.": "12",
    "12; this is right": "12",
    "12 edges, as n = 4. That is so.": "12",
    # what may be mathematics stays, for the reader of values to refuse
    "12 or 13": "12 or 13",
    "2 sqrt two": "2 sqrt two",
    "12 agg": "12 agg",
    "3 pi": "3 pi",
    "5 by 3": "5 by 3",
    "half of 24": "half of 24",
}


@pytest.mark.parametrize("text", REMARKS)
def test_remarks_behind_a_value(text: str) -> None:
    submission = read(f"edges = {text}", GNN)
    assert texts(submission) == {"edges": REMARKS[text]}
    assert submission.problems == ()


ODDLY = {
    "h3 -> [1, 2]": {"h_3": "[1, 2]"},
    "h3 --> [1, 2]": {"h_3": "[1, 2]"},
    "- h_3 → [1,\n 2]": {"h_3": "[1,\n 2]"},
    "h3 ⇒ [1, 2]": {"h_3": "[1, 2]"},
    "h3 => [1, 2]": {"h_3": "[1, 2]"},
    r"$h_3 \to [1, 2]$": {"h_3": "[1, 2]"},
    "h3 ~ [1, 2]": {"h_3": "~ [1, 2]"},
    "h3 ≈ [1, 2]": {"h_3": "≈ [1, 2]"},
    "h3 : = [1, 2]": {"h_3": "= [1, 2]"},
    "h3 equals [1, 2]": {"h_3": "[1, 2]"},
    "h3 -> [1, 2] which is right": {"h_3": "[1, 2]"},
    # not so sure: for a person
    "h3 is [1, 2]": {"h_3!": "[1, 2]"},
    "h3 [1, 2]": {"h_3!": "[1, 2]"},
    "h3, [1, 2]": {"h_3!": "[1, 2]"},
    "h3 <= [1, 2]": {"h_3!": "[1, 2]"},
    "h3 -> x [1, 2]": {"h_3!": "x [1, 2]"},
    "h3 is [1, 2]\nh3 = [3, 4]": {"h_3": "[3, 4]"},
    # the names of nothing that is asked for
    "x̂ = [1, 2]": {},
    "h̃_3 = [1, 2]": {},
    "h' = [1, 2]": {},
    "loss -> 2": {},
    # words
    "L falls over time": {},
}


@pytest.mark.parametrize("text", ODDLY)
def test_odd_signs(text: str) -> None:
    submission = read(text, NUMBERS)
    found = texts(submission)
    assert found == ODDLY[text]
    doubtful = not found or any("!" in name for name in found)
    assert len(submission.problems) == doubtful
    assert all(problem.position and problem.position.line == 1 for problem in submission.problems)


def test_accents_are_names() -> None:
    assert plain_name("x̂") == plain_name(r"\hat{x}") == "x_hat"
    assert plain_name("ŷ_1") == "y_hat_1"
    assert plain_name("Prüfung") == "Prüfung"


UNTOLD = {
    "The first state is (0.6225, 0.5622).\nThe loss is 1.468.": 2,
    "[0.6225, 0.5622]\n[0.4529, 0.6515]\n0.06028": 3,
    "Name: Jane Doe\nSorry, I had no time.": 1,
    "Name: Jane Doe\nDate: 2024-01-01\n\n---\n": 0,
    "": 0,
    # some answers were read, others not
    "h_1 = [1, 2]\nh_2 = [3, 4]\n0.5": 1,
    "h_1 = [1, 2]\nThe second state = [3, 4]\nloss => 3": 2,
    "h_1 = [1, 2]\nThis took 3 hours.": 0,
}


@pytest.mark.parametrize("text", UNTOLD)
def test_text_without_answers_is_told(text: str) -> None:
    problems = read(text, NUMBERS).problems
    assert len(problems) == bool(UNTOLD[text])
    assert all(problem.message.startswith(f"{UNTOLD[text]} line") for problem in problems)


def test_numbers_are_no_problem_where_nothing_is_open() -> None:
    assert read("## 2\nagg = 1\nmessages = 2\nh_1_next = 3\n\n12", GNN).problems == ()


def test_numbers_among_the_words_of_a_part() -> None:
    submission = read("# long-range-gradients\n## b\n3^19\nvanishing", "uw-section-09")
    assert texts(submission) == {"b": "3^19\nvanishing"}
    (problem,) = submission.problems
    assert "`3^19`" in problem.found


def test_answers_to_another_exercise() -> None:
    submission = read("# gnn-update\nmessages = [[1]]\nwhat = 2\n", NUMBERS)
    assert submission.responses == ()
    assert submission.problems[0].message == "this looks like answers to `gnn-update`"


SECTION = "uw-section-09"
HEADINGS = {
    "# long-range-gradients": "long-range-gradients",
    "# long_range_gradients": "long-range-gradients",
    "# Long-range gradients": "long-range-gradients",
    "## 3. RNN gradients": "long-range-gradients",
    "# RNN gradients": "long-range-gradients",
    "3. RNN gradients": "long-range-gradients",
    "RNN gradients\n=============": "long-range-gradients",
    "# Gradients over long ranges": "long-range-gradients",
    "# Problem 3": "long-range-gradients",
    "# Exercise 3": "long-range-gradients",
    "## Question 3:": "long-range-gradients",
    "# Question 3: RNN gradients": "long-range-gradients",
    "## 3.": "long-range-gradients",
    "# 3": "long-range-gradients",
    "# 3. My solution": "long-range-gradients",
    "# 3. The RNN": "long-range-gradients",
    "Problem 3:": "long-range-gradients",
    "# 2. CNN shapes": "cnn-shapes",
    "# 2. Shapes and parameters of a small convolutional network": "cnn-shapes",
    "# 1. cnn-concepts": "cnn-concepts",
    "# 4. One forward pass of self-attention": "attention-forward",
}


@pytest.mark.parametrize("heading", HEADINGS)
def test_headings_as_they_are_printed(heading: str) -> None:
    submission = read(f"# attention-forward\n## a\nQ = 1\n\n{heading}\nzzz = 2\n", SECTION)
    problem = submission.problems[-1]
    assert problem.message == f"`zzz` is not asked for in `{HEADINGS[heading]}`"
    assert len(submission.problems) == 1


STRANGE = {
    "# Gradients over a long range": "`long-range-gradients`",
    "# Attention": "`attention-forward`",
    "# 2. RNNs": "",
    "# Problem 7": "",
    "# Appendix": "",
}


@pytest.mark.parametrize("heading", STRANGE)
def test_what_stands_below_a_strange_heading_belongs_to_nobody(heading: str) -> None:
    text = f"# cnn-concepts\n## a\nWhy.\n\n{heading}\n## b\nBecause.\ndh3_dh1 = [1, 2]\nc = so"
    submission = read(text, SECTION)
    first = submission.problems[0]
    assert first.position is not None
    assert (first.found, first.position.line) == (f"the heading `{heading[2:]}`", 5)
    assert STRANGE[heading] in first.hint
    assert bool(first.hint) == bool(STRANGE[heading])
    found = {f"{one.exercise}.{one.part}": one for one in submission.responses}
    assert "cnn-concepts.b" not in found
    assert found["cnn-concepts.a"].problem is None
    assert all(one.problem for name, one in found.items() if name != "cnn-concepts.a")


def test_a_near_title_right_below_words() -> None:
    text = "# long-range-gradients\n## c\nvanishing\n# Attention\n## a\nQ = X"
    submission = read(text, SECTION)
    assert texts(submission) == {"c": "vanishing", "Q!": "X"}
    assert len(submission.problems) == 1


def test_numbers_of_parts_and_of_exercises() -> None:
    parts = read("# gnn-update\n## 2\nagg = 1\n## 3\nedges = 2", "mila-hw2-2022")
    assert texts(parts) == {"agg": "1", "edges": "2"}
    assert parts.problems == ()
    numbers = "# Question 2\n## 2\nagg = 1\n## 3\nedges = 2\n# Question 1n\ngrad_W = 3\n# 3\n2 = so"
    whole = read(numbers, "mila-hw2-2022")
    assert [(one.exercise, one.text) for one in whole.responses] == [
        ("rnn-bptt-numbers", "3"),
        ("gnn-update", "1"),
        ("gnn-update", "2"),
        ("norm-statistics", "so"),
    ]
    assert whole.problems == ()


def test_a_title_of_the_whole_file() -> None:
    for title in ("CNNs, RNNs and attention", "uw-section-09", "Section 9, Jane Doe"):
        submission = read(f"# {title}\n\n# 3. RNN gradients\ndc20_dc1 = 1", SECTION)
        assert texts(submission) == {"dc20_dc1": "1"}
        assert submission.problems == ()


GRADIENTS = {
    r"$\nabla_W L = [1]$": "grad_W",
    r"$\nabla_{W} L = [1]$": "grad_W",
    r"$\nabla_{\mathbf{W}} \mathcal{L} = [1]$": "grad_W",
    r"$\frac{\partial L}{\partial W} = [1]$": "grad_W",
    r"\dfrac{\partial L}{\partial W} = [1]": "grad_W",
    "∂L/∂W = [1]": "grad_W",
    "∂L / ∂W = [1]": "grad_W",
    "d L / d W = [1]": "grad_W",
    "dL/dW = [1]": "grad_W",
    "∇_W L = [1]": "grad_W",
    r"$\nabla_{h_2} L = [1]$": "grad_h_2",
    # of something that is not asked for: never the loss
    r"$\nabla_\beta L = [1]$": "",
    r"$\frac{\partial L}{\partial \beta} = [1]$": "",
    r"so $\frac{\partial L}{\partial \beta} = [1]$": "",
    "∂L/∂β = [1]": "",
    "∂L / ∂β = [1]": "",
    "dL/dbeta = [1]": "",
    "the gradient of L = [1]": "",
}


@pytest.mark.parametrize("text", GRADIENTS)
def test_gradients_are_not_the_loss(text: str) -> None:
    submission = read(text, NUMBERS)
    assert texts(submission) == ({GRADIENTS[text]: "[1]"} if GRADIENTS[text] else {})
    assert bool(submission.problems) != bool(GRADIENTS[text])


NAMES_WITHIN = {
    "y_1 = y_2 = 3": {"y_1": "y_2 = 3", "y_2!": "3"},
    "h_1 = [1, 2] h_2 = [3, 4]": {"h_1": "[1, 2] h_2 = [3, 4]", "h_2!": "[3, 4]"},
    "`y_1` = 2 & `y_2` = 3": {"y_1": "2 & `y_2` = 3", "y_2!": "3"},
    "h_1 = W x = h_1 = [1, 2]": {"h_1": "W x = h_1 = [1, 2]"},
    "y_1 = y_2 = 3\ny_2 = 3": {"y_1": "y_2 = 3", "y_2": "3"},
}


@pytest.mark.parametrize("text", NAMES_WITHIN)
def test_names_within_a_value(text: str) -> None:
    assert texts(read(text, NUMBERS)) == NAMES_WITHIN[text]


def test_a_table_with_names_for_columns_is_told() -> None:
    submission = read("| h_1 | h_2 |\n|---|---|\n| [1, 2] | [3, 4] |", NUMBERS)
    assert submission.responses == ()
    (problem,) = submission.problems
    assert "| [1, 2] | [3, 4] |" in problem.found


def test_marks_behind_a_value() -> None:
    text = "y_1 = 3 ✓\ny_2 = 4 // checked\ny_3 = 5 ← final"
    assert texts(read(text, NUMBERS)) == {"y_1": "3", "y_2": "4", "y_3": "5"}


def test_answers_behind_working() -> None:
    given = ("x_1 = [1], so L = 0.5", "$x_1 = [1]$, so $L = 0.5$", "$x_1 = [1], L = 0.5$")
    for text in given:
        submission = read(text, NUMBERS)
        assert texts(submission) == {"L": "0.5"}
        assert submission.problems == ()


def test_working_belongs_to_the_words_of_its_part() -> None:
    text = "## c\nQ = [1]\nK = [2]\nbut s = 3\nz = [3]\nso it is."
    submission = read(text, PROPERTIES)
    assert texts(submission) == {"c": text.removeprefix("## c\n")}
    assert submission.problems == ()


CHAINS = {
    "y_1 = X W = ... = 3": "3",
    "y_1 = X W\n    = ...\n    = 3": "3",
    r"$y_1 = X W = \ldots = 3$": "3",
    "y_1 = … = 3": "3",
    "y_1 = ... = X W = 3": "X W = 3",
    "y_1 &= W x \\\\\n &= 3": "W x \\\\\n &= 3",
    "y_1 = 0.1666...": "0.1666...",
}


@pytest.mark.parametrize("text", CHAINS)
def test_chains(text: str) -> None:
    submission = read(text, NUMBERS)
    assert texts(submission) == {"y_1": CHAINS[text]}
    (response,) = submission.responses
    line = text.split("\n")[response.line - 1]
    assert line[response.column - 1 :].startswith(response.text.split("\n")[0])
    assert submission.problems == ()


def test_the_form_of_another_exercise_is_no_answer_in_words() -> None:
    submission = read("## c\ngrad_h_3 =      # 2 numbers\ngrad_h_2 =\n", PROPERTIES)
    assert submission.responses == ()
    filled = read("## c\ngrad_h_3 = [1, 2]\n", PROPERTIES)
    assert texts(filled) == {"c": "grad_h_3 = [1, 2]"}
    assert "grad_h_3" in filled.problems[0].message


def test_a_letter_that_is_a_word_answers_nothing() -> None:
    submission = read("# attention-forward\nQ = X\nA batch of 64 images.", SECTION)
    assert texts(submission) == {"Q": "X"}
    assert submission.problems == ()


STARS = [
    r"$w^* = X^T$ and $\lambda^* = -2$",
    "w^* = X^T\nlambda^* = -2",
    "**w^*** = X^T\n**lambda_star** = -2",
    "$w^{*} = X^T$, $\\lambda^\\star = -2$",
]


@pytest.mark.parametrize("text", STARS)
def test_the_star_of_a_name_is_no_emphasis(text: str) -> None:
    assert texts(read(f"## 1\n{text}\n", "least-norm")) == {"w_star": "X^T", "lambda_star": "-2"}


@pytest.mark.parametrize(
    "name", [r"\frac{\partial h}{\partial k_j}", "∂h/∂k_j", "dh/dk_j", "∂h/∂k", "dh_dk"]
)
def test_a_derivative_by_what_has_an_index(name: str) -> None:
    assert texts(read(f"## e\n${name} = V$\n", PROPERTIES)) == {"dh_dk": "V"}


def test_a_derivative_of_another_name_among_words_is_told() -> None:
    submission = read("## e\n$\\nabla_{k_j} h = V$ by the chain rule\n", PROPERTIES)
    (problem,) = submission.problems
    assert problem.position is not None
    assert problem.position.line == 2


@pytest.mark.parametrize("gap", ["", "\n"])
def test_what_stands_below_an_unknown_problem_belongs_to_no_other(gap: str) -> None:
    text = f"# Problem 4\nS = [[1]]\n{gap}# Problem 9\nA = [[2]]\n"
    submission = read(text, "uw-section-09")
    assert "A" not in texts(submission)
    assert any("Problem 9" in problem.message for problem in submission.problems)
