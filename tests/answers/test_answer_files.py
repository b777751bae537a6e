"""Files of answers are cut into the texts of their answers."""

from __future__ import annotations

from pathlib import Path

import pytest

import exsolve
from exsolve.answers.files import read_submission, response
from exsolve.answers.written import Outline
from exsolve.errors import ExsolveError, Position
from exsolve.solution import Expected, Solution
from exsolve.typesetting.form import form
from tests.answers.files_read import outline, read, texts

PROBLEMS = Path(__file__).parents[2] / "problems"
IDS = sorted(file.stem for file in PROBLEMS.glob("*/*.yaml") if file.parent.name != "sets")


def answer_to(expected: Expected) -> str:
    match expected.sort:
        case "words":
            return "It is so, for 3 reasons:\n- one # of them\n\nand more."
        case "derivation":
            return "E[x]\n= x * E[1]\n= x"
        case "formula":
            return "V.T @ (2*(y_t - z_t))\n    + U.T @ grad_next"
    return "[[1, 2],\n [3, 4]]"


def filled(blank: str, answers: list[str]) -> str:
    """The form with an answer behind each name, before what the form expects there."""
    left = iter(answers)
    lines = []
    for line in blank.splitlines():
        name, sign, hint = line.partition(" =")
        if sign and not line.startswith("#"):
            first, _, rest = next(left).partition("\n")
            line = f"{name} = {first}{hint}" + ("\n" + rest if rest else "")
        lines.append(line)
    return "\n".join(lines) + "\n"


def asked(outlined: Outline) -> list[Expected]:
    return [
        expected
        for exercise in outlined.exercises
        for part in exercise.parts
        for expected in part.expected
    ]


@pytest.mark.parametrize("name", IDS)
def test_a_blank_form_is_blank(name: str) -> None:
    question: Solution = exsolve.load(name).question()
    submission = read(form(question), name)
    assert [one.name for one in submission.responses] == [one.name for one in asked(outline(name))]
    assert all(not one.text and one.problem is None for one in submission.responses)
    assert submission.problems == ()


@pytest.mark.parametrize("name", IDS)
def test_a_form_that_was_filled_in(name: str) -> None:
    question: Solution = exsolve.load(name).question()
    answers = [answer_to(one) for one in asked(outline(name))]
    submission = read(filled(form(question), answers), name)
    assert submission.problems == ()
    assert [one.text for one in submission.responses] == answers


def test_the_form_of_a_set() -> None:
    blank = "\n".join(form(exsolve.load(name).question()) for name in IDS)
    answers = [answer_to(one) for one in asked(outline(*IDS))]
    submission = read(filled(blank, answers), *IDS)
    assert submission.problems == ()
    assert [one.text for one in submission.responses] == answers
    again = [name for name, part, _ in ((r.exercise, r.part, r.name) for r in submission.responses)]
    assert list(dict.fromkeys(again)) == IDS


GNN = "gnn-update"
ATTENTION = "attention-forward"
NORM = "norm-statistics"

TEXTS = {
    "brackets run on": (
        GNN,
        "messages = [[1, 2],\n\n [3, 4]]\nagg = 1",
        {"messages": "[[1, 2],\n\n [3, 4]]", "agg": "1"},
    ),
    "comment": (GNN, "agg = [1, 2]  # sure", {"agg": "[1, 2]"}),
    "comment between rows": (GNN, "messages = [[1],  # a\n[2]]", {"messages": "[[1],\n[2]]"}),
    "below its name": (GNN, "messages =\n[[1],\n[2]]", {"messages": "[[1],\n[2]]"}),
    "rows without brackets": (
        GNN,
        "messages =\n  1 2\n  3 4\nagg = 1",
        {"messages": "1 2\n  3 4", "agg": "1"},
    ),
    "environment": (
        GNN,
        "$$agg = \\begin{bmatrix}\n1 \\\\\n2\n\\end{bmatrix}$$",
        {"agg": "\\begin{bmatrix}\n1 \\\\\n2\n\\end{bmatrix}"},
    ),
    "display on its own lines": (
        GNN,
        "$$\nagg = X\n= [1, 2]\n$$\nedges = 3",
        {"agg": "X\n= [1, 2]", "edges": "3"},
    ),
    "brackets of LaTeX": (GNN, r"\[ agg = [1, 2] \]", {"agg": "[1, 2]"}),
    "in a sentence": (GNN, "so $agg = [1, 2]$, as we know", {"agg": "[1, 2]"}),
    "a statement beats a sentence": (GNN, "so $agg = M$\n\nagg = [1, 2]", {"agg": "[1, 2]"}),
    "strong": (GNN, "**agg** = [1, 2]", {"agg": "[1, 2]"}),
    "strong with its sign": (GNN, "**edges:** 12", {"edges": "12"}),
    "list item": (
        GNN,
        "- agg = 1\n* edges = 2\n1. h_1_next = 3",
        {"agg": "1", "h_1_next": "3", "edges": "2"},
    ),
    "numbered part": (GNN, "(3) edges = 2", {"edges": "2"}),
    "assignment": (GNN, "agg := 1", {"agg": "1"}),
    "approximately": (GNN, "edges ≈ 12", {"edges": "≈ 12"}),
    "chain": (GNN, "edges = 3 * 4 = 12", {"edges": "3 * 4 = 12"}),
    "side by side": (
        GNN,
        "agg = [1, 2], edges = 12; h_1_next = 3",
        {"agg": "[1, 2]", "h_1_next": "3", "edges": "12"},
    ),
    "fence": (GNN, "```\nagg = 1\n```", {"agg": "1"}),
    "quotation": (GNN, "> agg = 1", {"agg": "1"}),
    "HTML comment": (GNN, "<!-- agg = 1 -->\nedges = 2", {"edges": "2"}),
    "table": (GNN, "| name | value |\n|---|---|\n| agg | [1, 2] |", {"agg": "[1, 2]"}),
    "no answer": (
        GNN,
        "agg = ____\nedges = ?\nh_1_next = ...",
        {"agg": "", "h_1_next": "", "edges": ""},
    ),
    "full names": (
        GNN,
        "gnn-update.agg = 1\n3.edges = 2\ngnn-update.2.h_1_next = 3",
        {"agg": "1", "h_1_next": "3", "edges": "2"},
    ),
    "as printed": (GNN, r"h_{1}^{\mathrm{next}} = 3", {"h_1_next": "3"}),
    "Unicode subscript": (GNN, "h₁_next = 3", {"h_1_next": "3"}),
    "other case": (GNN, "Agg = 1", {"agg": "1"}),
    "Greek": (NORM, "μ_batch = 1\n\\mu_{\\text{layer}} = 2", {"mu_batch": "1", "mu_layer": "2"}),
    "letters of parts are no names": (ATTENTION, "a = 1\nA = 2", {"A": "2"}),
    "words": (
        GNN,
        "4 = Because.\n\nMore: x = 3.\n5 = five",
        {"4": "Because.\n\nMore: x = 3.", "5": "five"},
    ),
    "words below a heading": (
        GNN,
        "## 4\n\nBecause.\nSo.\n## 5\nfive",
        {"4": "Because.\nSo.", "5": "five"},
    ),
    "words behind an item": (
        GNN,
        "(4) Because.\nSo.\n(5) five",
        {"4": "Because.\nSo.", "5": "five"},
    ),
    "underlined heading": (GNN, "Part 4\n------\nBecause.", {"4": "Because."}),
    "name of a student": (GNN, "Name: Jane Doe\nDate: 2024-01-01\n\nHello!\nagg = 1", {"agg": "1"}),
    "YAML": (
        GNN,
        "gnn-update: {messages: [[-2,2],[0,-2]], agg: [-1, 0.80]}",
        {"messages": "[[-2,2],[0,-2]]", "agg": "[-1, 0.80]"},
    ),
    "YAML as written": (
        GNN,
        "agg: 1e-3\nedges: 012\n'4': no\nh_1_next: 2024-01-01",
        {"agg": "1e-3", "h_1_next": "2024-01-01", "edges": "012", "4": "no"},
    ),
    "YAML quoted": (
        GNN,
        "agg: ['1/2', \"3\"]\nedges: '12'",
        {"agg": "[ 1/2 ,  3 ]", "edges": "12"},
    ),
    "YAML in lists": (
        GNN,
        "2:\n  messages:\n  - [1, 2]\n  - - 3\n    - 4\n",
        {"messages": "[ [1, 2]\n  , [ 3\n    , 4]]"},
    ),
    "YAML block": (
        GNN,
        "4: |\n  two\n  lines\nedges: >\n  12\n",
        {"edges": "12", "4": "two\nlines"},
    ),
}


@pytest.mark.parametrize("case", TEXTS)
def test_texts(case: str) -> None:
    name, text, expected = TEXTS[case]
    submission = read(text, name)
    assert texts(submission) == expected
    assert all(problem.message.startswith("`a`") for problem in submission.problems)


def test_positions_count_characters_of_the_file() -> None:
    submission = read("\ufeff# x\r\nμ: 1\r\n  messages = [[½,\r\n  2]]\r\n", GNN)
    (answer,) = submission.responses
    assert answer[4:7] == ("mine.txt", 3, 14)
    assert answer.text == "[[½,\n  2]]"
    assert answer.position(2) == Position("mine.txt", 3, 16)
    assert answer.position(answer.text.index("2")) == Position("mine.txt", 4, 3)


def test_an_answer_given_twice() -> None:
    submission = read("agg = 1\nagg = 2\nedges = 3\nedges =  3", GNN)
    assert texts(submission) == {"agg!": "1", "edges": "3"}
    (problem,) = submission.problems
    assert problem.found == "`1` in line 1 and `2` in line 2"


def test_a_blank_and_an_answer() -> None:
    assert texts(read("agg =\n\nedges = 1\nagg = 2", GNN)) == {"agg": "2", "edges": "1"}


def test_a_name_that_is_nearly_right() -> None:
    submission = read("messges = [1]\nedges = 3", GNN)
    assert texts(submission)["edges"] == "3"
    (problem,) = submission.problems
    assert problem.position == Position("mine.txt", 1, 1)
    assert "messages" in problem.hint
    assert "h_1_next" in problem.expected


def test_one_number_of_an_array() -> None:
    alone = read("S_32 = ln 80", ATTENTION)
    assert texts(alone) == {"S!": "ln 80"}
    assert texts(read("S = [[1]]\nS_32 = 1", ATTENTION)) == {"S": "[[1]]"}


@pytest.mark.parametrize("name", ["Q_i", "Q[i]", "Q^i", "Q^{[i]}"])
def test_an_array_head_by_head(name: str) -> None:
    layer = "self-attention-layer"
    assert texts(read(f"{name} = W_Q[i] C", layer)) == {"Q!": "W_Q[i] C"}
    assert texts(read(f"{name} = W_Q[i] C\nQ = W_Q C", layer)) == {"Q": "W_Q C"}
    assert texts(read(f"Q = W_Q C\n{name} = W_Q[i] C", layer)) == {"Q": "W_Q C"}


def test_names_of_two_exercises() -> None:
    numbers, general = "rnn-bptt-numbers", "rnn-bptt"
    ambiguous = read("grad_W = 1\nh_1 = 2", numbers, general)
    assert texts(ambiguous)["h_1"] == "2"
    assert [one.exercise for one in ambiguous.responses if one.problem] == [numbers, general]
    headed = read(f"# {numbers}\ngrad_W = 1\n# {general}\ngrad_W = 2", numbers, general)
    assert [(one.exercise, one.text) for one in headed.responses] == [
        (numbers, "1"),
        (general, "2"),
    ]
    assert headed.problems == ()


def test_a_heading_that_is_nearly_right() -> None:
    submission = read("# gnn-updat\nagg = 1\n# attention-forward\nQ = 2", GNN, ATTENTION)
    assert texts(submission) == {"agg!": "1", "Q": "2"}
    (problem,) = submission.problems
    assert problem.hint == "did you mean `gnn-update`?"


def test_an_answer_below_the_heading_of_another_exercise() -> None:
    submission = read("# gnn-update\nQ = 1", GNN, ATTENTION)
    assert texts(submission) == {"Q!": "1"}
    assert "attention-forward.Q" in submission.problems[0].hint


def test_single_answers() -> None:
    outlined = outline(GNN, ATTENTION)
    found = response("agg", " $[1, 2]$ ", outlined)
    assert found[:4] == (GNN, "2", "agg", "[1, 2]")
    with pytest.raises(ExsolveError, match="`aggg` is not asked for"):
        response("aggg", "1", outlined)
    with pytest.raises(ExsolveError, match="`grad_W` is asked for more than once"):
        response("grad_W", "1", outline("rnn-bptt-numbers", "rnn-bptt"))


def test_known_names_are_working() -> None:
    plain = outline(GNN)
    knowing = plain._replace(exercises=(plain.exercises[0]._replace(known=frozenset({"W", "H"})),))
    submission = read_submission(b"W = [[1]]\nagg = 1", knowing, "mine.txt")
    assert texts(submission) == {"agg": "1"}
    assert submission.problems == ()
    assert len(read("W = [[1]]\nagg = 1", GNN).problems) == 1
