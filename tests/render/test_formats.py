"""The formats: what stands on the page, as a reader would look for it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from markdown_it import MarkdownIt
from shipped import solved

from exsolve.catalogue import files
from exsolve.expression.parser import parse
from exsolve.library import load_text
from exsolve.ops import OPERATIONS
from exsolve.render import format_names, format_of_suffix, text_of
from exsolve.text_width import display_width

IDS = [file.stem for file in files()]


def plain(exercise: str, parts: tuple[str, ...] = (), **options: Any) -> str:
    return text_of(solved(exercise, parts, **options), "plain")


def test_the_formats_there_are() -> None:
    assert {"terminal", "plain", "markdown", "json"} <= set(format_names())
    assert format_of_suffix(".md") == "markdown"
    assert format_of_suffix(".json") == "json"
    assert format_of_suffix(".txt") == "plain"
    assert format_of_suffix(".odt") is None
    assert format_of_suffix("") is None


@pytest.mark.parametrize("exercise", IDS)
@pytest.mark.parametrize("detail", ["short", "normal", "long"])
def test_a_page_is_at_most_80_columns_wide(exercise: str, detail: str) -> None:
    text = plain(exercise, detail=detail)
    assert max(display_width(line) for line in text.splitlines()) <= 80
    assert "\x1b" not in text


@pytest.mark.parametrize("exercise", IDS)
def test_every_answer_is_a_step_of_its_part_or_of_an_earlier_one(exercise: str) -> None:
    data = json.loads(text_of(solved(exercise), "json"))
    seen: set[str] = set()
    for part in data["parts"]:
        seen.update(step["name"] for step in part["steps"])
        assert set(part["answers"]) <= seen


@pytest.mark.parametrize("exercise", IDS)
def test_exact_values_in_json_are_texts_of_the_language(exercise: str) -> None:
    data = json.loads(text_of(solved(exercise), "json"))
    assert data["format"] == 1

    def flat(cells: Any) -> list[Any]:
        return [one for cell in cells for one in flat(cell)] if isinstance(cells, list) else [cells]

    for part in data["parts"]:
        for step in part["steps"]:
            value = step["value"]
            if "verified" in value:
                continue  # a general formula has no numbers, and functions of its own
            parse(step["formula"], OPERATIONS)
            exact, decimal, number = (flat(value[key]) for key in ("exact", "decimal", "float"))
            assert len(exact) == len(decimal) == len(number)
            for text in exact:
                parse(text, OPERATIONS)
            assert all(isinstance(one, str) or one is None for one in decimal)


def test_the_telling_row_in_full_and_equal_rows_once() -> None:
    text = plain("attention-forward", parts=("c",))
    assert "panda [ 1/100  4/5  1/100  1/100  17/100 ]" in text
    assert "[ 0.01  0.8  0.01  0.01  0.17 ]" in text
    assert "The, red, is, cute: all 1/5 = 0.2" in text
    assert text.count("1/5") == 1


def test_equals_and_approximately_are_told_apart() -> None:
    text = plain("attention-forward", parts=("b",))
    assert re.search(r"≈ \[ 0  4\.382  0  0  2\.833 \]", text)
    solution = load_text(
        "id: x\ntitle: x\nkind: formulas\ndefine: {a: 1/8, b: 1/3, c: 5}\n"
        "parts: [{id: a, ask: x, answers: [a, b, c]}]\n"
    ).solve()
    page = text_of(solution, "plain")
    assert "1/8 = 0.125" in re.sub(" +", " ", page)
    assert "1/3 ≈ 0.3333" in re.sub(" +", " ", page)
    assert re.search(r"c = 5\n", page)


def test_short_is_formula_and_result_alone() -> None:
    text = plain("attention-forward", parts=("b",), detail="short")
    assert "S = Q Kᵀ / √d_model" in text
    assert "Scores" not in text
    assert "S₃₂" not in text


def test_long_writes_out_every_telling_cell() -> None:
    text = plain("attention-forward", parts=("c",), detail="long")
    assert "A₃₂ = e^(ln 80) / (e^0 + e^(ln 80) + e^0 + e^0 + e^(ln 17)) = 4/5" in text
    assert text.count("A₃") == 5
    assert "S₃₂ = (1·√3·ln 80 + 0·0 + 0·0) / √3 = ln 80" in text


def test_colour_only_when_asked_and_markup_is_inert() -> None:
    text = (
        "id: x\ntitle: 'A [bold red]title[/] and [x, y]'\nkind: formulas\ndefine: {a: '1'}\n"
        "parts: [{id: a, ask: '[blink]see[/blink] <b>', answers: [a]}]\n"
    )
    solution = load_text(text).solve()
    without = text_of(solution, "terminal", colour=False)
    coloured = text_of(solution, "terminal", colour=True)
    assert "\x1b[" not in without
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).split() == without.split()
    assert "A [bold red]title[/] and [x, y]" in without
    assert "[blink]see[/blink] <b>" in without


def test_markdown_mathematics_is_balanced() -> None:
    for exercise in IDS:
        for detail in ("short", "normal", "long"):
            text = text_of(solved(exercise, detail=detail), "markdown")
            assert text.count("$$") % 2 == 0
            for block in re.findall(r"\$\$(.*?)\$\$", text, re.DOTALL):
                assert block.count("{") == block.count("}")
                assert block.count(r"\begin{") == block.count(r"\end{")
                assert block.count(r"\left") == block.count(r"\right")


def test_markdown_escapes_text() -> None:
    text = (
        "id: x\ntitle: 'a * b_c | <d>'\nkind: formulas\ndefine: {a: '1'}\n"
        "parts: [{id: a, ask: why, answers: [a]}]\n"
    )
    page = text_of(load_text(text).solve(), "markdown")
    assert page.startswith(r"# a \* b_c \| \<d>")


def test_html_in_any_text_is_inert_in_markdown() -> None:
    text = """\
id: x
title: 'T <b>'
kind: formulas
about: <i>about</i> ![p](http://a/b.png)
givens: {x: {value: [1, 2], note: '<u>', rows: ['<a href=x>', '&lt;']}}
define: {y: {formula: 2*x, note: '<script>1</script>'}}
parts:
  - id: a
    ask: '<img src=x>'
    answers: [y]
    text: '</details><!-- '
    rubric: [{points: 1, text: '<b>r</b>'}]
    evidence: [{title: '<h1>', note: '<style>', show: [y]}]
"""
    page = text_of(load_text(text).solve(), "markdown")
    tokens = [*MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(page)]
    inner = [child for token in tokens for child in token.children or ()]
    assert len(tokens) > 20
    kinds = {token.type for token in (*tokens, *inner)}
    assert not kinds & {"html_block", "html_inline", "image"}
    shown = "".join(token.content for token in inner)
    for said in ("T <b>", "<i>about</i>", "<u>", "<a href=x>", "&lt;", "<script>", "<img src=x>",
                 "</details><!--", "<b>r</b>", "<h1>", "<style>"):  # fmt: skip
        assert said in shown


def test_a_wide_matrix_comes_in_blocks_of_columns() -> None:
    row = "[" + ", ".join(str(1000 + place) for place in range(20)) + "]"
    text = (
        f"id: x\ntitle: x\nkind: formulas\ngivens: {{A: [{row}, {row}]}}\n"
        "define: {B: 'A + [[1], [2]]'}\nparts: [{id: a, ask: x, answers: [B]}]\n"
    )
    page = text_of(load_text(text).solve(), "plain")
    assert "columns 1 to 11" in page
    assert "columns 12 to 20" in page
    assert all(str(1001 + place) in page for place in range(21))


def test_a_value_that_reads_as_its_substitution_stands_once() -> None:
    solution = load_text(
        "id: r\ntitle: R\nkind: formulas\ngivens: {t: 2}\ndefine:\n"
        "  y: sigmoid(t)\n  z: softmax([t, 0])\n"
        "parts:\n  - {id: p, ask: q, answers: [y, z]}\n"
    ).solve()
    lines = [line.strip() for line in text_of(solution, "plain").splitlines()]
    assert lines[lines.index("y = σ(t)") + 1] == "= σ(2)  ≈ 0.8808"
    markdown = text_of(solution, "markdown")
    assert markdown.count(r"&= \sigma\left(2\right)") == 1


def test_points_keep_their_distance_from_a_wide_question() -> None:
    solution = load_text(
        f"id: w\ntitle: W\nkind: formulas\ngivens: {{x: 1}}\n"
        f"parts:\n  - {{id: p, ask: {'写' * 38}, answers: [], text: none}}\n"
    ).solve()
    page = text_of(solution, "plain")
    assert re.search("(写{33}) {2,}1 point\n    写{5}\n", page)


def test_markdown_says_once_what_rows_and_columns_are() -> None:
    text = text_of(solved("attention-forward"), "markdown")
    assert text.count("Rows: The, red, panda, is, cute.\n") == 1
    assert text.index("Rows: The") < text.index("## (a)")
    both = "Rows and columns: The, red, panda, is, cute.\n"
    assert text.count(both) == 1
    assert text.index("## (b)") < text.index(both) < text.index("## (c)")


def test_a_definition_that_reads_as_its_value_stands_once() -> None:
    solution = load_text(
        "id: x\ntitle: x\nkind: formulas\ndefine: {a: '[1, 1]', b: '2*a'}\n"
        "parts: [{id: a, ask: x, answers: [a, b]}]\n"
    ).solve()
    page = text_of(solution, "plain")
    assert page.count("[1, 1]") == 2  # its own line, and the substitution in b
    assert "a = [1, 1]\n" in page


def test_a_picture_is_named_by_the_evidence_it_is() -> None:
    data = json.loads(text_of(solved("rnn-bptt-numbers"), "json"))
    (evidence,) = data["parts"][-1]["evidence"]
    (picture,) = evidence["pictures"]
    assert evidence["title"]
    assert picture["title"] == evidence["title"]
    assert f"<title>{evidence['title']}</title>" in picture["svg"]
