"""A variant as YAML: the author's file with other values in it, its layout and comments kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from exsolve.spec.nodes import Mapping, Node, Scalar, Sequence
from exsolve.spec.report import Report
from exsolve.spec.yaml_text import read_tree
from exsolve.variation.templates import Plain, plain

_PLAIN = re.compile(r"(?:[\w(√−+.]|-(?=\S))(?:[^\n\t:#,\[\]{}]*[^\s:#,\[\]{}])?")
_PLAIN_IN_BLOCK = re.compile(r"(?:[\w(√−+.]|-(?=\S))(?:[^\n\t:#]*[^\s:#])?")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off"))
WIDTH = 80
"""Characters of a list that is still written on one line."""

Substitution = Callable[[str], str]
"""What becomes of the author's text of a value, as it stands in the file."""


class Written(NamedTuple):
    """A file's text, and the tree that is read from it."""

    text: str
    tree: Mapping


def write(tree: Mapping, wanted: Plain, header: str, file: str, texts: Substitution) -> Written:
    """The file with the values ``wanted`` in the place of its own, under a line of comment.

    What does not change stays as it is written. The text is read again; where it would not give
    just what is wanted, it is written anew.
    """
    if not tree.in_brackets:
        text = f"{header}\n{_edited(tree, wanted, texts)}"
        read = read_tree(text, file, Report())
        if read is not None and plain(read) == wanted:
            return Written(text, read)
    text = f"{header}\n{_fields(wanted)}"
    report = Report()
    read = read_tree(text, file, report)
    report.raise_problems()
    assert read is not None
    assert plain(read) == wanted, "a file that is written anew is read as it is meant"
    return Written(text, read)


def _fields(wanted: Plain) -> str:
    return "".join(f"{_key(name)}:{_below(value, 2)}\n" for name, value in wanted.items())


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def _edited(tree: Mapping, wanted: Plain, texts: Substitution) -> str:
    source = tree.document.text
    edits: list[_Edit] = []
    for name, entry in tree.entries.items():
        if name in wanted:
            _change(entry.value, wanted[name], False, texts, edits)
            continue
        end = source.find("\n", _end(entry.value))
        edits.append(_Edit(entry.key.start, len(source) if end < 0 else end + 1, ""))
    for edit in sorted(edits, reverse=True):
        source = source[: edit.start] + edit.text + source[edit.end :]
    added = {name: value for name, value in wanted.items() if name not in tree.entries}
    return source if not added else source.rstrip("\n") + "\n" + _fields(added)


def _change(
    node: Node, wanted: Plain, in_flow: bool, texts: Substitution, edits: list[_Edit]
) -> None:
    """Note what must change in a value, in as small parts as its structure allows."""
    flow = in_flow or (node.in_brackets and not isinstance(node, Scalar))
    if isinstance(node, Sequence) and isinstance(wanted, list) and len(node.items) == len(wanted):
        for item, value in zip(node.items, wanted, strict=True):
            _change(item, value, flow, texts, edits)
    elif (
        isinstance(node, Mapping)
        and isinstance(wanted, dict)
        and list(node.entries) == list(wanted)
    ):
        for name, entry in node.entries.items():
            _change(entry.value, wanted[name], flow, texts, edits)
    elif plain(node) != wanted:
        edits.append(_Edit(node.start, _end(node), _replacement(node, wanted, flow, texts)))


def _replacement(node: Node, wanted: Plain, flow: bool, texts: Substitution) -> str:
    source = node.document.text[node.start : _end(node)]
    if isinstance(node, Scalar) and isinstance(wanted, str):
        changed = texts(source)
        if changed != source:
            return changed  # wrong if it needs other quotes, which reading it again shows
        if node.empty:
            return " " + _scalar(wanted)
        return _scalar(wanted, flow)
    if not flow and not isinstance(node, Scalar):
        column = node.start - (node.document.text.rfind("\n", 0, node.start) + 1)
        return _block(wanted, column).lstrip()
    return _flow(wanted)


def _end(node: Node) -> int:
    """Where a value ends: behind its last sign that is no white space."""
    last: Node = node
    while not last.in_brackets or isinstance(last, Scalar):
        if isinstance(last, Sequence) and last.items:
            last = last.items[-1]
        elif isinstance(last, Mapping) and last.entries:
            last = list(last.entries.values())[-1].value
        else:
            break
    text = last.document.text
    end = last.end
    while end > last.start and text[end - 1] in " \n":
        end -= 1
    return end


def _below(value: Plain, column: int) -> str:
    """A value behind its key: on the same line, or on lines of its own."""
    if isinstance(value, str) and "\n" in value and _fits_block(value):
        ending = "" if value.endswith("\n") else "-"
        lines = value.removesuffix("\n").split("\n")
        return f" |{ending}\n" + "\n".join(" " * column + line if line else "" for line in lines)
    if isinstance(value, str):
        return " " + _scalar(value, in_flow=False)
    if not value or len(_flow(value)) <= WIDTH:
        return " " + _flow(value)
    return "\n" + _block(value, column)


def _fits_block(text: str) -> bool:
    """Whether a text of several lines can stand as it is, indented."""
    lines = text.removesuffix("\n").split("\n")
    return (
        text[:1] not in (" ", "\n", "")
        and lines[-1] != ""
        and not any("\t" in line or line.isspace() for line in lines)
    )


def _block(value: Plain, column: int) -> str:
    margin = " " * column
    if isinstance(value, list) and value and len(_flow(value)) > WIDTH:
        return "\n".join(f"{margin}- {_item(item, column + 2)}" for item in value)
    if isinstance(value, dict) and value and len(_flow(value)) > WIDTH:
        return "\n".join(
            f"{margin}{_key(name)}:{_below(item, column + 2)}" for name, item in value.items()
        )
    return margin + _flow(value)


def _item(value: Plain, column: int) -> str:
    if isinstance(value, str):
        return _scalar(value, in_flow=False)
    return _block(value, column).lstrip()


def _flow(value: Plain) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(name)}: {_flow(item)}' for name, item in value.items())}}}"
    return _scalar(value)


def _key(name: str) -> str:
    return name if _KEY.fullmatch(name) and name.casefold() not in _WORDS else _quoted(name)


def _scalar(text: str, in_flow: bool = True) -> str:
    pattern = _PLAIN if in_flow else _PLAIN_IN_BLOCK
    safe = pattern.fullmatch(text) and not text.startswith(("- ", "---", "..."))
    if safe and text.casefold() != "null" and text != "-":
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    if "\n" not in text and "\t" not in text:
        return "'" + text.replace("'", "''") + "'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\x0A").replace("\t", "\\x09") + '"'
