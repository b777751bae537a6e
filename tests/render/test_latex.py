"""LaTeX documents: their structure, and that nothing of an author acts in them."""

from __future__ import annotations

import re
from functools import cache

import pytest
from shipped import solved

import exsolve
from exsolve.catalogue import files, set_files
from exsolve.library import handout, load_text
from exsolve.render import format_of_suffix, text_of
from exsolve.solution import Handout, Purpose, SolvedSet
from exsolve.solving.solve import Detail
from exsolve.typesetting.breaking import joined, opened, row, smallest, stacked, summands

IDS = [file.stem for file in files()]
SETS = [file.stem for file in set_files()]
HOSTILE = r"\input{/etc/passwd} \write18{ls} $ % # & _ ^^5c ~ { } \end{document} `x` 'y' 漢 😀"


@cache
def handed_out(name: str, purpose: Purpose) -> Handout:
    return handout([exsolve.load(name)], purpose)


def body(text: str) -> str:
    return text.partition(r"\begin{document}")[2]


def assert_balanced(text: str) -> None:
    """Braces and environments nest; what is escaped does not count."""
    open_environments: list[str] = []
    depth = 0
    for token in re.findall(r"\\(?:begin|end)\{\w+\*?\}|\\.|[{}]", text, re.DOTALL):
        if token.startswith(r"\begin{"):
            open_environments.append(token[7:-1])
        elif token.startswith(r"\end{"):
            assert open_environments.pop() == token[5:-1]
        elif token in "{}":
            depth += 1 if token == "{" else -1
            assert depth >= 0
    assert not open_environments
    assert depth == 0


def test_the_suffix_names_the_format() -> None:
    assert format_of_suffix(".tex") == "latex"


@pytest.mark.parametrize("exercise", IDS)
@pytest.mark.parametrize("detail", ["short", "normal", "long"])
def test_braces_and_environments_are_balanced(exercise: str, detail: Detail) -> None:
    text = text_of(solved(exercise, detail=detail), "latex")
    assert text.endswith("\\end{document}\n")
    assert_balanced(text)
    shown = body(text)
    assert len(re.findall(r"\\left(?![a-z])", shown)) == len(re.findall(r"\\right(?![a-z])", shown))


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("purpose", ["key", "sheet"])
def test_keys_and_sheets_are_complete_documents(name: str, purpose: Purpose) -> None:
    given = handed_out(name, purpose)
    text = text_of(given, "latex")
    assert_balanced(text)
    assert r"\begin{marking}" in text if purpose == "key" else "Answer form" in text
    assert text_of(given, "latex") == text
    (content,) = given.contents
    assert isinstance(content, SolvedSet)
    parts = sum(len(question.solution.parts) for question in content.exercises)
    assert body(text).count(r"\question{") == parts


def test_the_page_in_order() -> None:
    text = body(text_of(handed_out("uw-section-09", "key"), "latex"))
    told = ["CNNs, RNNs and attention", "Answer key — 44 points", r"\bfseries Total"]
    told += [r"\exercise{1. Why convolve", r"\question{(a)}{3 points}", r"\begin{marking}"]
    told += [r"\exercise{4. One forward", "SHA-256"]
    places = [text.index(one) for one in told]
    assert places == sorted(places)


def test_a_sheet_has_room_for_answers_and_the_form_line_by_line() -> None:
    text = body(text_of(handed_out("uw-section-09", "sheet"), "latex"))
    assert text.count(r"\answerroom") == text.count(r"\question{")
    assert r"\leavevmode \# cnn-concepts\par" in text
    assert r"\begin{marking}" not in text


def test_the_form_is_held_together_with_its_heading() -> None:
    text = body(text_of(handed_out("uw-section-09", "sheet"), "latex"))
    form = text[text.index(r"\answerform{") :]
    assert form.index(r"\exercise{Answer form}") < form.index(r"\leavevmode \# cnn-concepts")
    # an exercise stays with its first question, and that with its first answer
    assert "\\# cnn-concepts\\par\n\\nobreak\n\\medskip\n\\leavevmode \\#\\# a" in form
    first, second, *_ = form.split("\n\\medskip\n")[1:]
    assert first.count(r"\nobreak") == first.count(r"\par") - 1
    assert second.count(r"\nobreak") >= second.count(r"\par") - 1


def test_words_before_equations_stay_with_them() -> None:
    text = body(text_of(handed_out("mila-hw2-2022", "key"), "latex"))
    assert re.search(r"With these multipliers.*\n+\\par\\nobreak\n\\chain", text)


def test_short_tables_and_rubrics_are_not_split() -> None:
    text = body(text_of(handed_out("uw-section-09", "key"), "latex"))
    assert r"\begin{shorttable}" in text
    assert r"\begin{longtable}" not in text
    rows = "".join(f"{{points: 1, text: {'reason ' * 60}}}, " for _ in range(9))
    long = load_text(
        "id: x\ntitle: x\nkind: formulas\ndefine: {a: '1'}\n"
        f"parts: [{{id: a, ask: x, answers: [a], points: 9, rubric: [{rows}]}}]\n"
    )
    assert r"\begin{longmarking}" in text_of(handout([long], "key"), "latex")


def test_text_of_an_author_does_not_act() -> None:
    quoted = HOSTILE.replace("'", "''")
    hostile = load_text(
        f"id: x\ntitle: '{quoted}'\nkind: formulas\nabout: '{quoted}'\ndefine: {{a: '1'}}\n"
        f"parts: [{{id: a, ask: '{quoted}', answers: [a], text: '{quoted}',\n"
        f"  rubric: [{{points: 1, text: '{quoted}'}}]}}]\n"
    )
    whole = text_of(handout([hostile], "key"), "latex")
    assert_balanced(whole)
    text = body(whole)
    assert text.count(r"\end{document}") == 1
    for command in (r"\input", r"\write", "^^"):
        assert command not in text
    assert text.count(r"\textbackslash{}input\{/etc/passwd\}") >= 4
    assert all(character.isascii() or character in "—–“”‘’×·" for character in text)


@pytest.mark.parametrize("cell", ["1", "sqrt(2) + 3*ln(5)/7 + 11*sqrt(13)/17"])
def test_wide_matrices_have_their_columns(cell: str) -> None:
    row_text = ", ".join([cell] * 13)
    solution = load_text(
        f"id: x\ntitle: x\nkind: formulas\ngivens: {{A: [[{row_text}]]}}\ndefine: {{B: 2*A}}\n"
        "parts: [{id: a, ask: x, answers: [B]}]\n"
    ).solve()
    text = text_of(solution, "latex")
    columns = int(re.findall(r"MaxMatrixCols\}\{(\d+)\}", text)[0])
    assert columns >= 13


SUM = r"\sigma\left(a + b\right) \left(c, \frac{\left(d + e\right)}{f}\right) - g \cdot -h"


def test_places_to_break() -> None:
    assert joined(row(SUM)) == SUM
    # a function keeps its bracket; brackets side by side are factors
    assert opened(row(SUM), 100)[0] == r"\sigma\left(a + b\right)"
    cut = opened(row(SUM), 5)
    assert cut == [
        r"\sigma\left(a + b\right)",
        r"\Bigl(c,",
        r"\frac{\left(d + e\right)}{f}\Bigr) - g \cdot -h",
    ]
    assert summands("a + b - c") == ["a", r"+\: b", r"-\: c"]
    assert summands(r"-a \cdot -b") == [r"-a \cdot -b"]
    assert smallest(r"a \cdot b + c") == ["a", r"\cdot b", "+ c"]


def test_very_long_numbers_may_be_broken() -> None:
    digits = "1234567890" * 5
    cut = opened(row(digits), 10)
    assert "".join(cut) == digits
    assert max(map(len, cut)) == 6
    assert opened(row("1234567890"), 10) == ["1234567890"]


def test_long_cells_of_a_matrix_have_a_line_for_each_term() -> None:
    short = r"\begin{bmatrix} a + b & c \\ d & e \end{bmatrix}"
    assert stacked(short) == short
    term = r"x_{1} \cdot y_{1}" * 8
    cell = rf"\begin{{aligned}} & {term} \\ & -\: {term} \end{{aligned}}"
    long = rf"\begin{{bmatrix}} {term} - {term} & 1 \end{{bmatrix}}"
    assert stacked(long) == rf"\begin{{bmatrix}} {cell} & 1 \end{{bmatrix}}"
