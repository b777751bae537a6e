"""The head of an exercise or problem set for ``exsolve list``: fast in the usual layout.

A list of twenty exercises must not wait for PyYAML, whose import alone takes as long as the whole
command may. So the fields are first looked for line by line. That is sound because the reader of
whole files refuses brackets and quotations whose later lines are not indented: whatever stands in
the first column of a valid file is a field of the exercise or set. As soon as anything is not in
the plainest form the line reader gives up, and the file is read in full.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from exsolve.errors import ExsolveError, Problem
from exsolve.points import total
from exsolve.spec.files import decode, read_bytes

if TYPE_CHECKING:
    from exsolve.spec.nodes import Mapping
    from exsolve.spec.report import Report


class Header(NamedTuple):
    """What a list shows of an exercise file. ``problem`` is the first one found, if any.

    Only the head is looked at: a file without a problem here may still be refused later.
    ``points`` are those of all parts; None where one of them cannot be read.
    """

    id: str
    title: str
    kind: str
    tags: tuple[str, ...]
    parts: tuple[str, ...]
    problem: Problem | None = None
    points: int | float | None = None


class SetHeader(NamedTuple):
    """What a list shows of a problem set: its exercises as they are named, and their points.

    Points are None for an exercise that counts as much as its own file says.
    """

    id: str
    title: str
    tags: tuple[str, ...]
    exercises: tuple[tuple[str, int | float | None], ...]
    problem: Problem | None = None


_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_SLUG = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_NOT_PLAIN = frozenset("\"'[]{}&*!|>%@`#,?-:~")
_NULLS = frozenset(("null", "Null", "NULL"))


def read_header(path: str | os.PathLike[str]) -> Header | SetHeader:
    """The head of the file at a path; never raises for what the file says or is."""
    file = os.fspath(path)
    try:
        text = decode(read_bytes(path), file)
    except ExsolveError as error:
        return Header("", "", "", (), (), error.problems[0])
    return _scan(text) or _read_in_full(text, file)


_HEAD = ("", "id", "title", "kind", "tags")
_LISTS = ("parts", "exercises")


def _scan(text: str) -> Header | SetHeader | None:
    """The head of a file in the usual layout; None where only the full reader can tell."""
    if not text.replace("\n", "").isprintable():
        return None
    found: dict[str, str] = {}
    lines: dict[str, list[str]] = {name: [] for name in _LISTS}
    name = ""
    for line in text.split("\n"):
        if not line or line[0] == "#":
            continue
        if line[0] == " " or line.startswith("- "):
            if name in _LISTS:
                lines[name].append(line)
            elif name in _HEAD and not _is_comment(line):
                return None
            continue
        if line[0] in "]}" and name not in _HEAD and name not in _LISTS:
            continue
        name, colon, value = line.partition(":")
        if not colon or name in found or not _NAME.issuperset(name) or value[:1] not in ("", " "):
            return None
        found[name] = value
    title, identity = _plain(found.get("title", "")), _slug(found.get("id", ""))
    tags = _slugs(found["tags"]) if "tags" in found else ()
    if not title or not identity or tags is None:
        return None
    if "exercises" in found and "parts" not in found:
        exercises = _exercises(found["exercises"], lines["exercises"])
        return SetHeader(identity, title, tags, exercises) if exercises else None
    kind = _slug(found.get("kind", ""))
    if not kind or "exercises" in found or not _is_comment(found.get("parts", "?")):
        return None
    parts = _parts(lines["parts"])
    if parts is None:
        return None
    return Header(identity, title, kind, tags, tuple(parts), None, total(parts.values()))


def _is_comment(line: str) -> bool:
    return line.lstrip()[:1] in ("", "#")


def _plain(value: str) -> str:
    """The text of a value of one line that YAML cannot mean otherwise; empty: not such a value."""
    text = value.strip(" ")
    if text[:1] == "'" == text[-1:] and len(text) > 2 and "'" not in text[1:-1]:
        return text[1:-1].rstrip()
    if not text or text[0] in _NOT_PLAIN or text in _NULLS or text[-1] == ":":
        return ""
    return "" if ": " in text or " #" in text else text


def _slug(value: str) -> str:
    text = _plain(value)
    plain = _SLUG.issuperset(text) and "--" not in text and text[-1:] != "-" and len(text) <= 80
    return text if plain else ""


def _slugs(value: str) -> tuple[str, ...] | None:
    text = value.strip(" ")
    if text[:1] != "[" or text[-1:] != "]":
        return None
    slugs = tuple(_slug(item) for item in text[1:-1].split(","))
    return slugs if all(slugs) else None


def _points(value: str) -> int | float | None:
    """Points in the form that the full reader takes; None where only that can tell."""
    whole, dot, decimals = value.strip(" ").partition(".")
    digits = whole + decimals
    if not (digits.isascii() and digits.isdigit()) or len(whole) not in range(1, 5):
        return None
    if (whole[0] == "0" != whole) or (dot and len(decimals) not in (1, 2)):
        return None
    return total([float(f"{whole}.{decimals}")])


def _item_lines(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Each line of a list that is no comment: where an item begins (``item``), in the column of
    its fields (``field``), deeper (``inside``), or where no line of a list should be (``out``)."""
    indent = column = -1
    for line in lines:
        content = line.lstrip(" ")
        place = len(line) - len(content)
        if content[:1] in ("", "#"):
            continue
        if content.startswith("- ") and (indent < 0 or place == indent):
            indent = place
            content = content[2:].lstrip(" ")
            column = len(line) - len(content)
            yield "item", content
        elif place <= indent:
            yield "out", content
        else:
            yield "field" if place == column else "inside", content


def _parts(lines: list[str]) -> dict[str, int | float] | None:
    """The points of the parts by their ids; None where only the full reader can tell."""
    ids: list[str] = []
    points: list[int | float | None] = []
    in_braces = False
    name = ""
    for place, content in _item_lines(lines):
        if place == "item":
            ids.append("")
            points.append(None)
            in_braces = content[:1] == "{"
        if place == "out" or (in_braces and "points" in content):
            return None
        if place == "inside":
            if name == "points":
                return None  # the number goes on
            continue
        if in_braces and place == "item":
            content = content[1:].partition(",")[0].strip(" ")
        name, colon, value = content.partition(":")
        if not colon or not name or not _NAME.issuperset(name) or value[:1] not in ("", " "):
            return None
        if name == "id":
            identity = _slug(value)
            if ids[-1] or not identity or identity in ids:
                return None
            ids[-1] = identity
        elif name == "points":
            worth = _points(value)
            if worth is None or points[-1] is not None:
                return None
            points[-1] = worth
    if not ids or not all(ids):
        return None
    return {name: 1 if worth is None else worth for name, worth in zip(ids, points, strict=True)}


def _exercises(value: str, lines: list[str]) -> tuple[tuple[str, int | float | None], ...]:
    """The exercises of a set, with points; none where only the full reader can tell."""
    if not _is_comment(value):
        return tuple((name, None) for name in _slugs(value) or ())
    entries: list[dict[str, str]] = []
    for place, content in _item_lines(lines):
        name, colon, text = content.partition(": ")
        if place == "item":
            entries.append({})
            if not colon:
                name, text = "bare", content
        entry = entries[-1] if entries else {"bare": ""}
        if place in ("inside", "out") or "bare" in entry or name in entry:
            return ()
        if name not in ("bare", "exercise", "title", "points"):
            return ()
        entry[name] = text
    found = []
    for entry in entries:
        worth = _points_of_parts(entry["points"]) if "points" in entry else None
        name = _plain(entry.get("bare", "") or entry.get("exercise", ""))
        titled = "title" not in entry or _plain(entry["title"])
        if not name or not titled or (worth is None and "points" in entry):
            return ()
        found.append((name, worth))
    return tuple(found)


def _points_of_parts(value: str) -> int | float | None:
    """The sum of a number or a list of points in one line; None where it is anything else."""
    text = value.strip(" ")
    if text[:1] == "[" and text[-1:] == "]":
        text = text[1:-1]
    elif "," in text:
        return None
    points = [_points(item) for item in text.split(",")]
    return None if None in points else total(worth for worth in points if worth is not None)


def _read_in_full(text: str, file: str) -> Header | SetHeader:
    """The head as the reader of whole files sees it, with the first problem."""
    from exsolve.spec.problem_set import is_problem_set
    from exsolve.spec.report import Report
    from exsolve.spec.yaml_text import read_tree

    report = Report()
    tree = read_tree(text, file, report)
    if tree is None:
        return Header("", "", "", (), (), report.problems()[0])
    return _set_header(tree, report) if is_problem_set(tree) else _header(tree, report)


def _set_header(tree: Mapping, report: Report) -> SetHeader:
    from exsolve.spec.fields import Record
    from exsolve.spec.problem_set import set_entries, set_fields

    fields = {name: spec for name, spec in set_fields().items() if name in (*_HEAD, "exercises")}
    values = Record(fields).read_fields(tree, report, closed=False)
    exercises = tuple(
        (str(entry.exercise), None if entry.points is None else total(entry.points))
        for entry in set_entries(tree, values)
    )
    problems = report.problems()
    return SetHeader(
        str(values["id"] or ""),
        str(values["title"] or ""),
        tuple(map(str, values["tags"] or ())),
        exercises,
        problems[0] if problems else None,
    )


def _header(tree: Mapping, report: Report) -> Header:
    from exsolve.spec.common_fields import header_fields
    from exsolve.spec.fields import FieldSpec, Points, Record
    from exsolve.spec.nodes import Mapping

    whole, part = header_fields()
    values = whole.read_fields(tree, report, closed=False)
    nodes = [node for node in values["parts"] or () if isinstance(node, Mapping)]
    names = [part.read_fields(node, report, closed=False)["id"] for node in nodes]
    problems = report.problems()
    # what a part is worth is no concern of a list that can do without it
    worth = Record({"points": FieldSpec(Points(), default=1)})
    points = [worth.read_fields(node, type(report)(), closed=False)["points"] for node in nodes]
    return Header(
        str(values["id"] or ""),
        str(values["title"] or ""),
        str(values["kind"] or ""),
        tuple(map(str, values["tags"] or ())),
        tuple(str(name) for name in names if name is not None),
        problems[0] if problems else None,
        None if None in points else total(points),
    )
