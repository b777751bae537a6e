"""What YAML text is read as, what is refused, and where."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from work import at_most_calls
from yaml_trees import read_text

from exsolve import limits
from exsolve.errors import ExsolveError
from exsolve.spec.nodes import Mapping, Node, Scalar, Sequence
from exsolve.spec.yaml_pure import PureParser


def plain(node: Node) -> object:
    """The tree as text, lists and dicts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {name: plain(entry.value) for name, entry in node.entries.items()}


def problems(text: str | bytes) -> list[tuple[int, int, str]]:
    """Line, column and message of each problem, in the order in which they are reported."""
    with pytest.raises(ExsolveError) as caught:
        read_text(text, "f.yaml")
    found = caught.value.problems
    assert found
    places = [problem.position for problem in found]
    assert all(place is not None and place.file == "f.yaml" for place in places)
    return [
        (place.line, place.column, problem.message)
        for place, problem in zip(places, found, strict=True)
        if place is not None
    ]


def value(text: str, name: str = "a") -> Scalar:
    node = read_text(text, "f.yaml").entries[name].value
    assert isinstance(node, Scalar)
    return node


@pytest.mark.parametrize(
    "text",
    ["no", "yes", "012", "1:30", "0.1", "1_000", "1e3", "0x10", "2024-01-01", "true", ".inf"],
)
def test_a_scalar_stays_the_text_that_was_written(text: str) -> None:
    assert value(f"a: {text}\n").text == text
    assert value(f"a: {text}\n").style == "plain"
    assert plain(read_text(f"a: [{text}, '{text}']", "f")) == {"a": [text, text]}


def test_every_form_of_text_list_and_mapping_is_read() -> None:
    text = (
        "a: one\nb: 'it''s'\nc: \"tab \\u0041 \\\\frac\"\nd: |\n  two\n   lines\ne: >\n  folded\n"
        "  text\nf: [1, [2, 3], {g: 4}]\ng:\n- x\n- y: z\n  no.1: w\nn: 3\ny: 4\n"
    )
    assert plain(read_text(text, "f")) == {
        "a": "one", "b": "it's", "c": "tab A \\frac", "d": "two\n lines\n", "e": "folded text\n",
        "f": ["1", ["2", "3"], {"g": "4"}], "g": ["x", {"y": "z", "no.1": "w"}], "n": "3", "y": "4",
    }  # fmt: skip


REFUSED = [
    ("a: *x\n", [(1, 4, "an alias is not read here")]),
    ("a: &x 1\n", [(1, 4, "an anchor is not read here")]),
    ("a: !!python/object:os.system x", [(1, 4, "a tag is not read here")]),
    ("a: !foo x", [(1, 4, "a tag is not read here")]),
    ("a: !foo!bar x", [(1, 4, "a tag is not read here")]),
    ("a: {b: 1}\nc:\n  <<: {d: 1}\n", [(3, 3, "a merge key is not read here")]),
    ("a: 1\n---\nb: 2\n", [(2, 1, "a second document begins here")]),
    ("a: 1\n...\nb: 2\n", [(3, 1, "text that belongs to nothing above it")]),
    ("%YAML 1.1\n---\na: 1\n", [(1, 1, "a YAML directive is not read here")]),
    ("%TAG ! tag:x\n%FOO\n---\na: 1\n", [
        (1, 1, "a YAML directive is not read here"), (2, 1, "a YAML directive is not read here")]),
    ("1: a\n", [(1, 1, "a key must be text")]),
    ("a: {no: 1, null: 2, ~: 3, true: 4}\n", [
        (1, 5, "a key must be text"), (1, 12, "a key must be text"),
        (1, 21, "a key must be text"), (1, 27, "a key must be text")]),
    ("[a]: 1\n", [(1, 1, "a key must be a name")]),
    ("? {a: 1}\n: 2\n", [(1, 3, "a key must be a name")]),
    ("a: 1\nb: 2\na: 3\n", [(3, 1, "the key `a` stands twice")]),
    ("", [(1, 1, "the file is empty")]),
    ("# nothing\n", [(1, 1, "the file is empty")]),
    ("---\n", [(2, 1, "the file is empty")]),
    ("- a\n", [(1, 1, "the file has no fields")]),
    ("just text\n", [(1, 1, "the file has no fields")]),
    ("a: b\x00c\n", [(1, 5, "a character that cannot be seen")]),
    ("a: 'b\x1b[31m'\nb: \x7f\n", [
        (1, 6, "a character that cannot be seen"), (2, 4, "a character that cannot be seen")]),
    ("a: x\u202ey\n", [(1, 5, "a character that cannot be seen")]),
    ("a: x\u2028b\n", [(1, 5, "a character that cannot be seen")]),
    ("a: x\rb\n", [(1, 5, "a character that cannot be seen")]),
    ("a: \ud800\n", [(1, 4, "a character that cannot be seen")]),
    ('a: "\\x1b[0m"\n', [(1, 5, "a character that cannot be seen")]),
    ('a: "\\u202e"\n', [(1, 5, "a character that cannot be seen")]),
    ('a: "\\frac"\n', [(1, 5, "`\\f` has another meaning between double quotes")]),
    ('a: "x \\nabla \\theta"\n', [(1, 7, "`\\n` has another meaning between double quotes")]),
    ('a: "\\sigma"\n', [(1, 5, "an unknown escape between double quotes")]),
    ('a: "\\x9"\n', [(1, 7, "an escape between double quotes that breaks off")]),
    ("a:\n\tb: 1\n", [(2, 1, "a tab in the indentation")]),
    ("a:\n  b: 1\n \tc: 2\n", [(3, 2, "a tab in the indentation")]),
    ("a: |\n\tx\n", [(2, 1, "a tab in the indentation")]),
    ("a: b: c\n", [(1, 5, "a colon that cannot stand here")]),
    ("a: - b\n", [(1, 4, "a list item that cannot stand here")]),
    ("a: 1\n  - b\n", [(2, 3, "this line continues the text above it")]),
    ("a: @x\n", [(1, 4, "a value that cannot begin so")]),
    ("a: [1, 2\nb: 3\n", [(1, 4, "a list in brackets that is not closed")]),
    ("a: {x: 1\n", [(1, 4, "a mapping in braces that is not closed")]),
    ("a: [1,\nb: 3, 4]\n", [
        (2, 1, "this line is inside the bracket that was opened in line 1")]),
    ("p:\n- a: 'x\n  y'\n- b: 'x\n\n- z'\n", [
        (3, 3, "this line is inside the quotation that was opened in line 2"),
        (6, 1, "this line is inside the quotation that was opened in line 4")]),
    ("a: 'x\n", [(1, 4, "a quotation that is not closed")]),
    ("a: 'x' y\n", [(1, 8, "something that cannot stand here")]),
    ("a: 1\nb\nc: 2\n", [(2, 1, "a line without a colon, where `name: value` must stand")]),
    ("a: > text\n", [(1, 6, "text behind `|` or `>`")]),
    ("- a\nb: 1\n", [(2, 1, "something that cannot stand among the items of a list")]),
    ("a: }\n", [(1, 4, "a value that cannot begin so")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_what_is_refused_is_refused_with_its_place(
    text: str, expected: list[tuple[int, int, str]]
) -> None:
    assert problems(text) == expected


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_crlf_and_a_byte_order_mark_change_no_place(
    text: str, expected: list[tuple[int, int, str]]
) -> None:
    marked = "\ufeff" + text.replace("\n", "\r\n")
    assert problems(
        marked.encode("utf-8", "surrogatepass") if "\ud800" not in text else marked
    ) == (expected)


@pytest.mark.parametrize(("text", "expected"), REFUSED)
def test_the_parser_in_python_gives_the_same_problems_as_libyaml(
    text: str, expected: list[tuple[int, int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exsolve.spec.yaml_text._parser", PureParser)
    found = problems(text)
    if any("escape between" in message for _, _, message in expected):
        # The one parser points at the backslash, the other behind it.
        assert [(line, message) for line, _, message in found] == [
            (line, message) for line, _, message in expected
        ]
    else:
        assert found == expected


def test_all_problems_of_a_file_are_reported_at_once() -> None:
    text = "%YAML 1.1\n---\na: *x\nb: &y 1\nc: !t 2\n<<: {z: 1}\n1: 2\na: 3\nd: [e\x01]\nf: g: h\n"
    assert problems(text) == [
        (1, 1, "a YAML directive is not read here"),
        (3, 4, "an alias is not read here"),
        (4, 4, "an anchor is not read here"),
        (5, 4, "a tag is not read here"),
        (6, 1, "a merge key is not read here"),
        (7, 1, "a key must be text"),
        (8, 1, "the key `a` stands twice"),
        (9, 6, "a character that cannot be seen"),
        (10, 5, "a colon that cannot stand here"),
    ]


def test_no_more_than_so_many_problems_are_shown_and_the_rest_is_counted() -> None:
    with pytest.raises(ExsolveError) as caught:
        read_text("a: [" + "*x, " * 120 + "1]", "f")
    shown = caught.value.problems
    assert len(shown) == limits.PROBLEMS_SHOWN + 1
    assert shown[-1].message == f"and {120 - limits.PROBLEMS_SHOWN} more problems, not shown"


def test_a_doubled_key_shows_both_places() -> None:
    with pytest.raises(ExsolveError, match="first in line 1, column 1") as caught:
        read_text("a: 1\nb: 2\na: 3\n", "f")
    assert str(caught.value.problems[0].position) == "f:3:1"


def test_bytes_that_are_not_utf8_are_located() -> None:
    with pytest.raises(ExsolveError, match="0xff") as caught:
        read_text("a: é\nb: ü".encode() + b"\xff\n", "f")
    assert str(caught.value.problems[0].position) == "f:2:5"


LOCATED = [
    # text of the file, the characters to look for in the value, their line and column
    ("a: W @ x\n", "x", (1, 8)),
    ("a: 'W @ x'\n", "@", (1, 7)),
    ("a: 'it''s x'\n", "x", (1, 11)),
    ('a: "W \\u03b1 x"\n', "x", (1, 14)),
    ('a: "\\\\ \\"x"\n', "x", (1, 10)),
    ("a: αβ + x\n", "x", (1, 9)),
    ("ä: 1\na: 'α😀 x'\n", "x", (2, 8)),
    ("a: |\n  W @\n    x + y\n", "x", (3, 5)),
    ("a: |\n  W @\n    x + y\n", "y", (3, 9)),
    ("a: |-\n\n  W @\n\n  x\n", "x", (5, 3)),
    ("a: >\n  W @\n  x + y\n", "y", (3, 7)),
    ("a: W @\n  x + y\n", "y", (2, 7)),
    ("a: 'W @\n\n  x + y'\n", "y", (3, 7)),
    ('a: "W \\\n   x"\n', "x", (2, 4)),
    ("a: [1, ln(x)]\n", "x", (1, 11)),
    ("a: &k   W + x\n", "x", (1, 13)),
]


@pytest.mark.parametrize(("text", "wanted", "place"), LOCATED)
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_an_offset_of_a_value_is_found_in_the_file(
    text: str, wanted: str, place: tuple[int, int], line_break: str
) -> None:
    from exsolve.spec.report import Report
    from exsolve.spec.yaml_text import read_tree

    tree = read_tree(text.replace("\n", line_break), "f.yaml", Report())
    assert tree is not None
    node = tree.entries["a"].value
    if isinstance(node, Sequence):
        node = node.items[-1]
    assert isinstance(node, Scalar)
    position = node.locate(node.text.index(wanted))
    assert (position.line, position.column) == place


@settings(max_examples=150, deadline=None)
@given(st.text("ab +α'\"\\\n", min_size=1), st.sampled_from(["single", "literal"]), st.data())
def test_each_visible_character_is_located_exactly(
    text: str, style: str, data: st.DataObject
) -> None:
    text = "x" + text.strip() + "y"
    if style == "single":
        text = text.replace("\n", " ")
        source = "k: 1\na: '" + text.replace("'", "''") + "'\n"
    else:
        source = "k: 1\na: |2\n" + "".join(f"  {line}\n" for line in text.split("\n"))
    node = value(source)
    assert node.text.rstrip("\n") == text
    visible = [index for index, character in enumerate(text) if character not in " \n"]
    offset = data.draw(st.sampled_from(visible))
    position = node.locate(offset)
    assert source.split("\n")[position.line - 1][position.column - 1] == text[offset]


HOSTILE = {
    "open brackets": "a: " + "[" * 1_000_000,
    "brackets at the limit": "[" + ("[" * 60 + "]" * 60 + ",") * 8_000 + "]",
    "open braces": "{" * 1_000_000,
    "dashes": "- " * 500_000,
    "question marks": "? " * 500_000,
    "indentation": "".join(" " * depth + "a:\n" for depth in range(1_400)),
    "directives": "".join(f"%TAG !{i}! tag:a\n" for i in range(40_000)),
    "items": "a: [" + "0," * 500_000 + "]",
    "NULs": "\x00" * 1_000_000,
    "aliases": "a: [" + "*a," * 300_000 + "]",
    "tags": "a: [" + "!a b," * 200_000 + "]",
    "documents": "---\n" * 250_000,
    "escapes": 'a: "' + "\\u0001" * 150_000 + '"',
    "doubled keys": "a: 1\n" * 200_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused(text: str) -> None:
    # libyaml alone takes minutes over the first of these
    with at_most_calls(10_000_000), pytest.raises(ExsolveError):
        read_text(text, "f.yaml")


@settings(max_examples=400, deadline=None)
@given(st.text("ab:1-[]{}'\"|>&*!%#?,\\ \n\t\r~<.é\x00\u202e", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        tree = read_text(text, "f.yaml")
    except ExsolveError as error:
        lines = text.replace("\r\n", "\n").split("\n")
        for problem in error.problems:
            assert problem.position is not None
            assert 1 <= problem.position.line <= len(lines) + 1
            if problem.position.line <= len(lines):
                assert 1 <= problem.position.column <= len(lines[problem.position.line - 1]) + 1
    else:
        assert isinstance(tree, Mapping)
