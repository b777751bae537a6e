"""The page as a reader wants it: no line too long, no brackets and no digits that tell nothing."""

from __future__ import annotations

import json
import math

from exsolve.library import load_exercise, load_text
from exsolve.solving.solve import Detail
from exsolve.text_width import display_width
from exsolve.typesetting.excerpts import bracketed

HEAD = "kind: formulas\nid: page\ntitle: A page\n"


def page(text: str, detail: Detail = "normal") -> str:
    return load_exercise(HEAD + text).solve(detail=detail).text()


def test_brackets_that_show_nothing_are_left_out() -> None:
    assert bracketed([]) == bracketed([1]) == bracketed([1, 1]) == []
    assert bracketed([1, 6, 5]) == bracketed([1, 1, 6, 5]) == [6, 5]
    assert bracketed([3, 1, 2, 2]) == [3, 2, 2]
    assert bracketed([1, 3]) == bracketed([1, 1, 3]) == [1, 3]
    assert bracketed([3]) == [3]


SMALL = """
givens:
  image: {value: [[[1, 2], [3, 4]]], note: One channel.}
  v: {value: [[1, 2]], note: A row.}
define: {y: {formula: 'v @ [3, 4]', note: The output.}}
parts: [{id: a, ask: The output., answers: [y]}]
"""


def test_a_channel_alone_and_a_number_alone_have_no_brackets() -> None:
    solution = load_exercise(HEAD + SMALL).solve()
    lines = [line.strip() for line in solution.text().splitlines()]
    assert "image = │ 1  2 │" in lines
    assert "= 11" in lines
    markdown = solution.text("markdown")
    assert r"image} = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}" in markdown
    assert "&= 11\n" in markdown


LONG_FRACTION = """
givens: {f: 0.99}
define: {g: f^19, m: 'f^[19, 20]'}
parts: [{id: a, ask: Powers., answers: [g, m]}]
"""


def test_digits_that_nobody_reads_stand_in_long_detail_only() -> None:
    digits = str(99**19)
    short, long = page(LONG_FRACTION), page(LONG_FRACTION, "long")
    assert digits not in short
    assert "    ≈ 0.8262" in short.splitlines()
    assert "    ≈ [0.8262, 0.8179]" in short.splitlines()
    assert digits in long.replace("\n", "").replace(" ", "")


SYMBOLS = """
symbols: {X: [n, d], w: [d], p: []}
random: {R: {sizes: [n, d], bernoulli: p}}
where: [p > 0, p < 1, n > d]
define: {z: X @ w, E: 'expectation((X*R) @ w)'}
parts: [{id: a, ask: The output., answers: [z, E]}]
"""


def test_symbols_are_data_of_the_question() -> None:
    exercise = load_exercise(HEAD + SYMBOLS)
    for solution in (exercise.question(), exercise.solve()):
        lines = solution.text().splitlines()
        start = lines.index("Given")
        assert lines[start + 1 : start + 4] == [
            "  X: n × d   w: d numbers   p: a number",
            "  R: n × d, each entry independently 1 with probability p, else 0",
            "  Conditions: p > 0, p < 1, n > d.",
        ]
        markdown = solution.text("markdown")
        assert "- $X$: n × d\n- $w$: d numbers\n- $p$: a number\n" in markdown
        assert "independently $1$ with probability $p$, else $0$\n\nConditions: $p > 0$" in markdown
        data = json.loads(solution.text("json"))
        assert data["symbols"][0] == {"name": "X", "shape": ["n", "d"]}
        assert data["symbols"][-1]["outcomes"] == [
            {"value": "1", "probability": "p"},
            {"value": "0", "probability": "1 - p"},
        ]
        assert data["conditions"] == ["p > 0", "p < 1", "n > d"]
    assert "z = " not in exercise.question().text()


EVIDENCE = """
givens:
  a: {value: 3, note: The first number.}
  long_name: {value: 4, note: The second.}
  w: {value: [1, 2], note: A vector.}
define:
  s: {formula: a + long_name, note: Their sum.}
  p: {formula: a*long_name, note: Their product.}
parts:
  - id: a
    ask: Why?
    text: Because.
    evidence:
      - title: >-
          A title that is much longer than a line of the page, which has eighty columns, is wrapped
        show: [s, p]
"""


def test_long_titles_are_wrapped_and_steps_kept_apart() -> None:
    lines = page(EVIDENCE).splitlines()
    assert max(map(display_width, lines)) <= 80
    title = next(place for place, line in enumerate(lines) if "A title that is" in line)
    assert lines[title + 1].startswith("  is wrapped")
    assert lines[title + 2] == ""
    second = lines.index("  Their product.")
    assert lines[second - 1] == ""


def test_the_note_of_a_number_stands_beside_it() -> None:
    lines = page(EVIDENCE).splitlines()
    assert "  a = 3           The first number." in lines
    assert "  long_name = 4   The second." in lines
    vector = lines.index("  w = [1, 2]")
    assert lines[vector - 1] == "  A vector."


SUBSTITUTIONS = """
givens:
  image: [[[1, 2, 0], [3, 4, 0], [0, 1, 5]]]
  kernel: [[[[1, 0], [0, 1]]]]
  V: [[1, -1]]
  x: [1/2, 1/4]
define:
  features: conv(image, kernel)
  turned: reshape(V.T, [2])
  h: sigmoid(x)
  g: sigmoid(h*h/3 + h/5)
  y: V @ sigmoid(g*g/3 + g/5)
  a: sumsq(y)
  b: 3*sumsq(y)
  total: a + b
parts: [{id: a, ask: All., answers: [features, turned, total]}]
"""


def test_nobody_substitutes_images_or_what_is_only_moved() -> None:
    lines = [line.strip() for line in page(SUBSTITUTIONS).splitlines()]
    features = lines.index("features = conv(image, kernel)")
    assert lines[features + 1] == "features₁₂₂ = 1·4 + 1·5 = 9"
    assert lines[features + 2] == "= │ 5  2 │"
    turned = lines.index("turned = Vᵀ")
    assert lines[turned + 1] == "= [1, -1]"


def test_the_only_number_of_an_array_has_the_name_of_the_array() -> None:
    text = page(SUBSTITUTIONS)
    assert "y₁" not in text
    assert "= y²" in text


def test_names_are_not_substituted_by_other_names() -> None:
    lines = page(SUBSTITUTIONS).splitlines()
    assert lines[lines.index("    total = a + b") + 1] == "    = 4·y²  ≈ 6.257e-6"


STUDY = """
givens:
  n: {value: 4, note: How many.}
define: {share: 1/(2*exp(n) + 1), root: sqrt(n), part: n/7}
parts:
  - id: a
    ask: >-
      A question that takes more than a single line of the page, and so has no room in the heading
      of its part?
    text: So.
    evidence:
      - show: [share, root, part]
        vary: {name: n, values: [2, 4]}
        curve: linear
      - {title: Given and not given, show: [n, root]}
"""


def test_a_study_shows_fractions_exactly_and_long_irrational_numbers_in_decimals() -> None:
    lines = page(STUDY).splitlines()
    head = next(place for place, line in enumerate(lines) if "share ≈" in line)
    assert lines[head].split() == ["n", "share", "≈", "root", "part"]
    assert lines[head + 2].split() == ["2", f"{1 / (2 * math.exp(2) + 1):.4g}", "√2", "2/7"]
    assert lines[head + 3].split() == ["4", f"{1 / (2 * math.exp(4) + 1):.4g}", "2", "4/7"]


def test_blocks_of_evidence_are_one_empty_line_apart() -> None:
    text = page(STUDY)
    assert "\n\n\n" not in text
    lines = text.splitlines()
    assert lines[lines.index("  So.") + 2].split() == ["n", "share", "≈", "root", "part"]


def test_what_is_given_is_not_given_twice() -> None:
    lines = page(STUDY).splitlines()
    after = lines[lines.index("  Given and not given") :]
    assert not any("n = 4" in line for line in after)
    assert any("root" in line for line in after)


def test_a_long_question_stands_under_its_heading_in_markdown() -> None:
    markdown = load_exercise(HEAD + STUDY).solve().text("markdown")
    assert "\n## (a) — 1 point\n\nA question that takes" in markdown
    assert "\n## (a) The output. — 1 point\n" in load_exercise(HEAD + SMALL).solve().text(
        "markdown"
    )


def test_pictures_are_drawn_in_json() -> None:
    data = json.loads(load_exercise(HEAD + STUDY).solve().text("json"))
    (picture,) = data["parts"][0]["evidence"][0]["pictures"]
    assert picture["picture"] == "Curves"
    assert picture["svg"].startswith("<svg ")
    assert picture["svg"].rstrip().endswith("</svg>")


FORMULA = """
symbols: {A: [n, m], v: [n, m]}
define: {e: {formula: 'sum(A*v, axis=0)', equals: 'ones([n]) @ (v*A)'}}
parts: [{id: a, ask: The sums., answers: [e]}]
"""


def test_what_a_formula_was_compared_with_is_written_by_hand() -> None:
    assert "against ones([n]) (v ⊙ A)" in " ".join(page(FORMULA).split())


RUBRIC = """
parts:
  - id: a
    ask: Why?
    points: 2
    text: Because of this.
    rubric: [{points: 2, text: This.}]
"""


def test_the_rubric_stands_apart_from_the_answer() -> None:
    lines = page(RUBRIC).splitlines()
    rubric = lines.index("  [2] This.")
    assert lines[rubric - 2 : rubric] == ["  Because of this.", ""]


def test_matrices_in_a_table_keep_their_rows() -> None:
    text = (
        "id: shown\ntitle: Shown\nkind: formulas\nsymbols: {S: [2, 2], m: []}\n"
        "define: {A: 'softmax(S + [[0, m], [0, 0]], axis=1)', B: 1000000*m*S}\n"
        "parts:\n  - id: a\n    ask: Show it.\n    text: So.\n    evidence:\n"
        "      - at: {S: [[0, ln(2)], [0, ln(3)]]}\n"
        "        vary: {name: m, values: [ln(4), -infinity]}\n        show: [A]\n"
        "      - at: {S: [[1, 2], [3, 4]]}\n"
        "        iterate: {start: {m: 1}, step: {m: m}, times: 1}\n        show: [m, B, A]\n"
    )
    page = load_text(text).solve().text("plain")
    assert "  ln 4  [[1/9, 8/9], [1/4, 3/4]]\n" in page
    assert "  → −∞      [[1, 0], [1/4, 3/4]]\n" in page
    shown = "      m    1\n      B    │ 1000000  2000000 │\n           │ 3000000  4000000 │\n"
    assert f"  step 1\n{shown}" in page


def test_unknown_functions_stand_with_what_is_given() -> None:
    text = (
        "id: shown\ntitle: Shown\nkind: formulas\nsymbols: {x: [d]}\nfunctions: {f: 1, q: 2}\n"
        "define: {y: 'q(x, x + f(x))'}\nparts:\n  - id: a\n    ask: Show it.\n    answers: [y]\n"
    )
    solution = load_text(text).solve()
    page = solution.text("plain")
    assert "  x: d numbers\n  f: an unknown function of one vector\n" in page
    assert "  q: an unknown function of 2" in page
    assert "- $q$: an unknown function of 2 vectors" in solution.text("markdown")
    assert json.loads(solution.text("json"))["functions"] == {"f": 1, "q": 2}


def test_a_question_keeps_its_paragraphs_and_lists() -> None:
    text = (
        "id: asked\ntitle: Asked\nkind: formulas\ngivens: {x: 2}\ndefine: {y: 2*x}\nparts:\n"
        "  - id: a\n    ask: |\n      Compute `y`,\n      by hand.\n\n"
        "      - First twice,\n      - then once more.\n    answers: [y]\n"
    )
    lines = load_text(text).solve().text("plain").splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("(a)"))
    assert lines[start].split("  ")[0] == "(a) Compute y, by hand."
    assert lines[start].endswith(" 1 point")
    assert lines[start + 1 : start + 4] == ["", "    - First twice,", "    - then once more."]
    markdown = load_text(text).solve().text("markdown")
    assert "## (a) — 1 point\n\nCompute `y`,\nby hand.\n\n- First twice,\n" in markdown


def test_labels_of_a_vector_stand_with_its_note() -> None:
    text = (
        "givens:\n  x: {value: [1, 2], note: A point., rows: [width, height]}\n  w: [3, 4]\n"
        "define: {y: {formula: x + w, rows: [left, right]}}\n"
        "parts: [{id: a, ask: The sum., answers: [y]}]\n"
    )
    lines = page(text).splitlines()
    note = lines.index("  A point. Entries: width, height.")
    assert lines[note + 1 : note + 3] == ["  x = [1, 2]", "  w = [3, 4]"]
    assert "  Entries: left, right." in lines
    assert "Entries: left, right." in load_exercise(HEAD + text).solve().text("markdown")


def test_marks_of_markdown_are_not_shown() -> None:
    text = HEAD.replace(
        "title: ", "about: 'A **strong word**, `code`, 2**3, $w_1$, $5 and a * b ** c.'\ntitle: "
    )
    assert (
        "A strong word, code, 2**3, w_1, $5 and a * b ** c."
        in load_exercise(text + SYMBOLS).question().text()
    )
