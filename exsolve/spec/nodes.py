"""The tree of a YAML file: text, lists and mappings, each of which knows where it stands.

Scalars are never resolved to YAML's types: ``no``, ``012``, ``1:30`` and ``0.1`` stay the text
that was written, and the field that reads them decides.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Literal, NamedTuple

from exsolve.errors import Position
from exsolve.spec.report import quote

Style = Literal["plain", "single", "double", "literal", "folded"]

_WHITE = " \t\n"


class Document:
    """A file as it was read: its bytes, and its text with ``\\n`` for every line break.

    ``line`` and ``column`` are where the text begins, for one that is part of something longer.
    """

    __slots__ = ("_column", "_line", "_line_starts", "content", "file", "text")

    def __init__(
        self, file: str, text: str, content: bytes, line: int = 1, column: int = 1
    ) -> None:
        self._line = line
        self._column = column
        self.file = file
        self.text = text
        self.content = content
        self._line_starts: list[int] = []

    def position(self, index: int) -> Position:
        """The place of a character of ``text``; columns count characters."""
        if not self._line_starts:
            lengths = (len(line) + 1 for line in self.text.split("\n"))
            self._line_starts = [0, *accumulate(lengths)][:-1]
        line = bisect_right(self._line_starts, index)
        column = index - self._line_starts[line - 1] + (self._column if line == 1 else 1)
        return Position(self.file, line + self._line - 1, column)


class Node:
    """A value in the file; ``start`` and ``end`` are indices of the document's text."""

    __slots__ = ("document", "end", "start")

    def __init__(self, document: Document, start: int, end: int) -> None:
        self.document = document
        self.start = start
        self.end = end

    @property
    def position(self) -> Position:
        """Where it begins."""
        return self.document.position(self.start)

    @property
    def in_brackets(self) -> bool:
        """Whether it is a list or mapping written in brackets or braces."""
        return self.document.text[self.start : self.start + 1] in ("[", "{")

    def describe(self) -> str:
        """What a person would say stands here, for messages."""
        raise NotImplementedError


class Refused(Node):
    """Stands where something was refused (an alias), so that it is reported once only."""

    __slots__ = ()

    def describe(self) -> str:
        return "something refused"


class Scalar(Node):
    """A text, and how it was written."""

    __slots__ = ("style", "text")

    def __init__(
        self,
        text: str,
        style: Style,
        document: Document,
        start: int,
        end: int,
    ) -> None:
        super().__init__(document, start, end)
        self.text = text
        self.style = style

    @property
    def empty(self) -> bool:
        """Whether nothing was written at all, as after a bare ``key:``."""
        return self.style == "plain" and not self.text

    def describe(self) -> str:
        if self.empty:
            return "nothing"
        if not self.text.strip():
            return "an empty text"
        return quote(self.text) if self.style == "plain" else f"the text {quote(self.text)}"

    @property
    def cut_by_comma(self) -> bool:
        """Whether a comma ended this plain text, inside brackets."""
        return (
            self.style == "plain"
            and self.document.text[self.end : self.end + 80].lstrip()[:1] == ","
        )

    def locate(self, offset: int) -> Position:
        """Where the character of ``text`` at this offset stands in the file.

        Exact for every character that is not white space, whatever the style: all styles keep
        those in their order. White space is counted from the character before it.
        """
        offset = max(0, min(offset, len(self.text)))
        source = self.document.text[self.start : self.end]
        if self.style == "plain" and len(source) == len(self.text) and "\n" not in source:
            return self.document.position(self.start + offset)
        target, extra = offset, 0
        if offset == len(self.text) or self.text[offset] in _WHITE:
            line_start = self.text.rfind("\n", 0, offset) + 1
            before = offset
            while before > line_start and self.text[before - 1] in " \t":
                before -= 1
            if before > line_start:
                target, extra = before - 1, offset - before + 1
            else:
                while target < len(self.text) and self.text[target] in _WHITE:
                    target += 1
        wanted = sum(character not in _WHITE for character in self.text[:target])
        for count, (index, length) in enumerate(self._characters()):
            if count == wanted:
                if extra:
                    index += length - 1
                return self.document.position(index + extra)
        return self.document.position(min(self.end, len(self.document.text)))

    def _characters(self) -> Iterator[tuple[int, int]]:
        """Index and length in the file of each character of the text that is not white space."""
        source = self.document.text
        index, end = self.start, self.end
        if self.style in ("literal", "folded"):
            index = source.find("\n", index, end) + 1 or end
        elif self.style != "plain":
            index, end = index + 1, end - 1
        while index < end:
            length = 1
            character = source[index]
            if self.style == "single" and character == "'":
                length = 2
            elif self.style == "double" and character == "\\":
                following = source[index + 1]
                length = 2 + {"x": 2, "u": 4, "U": 8}.get(following, 0)
                character = "\n" if following in _WHITE else _unescaped(source, index, length)
            if character not in _WHITE:
                yield index, length
            index += length


def _unescaped(source: str, index: int, length: int) -> str:
    return chr(int(source[index + 2 : index + length], 16)) if length > 2 else source[index + 1]


class Sequence(Node):
    """A list."""

    __slots__ = ("items",)

    def __init__(self, items: list[Node], document: Document, start: int, end: int) -> None:
        super().__init__(document, start, end)
        self.items = items

    def describe(self) -> str:
        return "a list" if self.items else "an empty list"


class Entry(NamedTuple):
    """A key of a mapping and what it stands for."""

    key: Scalar
    value: Node


class Mapping(Node):
    """Fields by name, in the order of the file; ``refused`` are keys that cannot be names."""

    __slots__ = ("entries", "refused")

    def __init__(
        self,
        entries: dict[str, Entry],
        document: Document,
        start: int,
        end: int,
    ) -> None:
        super().__init__(document, start, end)
        self.entries = entries
        self.refused: list[str] = []

    def describe(self) -> str:
        if not self.entries:
            return "an empty mapping"
        names = list(self.entries)
        shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        return f"a mapping with {quote(shown)}"


class Source(str):
    """A text that knows where it stands: it is parsed, or points at something, later on."""

    __slots__ = ("_scalar",)

    _scalar: Scalar

    def __new__(cls, text: str, scalar: Scalar) -> Source:
        source = super().__new__(cls, text)
        source._scalar = scalar
        return source

    @classmethod
    def written(cls, text: str, file: str, line: int = 1, column: int = 1) -> Source:
        """A text that comes from no YAML file: an argument (``file`` names it), a program."""
        document = Document(file, text, b"", line, column)
        return cls(text, Scalar(text, "plain", document, 0, len(text)))

    @property
    def text(self) -> str:
        """The text alone."""
        return str(self)

    def rewritten(self, text: str) -> Source:
        """Another text that stands in the place of this one."""
        return Source(text, self._scalar)

    def position(self, offset: int = 0) -> Position:
        """Where the character at ``offset`` (from 0; -1 for not known: the start) stands."""
        return self._scalar.locate(offset)

    def __str__(self) -> str:
        return str.__str__(self)

    def __reduce__(self) -> tuple[type[Source], tuple[str, Scalar]]:
        return (Source, (self.text, self._scalar))
