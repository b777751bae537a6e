"""The head of an exercise file for ``exsolve list``: fast where the file is laid out as usual.

A list of twenty exercises must not wait for PyYAML, whose import alone takes as long as the whole
command may. So the fields are first looked for line by line. That is sound because the reader of
whole files refuses brackets and quotations whose later lines are not indented: whatever stands in
the first column of a valid file is a field of the exercise. As soon as anything is not in the
plainest form the line reader gives up, and the file is read in full.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from exsolve.errors import ExsolveError, Problem
from exsolve.spec.files import decode, read_bytes


class Header(NamedTuple):
    """What a list shows of an exercise file. ``problem`` is the first one found, if any.

    Only the head is looked at: a file without a problem here may still be refused later.
    """

    id: str
    title: str
    kind: str
    tags: tuple[str, ...]
    parts: tuple[str, ...]
    problem: Problem | None = None


_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_SLUG = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_NOT_PLAIN = frozenset("\"'[]{}&*!|>%@`#,?-:~")
_NULLS = frozenset(("null", "Null", "NULL"))


def read_header(path: str | os.PathLike[str]) -> Header:
    """The head of the file at a path; never raises for what the file says or is."""
    file = os.fspath(path)
    try:
        text = decode(read_bytes(path), file)
    except ExsolveError as error:
        return Header("", "", "", (), (), error.problems[0])
    return _scan(text) or _read_in_full(text, file)


def _scan(text: str) -> Header | None:
    """The head of a file in the usual layout; None where only the full reader can tell."""
    if not text.replace("\n", "").isprintable():
        return None
    found: dict[str, str] = {}
    part_lines: list[str] = []
    name = ""
    for line in text.split("\n"):
        if not line or line[0] == "#":
            continue
        if line[0] == " " or line.startswith("- "):
            if name == "parts":
                part_lines.append(line)
            elif name in ("", "id", "title", "kind", "tags") and not _is_comment(line):
                return None
            continue
        if line[0] in "]}" and name not in ("", "id", "title", "kind", "tags", "parts"):
            continue
        name, colon, value = line.partition(":")
        if not colon or name in found or not _NAME.issuperset(name) or value[:1] not in ("", " "):
            return None
        found[name] = value
    if not found.keys() >= {"id", "title", "kind", "parts"} or not _is_comment(found["parts"]):
        return None
    title = _plain(found["title"])
    identity, kind = _slug(found["id"]), _slug(found["kind"])
    tags = _slugs(found["tags"]) if "tags" in found else ()
    parts = _part_ids(part_lines)
    if not title or not identity or not kind or tags is None or not parts:
        return None
    return Header(identity, title, kind, tags, parts)


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


def _part_ids(lines: list[str]) -> tuple[str, ...]:
    """The ids of the parts, each found at the start of an item or in the column of its fields."""
    found: list[str] = []
    indent = column = -1
    for line in lines:
        content = line.lstrip(" ")
        place = len(line) - len(content)
        if indent < 0 and content[:1] in ("", "#"):
            continue
        if content.startswith("- ") and (indent < 0 or place == indent):
            indent = place
            found.append("")
            content = content[2:].lstrip(" ")
            column = len(line) - len(content)
            if content[:1] == "{":
                content = content[1:].partition(",")[0].strip(" ")
        elif place <= indent and content[:1] not in ("", "#"):
            return ()
        elif place != column:
            continue
        if content.startswith("id: "):
            value = _slug(content[4:])
            if found[-1] or not value or value in found:
                return ()
            found[-1] = value
    return tuple(found) if all(found) else ()


def _read_in_full(text: str, file: str) -> Header:
    """The head as the reader of whole files sees it, with the first problem."""
    from exsolve.spec.exercise import header_fields
    from exsolve.spec.nodes import Mapping
    from exsolve.spec.report import Report
    from exsolve.spec.yaml_text import read_tree

    report = Report()
    tree = read_tree(text, file, report)
    if tree is None:
        return Header("", "", "", (), (), report.problems()[0])
    whole, part = header_fields()
    values = whole.read_fields(tree, report, closed=False)
    parts = [
        part.read_fields(node, report, closed=False)["id"]
        for node in values["parts"] or ()
        if isinstance(node, Mapping)
    ]
    problems = report.problems()
    return Header(
        str(values["id"] or ""),
        str(values["title"] or ""),
        str(values["kind"] or ""),
        tuple(map(str, values["tags"] or ())),
        tuple(str(name) for name in parts if name is not None),
        problems[0] if problems else None,
    )
