"""The commands as they are typed: what they print, where, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli.conftest import Command

from exsolve.cli import command_names
from exsolve.kinds import kind, kind_names

ROOT = Path(__file__).parent.parent.parent


def test_the_commands_there_are() -> None:
    assert {"run", "list", "show", "lint", "schema", "new"} <= set(command_names())


def test_help_names_every_command(run: Command) -> None:
    ended = run("--help")
    assert ended.status == 0
    assert all(name in ended.out for name in command_names())


@pytest.mark.parametrize("name", command_names())
def test_every_command_has_help(run: Command, name: str) -> None:
    assert run(name, "--help").status == 0


def test_version(run: Command) -> None:
    assert run("--version").out.startswith("exsolve 0.")


def test_run_prints_the_solution(run: Command) -> None:
    ended = run("run", "attention-forward")
    assert ended.status == 0
    assert ended.err == ""
    assert "4/5" in ended.out
    assert "values" not in ended.err
    assert "\x1b" not in ended.out


def test_run_parts_details_digits_and_givens(run: Command) -> None:
    ended = run("run", "attention-forward", "--part", "b", "--part", "d", "--digits", "8")
    assert "(b)" in ended.out
    assert "(c)" not in ended.out
    assert "4.3820266" in ended.out
    other = run("run", "attention-forward", "--part", "d", "--set", "W_V=2*identity(3)")
    assert "8/5" in other.out


@pytest.mark.parametrize("name", ["terminal", "plain", "markdown", "json"])
def test_formats(run: Command, name: str) -> None:
    ended = run("run", "gnn-update", "--format", name)
    assert ended.status == 0
    assert "agg" in ended.out
    if name == "json":
        assert json.loads(ended.out)["exercise"] == "gnn-update"


def test_output_file_by_suffix(run: Command, tmp_path: Path) -> None:
    for suffix, begin in ((".md", "# "), (".json", "{"), (".txt", "A graph")):
        file = tmp_path / f"answer{suffix}"
        ended = run("run", "gnn-update", "-o", str(file))
        assert ended == (0, "", "")
        assert file.read_text(encoding="utf-8").startswith(begin)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "answer.json",
        "answer.md",
        "answer.txt",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "no-such"], "there is no exercise 'no-such'"),
        (["run", "atention-forward"], "did you mean attention-forward"),
        (["run", "./none.yaml"], "there is no file './none.yaml'"),
        (["run", "attention-forward", "--part", "z"], "has no part 'z'"),
        (["run", "attention-forward", "--format", "docx"], "there is no format 'docx'"),
        (["run", "attention-forward", "-o", "/no/such/folder/a.md"], "there is no folder"),
        (["run", "attention-forward", "-o", "answer.docx"], "the suffix does not name a format"),
        (["run", "attention-forward", "--set", "W_V"], "not an assignment"),
        (["run", "attention-forward", "--set", "Z=1"], "has no given 'Z'"),
        (["new", "no-kind", "x.yaml"], "there is no kind 'no-kind'"),
    ],
)
def test_what_cannot_be_used_ends_with_2(run: Command, arguments: list[str], message: str) -> None:
    ended = run(*arguments)
    assert ended.status == 2
    assert ended.out == ""
    assert message in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["rum"],
        ["run"],
        ["run", "attention-forward", "--digits", "0"],
        ["run", "attention-forward", "--digits", "many"],
        ["run", "attention-forward", "--detail", "endless"],
        ["run", "attention-forward", "--nothing"],
    ],
)
def test_wrong_usage_ends_with_2(run: Command, arguments: list[str]) -> None:
    ended = run(*arguments)
    assert ended.status == 2
    assert "Usage" in ended.err


def test_show_has_the_data_and_no_answers(run: Command) -> None:
    ended = run("show", "attention-forward")
    assert "√3·ln 80" in ended.out
    assert "4/5" not in ended.out
    assert "(e) What does this head move" in ended.out


def test_list(run: Command) -> None:
    ended = run("list")
    for name in (
        "attention-forward",
        "cnn-shapes",
        "gnn-update",
        "long-range-gradients",
        "norm-statistics",
        "rnn-bptt-numbers",
    ):
        assert name in ended.out
    data = json.loads(run("list", "--json").out)
    by_id = {one["id"]: one for one in data["exercises"]}
    assert by_id["attention-forward"]["parts"] == ["a", "b", "c", "d", "e"]
    tagged = run("list", "--tag", "attention").out
    assert "attention-forward" in tagged
    assert "gnn-update" not in tagged


def test_a_folder_of_ones_own_comes_first(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "problems" / "mine"
    own.mkdir(parents=True)
    text = (ROOT / "problems/graphs/gnn-update.yaml").read_text(encoding="utf-8")
    (own / "gnn-update.yaml").write_text(text.replace("h_2: [-1, 1]", "h_2: [-2, 2]"))
    (own / "broken.yaml").write_text("id: [\n")
    assert "│ -4   4 │  from 2" in run("run", "gnn-update").out
    listed = run("list")
    assert "cannot be read: problems/mine/broken.yaml:" in listed.err
    monkeypatch.setenv("EXSOLVE_PATH", str(tmp_path / "elsewhere"))
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "second.yaml").write_text(text.replace("id: gnn-update", "id: second"))
    assert "second" in run("list").out


def test_an_exercise_is_found_by_the_id_that_list_shows(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    problems = tmp_path / "problems"
    problems.mkdir()
    text = kind("formulas").STARTER.replace("id: my-exercise", "id: perceptron")
    (problems / "week-1.yaml").write_text(text, encoding="utf-8")
    assert "perceptron" in run("list").out
    assert run("list").err == ""
    assert run("run", "perceptron").status == 0
    assert "did you mean perceptron?" in run("run", "perzeptron").err
    (problems / "week-2.yaml").write_text(text, encoding="utf-8")
    both = f"{Path('problems/week-1.yaml')}, {Path('problems/week-2.yaml')}"
    assert f"2 files have the id 'perceptron': {both}" in run("list").err
    twice = run("run", "perceptron")
    assert twice.status == 2
    assert both in twice.err
    assert run("run", "week-2").status == 0


def test_list_says_when_nothing_has_the_tag(run: Command) -> None:
    assert run("list", "--tag", "zoology") == (0, "", "no exercise has the tag 'zoology'\n")


@pytest.mark.parametrize(
    ("name", "typed"),
    [("a b.yaml", "'a b.yaml'"), ("-a.yaml", "./-a.yaml"), ("plain.yaml", "plain.yaml")],
)
def test_new_names_a_command_that_can_be_typed(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, typed: str
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("new", "formulas", "--", name).out
    assert told.startswith(f"{name}: now run  exsolve run {typed}\n")


@pytest.mark.parametrize("name", kind_names())
def test_new_gives_a_file_that_runs_and_lints(run: Command, tmp_path: Path, name: str) -> None:
    file = tmp_path / "exercise.yaml"
    assert run("new", name, str(file)).status == 0
    first, _, rest = file.read_text(encoding="utf-8").partition("\n")
    assert (first, rest) == ("id: exercise", kind(name).STARTER.partition("\n")[2])
    assert run("run", str(file)).status == 0
    linted = run("lint", str(file))
    assert linted.status == 0
    assert "values agree" in linted.out
    again = run("new", name, str(file))
    assert again.status == 2
    assert "exists already" in again.err


def test_lint_reports_everything_and_ends_with_1(run: Command, tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_text(kind("formulas").STARTER)
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "id: bad\ntitle: Bad\nkind: formulas\ndefine:\n  a: b + 1\n  c: '[1, 2] @ [1, 2, 3]'\n"
        "parts:\n  - {id: a, ask: x, answers: [a]}\n"
    )
    ended = run("lint", str(good), str(bad))
    assert ended.status == 1
    assert f"{good}: " in ended.out
    assert f"{bad}:5:6: a: 'b' is not defined" in ended.out
    assert f"{bad}:6:" in ended.out
    assert "1 of 2 files" in ended.out


def test_shipped_exercises_are_without_errors(run: Command, problems: Path) -> None:
    files = sorted(map(str, problems.rglob("*.yaml")))
    assert len(files) >= 6
    assert run("lint", *files).status == 0


def test_schema_accepts_the_shipped_exercises(run: Command, problems: Path) -> None:
    import jsonschema
    import yaml

    schema = json.loads(run("schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for file in problems.rglob("*.yaml"):
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert not list(validator.iter_errors(data)), file


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from exsolve.cli import script; script()", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize("exercise", ["cnn-shapes", "gnn-update", "attention-forward"])
def test_sympy_is_not_imported(exercise: str) -> None:
    code = (
        "import sys\nfrom exsolve.cli import main\n"
        f"try:\n    main(['run', {exercise!r}])\nexcept SystemExit:\n    pass\n"
        "print('sympy' in sys.modules, 'rich' in sys.modules, file=sys.stderr)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stderr.split() == ["False", "False"]


def test_a_closed_pipe_is_no_error() -> None:
    command = "from exsolve.cli import main; main(['run', 'attention-forward', '--detail', 'long'])"
    ended = subprocess.run(
        f'"{sys.executable}" -c "{command}" | head -1',
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr == ""


@pytest.mark.parametrize("arguments", [("run", "gnn-update"), ("list",), ("schema",)])
def test_an_output_that_cannot_be_written_is_told(arguments: tuple[str, ...]) -> None:
    code = "from exsolve.cli import script; script()"
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 2
    assert "the output cannot be written (No space left on device)" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", ["run gnn-update", "list", "lint gnn-update"])
def test_a_closed_output_is_no_error(command: str) -> None:
    code = "from exsolve.cli import script; script()"
    ended = subprocess.run(
        f'"{sys.executable}" -c "{code}" {command} >&-',
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_no_terminal_encoding_is_needed() -> None:
    ended = process("run", "attention-forward", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ended.returncode == 0
    assert "Traceback" not in ended.stderr


def test_lint_notes_givens_that_nothing_uses(run: Command, tmp_path: Path) -> None:
    file = tmp_path / "unused.yaml"
    text = (ROOT / "problems/transformers/attention-forward.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("  d_model: 3\n", "  d_model: 3\n  b_1: [0, 0, 1]\n"))
    ended = run("lint", str(file))
    assert ended.status == 0
    assert "note: nothing is computed from b_1" in ended.out


def test_what_a_given_may_be_is_said_once(run: Command, tmp_path: Path) -> None:
    file = tmp_path / "empty.yaml"
    file.write_text(kind("formulas").STARTER.replace("x: [1, 2]", "x:"))
    assert run("lint", str(file)).out.count("a number or a list of numbers") == 1


def test_lint_takes_folders(run: Command, problems: Path, tmp_path: Path) -> None:
    ended = run("lint", str(problems))
    assert ended.status == 0
    shipped = list(problems.rglob("*.yaml"))
    sets = [file for file in shipped if file.parent.name == "sets"]
    sound = ("values agree", "verified", "nothing to compute")
    lines = [line for line in ended.out.splitlines() if line.endswith(sound)]
    assert len(lines) == len(shipped) - len(sets)
    assert all(f"{file}: " in ended.out for file in sets)
    empty = run("lint", str(tmp_path))
    assert empty.status == 1
    assert "a folder without exercises" in empty.out


def test_files_that_end_in_yml_are_found(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "problems").mkdir()
    (tmp_path / "problems" / "short-name.yml").write_text(
        "id: short-name\ntitle: Short\nkind: formulas\ndefine: {a: 1 + 1}\n"
        "parts:\n  - {id: a, ask: a, answers: [a]}\n"
    )
    assert "short-name" in run("list").out
    assert "a = 1 + 1" in run("run", "short-name").out


def test_a_reader_who_has_gone_before_a_large_output_is_no_error(tmp_path: Path) -> None:
    rows = [[(7 * row + column) % 11 for column in range(30)] for row in range(30)]
    exercise = tmp_path / "large.yaml"
    exercise.write_text(
        f"id: large\ntitle: t\nkind: formulas\ngivens: {{A: {rows}}}\ndefine: {{C: A @ A}}\n"
        "parts: [{id: a, ask: q, answers: [C]}]\n"
    )
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "exsolve", "run", str(exercise), "--format", "json"]
    ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_the_status_stands_where_messages_cannot() -> None:
    code = "from exsolve.cli import script; script()"
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-c", code, "run", "no-such"], stderr=full, check=False
        )
    assert ended.returncode == 2
