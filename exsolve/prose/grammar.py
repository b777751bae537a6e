"""The Markdown that prose is written in: CommonMark and GitHub's tables, with these differences.

No HTML, no entities, no images that load, no link definitions; links lead to http, https and mailto
only; and ``$...$``, ``$$...$$`` are mathematics, decided as Pandoc does. What is left out is text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

NESTING = 32
"""Blocks inside one another; prose that goes deeper is no prose and shown as it is."""
LONGEST_MATHEMATICS = 2_000
"""Characters between two dollars, which also bounds the search for the second."""

_PERMITTED = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
_AUTOLINK = re.compile(
    r"<(?P<address>(?:https?://|mailto:)[^\s<>\x00-\x20]+)>"
    r"|<(?P<mail>[A-Za-z0-9.+_-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)>",
    re.IGNORECASE,
)
_INSIDE_ONE = re.compile(r"(?:\\.|[^\\$]|(?<!\s)\$(?=\d))*+", re.DOTALL)
_INSIDE_TWO = re.compile(r"(?:\\.|[^\\$])*+", re.DOTALL)
_SPACES = " \t\n"


class Span(NamedTuple):
    """What a rule took for more than text: its place in the inline content."""

    sort: str
    start: int
    end: int
    text: str = ""


def permitted(address: str) -> bool:
    """Whether a link may lead there: http, https and mailto only."""
    return _PERMITTED.match(address) is not None


@lru_cache(maxsize=1)
def reader() -> MarkdownIt:
    """The parser; where ``env`` has a list ``spans``, inline rules note in it what they took."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING})
    parser.enable("table")
    parser.disable(["entity", "html_inline", "html_block", "reference"])
    inline, block = parser.inline.ruler, parser.block.ruler
    inline.at("backticks", _backticks)
    inline.at("link", _link)
    inline.at("image", _image)
    inline.at("autolink", _autolink)
    inline.before("escape", "mathematics", _mathematics)
    enders = ["paragraph", "blockquote", "list"]
    block.before("fence", "mathematics_block", _mathematics_block, {"alt": enders})
    return parser


def _note(state: StateInline, sort: str, start: int, end: int, text: str = "") -> None:
    spans = state.env.get("spans")
    if spans is not None:
        spans.append(Span(sort, start, end, text))


def _backticks(state: StateInline, silent: bool) -> bool:
    from markdown_it.rules_inline import backtick

    start, count = state.pos, len(state.tokens)
    if not backtick(state, silent):
        return False
    if len(state.tokens) > count and state.tokens[-1].type == "code_inline":
        _note(state, "code", start, state.pos)
    return True


def _mathematics(state: StateInline, silent: bool) -> bool:
    """``$x$``: no space inside the dollars and no digit behind them; ``$$ x $$``."""
    start, source, maximum = state.pos, state.src, state.posMax
    if source[start] != "$":
        return False
    dollars = "$$" if source.startswith("$$", start) else "$"
    begin = start + len(dollars)
    if begin >= maximum or (dollars == "$" and source[begin].isspace()):
        return False
    end = _closing(source, dollars, begin, min(maximum, begin + LONGEST_MATHEMATICS))
    if end < 0 or not source[begin:end].strip() or "`" in source[begin:end]:
        return False  # a code span binds more tightly
    if not silent:
        token = state.push("mathematics", "", 0)
        token.content = source[begin:end]
        token.markup = dollars
        _note(state, "mathematics", start, end + len(dollars))
    state.pos = end + len(dollars)
    return True


def _closing(source: str, dollars: str, begin: int, maximum: int) -> int:
    """Where the dollars that close mathematics stand, or -1."""
    inside = _INSIDE_TWO if dollars == "$$" else _INSIDE_ONE
    found = inside.match(source, begin, maximum)
    end = found.end() if found else begin
    if end >= maximum or not source.startswith(dollars, end):
        return -1
    return -1 if dollars == "$" and source[end - 1].isspace() else end


def _mathematics_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Mathematics over several lines, which would else be read as lists or headings."""

    def line(number: int) -> str:
        begin = state.bMarks[number] + state.tShift[number]
        return state.src[begin : state.eMarks[number]].rstrip()

    first = line(start)
    if state.is_code_block(start) or not first.startswith("$$") or "$$" in first[2:]:
        return False
    lines, length = [first[2:]], 0
    for number in range(start + 1, end):
        text = line(number)
        length += len(text)
        if not text or state.sCount[number] < state.blkIndent or length > LONGEST_MATHEMATICS:
            return False
        if "$$" in text:
            latex = "\n".join([*lines, text[:-2]]).strip()
            if text.find("$$") != len(text) - 2 or not latex or "`" in latex:
                return False
            if not silent:
                token = state.push("mathematics_block", "", 0)
                token.content = latex
                token.map = [start, number + 1]
                state.line = number + 1
            return True
        lines.append(text)
    return False


def _link(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if state.src[start] != "[":
        return False
    target = _target(state, start, nested=True)
    if target is None:
        return False
    address = state.md.normalizeLink(target.address)
    if not permitted(address):
        if not silent:
            _note(state, "refused link", start, start + 1)
        return False
    if not silent:
        maximum = state.posMax
        state.pos, state.posMax = start + 1, target.label_end
        state.push("link_open", "a", 1).attrs = {"href": address}
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.push("link_close", "a", -1)
        state.posMax = maximum
        _note(state, "link target", target.label_end, target.end)
    state.pos = target.end
    return True


def _image(state: StateInline, silent: bool) -> bool:
    """An image is shown in words, its alternative text as it was written."""
    start = state.pos
    if not state.src.startswith("![", start):
        return False
    target = _target(state, start + 1, nested=False)
    if target is None:
        return False
    if not silent:
        label = state.src[start + 2 : target.label_end]
        words = " ".join(f"{label} (image: {target.address})".split())
        state.push("verbatim", "", 0).content = words
        _note(state, "image", start, target.end, words)
    state.pos = target.end
    return True


class _Target(NamedTuple):
    label_end: int
    address: str
    end: int


def _target(state: StateInline, start: int, nested: bool) -> _Target | None:
    """What ``[label](address "title")`` at ``start`` leads to; the title is read over."""
    helpers, source, maximum = state.md.helpers, state.src, state.posMax
    label_end = helpers.parseLinkLabel(state, start, nested)
    if label_end < 0 or not source.startswith("(", label_end + 1):
        return None

    def skipped(position: int) -> int:
        while position < maximum and source[position] in _SPACES:
            position += 1
        return position

    position = skipped(label_end + 2)
    destination = helpers.parseLinkDestination(source, position, maximum)
    if not destination.ok:
        return None
    behind = skipped(destination.pos)
    if behind > destination.pos:
        title = helpers.parseLinkTitle(source, behind, maximum)
        if title.ok:
            behind = skipped(title.pos)
    if behind >= maximum or source[behind] != ")":
        return None
    return _Target(label_end, destination.str, behind + 1)


def _autolink(state: StateInline, silent: bool) -> bool:
    start = state.pos
    found = _AUTOLINK.match(state.src, start, state.posMax)
    if found is None or state.linkLevel > 0:
        return False
    shown = found["address"] or found["mail"]
    address = state.md.normalizeLink(found["address"] or f"mailto:{found['mail']}")
    if not permitted(address):
        return False
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": address}
        state.push("verbatim", "", 0).content = shown
        state.push("link_close", "a", -1)
        _note(state, "autolink", start, found.end())
    state.pos = found.end()
    return True
