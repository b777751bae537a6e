"""Prose as Markdown: the author's own text, in which HTML, entities and images are made inert.

What is not touched for that stays as it was written, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from exsolve.prose.characters import visible
from exsolve.prose.grammar import Span, permitted, reader
from exsolve.prose.mathematics import is_known
from exsolve.prose.tree import Mathematics

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_ENTITY = r"&(?=#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]*;)"
_ACTING = re.compile(rf"\\[!-/:-@\[-`{{-~]|<|{_ENTITY}")
"""A character that is escaped already, or one to escape."""
_DEFINITION = re.compile(r"(?:^|\n)[ \t]*(\[)(?:\\.|[^\[\]\\])*\]:", re.DOTALL)

_SPECIAL = re.compile(
    rf"[\\`*\[\]<|$~]|{_ENTITY}"
    # inside of a word an underscore is one
    r"|(?<![^\W_])_|_(?![^\W_])"
    # what makes a line a heading, a list, a quotation, a rule or a row of dashes
    r"|^(?:\#(?=\#{0,5}(?:\s|$))|>|[+-](?=\s|$)|-(?=-)|=(?==*\s*$)|:(?=-))"
    # a heading loses these at its end
    r"|\#(?=\#*$)|!$",
    re.MULTILINE,
)
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
_EDGES = re.compile(r"^[^\S\n]+|[^\S\n]+$", re.MULTILINE)
_BACKTICKS = re.compile("`+")
_PASSES = 4
"""A bracket that is escaped can make a pair of others, which the next pass sees."""


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def markdown(text: str) -> str:
    """The Markdown text with everything inert that is not prose, and without outer empty lines.

    ``<`` is escaped outside of code and of links in angle brackets, and is ``\\lt`` in mathematics;
    mathematics that the program does not know becomes code; an image becomes its text and address;
    a link to elsewhere than http, https or mailto, a definition of links and an entity become text.
    What is inert already comes back unchanged.
    """
    shown = visible(text).strip("\n")
    for _ in range(_PASSES):
        edited = _edited(shown)
        if edited == shown:
            break
        shown = edited
    return shown if edited == shown and _is_inert(shown) else escaped(shown).strip("\n")


def escaped(text: str) -> str:
    """Plain text that Markdown takes as it is, at the beginning of a line as well."""
    text = _EDGES.sub("", visible(text))
    return _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", text))


def code_span(text: str) -> str:
    """Any text as code in a line, between more backticks than it has in a row."""
    shown = " ".join(visible(text).split()) or " "
    longest = max(map(len, _BACKTICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    # one space at both ends is taken away, and keeps backticks apart from the fence
    room = " " if longest else ""
    return f"{fence}{room}{shown}{room}{fence}"


def _code(text: str) -> str:
    """Text without backticks as a code span, in one line."""
    return f"`{' '.join(text.split())}`"


def _is_known(source: str) -> bool:
    return is_known(Mathematics(source.strip("$")))


def _edited(text: str) -> str:
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    edits: list[_Edit] = []
    cursor = 0
    for token in reader().parse(text):
        if token.map is None:
            continue
        if token.type == "mathematics_block":
            begin, end = starts[token.map[0]], min(starts[token.map[1]], len(text))
            begin, end = text.index("$$", begin), text.rindex("$$", begin, end) + 2
            if _is_known(f"$${token.content}$$"):
                edits += _less_than(text, begin, end)
            else:
                edits.append(_Edit(begin, end, _code(f"$${token.content}$$")))
        elif token.type == "inline":
            changes = list(_changes(token))
            if not changes and token.level == 0:
                continue
            cursor = max(cursor, starts[token.map[0]])
            places = _in_source(token, lines, starts, cursor)
            if places is None:
                return escaped(text)
            edits += (
                _Edit(places[start], places[end - 1] + 1, replacement)
                for start, end, replacement in changes
            )
            cursor = places[-1] + 1 if places else cursor
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _less_than(text: str, start: int, end: int) -> Iterator[_Edit]:
    r"""Every ``<`` of mathematics as ``\lt``, with a space only before a letter."""
    for place in range(start, end):
        if text[place] == "<":
            space = " " if text[place + 1].isalpha() else ""
            yield _Edit(place, place + 1, rf"\lt{space}")


def _in_source(
    token: Token, lines: Sequence[str], starts: Sequence[int], cursor: int
) -> list[int] | None:
    """Where each character of an inline token stands in the text; None where that is not known."""
    assert token.map is not None
    places: list[int] = []
    number = token.map[0]
    for part in token.content.split("\n"):
        line, words = lines[number], part.strip()
        if "|" in words and words not in line:
            return _cell_in_source(token.content, line, starts[number], cursor)
        offset = max(0, cursor - starts[number])
        # only in a table or a heading does anything stand behind the words
        last = line.rfind(words)
        first = line.find(words, offset)
        place = first if len(token.map) and token.map[1] - number == 1 and not places else last
        if place < 0:
            return None
        lead = len(part) - len(part.lstrip())
        begin = starts[number] + place
        places += range(begin - lead, begin - lead + len(part) + 1)
        number += 1
    return places[:-1]


def _cell_in_source(content: str, line: str, start: int, cursor: int) -> list[int] | None:
    """The places of a cell, in which a bar is written as ``\\|``."""
    place = line.find(content.replace("|", "\\|"), max(0, cursor - start))
    if place < 0:
        return None
    places = []
    for character in content:
        places.append(start + place)
        place += 2 if character == "|" else 1
    return places


def _changes(token: Token) -> Iterator[_Edit]:
    """What must change in the content of an inline token, from its beginning to its end."""
    content = token.content
    spans: list[Span] = []
    parser = reader()
    parser.inline.parse(content, parser, {"spans": spans}, [])
    position = 0
    refused = {span.start for span in spans if span.sort == "refused link"}
    refused.update(match.start(1) for match in _DEFINITION.finditer(content))
    spans.extend(Span("definition", start, start + 1) for start in refused)
    for span in sorted(spans, key=lambda span: span.start):
        if span.start < position or span.sort == "refused link":
            continue
        yield from _escapes(content, position, span.start)
        position = span.end
        if span.sort == "mathematics" and not _is_known(content[span.start : span.end]):
            ticks = "`" in content[max(0, span.start - 1) : span.start] + content[span.end :][:1]
            shown = escaped if ticks else _code
            yield _Edit(span.start, span.end, shown(content[span.start : span.end]))
        elif span.sort == "mathematics":
            yield from _less_than(content, span.start, span.end)
        elif span.sort == "image":
            yield _Edit(span.start, span.end, escaped(span.text))
        elif span.sort == "definition":
            yield _Edit(span.start, span.end, "\\[")
    yield from _escapes(content, position, len(content))


def _escapes(content: str, start: int, end: int) -> Iterator[_Edit]:
    for match in _ACTING.finditer(content, start, end):
        if not match.group().startswith("\\"):
            yield _Edit(match.start(), match.end(), f"\\{match.group()}")


@lru_cache(maxsize=1)
def _others_reader() -> MarkdownIt:
    """A parser as others have it, which takes HTML, images and definitions."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    vars(parser)["validateLink"] = lambda address: True
    return parser


def _is_inert(text: str) -> bool:
    """Whether others see neither HTML nor images, nor links that lead elsewhere."""
    tokens = _others_reader().parse(text)
    for token in tokens:
        for one in (token, *(token.children or ())):
            if one.type in ("html_block", "html_inline", "image"):
                return False
            if one.type == "link_open" and not permitted(str(one.attrGet("href"))):
                return False
    return True
