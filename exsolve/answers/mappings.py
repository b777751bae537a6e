"""YAML: exercises, parts and names as keys, their answers as values."""

from __future__ import annotations

import re

from exsolve.answers.addresses import Address, Addresses, Context
from exsolve.answers.collecting import Collector, Piece
from exsolve.answers.statements import statement_at, trimmed
from exsolve.errors import Position, Problem
from exsolve.spec.nodes import Mapping, Node, Scalar, Sequence
from exsolve.spec.report import Report
from exsolve.spec.yaml_text import read_tree

_KEY = re.compile(r"^[ \t]*(?:-[ \t]+)?[\"']?([\w.\-]{1,120})[\"']?:(?=[ \t\n]|$)", re.M)
_ANOTHER = re.compile(
    r"^[^\n{}\[\]\"']+:[ \t][^\n{}:\"']*[,;][ \t]*([\w.\-]{1,120})[ \t]*:[ \t]", re.M
)
_LINE = re.compile(r"^[^\n]*=[^\n]*$", re.M)
_COMMENT = re.compile(r"(?<!\S)#[^\n]*")


def looks_like_yaml(text: str, addresses: Addresses) -> bool:
    """Whether keys name questions, exercises or parts, and no line ``name = value`` does, nor two
    on a line."""
    if text.lstrip()[:1] in ("{", "%") or text.lstrip().startswith("---\n"):
        return True
    keys = (found[1] for found in _KEY.finditer(text))
    if not any(_names_something(key, addresses) for key in keys):
        return False
    if any(addresses.elsewhere(found[1]) for found in _ANOTHER.finditer(text)):
        return False
    for line in _LINE.finditer(text):
        found = statement_at(text, *line.span())
        if found and found.sign != ":" and addresses.elsewhere(found.name):
            return False
    return True


def _names_something(key: str, addresses: Addresses) -> bool:
    return bool(
        addresses.exercise(key)
        or addresses.find(key, Context())
        or any(addresses.part(key, one.id) for one in addresses.outline.exercises)
    )


def collect_mappings(text: str, collector: Collector) -> bool:
    """Give the collector all answers of a YAML file; False where it is none, with nothing given."""
    report = Report()
    tree = read_tree(text, collector.file, report, any_key=True)
    if tree is None:
        return False
    reader = _Reader(collector, report.problems())
    reader.mapping(tree, Context())
    for problem in report.problems():
        collector.report.include(problem)
    return True


class _Reader:
    """Walks the tree; ``problems`` are those of the file, some of which stand in answers."""

    def __init__(self, collector: Collector, problems: tuple[Problem, ...]) -> None:
        self.collector = collector
        self.addresses = collector.addresses
        self.problems = [one for one in problems if one.position is not None]

    def mapping(self, tree: Mapping, context: Context) -> bool:
        """Take the answers of a mapping; whether anything in it was recognised."""
        taken = False
        for key, (scalar, value) in tree.entries.items():
            taken |= self.entry(key, scalar, value, context)
        return taken

    def entry(self, key: str, scalar: Scalar, value: Node, context: Context) -> bool:
        addresses = self.addresses
        if isinstance(value, Mapping):
            if exercise := addresses.exercise(key):
                inner = Context(exercise)
            elif part := addresses.part(key, context.exercise):
                inner = context._replace(part=part)
            else:
                inner = context
            if self.mapping(value, inner) or inner != context:
                return True
            self.refuse(key, scalar, value, context)
            return False
        found = addresses.find(key, context)
        piece = self.piece(key, scalar, value, found)
        if len(found) == 1:
            self.collector.state(found[0], piece, self.doubt(scalar, value))
        elif found:
            self.collector.refuse_ambiguous(found, piece)
        elif not addresses.is_known(key, context) and self.is_answer(key, piece, context):
            self.collector.refuse_unknown(piece, context)
        return bool(found)

    def refuse(self, key: str, scalar: Scalar, value: Node, context: Context) -> None:
        piece = Piece(key, _source(value), scalar.position, scalar.position)
        self.collector.refuse_unknown(piece, context)

    def is_answer(self, key: str, piece: Piece, context: Context) -> bool:
        """Whether an entry that nobody asked for looks like an answer."""
        return bool(piece.text) and (
            re.match(r"[\[({$\\]", piece.text) is not None
            or bool(self.addresses.elsewhere(key))
            or (len(key) > 2 and self.collector.near_miss(key, context))
        )

    def doubt(self, scalar: Scalar, value: Node) -> Problem | None:
        """A problem of the file that stands in an answer, or in another one of the same key."""
        document = scalar.document
        first, last = scalar.position, document.position(max(value.end, scalar.end))
        for problem in self.problems:
            place = problem.position
            assert place is not None
            if first[1:] <= place[1:] <= last[1:]:
                return problem
            line = document.text.split("\n", place.line)[place.line - 1]
            if line[place.column - 1 :].lstrip("\"'").startswith(scalar.text) and (
                "twice" in problem.message
            ):
                return problem
        return None

    def piece(self, key: str, scalar: Scalar, value: Node, found: tuple[Address, ...]) -> Piece:
        in_words = bool(found) and found[0].expected.sort == "words"
        if isinstance(value, Scalar) and in_words:
            return Piece(key, value.text.strip(), value.position, scalar.position)
        text, position = _text(value)
        first, last = trimmed(text)
        if first == last:
            return Piece(key, "", scalar.position, scalar.position)
        before = text[:first]
        line = position.line + before.count("\n")
        column = first - before.rfind("\n") if "\n" in before else position.column + first
        place = Position(position.file, line, column)
        return Piece(key, text[first:last], place, scalar.position)


def _source(node: Node) -> str:
    return node.document.text[node.start : node.end]


def _text(node: Node) -> tuple[str, Position]:
    """The text of a value as it was written, and where that begins."""
    source, start = _source(node), node.start
    if isinstance(node, Scalar):
        if node.style in ("single", "double"):
            quoting = "\\" if node.style == "double" else "'"
            if quoting in source[1:-1]:
                return node.text, node.locate(0)
            return source[1:-1], node.document.position(start + 1)
        if node.style in ("literal", "folded"):
            begin = source.find("\n") + 1
            return source[begin:], node.document.position(start + begin)
        return source, node.position
    if isinstance(node, Sequence):
        return _listed(node), node.position
    return source, node.position


def _listed(node: Sequence) -> str:
    """A list in brackets, in the places of the file: quotes and comments are blanked, and dashes
    become brackets and commas."""
    characters = _uncommented(node)
    closing: dict[int, int] = {}
    end = _rewrite(node, node.start, characters, closing)
    pieces = []
    for index, character in enumerate(characters[: end - node.start]):
        pieces.append("]" * closing.get(index, 0) + character)
    pieces.append("]" * closing.get(end - node.start, 0))
    return "".join(pieces)


def _uncommented(node: Sequence) -> list[str]:
    end = max(node.end, _last_end(node))
    source = node.document.text[node.start : end]
    return list(_COMMENT.sub(lambda found: " " * len(found.group()), source))


def _last_end(node: Node) -> int:
    if isinstance(node, Sequence) and node.items:
        return max(node.end, _last_end(node.items[-1]))
    return node.end


def _rewrite(node: Node, origin: int, characters: list[str], closing: dict[int, int]) -> int:
    """Rewrite a value in place; where it ends."""
    if isinstance(node, Scalar):
        if node.style in ("single", "double"):
            for place in (node.start, node.end - 1):
                characters[place - origin] = " "
        return node.end
    if not isinstance(node, Sequence):
        return node.end
    if node.in_brackets:
        for item in node.items:
            _rewrite(item, origin, characters, closing)
        return node.end
    end = node.start
    for number, item in enumerate(node.items):
        dash = node.document.text.rfind("-", end, max(item.start, end + 1))
        if dash >= 0:
            characters[dash - origin] = "," if number else "["
        end = _rewrite(item, origin, characters, closing)
    closing[end - origin] = closing.get(end - origin, 0) + 1
    return end
