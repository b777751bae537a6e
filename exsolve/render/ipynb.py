"""A Jupyter notebook: the page as Markdown cells, each answer as a cell that computes it anew.

The first code cell holds the exercise's own file, so the notebook runs wherever exsolve is
installed. What the cells print is in it already, as a kernel would have left it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from exsolve.document import Block, Figure, Section
from exsolve.document.handouts import document
from exsolve.drawing.svg import svg
from exsolve.prose.markdown import escaped
from exsolve.render import markdown
from exsolve.solution import Handout, Part, Solution
from exsolve.typesetting.handouts import exercises
from exsolve.typesetting.shown_steps import step_latex, step_text

SUFFIX = ".ipynb"

_Cell = dict[str, Any]


def render(handout: Handout) -> str:
    """The handout as a notebook of format 4.5, with a newline at the end."""
    cells = [*_Notebook(handout).cells()]
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number}"
    data = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "title": handout.title,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


class _Notebook:
    def __init__(self, handout: Handout) -> None:
        self._handout = handout
        self._solutions = iter([solution for _, solution in exercises(handout)])
        self._count = 0

    def cells(self) -> Iterator[_Cell]:
        page = document(self._handout)
        yield _text(markdown.front(page))
        for section in page.sections:
            yield from self._section(section, 2)
        if page.provenance:
            yield _text(markdown.provenance(page))

    def _section(self, section: Section, level: int) -> Iterator[_Cell]:
        yield _text(markdown.heading(section, level))
        solution = next(self._solutions) if section.role == "exercise" else None
        if solution is not None and self._handout.purpose != "sheet":
            yield self._code(_loading(solution), [], hidden=True)
        parts = iter(solution.parts if solution is not None else ())
        below = markdown.below(section, level)
        for block in section.blocks:
            if not isinstance(block, Section):
                yield _block(block, below)
                continue
            yield from self._section(block, below)
            if block.role == "part" and solution is not None:
                yield from self._answers(next(parts), solution)

    def _answers(self, part: Part, solution: Solution) -> Iterator[_Cell]:
        """A cell for each answer; on a worksheet one cell in which to work."""
        if self._handout.purpose == "sheet":
            if part.answers:
                yield self._code([f"{name} = ..." for name in part.answers], None)
            return
        steps = {step.name: step for one in solution.parts for step in one.steps}
        for name in part.answers:
            if name in steps:
                shown = {
                    "text/latex": [step_latex(steps[name])],
                    "text/plain": [step_text(steps[name])],
                }
                yield self._code([f"solution.step({name!r})"], [shown])

    def _code(
        self, lines: Sequence[str], shown: Sequence[_Cell] | None, hidden: bool = False
    ) -> _Cell:
        """A cell of code; ``shown`` is what it leaves, None for one that was not run."""
        outputs: list[_Cell] = []
        count = None
        if shown is not None:
            self._count += 1
            count = self._count
            outputs = [
                {
                    "data": data,
                    "execution_count": count,
                    "metadata": {},
                    "output_type": "execute_result",
                }
                for data in shown
            ]
        return {
            "cell_type": "code",
            "execution_count": count,
            "metadata": {"jupyter": {"source_hidden": True}} if hidden else {},
            "outputs": outputs,
            "source": _lines(lines),
        }


def _loading(solution: Solution) -> list[str]:
    """The code that solves the exercise again, from its own file."""
    lines = solution.content.splitlines(keepends=True) or [""]
    givens = [f"    {name}={value!r}," for name, value in solution.assigned]
    return [
        "import exsolve",
        "",
        "exercise = exsolve.load_text(",
        *(f"    {line!r}" for line in lines[:-1]),
        f"    {lines[-1]!r},",
        f"    {f'{solution.exercise}.yaml'!r},",
        *givens,
        ")",
        f"solution = exercise.solve(digits={solution.digits})",
    ]


def _block(block: Block, level: int) -> _Cell:
    """A block as a cell of Markdown; its pictures are attached as SVG."""
    figures: list[Figure] = []

    def attached(figure: Figure) -> Iterator[str]:
        figures.append(figure)
        name = escaped(figure.picture.title or figure.title)
        yield f"![{name}](attachment:picture-{len(figures)}.svg)"

    cell = _text(markdown.block_lines(block, level, attached))
    if figures:
        cell["attachments"] = {
            f"picture-{number}.svg": {"image/svg+xml": _encoded(figure)}
            for number, figure in enumerate(figures, 1)
        }
    return cell


def _encoded(figure: Figure) -> str:
    return b64encode(svg(figure.picture, figure.title).encode()).decode("ascii")


def _text(lines: Iterable[str]) -> _Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(lines)}


def _lines(lines: Iterable[str]) -> list[str]:
    """A source as notebooks have it: lines that keep their ends, but for the last."""
    text = "\n".join(lines).strip("\n")
    return text.splitlines(keepends=True)
