"""Markdown text -> tree of prose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from exsolve.prose.characters import visible
from exsolve.prose.grammar import NESTING, reader
from exsolve.prose.indices import with_indices
from exsolve.prose.tree import (
    Alignment,
    Block,
    Code,
    CodeBlock,
    Emphasis,
    Grid,
    HardBreak,
    Inline,
    Items,
    Line,
    Link,
    Mathematics,
    Paragraph,
    Quote,
    Strong,
    Text,
    ThematicBreak,
)

if TYPE_CHECKING:
    from markdown_it.token import Token


def read(text: str) -> tuple[Block, ...]:
    """The blocks of a Markdown text; never an error, what cannot be read is text."""
    text = visible(text)
    tokens = reader().parse(text)
    if any(token.level >= NESTING - 1 for token in tokens):
        # the parser leaves out what is nested deeper
        return tuple(Paragraph((Text(" ".join(part.split())),)) for part in _parts(text))
    return tuple(_blocks(iter(tokens), ""))


def read_line(text: str) -> Line:
    """A text of one line: only what stands inside of lines is read, line breaks are spaces."""
    (token,) = reader().parseInline(" ".join(visible(text).split()))
    return _line(token)


def as_blocks(prose: str | tuple[Block, ...]) -> tuple[Block, ...]:
    """The tree, read where it was not yet."""
    return read(prose) if isinstance(prose, str) else prose


def as_line(prose: str | Line) -> Line:
    """The line, read where it was not yet."""
    return read_line(prose) if isinstance(prose, str) else prose


def _parts(text: str) -> Iterator[str]:
    return (part for part in text.split("\n\n") if part.strip())


def _blocks(tokens: Iterator[Token], until: str) -> Iterator[Block]:
    """The blocks up to the token that closes what is around them, which is taken as well."""
    for token in tokens:
        match token.type:
            case kind if kind == until:
                return
            case "paragraph_open" | "heading_open":
                content = _line(next(tokens))
                next(tokens)
                if not content:
                    continue
                bold = token.type == "heading_open"
                yield Paragraph((Strong(content),) if bold else content)
            case "mathematics_block":
                yield Paragraph((Mathematics(token.content, display=True),))
            case "bullet_list_open" | "ordered_list_open":
                yield _items(tokens, token)
            case "blockquote_open":
                yield Quote(tuple(_blocks(tokens, "blockquote_close")))
            case "fence" | "code_block":
                yield CodeBlock(token.content.removesuffix("\n"))
            case "hr":
                yield ThematicBreak()
            case "table_open":
                yield _grid(tokens)


def _items(tokens: Iterator[Token], opening: Token) -> Items:
    ordered = opening.type == "ordered_list_open"
    items, tight = [], True
    for token in tokens:
        if token.type == opening.type.replace("open", "close"):
            break
        inner = list(_until(tokens, "list_item_close", token.level))
        tight = tight and all(
            one.hidden
            for one in inner
            if one.type == "paragraph_open" and one.level == token.level + 1
        )
        items.append(tuple(_blocks(iter(inner), "")))
    start = opening.attrGet("start")  # which the parser gives where it is not 1
    number = 1 if start is None else int(start)
    return Items(tuple(items), number if ordered else None, tight)


def _until(tokens: Iterator[Token], kind: str, level: int) -> Iterator[Token]:
    for token in tokens:
        if token.type == kind and token.level == level:
            return
        yield token


def _grid(tokens: Iterator[Token]) -> Grid:
    alignments: list[Alignment] = []
    rows: list[list[Line]] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            if token.type == "th_open":
                style = str(token.attrGet("style") or "")
                alignments.append(cast("Alignment", style.removeprefix("text-align:")))
            rows[-1].append(_line(next(tokens)))
    head, *body = map(tuple, rows)
    return Grid(tuple(alignments), head, tuple(body))


def _line(token: Token) -> Line:
    children = token.children or []
    depth = deepest = 0
    for child in children:
        depth += child.nesting
        deepest = max(depth, deepest)
    if deepest > NESTING:
        return (Text(" ".join(token.content.split())),)
    return tuple(_joined(_inlines(iter(children))))


def _inlines(tokens: Iterator[Token], until: str = "") -> Iterator[Inline]:
    for token in tokens:
        match token.type:
            case kind if kind == until:
                return
            case "text" | "verbatim" | "text_special":
                yield Text(token.content)
            case "softbreak":
                yield Text(" ")
            case "hardbreak":
                yield HardBreak()
            case "code_inline":
                yield Code(token.content)
            case "mathematics":
                yield Mathematics(token.content, display=token.markup == "$$")
            case "em_open":
                yield Emphasis(tuple(_joined(_inlines(tokens, "em_close"))))
            case "strong_open":
                yield Strong(tuple(_joined(_inlines(tokens, "strong_close"))))
            case "link_open":
                content = tuple(_joined(_inlines(tokens, "link_close")))
                yield Link(content, str(token.attrGet("href")))


def _joined(line: Iterator[Inline]) -> Iterator[Inline]:
    """Neighbouring texts as one, but for letters with an index; empty ones left out."""
    words = ""
    for inline in line:
        if isinstance(inline, Text):
            words += inline.text
            continue
        yield from with_indices(words)
        words = ""
        yield inline
    yield from with_indices(words)
