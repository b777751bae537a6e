"""Each field: what it takes, what it refuses and with which words, and its JSON Schema."""

from __future__ import annotations

import pickle

import pytest
from yaml_trees import read_text

from exsolve import limits
from exsolve.errors import ExsolveError
from exsolve.spec.fields import (
    Boolean,
    Choice,
    Data,
    DataValue,
    Field,
    FieldSpec,
    Formula,
    Identifier,
    Integer,
    ListOf,
    MapOf,
    Name,
    OneOf,
    Points,
    Record,
    Report,
    Source,
    Text,
    Values,
)


def read(field: Field, text: str) -> object:
    """The value of a field that must be readable."""
    report = Report()
    value = field.read(read_text(f"a: {text}\n", "f").entries["a"].value, report)
    report.raise_problems()
    assert value is not None
    return value


def refusal(field: Field, text: str) -> str:
    """All problems, as they are printed."""
    report = Report()
    value = field.read(read_text(f"a: {text}\n", "f").entries["a"].value, report)
    assert value is None
    with pytest.raises(ExsolveError) as caught:
        report.raise_problems()
    return str(caught.value)


TAKEN: list[tuple[Field, str, object]] = [
    (Text(), "no", "no"),
    (Text(), "'two: words'", "two: words"),
    (Text(), "|\n  one line\n", "one line"),
    (Text(lines=True), "|\n  two\n  lines\n", "two\nlines"),
    (Identifier(), "W_Q", "W_Q"),
    (Name(), "σ_1", "σ_1"),
    (Identifier("[a-z0-9]+"), "1", "1"),
    (Integer(), "-12", -12),
    (Integer(0, 3), "3", 3),
    (Integer(0, 3), "0", 0),
    (Points(), "2", 2),
    (Points(), "0.25", 0.25),
    (Boolean(), "true", True),
    (Boolean(), "false", False),
    (Choice("rows", "columns"), "rows", "rows"),
    (Formula(), "W @ x", "W @ x"),
    (Formula(), "|\n  W @ x\n    + b\n", "W @ x\n  + b"),
    (Formula(), "012", "012"),
    (ListOf(Integer()), "[1, 2]", (1, 2)),
    (ListOf(Name(), 0), "[]", ()),
    (OneOf(Integer(), ListOf(Integer())), "1", 1),
    (OneOf(Integer(), ListOf(Integer())), "[1]", (1,)),
]


@pytest.mark.parametrize(("field", "text", "value"), TAKEN)
def test_a_field_takes(field: Field, text: str, value: object) -> None:
    found = read(field, text)
    assert found == value
    assert not isinstance(value, int) or type(found) is type(value)


def p(column: int, message: str, *, found: str = "", expected: str = "", hint: str = "") -> str:
    """A problem as it is printed."""
    text = f"f:1:{column}: {message}"
    for name, content in (("expected: ", expected), ("found:    ", found), ("try:      ", hint)):
        text += f"\n    {name}{content}" if content else ""
    return text


WHOLE = "this must be a whole number"
POINTS = "this must be a number of points such as 2 or 0.5"
BOOLEAN = "this must be true or false"
NAME = "letters, digits and _, beginning with a letter"

REFUSED: list[tuple[Field, str, str]] = [
    (Integer(), "012", p(4, WHOLE, found="`012`", hint="write 12")),
    (Integer(), "1_000", p(4, WHOLE, found="`1_000`", hint="write 1000")),
    (Integer(), "1.0", p(4, WHOLE, found="`1.0`", hint="write 1")),
    (Integer(), "1:30", p(4, WHOLE, found="`1:30`")),
    (Integer(), "0x10", p(4, WHOLE, found="`0x10`")),
    (Integer(), "'3'", p(4, WHOLE, found="the text `3`", hint="write 3")),
    (Integer(), "−3", p(4, WHOLE, found="`−3`", hint="write -3")),
    (Integer(), "9" * 40, p(4, WHOLE, found=f"`{'9' * 40}`")),
    (Integer(1, 8), "9", p(4, WHOLE + " from 1 to 8", found="`9`")),
    (Integer(1), "0", p(4, WHOLE + " of at least 1", found="`0`")),
    (Integer(), "[1]", p(4, WHOLE, found="a list", hint="write 1")),
    (Integer(), "[1, 2]", p(
        4, WHOLE, found="a list", hint="put text that begins with a bracket in quotes")),
    (Integer(), "", p(3, WHOLE, found="nothing")),
    (Points(), "-1", p(4, POINTS, found="`-1`")),
    (Points(), "0.125", p(4, POINTS, found="`0.125`")),
    (Points(), "1e3", p(4, POINTS, found="`1e3`")),
    (Boolean(), "no", p(4, BOOLEAN, found="`no`", hint="write false")),
    (Boolean(), "Yes", p(4, BOOLEAN, found="`Yes`", hint="write true")),
    (Boolean(), "on", p(4, BOOLEAN, found="`on`", hint="write true")),
    (Boolean(), "'true'", p(4, BOOLEAN, found="the text `true`", hint="write true")),
    (Choice("rows", "columns"), "colums", p(
        4, "this must be rows or columns", found="`colums`", hint="did you mean `columns`?")),
    (Name(), "2x", p(4, "`2x` is not a name that can be used here", expected=NAME, found="`2x`")),
    (Name(), "_x", p(4, "`_x` is not a name that can be used here", expected=NAME, found="`_x`")),
    (Name(), "pi", p(4, "`pi` is not a name that can be used here",
        expected="a name other than true, false, none, pi or infinity", found="`pi`")),
    (Name(), "x" * 81, p(4, f"`{'x' * 59}…` is not a name that can be used here",
        expected="at most 80 characters", found=f"`{'x' * 59}…`")),
    (Text(), "null", p(4, "this must be a text of one line", found="`null`",
        hint="leave the field out, or put the text in quotes")),
    (Text(), "~", p(4, "this must be a text of one line", found="`~`",
        hint="leave the field out, or put the text in quotes")),
    (Text(), "{x}", p(4, "this must be a text of one line", found="a mapping with `x`",
        hint="put text that begins with a bracket in quotes")),
    (Formula(), "''", p(4, "this must be a formula", found="an empty text")),
    (ListOf(Name()), "Q", p(4, "this must be a list of names", found="`Q`", hint="write [Q]")),
    (ListOf(Formula()), "1x28x28", p(4, "this must be a list of formulas", found="`1x28x28`",
        hint="write [1, 28, 28]")),
    (ListOf(Formula()), "N × 3 × 8", p(4, "this must be a list of formulas", found="`N × 3 × 8`",
        hint="write [N, 3, 8]")),
    (ListOf(Formula()), "(1, 28, 28)", p(4, "this must be a list of formulas",
        found="`(1, 28, 28)`", hint="write [1, 28, 28]")),
    (Choice("sum", "mean", meant={"average": "mean"}), "Average", p(
        4, "this must be sum or mean", found="`Average`", hint="write mean")),
    (MapOf(Name(), Formula(), example="L_t"), "sumsq(y_t - z_t)", p(
        4, "this must be a mapping of names to formulas", found="`sumsq(y_t - z_t)`",
        hint="write {L_t: sumsq(y_t - z_t)}")),
    (MapOf(Name(), Formula(), example="L_t"), "dot(y_t, z_t)", p(
        4, "this must be a mapping of names to formulas", found="`dot(y_t, z_t)`",
        hint="write {L_t: 'dot(y_t, z_t)'}")),
    (ListOf(Name()), "{Q: 1}", p(4, "this must be a list of names", found="a mapping with `Q`")),
    (ListOf(Name()), "[]", p(4, "a list of 0 items",
        expected="a list of names, at least 1", found="an empty list")),
    (ListOf(Formula()), "[zeros(2, 3)]", p(
        5, "the comma behind `zeros(2` ends this item of the list", found="`zeros(2`",
        hint="put a formula with a comma in quotes: 'zeros(2, 3)'")),
    (MapOf(Name(), Integer()), "3", p(
        4, "this must be a mapping of names to whole numbers", found="`3`")),
    (OneOf(Integer(), ListOf(Integer())), "{b: 1}", p(
        4, "this must be a whole number or a list of whole numbers", found="a mapping with `b`")),
    (Data(), "[]", p(4, "this must be a number or a list of numbers", found="an empty list")),
    (Data(), "{b: 1}", p(
        4, "this must be a number or a list of numbers", found="a mapping with `b`")),
    (Data(), "[[1, 2], [3]]", p(
        13, "row 2 has 1 value, the first 2", expected="2 values", found="1")),
    (Data(), "[[1], 2]", p(10, "row 2 does not fit the first", expected="a list", found="`2`")),
    (Data(), "[1, [2]]", p(8, "row 2 does not fit the first", expected="a number", found="a list")),
    (Data(), "[[[1, 2], [3, 4]], [[5, 6], [7]]]", p(
        32, "row 2, 2 has 1 value, the first 2", expected="2 values", found="1")),
    (Data(), "[" * 9 + "1" + "]" * 9, p(12, "an array of more than 8 dimensions",
        expected="at most 8 lists in one another")),
]  # fmt: skip


@pytest.mark.parametrize(("field", "text", "message"), REFUSED)
def test_a_field_refuses(field: Field, text: str, message: str) -> None:
    assert refusal(field, text) == message


def test_a_formula_that_is_too_long_is_refused() -> None:
    assert "too long" in refusal(Formula(), "x" * (limits.TEXT_LENGTH + 1))


def test_data_keeps_its_texts_and_their_places() -> None:
    value = read(Data(), "[[1/2, 'zeros(2, 3)'], [sqrt(3), 0.60]]")
    assert isinstance(value, DataValue)
    assert value.shape == (2, 2)
    assert value.cells == (("1/2", "zeros(2, 3)"), ("sqrt(3)", "0.60"))
    assert [str(source) for source in value.flat()] == ["1/2", "zeros(2, 3)", "sqrt(3)", "0.60"]
    assert [source.position().column for source in value.flat()] == [6, 12, 28, 37]
    scalar = read(Data(), "identity(3)")
    assert isinstance(scalar, DataValue)
    assert (scalar.shape, scalar.cells, scalar.first) == ((), "identity(3)", "identity(3)")


RECORD = Record(
    {
        "size": FieldSpec(Integer(1), "How large.", required=True),
        "name": FieldSpec(Text(), "What it is called.", default="none"),
    }
)


def test_a_record_gives_values_defaults_and_places() -> None:
    values = read(RECORD, "{size: 3}")
    assert isinstance(values, Values)
    assert dict(values) == {"size": 3, "name": "none"}
    assert values.place("size").column == 5
    assert values.place("name") == values.position
    assert [values.written("size"), values.written("name")] == [True, False]


def test_a_record_reports_unknown_and_missing_fields_together() -> None:
    assert refusal(RECORD, "{siez: 3, nam: x, other: y}").split("\n") == [
        "f:1:4: the field `size` is missing",
        "    expected: How large.",
        "f:1:5: unknown field `siez`",
        "    try:      did you mean `size`?",
        "f:1:14: unknown field `nam`",
        "    try:      did you mean `name`?",
        "f:1:22: unknown field `other`",
        "    try:      one of size, name",
    ]


def test_a_source_is_its_text_and_knows_its_place() -> None:
    source = Source.written("a + b", "--set X", column=3)
    assert source == "a + b"
    assert source.text == "a + b"
    assert str(source.position(4)) == "--set X:1:7"
    assert {source: 1}["a + b"] == 1
    copied = pickle.loads(pickle.dumps(source))
    assert (copied, copied.position(4)) == (source, source.position(4))


@pytest.mark.parametrize(("field", "text", "value"), TAKEN)
def test_every_field_says_what_it_is(field: Field, text: str, value: object) -> None:
    assert field.doc or isinstance(field, OneOf)
    assert field.schema()
    assert field.expected()
    assert field.expected_several()
