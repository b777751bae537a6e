"""Texts with formulas in braces: ``Conv2d(3, {k})``; a brace itself is written twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from exsolve.authoring.reading import Reading
from exsolve.authoring.variation_plan import Pattern, Placeholder, Template
from exsolve.expression.tree import Literal, Node, walk
from exsolve.spec.fields import Source
from exsolve.spec.nodes import Mapping, Scalar, Sequence
from exsolve.spec.nodes import Node as Tree

Plain = Any
"""A tree of a file without places: texts, lists of trees, dictionaries of trees."""

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")

Parse = Callable[[Source], Node | None]
"""Reads a formula, or notes what is wrong with it."""


def plain(node: Tree) -> Plain:
    """A tree of the file without its places."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node, Mapping):
        return {name: plain(entry.value) for name, entry in node.entries.items()}
    return ""


def scalars(node: Tree) -> Iterator[Scalar]:
    """The texts of a tree, in order; keys are none."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    elif isinstance(node, Mapping):
        for entry in node.entries.values():
            yield from scalars(entry.value)


def read_template(source: Source, parse: Parse, reading: Reading) -> Template:
    """The pieces of a text; braces that do not match are reported."""
    pieces: list[str | Placeholder] = []
    text, end = source.text, 0
    for match in _PIECE.finditer(text):
        pieces.append(text[end : match.start()])
        end = match.end()
        if match.group() in ("{{", "}}"):
            pieces.append(match.group()[0])
        elif match.group(1) is None or not match.group(1).strip():
            reading.refuse(
                "a brace that does not hold a formula",
                source,
                offset=match.start(),
                expected="{m}, with the name of what is drawn or a formula",
                found=text[match.start() : match.start() + 20],
                hint="write {{ or }} for a brace itself",
            )
        else:
            # with blanks before it the formula keeps its places in the file
            node = parse(source.rewritten(" " * match.start(1) + match.group(1)))
            if node is not None:
                pieces.append(Placeholder(node, writes_decimals(node)))
    pieces.append(text[end:])
    return tuple(piece for piece in pieces if piece)


def read_pattern(node: Tree, parse: Parse, reading: Reading) -> Pattern:
    """A tree whose texts may have formulas in them."""
    if isinstance(node, Scalar):
        return read_template(Source(node.text, node), parse, reading)
    if isinstance(node, Sequence):
        return [read_pattern(item, parse, reading) for item in node.items]
    if isinstance(node, Mapping):
        return {
            name: read_pattern(entry.value, parse, reading) for name, entry in node.entries.items()
        }
    return ()


def writes_decimals(node: Node) -> bool:
    """Whether a formula has a number with a decimal point in it."""
    return any(isinstance(part, Literal) and "." in part.text for part in walk(node))


def filled(pattern: Pattern, fill: Callable[[Placeholder], str]) -> Plain:
    """The tree with each formula replaced by its value."""
    if isinstance(pattern, list):
        return [filled(item, fill) for item in pattern]
    if isinstance(pattern, dict):
        return {name: filled(item, fill) for name, item in pattern.items()}
    return "".join(piece if isinstance(piece, str) else fill(piece) for piece in pattern)


def passage_pattern(passage: str) -> str:
    """A regular expression for a passage: words that begin and end as it does, on any lines."""
    words = r"\s+".join(re.escape(word) for word in passage.split())
    before = r"(?<![\w.])" if re.match(r"\w", passage.strip()) else ""
    after = r"(?!\w|\.\d)" if re.search(r"\w\Z", passage.strip()) else ""
    return before + words + after
