"""The source that PDFs are set from, and what is said where the typesetter is missing."""

from __future__ import annotations

import re
import sys

import pytest
from shipped import solved

import exsolve
from exsolve.catalogue import files, set_files
from exsolve.errors import ExsolveError
from exsolve.expression.typst import typst as mathematics
from exsolve.library import handout, load_text
from exsolve.render import format_module, format_of_suffix
from exsolve.render.pdf import check, render, source
from exsolve.render.pdf.glyphs import named
from exsolve.solution import Handout, Purpose, as_handout

IDS = [file.stem for file in files()]
SETS = [file.stem for file in set_files()]
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
HOSTILE = r'#read("/etc/passwd") #panic() $x$ ] ) "; \" @a <b> // /* `c` \u{41} 漢 😀'


def document_of(text: str) -> str:
    """The source behind the style sheet."""
    return text[text.index("#show: design.with(") :]


def without_strings(text: str) -> str:
    return STRING.sub('""', text)


def test_the_format_is_known_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    assert format_of_suffix(".pdf") == "pdf"
    assert format_module("pdf").BINARY is True
    solution = as_handout(solved("gnn-update"))
    for refused in (check, lambda: render(solution)):
        with pytest.raises(ExsolveError, match="typst") as caught:
            refused()
        assert "pip install 'exsolve[pdf]'" in str(caught.value)
    assert source(solution)


@pytest.mark.parametrize("exercise", IDS)
def test_brackets_outside_of_strings_are_balanced(exercise: str) -> None:
    text = without_strings(document_of(source(as_handout(solved(exercise, detail="long")))))
    assert '"' not in text.replace('""', "")
    code = text.replace("paren", "")
    for left, right in ("()", "[]", "{}"):
        assert code.count(left) == code.count(right)
    assert code.count("$") % 2 == 0


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("purpose", ["key", "sheet"])
def test_the_source_is_the_same_each_time_and_in_order(name: str, purpose: Purpose) -> None:
    given = handed_out(name, purpose)
    text = source(given)
    assert source(given) == text
    told = [given.title, "Total", "#question(", "#provenance("]
    places = [document_of(text).index(one) for one in told]
    assert places == sorted(places)
    assert ("#marking(" in text) == (purpose == "key")
    assert ("#form(" in document_of(text)) == (purpose == "sheet")


def handed_out(name: str, purpose: Purpose) -> Handout:
    return handout([exsolve.load(name)], purpose)


def test_text_of_an_author_stands_in_strings() -> None:
    quoted = HOSTILE.replace("'", "''")
    hostile = load_text(
        f"id: x\ntitle: '{quoted}'\nkind: formulas\nabout: '{quoted}'\ndefine: {{a: '1'}}\n"
        f"parts: [{{id: a, ask: '{quoted}', answers: [a], text: '{quoted}',\n"
        f"  rubric: [{{points: 1, text: '{quoted}'}}]}}]\n"
    )
    text = document_of(source(handout([hostile], "key")))
    assert text.count("passwd") >= 5
    outside = without_strings(text)
    for word in ("read", "passwd", "panic", "//", "/*", "@a", "<b>", "漢", "😀"):
        assert word not in outside


def test_nothing_is_read_from_outside() -> None:
    text = without_strings(source(as_handout(solved("rnn-bptt-numbers"))))
    for word in ("read(", "import", "include", "json(", "plugin", "datetime"):
        assert word not in text
    assert re.findall(r"image\((?!bytes\()", text) == []
    assert "image(bytes(" in text


def test_the_style_hides_no_function_of_mathematics() -> None:
    latex = (
        r"\tilde{c} + \overline{a} + \frac{a}{b} + \sqrt{a} + \begin{bmatrix} a & b \end{bmatrix}"
    )
    called = set(re.findall(r"([a-z.]+)\(", mathematics(latex)))
    assert {"accent", "frac", "mat"} <= called
    defined = set(re.findall(r"#let ([a-z-]+)", source(as_handout(solved("gnn-update")))))
    assert "question" in defined
    assert not called & defined


def test_an_answer_form_is_held_together() -> None:
    text = document_of(source(handed_out("uw-section-09", "sheet")))
    form = text[text.index("#answer-form[") :]
    assert form.index("#exercise(") < form.index("#form(") < form.index("\n]\n")


def test_characters_that_no_font_has_are_named() -> None:
    assert named('#"é ∇ 漢字 😀";') == '#"é ∇ [U+6F22 U+5B57] [grinning face]";'
    assert named('$ "a\\"漢" 漢 $') == '$ "a\\"[U+6F22]" "[U+6F22]" $'
    plain = '#"all of it, … ℝ⊙ is there\n";'
    assert named(plain) == plain
