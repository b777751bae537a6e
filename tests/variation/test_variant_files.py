"""A variant's file: the author's own with other values in it, read back as it is meant."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from variation.exercises import BASE, exercise
from yaml_trees import read_text

from exsolve.library import load_text
from exsolve.spec.nodes import Mapping
from exsolve.variation.templates import passage_pattern, plain
from exsolve.variation.writing import write

TWO = "draw: {m: {from: 4, to: 9}}  # how\n\n# behind\ngivens:\n  a: m\n  x: {from: 5, to: 9}"


def test_all_else_stays_as_it_was_written() -> None:
    (variant,) = exercise(TWO).variants(1, 5)
    values = variant.values
    header, _, rest = variant.text.partition("\n")
    assert rest == (
        BASE.replace("id: sums", "id: sums-5-01")
        .replace("a: 3", f"a: {values['m']}")
        .replace("x: [1, 2]", f"x: {values['x']}")
    )
    digest = exercise(TWO).workbook.digest
    version = variant.exercise.question().version
    assert header == (
        f"# Variant 1 of sums with seed 5, made by exsolve {version} from the file {digest}"
    )


def test_fields_may_follow_the_variation() -> None:
    after = "tags: [one]  # more\n"
    loaded = load_text(f"{BASE}vary:\n  givens: {{a: {{from: 4, to: 5}}}}\n\n{after}")
    (variant,) = loaded.variants(1, 1)
    assert variant.text.endswith(f"[total, half]\n\n{after}")


def test_the_file_is_the_exercise() -> None:
    for variant in exercise(TWO).variants(3, 5):
        again = load_text(variant.text.encode(), f"{variant.id}.yaml")
        assert again.workbook.id == variant.id == variant.exercise.workbook.id
        assert again.workbook.digest == variant.exercise.workbook.digest
        assert again.workbook.variation is None
        assert again.solve() == variant.exercise.solve()


@pytest.mark.parametrize(
    "about",
    [
        "Add 3 and 4.",
        "'Add 3 and 4: it''s # easy.'",
        '"Add 3 and 4: \\"easy\\"."',
        ">-\n  Add 3\n  and 4: easy # or\n  not.",
        "|\n  Add 3\n    and 4\n\n  # easy",
        "Add\n  3 and\n  4.",
    ],
)
@pytest.mark.parametrize(
    "new",
    ["{m}", "it's {m}: # so", '"{m}" \\ {{x}}', "- {m}", "[{m}]", "| {m}", "{m},", "é√{m}"],
)
def test_passages_are_replaced_in_every_sort_of_text(about: str, new: str) -> None:
    base = BASE.replace("about: Add 3 and 4.", f"about: {about}")
    quoted = new.replace("'", "''")
    vary = "givens: {a: {from: 4, to: 4}}\ndraw: {m: {from: 7, to: 7}}\n"
    before = exercise(vary.partition("\n")[0], base).workbook.about
    (variant,) = exercise(f"{vary}texts: {{'3 and 4': '{quoted}'}}", base).variants(1, 1)
    wanted = new.replace("{m}", "7").replace("{{x}}", "{x}")
    words = "3 and 4" if "3 and 4" in before else "3\n  and 4" if "3\n  and 4" in before else "?"
    assert variant.exercise.workbook.about == before.replace(words, wanted)
    assert words != "?"


def test_passages_are_whole_words() -> None:
    for text in ("0.35", "1.0.3", "x0.3", "0.3.5", "_0.3"):
        assert re.search(passage_pattern("0.3"), text) is None
    for text in ("0.3", "(0.3)", "0.3.", "w=0.3,", "0.3 s"):
        assert re.search(passage_pattern("0.3"), text) is not None
    assert re.search(passage_pattern("a b"), "a\n   b") is not None
    assert re.search(passage_pattern("(x"), "f(x) = 2") is not None


TEXT = st.text(
    st.sampled_from("ab1 :#-'\"\\,[]{}&*!|>%@`?~.=<éΔ√−") | st.characters(categories=["L", "P"]),
    min_size=1, max_size=12,
).filter(lambda text: text.isprintable())  # fmt: skip
LINES = st.lists(TEXT, min_size=1, max_size=3).map("\n".join)
KEYS = st.text("abcXYZ019_-", min_size=1, max_size=6).map(lambda name: f"k{name}")
TREES = st.recursive(
    LINES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)
FILE = st.dictionaries(KEYS, TREES, min_size=1, max_size=4)
SOURCES = [
    "kold: [1, [2, 3], {a: b}]   # one\n\n# two\nkabc: >-\n  folded\n  text\nlast: 'x'\n",
    "{kold: 1, kabc: [2, 'x: y'], last: {a: b}}\n",
    "kold:\n- a\n- - b\n  - c\n# in\n- {d: e}\nkabc:\n  a: |\n    literal\n\n  b: \n  c: x # y\n"
    "last:\n",
]


@settings(max_examples=60)
@given(FILE, st.sampled_from(SOURCES), st.data())
def test_whatever_is_wanted_is_what_is_read(
    wanted: dict[str, Any], source: str, data: st.DataObject
) -> None:
    tree = read_text(source, "file")
    assert isinstance(tree, Mapping)
    kept = data.draw(st.sets(st.sampled_from(list(tree.entries))))
    values = {name: plain(entry.value) for name, entry in tree.entries.items() if name in kept}
    values = {**values, **wanted} if data.draw(st.booleans()) else {**wanted, **values}
    written = write(tree, values, "# first", "file", lambda text: text)
    assert written.text.startswith("# first\n")
    assert plain(read_text(written.text, "file")) == values == plain(written.tree)
