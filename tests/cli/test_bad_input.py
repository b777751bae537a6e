"""Bad files and bad arguments through the commands: what is said, where, and with which status.

The table is ``bad_input/cases.txt``; the files that its cases change stand beside it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from cli.conftest import Command
from work import at_most_calls

from exsolve.errors import ExsolveError
from exsolve.library import load_text

FOLDER = Path(__file__).parent / "bad_input"
FILE = "exercise.yaml"
PLACE = re.compile(rf"(?:exsolve: )?{re.escape(FILE)}:(\d+:\d+): (.*)")


class Case(NamedTuple):
    """The changes of a file, and for each problem its place and pieces of its message."""

    line: int
    file: str
    changes: list[tuple[str, str]]
    problems: list[str]

    def text(self) -> str:
        """The whole file as it is changed."""
        text = (FOLDER / f"{self.file}.yaml").read_text(encoding="utf-8")
        for old, new in self.changes:
            if old == "…":
                text = new
            else:
                assert text.count(old) == 1, f"line {self.line}: {old!r} stands elsewhere too"
                text = text.replace(old, new)
        return text


def cases() -> list[Case]:
    """The table; ``line`` is where a case begins in it."""
    found: list[Case] = []
    before = ""
    content = (FOLDER / "cases.txt").read_text(encoding="utf-8")
    for number, line in enumerate(content.split("\n"), 1):
        mark, rest = line[:1], line[2:]
        rest = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match.group(1), 16)), rest)
        if mark == "@":
            found.append(Case(number, rest, [], []))
        elif mark == "-":
            if before == "-":
                rest = f"{found[-1].changes.pop()[0]}\n{rest}"
            found[-1].changes.append((rest, ""))
        elif mark == "+":
            old, new = found[-1].changes.pop()
            found[-1].changes.append((old, f"{new}\n{rest}" if before == "+" else rest))
        elif mark == "!":
            found[-1].problems.append(rest)
        else:
            assert not line or mark == "#", f"line {number} of the table"
        before = mark
    return found


CASES = cases()


def reported(output: str) -> list[str]:
    """Each problem as one line: place, message, expected, found and hint."""
    found: list[str] = []
    for line in output.splitlines():
        if match := PLACE.fullmatch(line):
            found.append(" ".join(match.groups()))
        elif line.startswith("    "):
            found[-1] += " " + line.strip()
        else:
            assert re.fullmatch(r"1 of 1 file has errors", line), line
    return found


def assert_said(problems: list[str], wanted: list[str]) -> None:
    """Just these problems, in this order, each with all its pieces."""
    shown = "\n".join(problems)
    assert len(problems) == len(wanted), shown
    for problem, pieces in zip(problems, wanted, strict=True):
        place, _, rest = pieces.partition(" ")
        assert problem.startswith(f"{place} "), f"{pieces}\nis not in\n{shown}"
        index = 0
        for piece in rest.split(" … "):
            index = problem.find(piece, index)
            assert index >= 0, f"{piece!r} is not in\n{problem}"
            index += len(piece)


def test_the_table_is_large_enough() -> None:
    assert len(CASES) >= 190
    assert {case.file for case in CASES} == {file.stem for file in FOLDER.glob("*.yaml")}
    assert all(case.changes and case.problems for case in CASES)


@pytest.mark.parametrize("name", sorted({case.file for case in CASES}))
def test_the_files_are_sound_before_they_are_changed(run: Command, name: str) -> None:
    ended = run("lint", str(FOLDER / f"{name}.yaml"))
    assert (ended.status, ended.err) == (0, "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}-line-{case.line}")
def test_bad_files(
    run: Command, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(FILE).write_text(case.text(), encoding="utf-8")
    ended = run("run", FILE)
    assert (ended.status, ended.out) == (2, "")
    assert_said(reported(ended.err), case.problems)
    with at_most_calls(20_000_000):
        linted = run("lint", FILE)
    assert (linted.status, linted.err) == (1, "")
    assert reported(linted.out) == reported(ended.err)


# What YAML 1.1 makes something else of: its value in mathematics (computed by hand), or refused.
SCALARS = {
    "0.1": "0.1",
    ".5": "0.5",
    "½": "0.5",
    "1e3": "1000",
    "1E3": "1000",
    "1e-5": "1e-5",
    "+3": "3",
    "-7": "-7",
    "-0": "0",
    "1/4": "0.25",
    "2024-10-11": "2003",
    "'12'": "12",
    '"12"': "12",
    "no": None,
    "yes": None,
    "off": None,
    "true": None,
    "~": None,
    "null": None,
    "012": None,
    "00": None,
    "0o14": None,
    "0x10": None,
    "0b1": None,
    "1:30": None,
    "1_000": None,
    "1 000": None,
    "1,5": None,
    "1.2.3": None,
    "5.": None,
    "1e": None,
    ".inf": None,
    ".nan": None,
    "2024-01-01": None,
    "=": None,
    "٣": None,
    "１２": None,
    '""': None,
}

GIVEN = "givens: {x: §}\ndefine: {y: x + 0}\n"
LISTED = "givens: {x: [§]}\ndefine: {y: sum(x)}\n"
DEFINED = "define: {y: §}\n"


@pytest.mark.parametrize("written", SCALARS)
@pytest.mark.parametrize("fields", [GIVEN, LISTED, DEFINED], ids=["given", "listed", "defined"])
def test_a_number_is_what_it_looks_like_or_refused(written: str, fields: str) -> None:
    fields = fields.replace("{", "\n  ").replace("}", "") if "," in written else fields
    if "," in written and "[" in fields:
        written = f"'{written}'"
    text = (
        "id: a\ntitle: b\nkind: formulas\n"
        + fields.replace("§", written)
        + "parts: [{id: a, ask: b, answers: [y]}]\n"
    )
    wanted = SCALARS.get(written)
    if wanted is None:
        with pytest.raises(ExsolveError) as refused:
            load_text(text)
        assert len(refused.value.problems) == 1
        return
    (step,) = load_text(text).solve(digits=10).parts[0].steps
    assert [cell.decimal for cell in step.value.cells] == [wanted]


WHOLE = "kind: attention\nheads: §\ngivens: {Q: [[1]], K: [[1]], V: [[1]]}\n"
TRUTH = "kind: norms\nnormalise: §\ngivens: {X: [[[1, 2]]]}\nnorms: [layer]\n"
WORD = "kind: norms\nvariance: §\ngivens: {X: [[[1, 2]]]}\nnorms: [layer]\n"
SLUG = "kind: formulas\ntags: [§]\ndefine: {H: 1, mu_layer: 1}\n"


@pytest.mark.parametrize("written", SCALARS)
@pytest.mark.parametrize(
    ("fields", "answer", "accepted"),
    [
        (WHOLE, "H", {}),
        (TRUTH, "mu_layer", {"true": None}),
        (WORD, "mu_layer", {}),
    ],
    ids=["whole number", "true or false", "word"],
)
def test_settings_take_no_other_spelling(
    written: str, fields: str, answer: str, accepted: dict[str, None]
) -> None:
    text = (
        "id: a\ntitle: b\n"
        + fields.replace("§", written)
        + f"parts: [{{id: a, ask: b, answers: [{answer}]}}]\n"
    )
    if written in accepted:
        assert load_text(text).solve().parts
        return
    with pytest.raises(ExsolveError) as refused:
        load_text(text)
    assert [problem.position.line for problem in refused.value.problems if problem.position] == [4]


@pytest.mark.parametrize("written", ["no", "012", "1:30", "0.1", "1_000", "0x10", "1e3", "yes"])
def test_words_stay_the_words_that_were_written(written: str) -> None:
    text = (
        f"id: a\ntitle: {written}\nkind: attention\ntokens: [{written}]\n"
        "givens: {Q: [[1]], K: [[1]], V: [[1]]}\n"
        f"parts: [{{id: a, ask: {written}, answers: [H]}}]\n"
    )
    solution = load_text(text).solve()
    assert (solution.title, solution.parts[0].ask) == (written, written)
    assert solution.parts[0].steps[-1].rows == (written,)


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def make_odd_file(name: str, path: Path) -> None:
    """What stands at the path instead of a file with an exercise."""
    contents = {
        "invalid UTF-8": b"id: a\ntitle: \xff\xfe\n",
        "half a character": b"id: a\ntitle: \xc3",
        "UTF-16": "id: a\ntitle: b\n".encode("utf-16"),
        "NUL": b"id: a\ntitle: a\0b\n",
        "brackets": b"[" * 1_000_000,
        "braces": b"{a: " * 250_000,
        "closed brackets": b"a: " + b"[" * 500_000 + b"]" * 500_000,
        "quotes": b"a: '" * 250_000,
        "anchors": b"a: &b [*b, *b]\n" * 60_000,
        "dashes": b"- " * 500_000,
        "documents": b"---\n" * 250_000,
        "directives": b"%A\n" * 300_000,
        "keys": b"".join(b"k%d: 1\n" % number for number in range(80_000)),
        "one line": b"a" * 1_000_000,
        "empty": b"",
    }
    if name == "folder":
        path.mkdir()
    elif name == "pipe":
        os.mkfifo(path)
    elif name == "dangling link":
        path.symlink_to(path.with_name("nothing"))
    elif name == "circular link":
        path.symlink_to(path)
    elif name == "too large":
        sparse(path, 1 << 40)
    else:
        path.write_bytes(contents[name])


ODD_FILES = {
    "folder": "a folder",
    "pipe": "a pipe",
    "dangling link": "cannot be read",
    "circular link": "cannot be read",
    "too large": "at most 1,048,576 bytes",
    "invalid UTF-8": "exercise.yaml:2:8: the file is not written in UTF-8",
    "half a character": "exercise.yaml:2:8: the file is not written in UTF-8",
    "UTF-16": "exercise.yaml:1:1: the file is not written in UTF-8",
    "NUL": "exercise.yaml:2:9: a character that cannot be seen",
    "brackets": "brackets in one file",
    "braces": "brackets in one file",
    "closed brackets": "brackets in one file",
    "quotes": "exercise.yaml:1:",
    "anchors": "exercise.yaml:1:4: an anchor is not read here",
    "dashes": "nested more than 64 deep",
    "documents": "exercise.yaml:",
    "directives": "a YAML directive is not read here",
    "keys": "unknown field `k0`",
    "one line": "the file has no fields",
    "empty": "exercise.yaml:1:1: the file is empty",
}


@pytest.mark.parametrize("name", ODD_FILES)
def test_odd_files(
    run: Command, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make_odd_file(name, Path(FILE))
    # some times what it takes, far below what a reader without limits takes
    with at_most_calls(20_000_000):
        ended = run("run", FILE)
    assert (ended.status, ended.out) == (2, "")
    assert ODD_FILES[name] in ended.err
    assert "Traceback" not in ended.err
    assert len(ended.err.splitlines()) <= 4 * 51
    with at_most_calls(20_000_000):
        linted = run("lint", FILE)
    assert linted.status == 1
    assert ODD_FILES[name] in linted.out


SET = {
    # --set on attention-forward, and what is said
    "X": "--set X: not an assignment",
    "=1": "--set =1: not an assignment",
    "X=": "--set X=: not an assignment",
    "Y=1": "this exercise has no given 'Y'",
    "é=1": "this exercise has no given 'é'",
    "X[0]=1": "this exercise has no given 'X[0]'",
    "X=[[1, 2]": "--set X:1:1: the '[' at character 1 is never closed",
    "X=[[1,0,0],[0,1]]": "--set X:1:10: the rows of the list are not alike",
    "X=[]": "--set X:1:1: the list is empty",
    "X=[[1, 2]]": "Q: the inner sizes of @ must agree",
    "X=W_Q": "X is data, but refers to W_Q",
    "X=zeros([10^9, 10^9])": "a list of sizes, like [2, 3]",
    "X=zeros(1000000000, 1000000000)": "--set X:1:1",
    "d_model=9**9**9": "--set d_model:1:2: d_model: the power is too large",
    "d_model=exp(exp(exp(10)))": "--set d_model:1:1: d_model: the exponential is too large",
    "d_model=1e999999999": "--set d_model:1:1: the power of ten is too large",
    "d_model=" + "9" * 2000: "--set d_model:1:1: the number is too long",
    "d_model=" + "(" * 5000: "--set d_model:1:101: the expression is nested too deeply",
    "d_model=" + "(" * 1_000_000: "--set d_model",
    "d_model=" + "1+" * 4000 + "1": "--set d_model",
    "d_model=" + "-" * 9000 + "1": "--set d_model",
    "d_model=__import__('os').system('true')": "--set d_model:1:1: a name cannot begin with '_'",
    "d_model=(lambda: 1)()": "--set d_model:1:",
    "d_model=open('/etc/passwd')": "--set d_model:1:",
    "d_model={1: 2}": "--set d_model:1:1",
    "d_model=no": "d_model is data, but refers to no",
    "d_model=nan": "d_model is data, but refers to nan",
    "d_model=012": "--set d_model:1:1: 012 could be an octal number or 12",
    "d_model=1:30": "--set d_model:1:1: 1:30 can be read in two ways",
    "d_model=1_000": "--set d_model:1:1: 1_000: underscores",
    "d_model=0x10": "--set d_model:1:1: 0x10: only decimal numbers",
    "d_model=1,5": "--set d_model:1:1: 1,5 can be read in two ways",
    "d_model=1/0": "--set d_model:1:2: d_model: division by zero",
    "d_model=0": "attention-forward.yaml:17:3: S: division by zero",
    "d_model=-3": "a root of a negative number is not real",
    "d_model=\0": "a NUL character",
    "d_model=\ud800": "--set d_model:1:1",
    "d_model=3 # three": "--set d_model:1:3",
    "d_model=\u202e3": "--set d_model:1:1",
}


@pytest.mark.parametrize("assignment", SET, ids=lambda text: ascii(text)[:40])
def test_bad_assignments(run: Command, assignment: str) -> None:
    ended = run("run", "attention-forward", "--set", assignment)
    assert (ended.status, ended.out) == (2, "")
    assert SET[assignment] in ended.err
    assert "Traceback" not in ended.err
    assert len(ended.err) < 20_000


def test_a_given_is_set_once(run: Command) -> None:
    ended = run("run", "attention-forward", "--set", "d_model=2", "--set", "d_model = 3")
    assert ended == (2, "", ended.err)
    assert "--set d_model stands twice" in ended.err


ARGUMENTS = [
    # a command, and what is said about it
    (["run", "../x"], "there is no file '../x'"),
    (["run", "../../../etc/passwd"], "/etc/passwd"),
    (["run", "-"], "there is no file '-'"),
    (["run", ""], "no exercise is named"),
    (["run", "  "], "no exercise is named"),
    (["run", "."], "a folder"),
    (["run", "/"], "a folder"),
    (["run", "/dev/null"], "a device"),
    (["run", "/dev/zero"], "a device"),
    (["run", "a\0b"], "'a\\x00b' cannot be used"),
    (["run", "a\nb"], "there is no file 'a\\nb'"),
    (["run", "\ud800"], "there is no file"),
    (["run", "*"], "there is no file '*'"),
    (["run", "a" * 5000], "there is no file 'aaaa"),
    (["run", "a/" * 5000], "there is no file 'a/a/"),
    (["run", "ATTENTION-FORWARD"], "did you mean attention-forward"),
    (["run", "atention-forward"], "did you mean attention-forward"),
    (["run", "gnn-update.yaml"], "did you mean gnn-update"),
    (["run"], "Missing argument"),
    (["run", "--"], "Missing argument"),
    (["run", "gnn-update", "extra"], "extra"),
    (["run", "gnn-update", "--nope"], "No such option"),
    (["run", "gnn-update", "--part", "z"], "gnn-update has no part 'z'"),
    (["run", "gnn-update", "--part", ""], "gnn-update has no part ''"),
    (["run", "gnn-update", "--part", "2", "--part", "9"], "gnn-update has no part '9'"),
    (["run", "gnn-update", "--part"], "requires an argument"),
    (["run", "gnn-update", "--digits", "0"], "0 is not in the range"),
    (["run", "gnn-update", "--digits", "51"], "51 is not in the range"),
    (["run", "gnn-update", "--digits", "-3"], "-3 is not in the range"),
    (["run", "gnn-update", "--digits", "1.5"], "'1.5' is not a valid"),
    (["run", "gnn-update", "--digits", "many"], "'many' is not a valid"),
    (["run", "gnn-update", "--digits", "9" * 5000], "--digits"),
    (["run", "gnn-update", "--detail", "huge"], "'huge' is not one of"),
    (["run", "gnn-update", "--format", "docx"], "there is no format 'docx'"),
    (["run", "gnn-update", "--format", ""], "there is no format ''"),
    (["run", "gnn-update", "--format", "../plain"], "there is no format '../plain'"),
    (["run", "gnn-update", "--format"], "requires an argument"),
    (["run", "gnn-update", "-o", "no/such/x.md"], "there is no folder no/such"),
    (["run", "gnn-update", "-o", "x.docx"], "the suffix does not name a format"),
    (["run", "gnn-update", "-o", "x"], "the suffix does not name a format"),
    (["run", "gnn-update", "-o", ""], "the suffix does not name a format"),
    (["run", "gnn-update", "-o", "-"], "the suffix does not name a format"),
    (["run", "gnn-update", "-o", "folder.md"], "folder.md: cannot be written"),
    (["run", "gnn-update", "-o", "pipe.md"], "pipe.md: not a file"),
    (["run", "gnn-update", "-f", "json", "-o", "/dev/null"], "/dev/null: not a file"),
    (["run", "gnn-update", "-o", "/proc/x.md"], "/proc/x.md: cannot be written"),
    (["run", "gnn-update", "-o", "a\0b.md"], "a NUL character"),
    (["run", "gnn-update", "-o", "a" * 5000 + ".md"], "cannot be the name of a file"),
    (["run", "gnn-update", "-o", "a" * 254 + ".md"], "cannot be"),
    (["show"], "Missing argument"),
    (["show", "nope"], "there is no exercise 'nope'"),
    (["new"], "Missing argument"),
    (["new", "formulas"], "Missing argument"),
    (["new", "formula", "x.yaml"], "there is no kind 'formula'"),
    (["new", "blueprint", "x.yaml"], "there is no kind 'blueprint'"),
    (["new", "../cli", "x.yaml"], "there is no kind '../cli'"),
    (["new", "", "x.yaml"], "there is no kind ''"),
    (["new", "formulas", "folder.md"], "folder.md"),
    (["new", "formulas", "pipe.md"], "pipe.md"),
    (["new", "formulas", "no/such.yaml"], "there is no folder no"),
    (["new", "formulas", "a\0b.yaml"], "a NUL character"),
    (["new", "formulas", "a" * 5000], "cannot be the name of a file"),
    (["lint"], "Missing argument"),
    (["list", "extra"], "extra"),
    (["list", "--tag"], "requires an argument"),
    (["schema", "extra"], "extra"),
    (["solve"], "No such command"),
    (["../run"], "No such command"),
    (["entry"], "No such command"),
    ([""], "No such command"),
]


@pytest.mark.parametrize(
    ("arguments", "message"), ARGUMENTS, ids=[ascii(" ".join(row[0]))[:50] for row in ARGUMENTS]
)
def test_bad_arguments(
    run: Command,
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.md").mkdir()
    os.mkfifo("pipe.md")
    ended = run(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert message in ended.err
    assert "Traceback" not in ended.err
    assert len(ended.err) < 20_000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.md", "pipe.md"]


def test_a_folder_that_may_not_be_written(run: Command, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    if os.access(closed, os.W_OK):  # the superuser may write everywhere
        assert run("run", "gnn-update", "-o", str(closed / "x.md")).status == 0
        return
    ended = run("run", "gnn-update", "-o", str(closed / "x.md"))
    assert (ended.status, ended.out) == (2, "")
    assert "cannot be written" in ended.err


def test_a_wrong_claim_about_numbers_has_no_instance(run: Command, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    text = (FOLDER / "formulas.yaml").read_text(encoding="utf-8")
    claim = "h: {formula: relu(W @ x), equals: W @ x + 1}"
    bad.write_text(text.replace("h: relu(W @ x)", claim), encoding="utf-8")
    assert run("run", str(bad)).err.splitlines()[-1] == "    found:    [2]: 2.5"


def test_many_names_that_may_be_asked_for_are_cut_in_the_middle(
    run: Command, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.yaml"
    text = (FOLDER / "cnn.yaml").read_text(encoding="utf-8")
    many = "  - Flatten()\n" + "  - ReLU()\n" * 30
    text = text.replace("  - Flatten()\n", many).replace("shape_4, ", "depth, ")
    bad.write_text(text, encoding="utf-8")
    expected = run("run", str(bad)).err.splitlines()[1]
    assert expected.startswith("    expected: one of shape_0, shape_1, params_1, ")
    assert " more), " in expected
    assert expected.endswith("params_total, macs_total")


def test_lint_goes_on_to_the_next_file(run: Command, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: [\n", encoding="utf-8")
    ended = run("lint", str(bad), "no-such", "gnn-update", str(tmp_path))
    assert ended.status == 1
    assert f"{bad}:2:1: a bracket that is not closed" in ended.out
    assert "there is no exercise 'no-such'" in ended.out
    assert "gnn-update: 44 of 44 values agree, 1 formula and 1 derivation verified" in ended.out
    assert "3 of 4 files have errors" in ended.out
