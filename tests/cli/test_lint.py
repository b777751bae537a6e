"""What ``exsolve lint`` verifies and says, and what an ordinary exercise does not pay for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli.conftest import Command

from exsolve.library import load

VERIFYING = ("claims", "links", "chains", "comparing", "derivatives", "instances", "optimality")


def test_lint_says_what_was_verified(run: Command) -> None:
    ended = run("lint", "least-norm", "dropout-expectation", "attention-forward")
    norm, dropout, attention, varies = ended.out.splitlines()
    found = load("least-norm").solve().agreement
    assert norm == (
        f"least-norm: {found.compared} of {found.compared} values agree, "
        f"{found.formulas} formulas and {found.derivations} derivations verified"
    )
    assert dropout == "dropout-expectation: 1 derivation verified"
    assert "verified" not in attention
    assert varies.startswith("attention-forward: varies, as with m = ")


FALSE = {
    "define: {a: {formula: 1 + 1, equals: 3}}": "the formula is wrong: it is not equal to 3",
    "symbols: [x]\ndefine: {a: {formula: 2*x, equals: x^2}}": "it is not equal to x²",
    "symbols: [x]\ndefine: {f: x^2, a: {formula: x, gradient: {of: f, for: x}}}": "by x",
}


@pytest.mark.parametrize("fields", FALSE)
@pytest.mark.parametrize("answer", ["a", "b"])
def test_lint_refuses_false_claims_whether_shown_or_not(
    run: Command, tmp_path: Path, fields: str, answer: str
) -> None:
    path = tmp_path / "false.yaml"
    fields = fields[:-1] + ", b: 1 + 2}"
    path.write_text(
        f"id: false\ntitle: False\nkind: formulas\n{fields}\n"
        f"parts: [{{id: a, ask: What?, answers: [{answer}]}}]\n",
        encoding="utf-8",
    )
    ended = run("lint", str(path))
    assert ended.status == 1
    assert FALSE[fields.replace(", b: 1 + 2}", "}")] in ended.out
    solved = run("run", str(path))
    assert solved.status == 2
    assert FALSE[fields.replace(", b: 1 + 2}", "}")] in solved.err


def test_what_only_evidence_or_a_derivation_uses_is_used(run: Command, tmp_path: Path) -> None:
    path = tmp_path / "used.yaml"
    path.write_text(
        "id: used\ntitle: Used\nkind: formulas\ngivens: {a: 1, b: 2, c: 3, m: [[1, 2]], z: 9}\n"
        "parts:\n  - id: a\n    ask: What?\n    text: So.\n    derivations:\n"
        "      - lines: [{line: a + 1}, {line: 2}]\n    evidence:\n"
        "      - equal: [b, 2]\n      - heat_map: m\n      - show: [c]\n",
        encoding="utf-8",
    )
    ended = run("lint", str(path))
    assert "nothing is computed from z" in ended.out


def test_exercises_without_symbols_import_nothing_that_verifies() -> None:
    script = (
        "import sys, exsolve\n"
        "loaded = exsolve.load('attention-forward')\n"
        "loaded.solve(), loaded.agreement()\n"
        f"names = ['random', *(f'exsolve.verification.{{one}}' for one in {VERIFYING!r})]\n"
        "print([name for name in names if name in sys.modules])\n"
    )
    environment = {**os.environ, "PYTHONPATH": ""}
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True
    )
    assert ended.stdout.strip() == "[]"


def test_lint_tells_a_variant_and_what_does_not_work(run: Command, tmp_path: Path) -> None:
    ended = run("lint", "attention-forward")
    assert ended.status == 0
    assert "attention-forward: varies, as with m = " in ended.out
    file = tmp_path / "a.yaml"
    text = "id: a\ntitle: b\nkind: formulas\ngivens: {x: 1}\ndefine: {y: 1/x, z: x}\n"
    text += "parts: [{id: a, ask: b, answers: [y, z]}]\nvary:\n  givens:\n    x: {from: 0, to: 0}\n"
    file.write_text(text)
    ended = run("lint", str(file))
    assert (ended.status, ended.err) == (1, "")
    assert f"{file}:7:1: no values are found" in ended.out
    assert "a sound exercise: y: division by zero" in ended.out
    file.write_text(text.replace("to: 0}", "to: 9}\n  where:\n  - y > 2"))
    ended = run("lint", str(file))
    assert f"{file}:11:5: no values are found" in ended.out


def test_a_rubric_that_leaves_points_over_is_noted(run: Command, tmp_path: Path) -> None:
    words = tmp_path / "words.yaml"
    words.write_text(
        "id: words\ntitle: W\nkind: formulas\nparts:\n"
        "  - {id: a, ask: Why?, points: 4, text: So., rubric: [{points: 3, text: So.}]}\n"
        "  - {id: b, ask: Why?, points: 1, text: So., rubric: [{points: 1, text: So.}]}\n"
    )
    ended = run("lint", str(words))
    assert ended.status == 0
    assert "note: part a is worth 4 points, and its rubric adds up to 3" in ended.out
    assert "part b" not in ended.out
