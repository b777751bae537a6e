"""``exsolve key`` and ``exsolve sheet``: what they hold, and how they are written."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from cli.conftest import Command

SETS = ("uw-section-09", "mila-hw2-2022", "nyu-hw4")


def test_a_key_has_marks_rubrics_and_provenance(run: Command, problems: Path) -> None:
    page = run("key", "uw-section-09", "--plain").out
    assert page.startswith("Answer key · CNNs, RNNs and attention")
    assert page.split("\n")[0].endswith("44 points")
    assert "4. One forward pass of self-attention" in page
    assert "[0.5] The head carries information" in page
    assert "The attention weights, one row for each token that asks" in page
    for file in ("sets/uw-section-09.yaml", "transformers/attention-forward.yaml"):
        assert sha256((problems / file).read_bytes()).hexdigest() in page


def test_a_key_of_several_has_one_total(run: Command) -> None:
    data = json.loads(run("key", "gnn-update", "uw-section-09", "--format", "json").out)
    assert data["purpose"] == "key"
    assert data["points"] == 64
    gnn, sheet = data["contents"]
    assert sum(part["points"] for part in gnn["parts"]) == 20
    assert sheet["exercises"][0]["exercise"] == "cnn-concepts"


def test_the_same_key_twice_is_the_same_bytes(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suffixes = (".md", ".tex", ".html", ".json", ".ipynb", ".txt")
    written: list[list[bytes]] = []
    for place in ("here", "there"):
        folder = tmp_path / place
        folder.mkdir()
        monkeypatch.chdir(folder)
        for suffix in suffixes:
            assert run("key", "attention-forward", "gnn-update", "-o", f"key{suffix}").status == 0
        written.append([(folder / f"key{suffix}").read_bytes() for suffix in suffixes])
    assert written[0] == written[1]
    assert all(written[0])


@pytest.mark.parametrize("name", [*SETS, "attention-forward", "gnn-update"])
def test_a_sheet_asks_and_tells_nothing(run: Command, name: str) -> None:
    key = json.loads(run("key", name, "--format", "json").out)
    ended = run("sheet", name, "--format", "json")
    assert ended.status == 0
    sheet = json.loads(ended.out)
    assert sheet["points"] == key["points"]
    solved = [one for content in key["contents"] for one in content.get("exercises", [content])]
    asked = [one for content in sheet["contents"] for one in content.get("exercises", [content])]
    for with_answers, without in zip(solved, asked, strict=True):
        assert without["givens"] == with_answers["givens"]
        for part, question in zip(with_answers["parts"], without["parts"], strict=True):
            assert (part["ask"], part["points"]) == (question["ask"], question["points"])
            hidden = ("steps", "text", "rubric", "derivations", "evidence")
            assert not any(question[field] for field in hidden)
            assert all(f"{answer} =" in "".join(sheet["forms"]) for answer in part["answers"])


def test_the_form_by_itself(run: Command, tmp_path: Path) -> None:
    form = tmp_path / "answers.txt"
    ended = run("sheet", "gnn-update", "-o", str(tmp_path / "sheet.md"), "--form", str(form))
    assert ended.status == 0
    text = form.read_text()
    assert text.startswith("# gnn-update  ")
    assert text.rstrip("\n") in (tmp_path / "sheet.md").read_text()
    same = run("sheet", "gnn-update", "-o", str(form), "--form", str(form))
    assert same.status == 2
    assert "two outputs cannot be the same file" in same.err


@pytest.mark.parametrize("command", ["key", "sheet", "run"])
def test_what_cannot_be_written_is_said_before_any_work(
    run: Command, tmp_path: Path, command: str
) -> None:
    (tmp_path / "folder.md").mkdir()
    for output, message in (
        ("key.docx", "the suffix does not name a format"),
        ("key", "the suffix does not name a format"),
        ("no/folder/key.md", "there is no folder"),
        ("folder.md", "cannot be written"),
    ):
        ended = run(command, "no-such-exercise", "-o", str(tmp_path / output))
        assert ended.status == 2
        assert message in ended.err
        assert "no-such-exercise" not in ended.err
        assert "Traceback" not in ended.err


def test_a_failed_run_leaves_the_file(run: Command, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        "id: broken\ntitle: B\nkind: formulas\ndefine: {a: 1/0}\n"
        "parts: [{id: a, ask: a, answers: [a]}]\n"
    )
    output = tmp_path / "key.md"
    output.write_text("of yesterday")
    assert run("key", str(broken), "gnn-update", "-o", str(output)).status == 2
    assert output.read_text() == "of yesterday"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["broken.yaml", "key.md"]


def test_everything_wrong_is_said_at_once(run: Command) -> None:
    ended = run("key", "no-such", "gnn-update", "neither", "gnn-update")
    assert ended.status == 2
    assert "there is no exercise 'no-such'" in ended.err
    assert "there is no exercise 'neither'" in ended.err
    assert "gnn-update stands twice" in ended.err


def test_a_link_stays_one_and_permissions_stay(run: Command, tmp_path: Path) -> None:
    file, link, dangling = (tmp_path / name for name in ("file.md", "link.md", "dangling.md"))
    file.write_text("of yesterday")
    file.chmod(0o600)
    link.symlink_to(file)
    dangling.symlink_to("new.md")
    for output in (link, dangling):
        assert run("sheet", "gnn-update", "-o", str(output)).status == 0
        assert output.is_symlink()
    assert file.read_text() == (tmp_path / "new.md").read_text() != "of yesterday"
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.iterdir())) == 4


def test_names_of_outputs(run: Command, tmp_path: Path) -> None:
    for name in ("Sheet.HTML", "n" * 252 + ".md"):
        output = tmp_path / name
        assert run("sheet", "gnn-update", "-o", str(output)).status == 0
        assert output.stat().st_size > 1000
    for name in ("-", "/dev/null"):
        ended = run("sheet", "gnn-update", "--format", "markdown", "-o", name)
        assert ended.status == 2
        assert "without -o the output goes to standard output" in ended.err


def test_of_several_files_all_are_written_or_none(run: Command, tmp_path: Path) -> None:
    before = tmp_path / "gnn-update-1-01.yaml"
    before.write_text("of yesterday")
    (tmp_path / "gnn-update-1-02-key.md").mkdir()
    ended = run("vary", "gnn-update", "--seed", "1", "--count", "2", "-o", str(tmp_path))
    assert ended.status == 2
    assert "gnn-update-1-02-key.md: cannot be written" in ended.err
    assert before.read_text() == "of yesterday"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    "arguments", [("run", "-o"), ("key", "-o"), ("sheet", "-o"), ("sheet", "--form")]
)
def test_an_exercise_is_not_replaced_by_what_is_made_of_it(
    run: Command, problems: Path, tmp_path: Path, arguments: tuple[str, str]
) -> None:
    exercise, link = tmp_path / "exercise.yaml", tmp_path / "link.yaml"
    content = (problems / "graphs" / "gnn-update.yaml").read_bytes()
    exercise.write_bytes(content)
    link.symlink_to(exercise)
    command, option = arguments
    ended = run(command, str(exercise), "--format", "markdown", option, str(link))
    assert ended.status == 2
    assert "the output would replace the exercise" in ended.err
    assert exercise.read_bytes() == content
