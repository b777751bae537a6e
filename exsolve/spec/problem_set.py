"""Problem sets: a sheet of exercises in order, each with its heading and its marks.

A file with a field ``exercises`` and no ``parts`` is a problem set; every other one is an exercise.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from exsolve.errors import Position
from exsolve.spec.common_fields import common_fields
from exsolve.spec.fields import (
    Field,
    FieldSpec,
    ListOf,
    OneOf,
    Points,
    Record,
    Source,
    Text,
    Values,
    report_unknown,
)
from exsolve.spec.marking import ENTRY_MARKING, SET_MARKING, Marking, read_marking
from exsolve.spec.nodes import Mapping, Node
from exsolve.spec.report import Report, nearest
from exsolve.spec.yaml_text import read_tree


class SetEntry(NamedTuple):
    """One exercise of a set: its id or path; its heading and the points of its parts, if given.

    ``points_position`` is where the points stand, or the entry where they do not; ``marking`` is
    what the set says of the marking of this exercise.
    """

    exercise: Source
    title: str
    points: tuple[int | float, ...] | None
    points_position: Position
    marking: Marking | None = None


class ProblemSet(NamedTuple):
    """A problem set's file; ``marking`` holds for all its exercises."""

    id: str
    title: str
    about: str
    source: str
    tags: tuple[str, ...]
    exercises: tuple[SetEntry, ...]
    marking: Marking | None
    file: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal."""
        from hashlib import sha256

        return sha256(self.content).hexdigest()

    def __repr__(self) -> str:
        return f"ProblemSet({self.id!r} from {self.file!r})"


class ExerciseName(Text):
    """An exercise by its id or path, in one line."""

    nouns = "ids of exercises"
    doc = "The id of an exercise, or a path relative to this file."

    def expected(self) -> str:
        return "the id of an exercise"


class PointsOfParts(ListOf):
    """Points in the order of the parts, so that what is sound in a list with errors is no use."""

    def salvage(self, node: Node) -> tuple[Any, ...] | None:
        return self.read(node, Report())


_EXERCISE = ExerciseName()
_POINTS = Points()
_ENTRY = Record(
    {
        "exercise": FieldSpec(_EXERCISE, ExerciseName.doc, required=True, example="gnn-update"),
        "title": FieldSpec(
            Text(), "How the question is headed in this set.", default="", example="Question 1"
        ),
        "points": FieldSpec(
            OneOf(_POINTS, PointsOfParts(_POINTS)),
            "What its parts are worth in this set, in their order; a number for a single part. "
            "By default what the exercise says.",
            example="[3, 2, 5]",
        ),
        "marking": FieldSpec(
            ENTRY_MARKING,
            "How this exercise is marked in this set, in the place of what the set and the "
            "exercise say.",
            example="{digits: 3, answers: {agg: {weight: 2}}}",
        ),
    }
)
_EXERCISES: Field = ListOf(OneOf(_EXERCISE, None, _ENTRY))


def set_fields() -> dict[str, FieldSpec]:
    """The fields of a problem set."""
    common = common_fields(())
    shared = {name: common[name] for name in ("id", "title", "about", "source", "tags")}
    shared["id"] = shared["id"]._replace(doc="The set's name, as in `exsolve run ID`.")
    shared["source"] = shared["source"]._replace(doc="Where the set comes from.")
    exercises = FieldSpec(
        _EXERCISES,
        "The exercises, in order: each by its id or path, or with a heading and points of its own.",
        required=True,
        example="[gnn-update, {exercise: cnn-shapes, points: [8, 12]}]",
    )
    marking = FieldSpec(
        SET_MARKING,
        "How all exercises of the set are marked, in the place of what they say.",
        example="{credit: {slip: 1/3}, digits: 3}",
    )
    return {**shared, "exercises": exercises, "marking": marking}


def is_problem_set(tree: Mapping) -> bool:
    """Whether a file is a set: by its field ``exercises``, or one that is meant as that."""
    fields = tree.entries
    if "parts" in fields:
        return False
    if "exercises" in fields or "kind" in fields:
        return "exercises" in fields
    return any("exercises" in nearest(name, ["exercises"]) for name in fields)


def problem_set_tree(source: str | bytes, file: str) -> tuple[Mapping, Report] | None:
    """The tree of a text that is a problem set, and what is wrong with its YAML; else None."""
    content = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    if b"erci" not in content:
        return None  # what decides it is nowhere, so that most exercises are not read twice
    report = Report()
    tree = read_tree(source, file, report)
    return None if tree is None or not is_problem_set(tree) else (tree, report)


def read_problem_set(tree: Mapping, file: str, report: Report) -> ProblemSet:
    """All that can be read of a problem set; what is wrong with it goes into the report.

    Whether its exercises exist, and have as many parts as points, is for who can load them.
    """
    fields = set_fields()
    values = Record(fields).read_fields(tree, report, closed=False)
    for name, entry in tree.entries.items():
        if name == "kind":
            report.add(
                "a problem set has no kind",
                entry.key.position,
                hint="delete this line; an exercise has `parts` in place of `exercises`",
            )
        elif name not in fields:
            report_unknown(name, entry, list(fields), tree, report)
    return ProblemSet(
        id=str(values["id"] or ""),
        title=str(values["title"] or ""),
        about=str(values["about"] or ""),
        source=str(values["source"] or ""),
        tags=tuple(map(str, values["tags"] or ())),
        exercises=set_entries(tree, values),
        marking=_marking(values),
        file=file,
        content=tree.document.content,
    )


def set_entries(tree: Mapping, values: Values) -> tuple[SetEntry, ...]:
    """The exercises of a set that has been read; of a list with errors what is sound in it."""
    found = values["exercises"]
    if found is None and "exercises" in tree.entries:
        found = _EXERCISES.salvage(tree.entries["exercises"].value)
    return tuple(map(_entry, found or ()))


def _entry(value: Source | Values) -> SetEntry:
    if isinstance(value, Source):
        return SetEntry(value, "", None, value.position())
    points: Any = value["points"]
    if points is not None and not isinstance(points, tuple):
        points = (points,)
    place = value.place("points")
    title = str(value["title"])
    return SetEntry(value["exercise"], title, points, place, _marking(value))


def _marking(values: Values) -> Marking | None:
    return None if values["marking"] is None else read_marking(values["marking"])
