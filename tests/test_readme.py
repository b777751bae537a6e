"""What README shows is what the program prints."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from exsolve.cli import command_names, main
from exsolve.kinds import kind_names
from exsolve.library import Exercise, load_text
from exsolve.library.judging import Examiner
from exsolve.ops import OPERATIONS

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")

CONSOLE = re.findall(r"```console\n\$ exsolve (.*?)\n(.*?)```", README, re.DOTALL)

WRONG = """\
id: wrong
title: wrong
kind: formulas
givens:
  x: [1, 2, 3]
  W: [[1, -1], [1/2, 1]]
define:
  h:
    formula: relu(W @ x)
parts:
  - {id: a, ask: h, answers: [h]}
"""


MINE = re.findall(r"```text\n(.*?)```", README, re.DOTALL)[0]
PUBLISHED = re.findall(r"```markdown\n(.*?)```", README, re.DOTALL)[0]
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
YAML = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
FALSE_LINK = YAML[2].replace("- 2*X.T @ y\n", "- X.T @ y\n")


@pytest.mark.parametrize(("command", "shown"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_console_blocks_are_real_output(
    command: str,
    shown: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.yaml").write_text(WRONG)
    (tmp_path / "ridge-wrong.yaml").write_text(FALSE_LINK, encoding="utf-8")
    (tmp_path / "mine.txt").write_text(MINE, encoding="utf-8")
    (tmp_path / "published-key.md").write_text(PUBLISHED, encoding="utf-8")
    with pytest.raises(SystemExit):
        main(shlex.split(command))
    captured = capsys.readouterr()
    printed = captured.out + captured.err
    pieces = [piece.strip("\n") for piece in re.split(r"^\.\.\.$", shown, flags=re.MULTILINE)]
    start = 0
    for piece in filter(None, pieces):
        start = printed.find(piece, start)
        assert start >= 0, piece


def test_there_are_console_blocks() -> None:
    assert len(CONSOLE) >= 3


def test_the_exercise_to_copy_runs() -> None:
    solution = load_text(YAML[0]).solve()
    assert [step.name for part in solution.parts for step in part.steps][-2:] == [
        "grad_W",
        "grad_v",
    ]


def test_the_problem_set_to_copy_runs(tmp_path: Path) -> None:
    exercise, text = YAML[:2]
    (tmp_path / "perceptron.yaml").write_text(exercise, encoding="utf-8")
    solved = load_text(text, str(tmp_path / "week-7.yaml")).solve()
    titles = [question.title for question in solved.exercises]
    assert titles == ['1. Self-attention over "The red panda is cute."', "2. Backpropagation"]
    assert solved.exercises[1].points == 3


def test_the_derivation_to_copy_is_verified() -> None:
    assert YAML[2] != FALSE_LINK
    solution = load_text(YAML[2]).solve()
    (derivation,) = solution.parts[1].derivations
    assert derivation.verified.instances == 24
    assert derivation.verified.proved


def test_the_exercise_that_varies_does() -> None:
    exercise = load_text(YAML[3])
    assert isinstance(exercise, Exercise)
    first, second = exercise.variants(2, 7)
    assert first.text != second.text
    assert first.exercise.solve().agreement.compared > 0


def test_python_example() -> None:
    code = PYTHON[0]
    expected = re.search(r"# '(.*)'", code)
    assert expected
    *statements, last = code.strip().splitlines()
    names: dict[str, object] = {}
    exec("\n".join(statements), names)
    assert eval(last.split("#")[0], names) == expected[1]


def test_the_exercise_with_marking_of_its_own() -> None:
    """The mean of the squares is 101/3; a slip earns 2/3 of 2/3 of 3 points."""
    examiner = Examiner(load_text(YAML[4]))
    (answer,) = (
        one
        for one in examiner.check({"sigma2": "101/3"}).exercises[0].answers
        if one.verdict == "slip"
    )
    assert answer.message == "You left out the square of the mean."
    assert answer.score == Fraction(4, 3)
    (mean,) = (
        one for one in examiner.check({"mu": "5.00"}).exercises[0].answers if one.name == "mu"
    )
    assert mean.verdict == "correct"


def test_the_program_that_judges_a_folder(tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "ada.txt").write_text(MINE, encoding="utf-8")
    (tmp_path / "answers" / "bob.txt").write_text("edges = 12\n", encoding="utf-8")
    program = tmp_path / "program.py"
    program.write_text(PYTHON[1], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["7.722222222222222 messages", "3.0 "]


def test_everything_there_is_is_named() -> None:
    for name in command_names():
        assert f"`exsolve {name}" in README
    for name in kind_names():
        assert f"| `{name}` |" in README


def test_the_functions_of_the_language_are_all_named() -> None:
    listed = README[README.index("**The language**") : README.index("## Speed")]
    words = set(re.findall(r"[a-z_]+", listed))
    internal = {
        *("expand", "expand_dims", "ones_like", "scatter", "size", "max_unpool", "max_pick"),
    }
    written_as_names = {
        name for name, operation in OPERATIONS.items() if not operation.infix
    } - internal
    assert written_as_names <= words | {"log"}
