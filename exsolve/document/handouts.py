"""A handout as a document: headings, data, questions and answers, marks, provenance."""

from __future__ import annotations

import re
from collections.abc import Iterator

from exsolve.document import (
    Block,
    Document,
    Form,
    Items,
    Line,
    Mathematics,
    Note,
    Prose,
    Rubric,
    Section,
)
from exsolve.document.steps import Steps
from exsolve.document.tables import derivation_group, evidence_group, grid
from exsolve.expression.naming import show_name
from exsolve.notation import written
from exsolve.solution import Handout, Part, Question, Solution, SolvedSet, Symbol
from exsolve.typesetting import phrases
from exsolve.typesetting.handouts import PURPOSES, marks, points_of, provenance, worth

_RANDOM = re.compile(r"\$([^$]*)\$")


def document(handout: Handout) -> Document:
    """The document of a handout; the same for the same handout."""
    sections = []
    for content in handout.contents:
        if isinstance(content, SolvedSet):
            sections.append(_set(content, handout.purpose))
        else:
            sections.append(_exercise(content, content.title, "", handout.purpose))
    told = handout.purpose != "solution"
    if told and len(sections) == 1:
        sections = [sections[0]._replace(title="")]
    return Document(
        title=handout.title,
        purpose=PURPOSES[handout.purpose],
        points=phrases.points(points_of(handout)) if told else "",
        sections=(*sections, *_forms(handout)),
        marks=grid(marks(handout)) if told else None,
        provenance=tuple(provenance(handout)) if told else (),
    )


def _set(solved: SolvedSet, purpose: str) -> Section:
    blocks: list[Block] = [Prose(solved.about)] if solved.about else []
    blocks += [_question(question, solved.id, purpose) for question in solved.exercises]
    points = phrases.points(solved.points)
    return Section("set", solved.id, solved.title, solved.id, points, tuple(blocks))


def _question(question: Question, outside: str, purpose: str) -> Section:
    points = phrases.points(question.points)
    return _exercise(question.solution, question.title, points, purpose, f"{outside}.")


def _exercise(
    solution: Solution, title: str, points: str, purpose: str, outside: str = ""
) -> Section:
    anchor = outside + solution.exercise
    if not points and purpose != "solution":
        points = phrases.points(worth(solution))
    steps = Steps(solution.detail)
    blocks: list[Block] = [Prose(solution.about)] if solution.about else []
    if solution.givens or solution.symbols or solution.functions or solution.conditions:
        given = tuple(_given(solution, steps))
        blocks.append(Section("given", f"{anchor}.given", "Given", "", "", given))
    blocks += [_part(part, anchor, solution.detail, steps) for part in solution.parts]
    if solution.agreement.compared:
        said = phrases.agreement(solution.agreement.compared)
        blocks.append(Note((said,), "verified"))
    return Section("exercise", anchor, title, solution.exercise, points, tuple(blocks))


def _given(solution: Solution, steps: Steps) -> Iterator[Block]:
    entries = [line for step in solution.givens for line in steps.given(step)]
    entries += map(_symbol, solution.symbols)
    entries += [
        (Mathematics(show_name(name, "latex")), f": {phrases.function_of(count)}")
        for name, count in solution.functions
    ]
    if entries:
        yield Items(tuple(entries), "givens")
    if solution.conditions:
        line: list[str | Mathematics] = []
        for node in solution.conditions:
            line += [", " if line else "Conditions: ", Mathematics(written(node, "latex"))]
        yield Note((*line, "."), "note")


def _symbol(symbol: Symbol) -> Line:
    name = Mathematics(show_name(symbol.name, "latex"))
    if not symbol.outcomes:
        return name, f": {phrases.declared(symbol.shape)}"
    pieces = _RANDOM.split(f": {phrases.random(symbol, 'latex')}")
    said = [Mathematics(one) if place % 2 else one for place, one in enumerate(pieces)]
    return name, *said


def _part(part: Part, outside: str, detail: str, steps: Steps) -> Section:
    tabled = {name for table in part.tables for name in table.names}
    blocks: list[Block] = [grid(table) for table in part.tables]
    blocks += [steps.group(step, part.answers) for step in part.steps if step.name not in tabled]
    blocks += [derivation_group(one, detail) for one in part.derivations]
    if part.text:
        blocks.append(Prose(part.text))
    if part.rubric:
        blocks.append(Rubric(part.rubric))
    blocks += [evidence_group(one, steps) for one in part.evidence]
    points = phrases.points(part.points)
    anchor = f"{outside}.{part.id}"
    return Section("part", anchor, "", f"({part.id})", points, tuple(blocks), part.ask)


def _forms(handout: Handout) -> Iterator[Section]:
    """Of a worksheet: the form to fill in, one for each exercise or set."""
    if handout.purpose != "sheet":
        return
    from exsolve.typesetting.form import form

    blocks = tuple(Form(form(content)) for content in handout.contents)
    yield Section("form", "answer-form", "Answer form", "", "", blocks)
