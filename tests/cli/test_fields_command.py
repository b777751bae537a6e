"""The reference of all fields: it holds every field that is read, with what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.conftest import Command
from yaml_trees import read_text

from exsolve.kinds import kind, kind_names
from exsolve.layers import LAYER_TYPES
from exsolve.ops import OPERATIONS
from exsolve.spec.common_fields import common_fields
from exsolve.spec.fields import FieldSpec, FieldSpecs, ListOf, MapOf, OneOf, Record
from exsolve.spec.nodes import Mapping
from exsolve.spec.problem_set import set_fields
from exsolve.spec.report import Report
from exsolve.spec.scalar_fields import Field

CHAPTERS: dict[str, FieldSpecs] = {
    "common": common_fields(kind_names()),
    **{name: kind(name).FIELDS for name in kind_names()},
    "sets": set_fields(),
}


def within(field: Field) -> Iterator[Field]:
    """Everything that a field is made of, itself first."""
    yield field
    inner: list[Field] = []
    match field:
        case ListOf():
            inner = [field.item]
        case MapOf():
            inner = [field.key, field.value]
        case OneOf():
            inner = field.alternatives()
    for one in inner:
        yield from within(one)


def specs(fields: FieldSpecs) -> Iterator[tuple[str, FieldSpec]]:
    """The fields of a record and of all records inside it."""
    for name, spec in fields.items():
        yield name, spec
        for field in within(spec.field):
            if isinstance(field, Record):
                yield from specs(field.fields)


ALL = [(topic, *one) for topic, fields in CHAPTERS.items() for one in specs(fields)]


def plain(text: str) -> str:
    return " ".join(text.split())


def default(spec: FieldSpec) -> str:
    """What the reference says of a field that is not written."""
    match spec.default:
        case bool():
            return f"; by default {'true' if spec.default else 'false'}"
        case int() | str() if spec.default != "":
            return f"; by default {spec.default}"
        case (_, *_):
            return f"; by default [{', '.join(spec.default)}]"
    return ""


def test_there_are_fields_inside_fields() -> None:
    names = {name for _, name, _ in ALL}
    assert {"parts", "rubric", "vertices", "heads", "edge", "layer", "exercises"} <= names
    assert len(ALL) > 100


@pytest.mark.parametrize("topic", CHAPTERS)
def test_every_field_stands_in_the_reference_with_what_it_is_for(topic: str, run: Command) -> None:
    page, document = run("fields", topic).out, run("fields", topic, "-f", "markdown").out
    assert all(len(line) <= 80 and line == line.rstrip() for line in page.splitlines())
    text = plain(page)
    marked = plain(re.sub(r"\\([^A-Za-z0-9\s])", r"\1", document))
    for _, name, spec in (one for one in ALL if one[0] == topic):
        assert spec.doc, name
        assert spec.doc.endswith("."), spec.doc
        said = "; required" if spec.required else default(spec)
        example = f" Example: {name}: {spec.example}" if spec.example else ""
        assert f"{name} {spec.field.written()}{said} {spec.doc}{example}" in text
        assert f"**`{name}`** ({spec.field.written()}" in marked
        assert f"{spec.doc}{example and f' Example: `{name}: {spec.example}`'}" in marked


@pytest.mark.parametrize(
    ("name", "spec"),
    [pytest.param(name, spec, id=f"{topic}-{name}") for topic, name, spec in ALL if spec.example],
)
def test_every_example_is_taken_by_its_field(name: str, spec: FieldSpec) -> None:
    report = Report()
    tree = read_text(f"{name}: {spec.example}\n", "example")
    assert isinstance(tree, Mapping)
    assert spec.field.read(tree.entries[name].value, report) is not None
    assert not len(report)


def test_the_whole_reference_is_its_chapters(run: Command) -> None:
    whole = run("fields").out
    for topic in (*CHAPTERS, "functions"):
        assert run("fields", topic).out in whole
    assert run("fields").out == whole


def test_layers_and_functions_stand_with_their_arguments(run: Command) -> None:
    text = plain(run("fields").out)
    for name, layer in LAYER_TYPES.items():
        required = [one.name for one in layer.signature if str(one) == one.name]
        assert f"{name}({', '.join(required)}" in text
    for operation in OPERATIONS.values():
        assert plain(operation.summary) in text
    assert "a @ b the matrix product" in text
    assert "x[ ] the cell, row or slice" in text
    assert "softmax(x, [mask], axis=-1) exp(x)" in text
    assert "x.T the axes in reverse order" in text


def test_one_field_is_found_wherever_it_stands(run: Command) -> None:
    found = run("fields", "edges").out
    assert "Every exercise > parts > evidence > drawing\n" in found
    assert found.startswith("Kind gnn\n")
    assert run("fields", "vary").out.startswith("Every exercise\n")
    assert run("fields", "heads").out == (
        "Kind attention\n──────────────\n\n"
        "heads              a whole number from 1 to 64; by default 1\n"
        "                   The number of heads, which share the columns of W_Q, W_K and\n"
        "                   W_V equally.\n"
    )
    assert run("fields", "relu").out.endswith(
        "\nrelu(x)\n    the positive part, max(x, 0); its derivative at 0 is taken as 0.\n"
    )
    wrong = run("fields", "hedas")
    assert (wrong.status, wrong.out) == (2, "")
    assert "there is no field 'hedas'" in wrong.err
    assert "did you mean `heads` or `edges`?" in wrong.err


def test_a_file_has_the_format_of_its_suffix(run: Command, tmp_path: Path) -> None:
    for suffix, name in ((".md", "markdown"), (".txt", "plain")):
        file = tmp_path / f"fields{suffix}"
        assert run("fields", "norms", "-o", str(file)).status == 0
        assert file.read_text(encoding="utf-8") == run("fields", "norms", "--format", name).out
    for arguments in (["-o", str(tmp_path / "fields.pdf")], ["-f", "latex"]):
        refused = run("fields", *arguments)
        assert refused.status == 2
        assert "plain or markdown" in refused.err or ".txt or .md" in refused.err


def numbered(name: str) -> str:
    """A name with # for each number or its letter, and one name for all of a sort."""
    one = re.sub(r"_(?:layer|instance|group)$", "_batch", name)
    return re.sub(r"(?<=_)(t?)(?:\d+|[ikn])(?=_|$)", r"\1#", re.sub(r"^grad_[A-Z]$", "grad_W", one))


@pytest.mark.parametrize("name", [one for one in kind_names() if one != "formulas"])
def test_all_that_a_kind_computes_is_among_its_answers(
    name: str, run: Command, tmp_path: Path
) -> None:
    file = tmp_path / "one.yaml"
    assert run("new", name, str(file)).status == 0
    text = re.sub(r"answers: .*", "answers: [nothing]", file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    _, _, listed = run("lint", str(file)).out.splitlines()[1].partition("one of ")
    computed = {numbered(one) for one in listed.split(", ") if " " not in one}
    answers = {numbered(one): one for one in kind(name).ANSWERS}
    # on the way: a tensor by groups, and the inputs row by row
    assert computed - answers.keys() <= {"X_groups", "x_#"}
    reference = plain(run("fields", name).out)
    assert all(one in reference for one in answers.values())
