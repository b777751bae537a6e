"""LaTeX documents of all that is shipped, compiled by pdflatex: nothing stands in the margin."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import exsolve
from documents.programs import program
from exsolve.catalogue import files, set_files
from exsolve.library import handout, load_text
from exsolve.render import text_of
from exsolve.solution import Handout, Purpose
from exsolve.typesetting.handouts import exercises

pytestmark = pytest.mark.documents

NAMES = [file.stem for file in (*files(), *set_files())]
VISIBLE = 1.0
"""Points over the margin that a reader may see."""


def compiled(given: Handout, folder: Path) -> str:
    """The text of the PDF, page by page; pdflatex must accept the document as it is."""
    (folder / "document.tex").write_text(text_of(given, "latex"), encoding="utf-8")
    command = [program("pdflatex"), "-interaction=nonstopmode", "-halt-on-error", "document.tex"]
    for _ in range(2):
        run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        assert run.returncode == 0, run.stdout.decode("utf-8", "replace")[-2000:]
    log = (folder / "document.log").read_text(encoding="utf-8", errors="replace")
    over = [float(points) for points in re.findall(r"Overfull \\[hv]box \(([\d.]+)pt", log)]
    assert [points for points in over if points > VISIBLE] == []
    assert "Missing character" not in log
    show = [program("pdftotext"), "-layout", "document.pdf", "-"]
    return subprocess.run(show, cwd=folder, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("purpose", ["key", "sheet"])
def test_what_is_shipped_compiles(name: str, purpose: Purpose, tmp_path: Path) -> None:
    given = handout([exsolve.load(name)], purpose)
    shown = compiled(given, tmp_path)
    assert shown.count("\f") > 0
    plain = " ".join(shown.split())
    for _, solution in exercises(given):
        assert solution.exercise in plain
        assert solution.digest in plain
        for part in solution.parts:
            assert f"{part.points:g} point" in plain


@pytest.mark.parametrize("name", ["self-attention-layer", "rnn-bptt-numbers", "vit-review"])
def test_long_solutions_compile(name: str, tmp_path: Path) -> None:
    assert compiled(handout([exsolve.load(name)], "solution", detail="long"), tmp_path)


def test_hostile_text_is_text(tmp_path: Path) -> None:
    word = "Donaudampfschifffahrt" * 8
    hostile = load_text(
        "id: x\ntitle: '\\end{document} \\input{/etc/passwd}'\nkind: formulas\n"
        f"about: '{word} ^^5c 漢 😀'\ndefine: {{a: '1'}}\n"
        "parts: [{id: a, ask: '\\write18{ls} $ % # & ~', answers: [a], text: '#x `\\verb|y|`'}]\n"
    )
    shown = " ".join(compiled(handout([hostile], "key"), tmp_path).split())
    told = [r"\end{document} \input{/etc/passwd}", r"\write18{ls} $ % # & ~", r"\verb|y|"]
    for text in (*told, "^^5c [U+6F22] [grinning face]", "Made by exsolve"):
        assert text in shown
    assert "root:" not in shown


def test_wide_mathematics_stays_on_the_page(tmp_path: Path) -> None:
    row = ", ".join(["12345678901234567890"] * 16)
    digits = "1" + "0" * 150
    wide = load_text(
        f"id: x\ntitle: x\nkind: formulas\ngivens: {{A: [[{row}], [{row}]]}}\n"
        f"define: {{B: 2*A, c: '{digits} + {'1 + ' * 60} 1'}}\n"
        "parts: [{id: a, ask: x, answers: [B, c]}]\n"
    )
    assert compiled(handout([wide], "key"), tmp_path)


def test_more_labels_than_tex_can_measure_and_more_rows_than_a_page(tmp_path: Path) -> None:
    rows = "".join(f"[{number}, {number}/7], " for number in range(90))
    labels = ", ".join(f"observation number {number}" for number in range(250))
    large = load_text(
        f"id: x\ntitle: x\nkind: formulas\ngivens:\n  A: [{rows}]\n"
        f"  b: {{value: [{'1, ' * 250}], rows: [{labels}]}}\n"
        "define: {c: sum(A) + sum(b)}\nparts: [{id: a, ask: x, answers: [c]}]\n"
    )
    shown = compiled(handout([large], "sheet"), tmp_path)
    assert "observation number 249" in " ".join(shown.split())
    assert all(re.search(rf"\b{number}\b", shown) for number in range(90))


def test_long_layers_have_room_in_their_table(tmp_path: Path) -> None:
    options = "stride=(2, 2), padding=(1, 1), dilation=2, groups=1, bias=False"
    network = load_text(
        "id: x\ntitle: x\nkind: cnn-shapes\ninput: [N, 3, 640, 640]\nlayers:\n"
        f"  - Conv2d(in_channels=3, out_channels=16, kernel_size=(3, 3), {options})\n"
        "  - MaxPool2d(kernel_size=2)\n"
        "parts:\n  - {id: a, ask: '- First', answers: [shape_1, shape_2]}\n"
        "  - {id: b, ask: How many?, answers: [params_1, params_2, fc_params_1]}\n"
    )
    shown = compiled(handout([network], "key"), tmp_path)
    assert re.search(r"• +First", shown)
