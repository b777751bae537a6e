"""JSON as INTERFACE fixes it: the solution for programs."""

from __future__ import annotations

from typing import Any

from exsolve.drawing.pictures import Picture
from exsolve.drawing.svg import svg
from exsolve.expression.tree import Node
from exsolve.notation import written
from exsolve.solution import (
    Derivation,
    Evidence,
    Formula,
    Handout,
    Part,
    Solution,
    SolvedSet,
    Step,
    Symbol,
    Table,
    Value,
)
from exsolve.typesetting import phrases
from exsolve.typesetting.handouts import points_of
from exsolve.typesetting.json_data import formula_data, laid_out, value_data, verified_data

SUFFIX = ".json"
FORMAT = 1


def render(handout: Handout) -> str:
    """The handout as indented JSON, with a newline at the end.

    A solution or a set by itself is one object; a key or worksheet has them as its ``contents``.
    """
    contents = [
        _set_data(content) if isinstance(content, SolvedSet) else as_data(content)
        for content in handout.contents
    ]
    if handout.purpose == "solution" and len(contents) == 1:
        return laid_out(contents[0]) + "\n"
    data: dict[str, Any] = {
        "format": FORMAT,
        "purpose": handout.purpose,
        "title": handout.title,
        "version": handout.version,
        "points": points_of(handout),
        "contents": contents,
    }
    if handout.purpose == "sheet":
        from exsolve.typesetting.form import form

        data["forms"] = [form(content) for content in handout.contents]
    return laid_out(data) + "\n"


def _set_data(solved: SolvedSet) -> dict[str, Any]:
    """A problem set as one object: each exercise with its points."""
    exercises = [
        {"points": question.points, **as_data(question.solution)} for question in solved.exercises
    ]
    return {
        "format": FORMAT,
        "set": solved.id,
        "title": solved.title,
        "about": solved.about,
        "source": solved.source,
        "version": solved.version,
        "digest": solved.digest,
        "points": solved.points,
        "exercises": exercises,
    }


def as_data(solution: Solution) -> dict[str, Any]:
    """The solution as plain lists, texts and numbers."""
    return {
        "format": FORMAT,
        "exercise": solution.exercise,
        "title": solution.title,
        "kind": solution.kind,
        "about": solution.about,
        "source": solution.source,
        "version": solution.version,
        "digest": solution.digest,
        "digits": solution.digits,
        "givens": [
            {"name": step.name, "value": value_data(step.value)} for step in solution.givens
        ],
        "symbols": [_symbol(symbol) for symbol in solution.symbols],
        "functions": dict(solution.functions),
        "conditions": [written(node, "text") for node in solution.conditions],
        "parts": [_part(part) for part in solution.parts],
        "agreement": solution.agreement._asdict(),
    }


def _symbol(symbol: Symbol) -> dict[str, Any]:
    data: dict[str, Any] = {"name": symbol.name, "shape": list(symbol.shape)}
    if symbol.outcomes:
        data["outcomes"] = [
            {"value": written(value, "text"), "probability": written(probability, "text")}
            for value, probability in symbol.outcomes
        ]
    return data


def _part(part: Part) -> dict[str, Any]:
    return {
        "id": part.id,
        "ask": part.ask,
        "points": part.points,
        "answers": list(part.answers),
        "steps": [
            _formula(step) if isinstance(step, Formula) else _step(step) for step in part.steps
        ],
        "text": part.text,
        "rubric": [{"points": item.points, "text": item.text} for item in part.rubric],
        "derivations": [_derivation(one) for one in part.derivations],
        "evidence": [_evidence(one) for one in part.evidence],
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "title": one.title,
        "note": one.note,
        "steps": [
            _formula(step) if isinstance(step, Formula) else _step(step) for step in one.steps
        ],
        "tables": [_table(table) for table in one.tables],
        "pictures": [_picture(picture, one.title) for picture in one.pictures],
        "statements": [
            {
                "left": written(statement.left, "text"),
                "right": written(statement.right, "text"),
                "equal": statement.equal,
            }
            for statement in one.statements
        ],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "columns": list(table.columns),
        "rows": [[_table_cell(cell) for cell in row.cells] for row in table.rows],
    }


def _table_cell(cell: str | Node | Value) -> Any:
    if isinstance(cell, str):
        return cell
    return written(cell, "text") if isinstance(cell, Node) else value_data(cell)


def _picture(picture: Picture, title: str) -> dict[str, Any]:
    """A picture as data: its fields by name, mathematics as text of the language; and drawn.

    One without a title has that of the evidence it is, by which a screen reader names it.
    """
    picture = picture if picture.title else picture._replace(title=title)
    kind = type(picture).__name__
    fields = {name: _plain(value) for name, value in picture._asdict().items()}
    return {"picture": kind, **fields, "svg": svg(picture)}


def _plain(value: Any) -> Any:
    if isinstance(value, Node):
        return written(value, "text")
    if hasattr(value, "_asdict"):
        return {name: _plain(one) for name, one in value._asdict().items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _formula(step: Formula) -> dict[str, Any]:
    value = formula_data(step)
    return {
        "name": step.name,
        "formula": value["formula"],
        "latex": value["latex"],
        "note": step.note,
        "value": value,
        "reasons": [
            {"name": one.name, "formula": written(one.formula, "text"), "reason": one.text}
            for one in step.reasons
        ],
    }


def _derivation(one: Derivation) -> dict[str, Any]:
    lines = [
        {
            "formula": written(line.formula, "text"),
            "latex": written(line.formula, "latex"),
            "reason": line.reason,
            "link": "verified",
        }
        for line in one.lines
    ]
    definitions = {name: written(formula, "text") for name, formula in one.definitions}
    return {
        "claim": one.claim,
        "definitions": definitions,
        "lines": lines,
        "relations": one.relations,
        "verified": verified_data(one.verified, phrases.method(one.verified)),
    }


def _step(step: Step) -> dict[str, Any]:
    found: dict[str, Any] = {"name": step.name}
    if step.formula is not None:
        found["formula"] = written(step.formula, "text")
        found["latex"] = written(step.formula, "latex")
    found["note"] = step.note
    found["value"] = value_data(step.value)
    return found
