"""YAML text -> tree of nodes, from PyYAML's events.

Only text, lists and mappings are read. Whatever else YAML has (aliases, tags, merge keys, several
documents, directives) is refused, and the reading goes on behind it, so that one pass finds as
many problems as there are. Keys are text, and each stands once.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from exsolve import limits
from exsolve.errors import ExsolveError, Position
from exsolve.spec.files import decode
from exsolve.spec.nodes import Document, Entry, Mapping, Node, Refused, Scalar, Sequence, Style
from exsolve.spec.report import Report, quote
from exsolve.spec.yaml_errors import add_syntax_error

_MOST_PROBLEMS = 20 * limits.PROBLEMS_SHOWN
"""Above this a file is no exercise with mistakes, and reading it any further helps nobody."""

_STYLES: dict[str | None, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}

_UNPRINTABLE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
)
_BIDIRECTIONAL = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_NOT_TEXT = frozenset(("null", "true", "false", "yes", "no", "on", "off"))
_ESCAPE = re.compile(r"\\(?:[\\\"/ \n]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|(.))", re.S)


def read_tree(
    text: str | bytes, file: str, report: Report, any_key: bool = False
) -> Mapping | None:
    """The tree as far as it can be trusted, problems in the report; None: it breaks off.

    any_key: whether what YAML takes for a number or a truth value may be a key as well.
    """
    content = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    if len(content) > limits.FILE_BYTES:
        report.add(
            f"{file} is too large",
            expected=f"at most {limits.FILE_BYTES:,} bytes",
            found=f"{len(content):,} bytes",
        )
        return None
    if isinstance(text, bytes):
        try:
            text = decode(text, file)
        except ExsolveError as error:
            for problem in error.problems:
                report.include(problem)
            return None
    else:
        text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if text.count("[") + text.count("{") > limits.YAML_NODES:
        report.add(f"more than {limits.YAML_NODES:,} brackets in one file", Position(file, 1, 1))
        return None
    document = Document(file, text, content)
    document.text = _without_directives(_without_unprintable(document, report), document, report)
    return _Builder(document, report, any_key).build()


def name_of_character(character: str) -> str:
    """How a character that cannot be shown is named in a message."""
    if character in _BIDIRECTIONAL:
        sort = "a mark that changes the direction of writing"
    elif character in "\u0085\u2028\u2029\r\x0b\x0c":
        sort = "an unusual line break"
    elif character == "\x00":
        sort = "a NUL"
    elif "\ud800" <= character <= "\udfff":
        sort = "half a character"
    else:
        sort = "a control character"
    return f"{sort}, U+{ord(character):04X}"


def _without_unprintable(document: Document, report: Report) -> str:
    """The text with U+FFFD for each character that is refused, so that reading can go on."""
    unprintable = re.compile(f"[{_UNPRINTABLE}]")
    if unprintable.search(document.text) is None:
        return document.text
    replaced, number = unprintable.subn("\ufffd", document.text)
    for match in islice(unprintable.finditer(document.text), limits.PROBLEMS_SHOWN):
        report.add(
            "a character that cannot be seen",
            document.position(match.start()),
            found=name_of_character(match.group()),
            hint="delete it",
        )
    report.count(max(0, number - limits.PROBLEMS_SHOWN))
    return replaced


def _without_directives(text: str, document: Document, report: Report) -> str:
    """The text with directives made comments; libyaml takes quadratic time over many of them."""
    lines = text.split("\n")
    index = 0
    for number, line in enumerate(lines):
        if line.startswith("%") and report.crowded:
            report.count(1)
            lines[number] = "#" + line[1:]
        elif line.startswith("%"):
            report.add(
                "a YAML directive is not read here",
                document.position(index),
                found=quote(line),
                hint="delete the line",
            )
            lines[number] = "#" + line[1:]
        elif line.strip() and not line.lstrip().startswith("#"):
            break
        index += len(line) + 1
    return "\n".join(lines)


def _parser(text: str) -> Any:
    """A parser with ``get_event``: libyaml's where PyYAML was built with it."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        from exsolve.spec.yaml_pure import PureParser

        return PureParser(text)
    return CParser(text)


class _BreakOffError(Exception):
    """Reading cannot go on; the problem is in the report."""


class _Builder:
    """Builds nodes from events; one method per sort of event."""

    def __init__(self, document: Document, report: Report, any_key: bool) -> None:
        self.any_key = any_key
        self.document = document
        self.report = report
        self.parser = _parser(document.text)
        self.nodes = 0

    def build(self) -> Mapping | None:
        from yaml import YAMLError

        try:
            self.parser.get_event()  # the start of the stream
            event = self.parser.get_event()
            if type(event).__name__ == "StreamEndEvent":
                self.report.add(
                    "the file is empty",
                    Position(self.document.file, 1, 1),
                    expected="fields such as `id: my-exercise`",
                )
                return None
            tree = self.node(self.parser.get_event(), 0, -1)
            self.refuse_second_document(self.parser.get_event())
        except YAMLError as error:
            add_syntax_error(error, self.document, self.report)
            return None
        except _BreakOffError:
            return None
        if isinstance(tree, Mapping):
            return tree
        if not isinstance(tree, Refused):
            empty = isinstance(tree, Scalar) and tree.empty
            self.report.add(
                "the file is empty" if empty else "the file has no fields",
                tree.position,
                expected="fields such as `id: my-exercise`",
                found="" if empty else tree.describe(),
            )
        return None

    def add(
        self, message: str, event: Any, expected: str = "", found: str = "", hint: str = ""
    ) -> None:
        self.report.add(
            message, self.position(event.start_mark), expected=expected, found=found, hint=hint
        )

    def position(self, mark: Any) -> Position:
        return Position(self.document.file, mark.line + 1, mark.column + 1)

    def refuse_second_document(self, event: Any) -> None:
        index = event.end_mark.index
        for line in self.document.text[index:].splitlines(keepends=True):
            content = line.strip()
            if content and content != "..." and not content.startswith("#"):
                if content.startswith("---"):
                    message, hint = "a second document begins here", "write it as a file of its own"
                else:
                    message = "text that belongs to nothing above it"
                    hint = "begin every field of the file in the same column"
                place = index + len(line) - len(line.lstrip())
                self.report.add(
                    message, self.document.position(place), found=quote(content), hint=hint
                )
                return
            index += len(line)

    def node(self, event: Any, depth: int, column: int) -> Node:
        """The node that begins with an event; ``column`` is that of the block around it."""
        self.nodes += 1
        if self.nodes > limits.YAML_NODES:
            self.add(f"more than {limits.YAML_NODES:,} values in one file", event)
            raise _BreakOffError
        if len(self.report) > _MOST_PROBLEMS:
            raise _BreakOffError
        sort = type(event).__name__
        if sort == "AliasEvent":
            self.add(
                "an alias is not read here",
                event,
                found=quote("*" + event.anchor),
                hint="write the value out; put text that begins with * in quotes",
            )
            return self.place(Refused, event)
        if event.anchor is not None:
            self.add(
                "an anchor is not read here",
                event,
                found=quote("&" + event.anchor),
                hint="delete it; put text that begins with & in quotes",
            )
        if event.tag is not None:
            self.add(
                "a tag is not read here",
                event,
                found=quote(self.tag_text(event)),
                hint="delete it; put text that begins with ! in quotes",
            )
            # what a tag makes of the value is not known, so nothing more is said about it
            self.content(event, depth, column)
            return self.place(Refused, event)
        return self.content(event, depth, column)

    def content(self, event: Any, depth: int, column: int) -> Node:
        """The text, list or mapping that begins with an event."""
        sort = type(event).__name__
        if sort == "ScalarEvent":
            return self.scalar(event, column)
        if depth >= limits.YAML_DEPTH:
            self.add(f"lists and mappings nested more than {limits.YAML_DEPTH} deep", event)
            raise _BreakOffError
        if sort == "SequenceStartEvent":
            return self.sequence(event, depth, column)
        return self.mapping(event, depth, column)

    def tag_text(self, event: Any) -> str:
        """The tag as it is written, which the event has expanded."""
        source = self.document.text[event.start_mark.index : event.start_mark.index + 80]
        found = re.search(r"!\S*", source)
        return found.group() if found else str(event.tag)

    def place(self, node: type[Refused], event: Any) -> Refused:
        start = event.start_mark
        return node(self.document, start.index, event.end_mark.index)

    def scalar(self, event: Any, column: int) -> Scalar:
        start, end = event.start_mark, event.end_mark
        index = start.index
        if event.anchor is not None or event.tag is not None:
            index = self.after_properties(index)
        style: Style = _STYLES.get(event.style, "plain")
        text = event.value
        scalar = Scalar(text, style, self.document, index, end.index)
        if style == "double" and "\\" in self.document.text[index : end.index]:
            scalar.text = self.checked_escapes(scalar)
        if start.line != end.line and style in ("single", "double"):
            self.refuse_outdented(scalar, column)
        elif start.line != end.line and style == "plain":
            self.refuse_swallowed_item(scalar)
        return scalar

    def refuse_swallowed_item(self, scalar: Scalar) -> None:
        """A text that goes on over the next lines takes a list item below it for a minus."""
        item = re.compile(r"\n *(-) ").search(self.document.text, scalar.start, scalar.end)
        if item is not None:
            self.report.add(
                "this line continues the text above it",
                self.document.position(item.start(1)),
                expected=f"nothing behind the key in line {scalar.position.line}, then the list",
                found=scalar.describe(),
                hint="put the text in single quotes if it is one text",
            )

    def after_properties(self, index: int) -> int:
        """Where the value behind an anchor or a tag begins."""
        pattern = re.compile(r"(?:[&!]\S*(?:\s+|\s*#[^\n]*\n\s*))*")
        found = pattern.match(self.document.text, index)
        return found.end() if found else index

    def checked_escapes(self, scalar: Scalar) -> str:
        r"""The text of a scalar in double quotes; refuses ``"\frac"``, which begins a form feed."""
        for match in _ESCAPE.finditer(self.document.text, scalar.start, scalar.end):
            if match.group(1) is not None:
                self.report.add(
                    f"{quote(match.group())} has another meaning between double quotes",
                    self.document.position(match.start()),
                    found=quote(self.document.text[match.start() : match.start() + 12]),
                    hint="write single quotes, or double the backslash",
                )
                return scalar.text
        unprintable = re.compile(f"[{_UNPRINTABLE}]")
        if (unseen := unprintable.search(scalar.text)) is not None:
            self.report.add(
                "a character that cannot be seen",
                scalar.locate(unseen.start()),
                found=name_of_character(unseen.group()),
                hint="delete it",
            )
        return unprintable.sub("\ufffd", scalar.text)

    def refuse_outdented(self, node: Node, column: int) -> None:
        """YAML wants the later lines of a bracket or quotation indented; libyaml lets them pass.

        The reason to insist: a bracket that was not closed would swallow the fields after it.
        """
        text, index = self.document.text, node.start
        while (index := text.find("\n", index, node.end) + 1) > 0:
            line_end = text.find("\n", index)
            line = text[index : len(text) if line_end < 0 else line_end]
            content = line.lstrip(" ")
            closes = isinstance(node, (Sequence, Mapping)) and content[:1] in ("]", "}", "#")
            if content and not closes and len(line) - len(content) <= column:
                what = "quotation" if isinstance(node, Scalar) else "bracket"
                self.report.add(
                    f"this line is inside the {what} that was opened in line {node.position.line}",
                    self.document.position(index + len(line) - len(content)),
                    found=quote(content),
                    hint=f"close the {what} before it, or indent the line further",
                )
                return

    def sequence(self, event: Any, depth: int, column: int) -> Sequence:
        start = event.start_mark
        flow = event.flow_style
        inner = column if flow else start.column
        items: list[Node] = []
        node = Sequence(items, self.document, start.index, start.index)
        while type(event := self.parser.get_event()).__name__ != "SequenceEndEvent":
            items.append(self.node(event, depth + 1, inner))
        if flow:
            self.close(node, event, column)
        return node

    def mapping(self, event: Any, depth: int, column: int) -> Mapping:
        start = event.start_mark
        flow = event.flow_style
        inner = column if flow else start.column
        entries: dict[str, Entry] = {}
        node = Mapping(entries, self.document, start.index, start.index)
        while type(event := self.parser.get_event()).__name__ != "MappingEndEvent":
            key = self.node(event, depth + 1, inner)
            value = self.node(self.parser.get_event(), depth + 1, inner)
            if not isinstance(key, Scalar):
                if not isinstance(key, Refused):
                    self.report.add(
                        "a key must be a name",
                        key.position,
                        expected="a name before the colon",
                        found=key.describe(),
                    )
            elif not self.accept_key(key):
                node.refused.append(key.text)
            else:
                first = entries.setdefault(key.text, Entry(key, value))
                if first.key is not key:
                    self.report.add(
                        f"the key {quote(key.text)} stands twice",
                        key.position,
                        found=f"first in line {first.key.position.line}, "
                        f"column {first.key.position.column}",
                        hint="keep one of the two",
                    )
        if flow:
            self.close(node, event, column)
        return node

    def close(self, node: Sequence | Mapping, event: Any, column: int) -> None:
        """Note where a bracket closes; ``column`` is that of the block around it."""
        node.end = event.end_mark.index
        self.refuse_outdented(node, column)

    def accept_key(self, key: Scalar) -> bool:
        """Whether the key is text; where it is not, that is reported."""
        text = key.text
        if text == "<<" and key.style == "plain":
            self.report.add(
                "a merge key is not read here",
                key.position,
                found=quote("<<"),
                hint="write the fields out",
            )
            return False
        if key.style != "plain" or (self.any_key and text):
            return True
        if (text[:1].isalpha() or text[:1] == "_") and text.casefold() not in _NOT_TEXT:
            return True
        self.report.add(
            "a key must be text",
            key.position,
            expected="a name that begins with a letter",
            found=key.describe(),
            hint=f"write {quote(repr(text))} if this is meant as a name" if text else "",
        )
        return False
