"""An author's path in an empty folder: the schema, a new exercise, its checks, its documents."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from cli.conftest import Command

from exsolve.kinds import kind, kind_names
from exsolve.library import Exercise, load

FIRST_LINE = "# yaml-language-server: $schema=exercise.schema.json\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", kind_names())
def test_a_new_exercise_is_right_by_the_schema_and_by_lint(
    name: str, run: Command, folder: Path
) -> None:
    assert run("schema", "-o", "exercise.schema.json") == (0, "", "")
    schema = json.loads((folder / "exercise.schema.json").read_text(encoding="utf-8"))
    assert run("new", name, "week_1.yaml") == (
        0,
        "week_1.yaml: now run  exsolve run week_1.yaml\n"
        f"what may stand in it:  exsolve fields {name}\n",
        "",
    )
    text = (folder / "week_1.yaml").read_text(encoding="utf-8")
    assert text.startswith(FIRST_LINE + "id: week-1\n")
    assert text.partition("\ntitle: ")[2] == kind(name).STARTER.partition("\ntitle: ")[2]
    jsonschema.Draft202012Validator(schema).validate(yaml.safe_load(text))
    linted = run("lint", "week_1.yaml")
    assert linted.status == 0
    assert "values agree" in linted.out
    for command in (["run"], ["show"], ["fields"]):
        assert run(*command, name if command == ["fields"] else "week_1.yaml").status == 0


def test_without_the_schema_beside_it_no_editor_is_sent_to_look_for_it(
    run: Command, folder: Path
) -> None:
    told = run("new", "gnn", "my.yaml").out
    assert "exsolve schema -o exercise.schema.json" in told
    assert told.endswith(FIRST_LINE)
    assert (folder / "my.yaml").read_text(encoding="utf-8").startswith("id: my\n")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("perceptron.yaml", "perceptron"),
        ("Week 1.part.yaml", "week-1-part"),
        ("übung.yaml", "my-gnn"),
        ("1.yaml", "my-gnn"),
        ("null.yaml", "my-gnn"),
        ("a--b.yaml", "my-gnn"),
        ("x" * 100 + ".yaml", "my-gnn"),
    ],
)
def test_a_new_exercise_is_called_as_its_file_where_it_can_be(
    file: str, name: str, run: Command, folder: Path
) -> None:
    assert run("new", "gnn", file).status == 0
    loaded = load(folder / file)
    assert isinstance(loaded, Exercise)
    assert loaded.workbook.id == name


def test_the_schema_is_printed_as_it_is_written(run: Command, folder: Path) -> None:
    assert run("schema", "-o", "a.json").status == 0
    assert (folder / "a.json").read_text(encoding="utf-8") == run("schema").out
    refused = run("schema", "-o", "missing/a.json")
    assert refused.status == 2
    assert "there is no folder missing" in refused.err


def test_a_mistake_of_an_author_is_told_at_its_place(run: Command, folder: Path) -> None:
    assert run("new", "attention", "my.yaml").status == 0
    file = folder / "my.yaml"
    file.write_text(file.read_text().replace("tokens:", "tokns:"), encoding="utf-8")
    told = run("lint", "my.yaml")
    assert told.status == 1
    assert "my.yaml:5:1: unknown field `tokns`" in told.out
    assert "did you mean `tokens`?" in told.out
