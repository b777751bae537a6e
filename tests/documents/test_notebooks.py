"""Notebooks as Jupyter takes them: valid, and they run to what is in them already."""

from __future__ import annotations

import warnings
from copy import deepcopy
from typing import Any

import pytest

from exsolve.catalogue import files
from exsolve.library import handout, load
from exsolve.render import text_of

REASON = "the witnesses of documents need the extra `documents`"
nbformat: Any = pytest.importorskip("nbformat", reason=REASON)
nbclient: Any = pytest.importorskip("nbclient", reason=REASON)
pytest.importorskip("ipykernel", reason=REASON)
pytestmark = pytest.mark.documents

SETS = ("uw-section-09", "mila-hw2-2022", "nyu-hw4")


def read(text: str) -> Any:
    """The notebook, as nbformat accepts it."""
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook, relax_add_props=False)
    return notebook


def run(notebook: Any) -> None:
    with warnings.catch_warnings():
        # of the kernel's own transport
        warnings.simplefilter("ignore")
        nbclient.NotebookClient(notebook, timeout=300).execute()


def outputs(notebook: Any) -> list[Any]:
    """What each cell of code has left, by sort."""
    return [
        [output.get("data") for output in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


@pytest.mark.parametrize("name", SETS)
def test_a_key_runs_to_what_is_in_it(name: str) -> None:
    notebook = read(text_of(handout([load(name)], "key"), "ipynb"))
    before = deepcopy(outputs(notebook))
    assert sum(map(len, before)) > 10
    run(notebook)
    assert outputs(notebook) == before


@pytest.mark.parametrize("exercise", [file.stem for file in files()])
def test_a_solution_is_valid(exercise: str) -> None:
    assert read(text_of(load(exercise).solve(), "ipynb")).cells


def test_a_solution_with_other_givens_runs() -> None:
    notebook = read(text_of(load("gnn-update", {"h_2": "[3, 1/2]"}).solve(), "ipynb"))
    before = deepcopy(outputs(notebook))
    run(notebook)
    assert outputs(notebook) == before


def test_a_worksheet_is_valid_and_runs() -> None:
    notebook = read(text_of(handout([load("gnn-update")], "sheet"), "ipynb"))
    run(notebook)
