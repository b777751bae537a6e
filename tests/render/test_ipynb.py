"""Notebooks: what their cells hold; that they run is for tests/documents."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest
from shipped import solved

import exsolve
from exsolve.library import Exercise, Worked, WorkedStep, handout
from exsolve.render import text_of


def cells(text: str, kind: str) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == kind]


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def test_each_answer_is_a_cell_with_its_value() -> None:
    solution = solved("gnn-update")
    code = cells(text_of(solution, "ipynb"), "code")
    asked = [name for part in solution.parts for name in part.answers]
    assert [source(cell) for cell in code[1:]] == [f"solution.step({name!r})" for name in asked]
    shown = {source(cell): cell["outputs"][0]["data"] for cell in code[1:]}
    data = shown["solution.step('agg')"]
    assert data["text/plain"] == ["agg = [-4/5, 4/5] = [-0.8, 0.8]"]
    assert data["text/latex"][0].startswith(r"$\displaystyle \mathrm{agg} = ")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))


def test_the_first_cell_holds_the_file() -> None:
    exercise = exsolve.load("gnn-update")
    assert isinstance(exercise, Exercise)
    first = source(cells(text_of(exercise.solve(), "ipynb"), "code")[0])
    compiled = compile(first, "cell", "exec")  # the cell as Python reads it
    texts = [one for one in compiled.co_consts if isinstance(one, str) and "kind: gnn" in one]
    assert texts == [exercise.workbook.content]


def test_other_givens_are_kept() -> None:
    solution = exsolve.load("gnn-update", h_2="[3, 4]").solve()
    assert isinstance(solution, Worked)
    assert "    h_2='[3, 4]'," in source(cells(text_of(solution, "ipynb"), "code")[0])


def test_a_worksheet_tells_nothing() -> None:
    sheet = text_of(handout([exsolve.load("gnn-update")], "sheet"), "ipynb")
    code = cells(sheet, "code")
    assert source(code[0]) == "h_next_general = ..."
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert "load_text" not in sheet
    assert "4/5" not in sheet


def test_pictures_are_attached() -> None:
    pages = cells(text_of(solved("rnn-bptt-numbers"), "ipynb"), "markdown")
    (cell,) = [cell for cell in pages if "attachments" in cell]
    assert "](attachment:picture-1.svg)" in source(cell)
    encoded = cell["attachments"]["picture-1.svg"]["image/svg+xml"]
    assert b64decode(encoded).decode().startswith("<svg xmlns=")


@pytest.mark.parametrize("exercise", ["attention-forward", "rnn-bptt", "least-norm"])
def test_cells_have_ids_of_their_own_and_lines_that_end(exercise: str) -> None:
    data = json.loads(text_of(solved(exercise), "ipynb"))
    assert (data["nbformat"], data["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in data["cells"]]
    assert len(ids) == len(set(ids))
    for cell in data["cells"]:
        *first, last = cell["source"]
        assert all(line.endswith("\n") for line in first)
        assert not last.endswith("\n")


def test_a_step_shows_itself() -> None:
    solution = exsolve.load("attention-forward").solve()
    assert isinstance(solution, Worked)
    step = solution.step("A")
    assert isinstance(step, WorkedStep)
    assert step.array.shape == (5, 5)
    assert step.array[2].tolist() == pytest.approx([0.01, 0.8, 0.01, 0.01, 0.17])
    assert "4/5" in repr(step)
    with pytest.raises(exsolve.ExsolveError, match="attention-forward has no step 'B'"):
        solution.step("B")
