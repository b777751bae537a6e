"""The reference of all fields as a page of a terminal and as Markdown."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from exsolve.spec.reference import Chapter, Entry
from exsolve.text_width import display_width

WIDTH = 80
NAMES = 19
"""Columns that the names of fields take, with the space around them."""


def page(chapters: Sequence[Chapter]) -> str:
    """The chapters in 80 columns, what is inside a field below it and further in."""
    return "\n".join("\n".join(_chapter_lines(one)) + "\n" for one in chapters)


def _chapter_lines(chapter: Chapter) -> Iterator[str]:
    yield chapter.title
    yield "─" * display_width(chapter.title)
    yield from textwrap.wrap(chapter.about, WIDTH)
    for entry in chapter.entries:
        yield ""
        yield from _entry_lines(entry, 0)
    if chapter.words:
        yield ""
    for word, meaning in chapter.words:
        yield from _hanging("", word, 4)
        yield from _hanging("    ", meaning, 0)


def _entry_lines(entry: Entry, depth: int) -> Iterator[str]:
    margin = " " * NAMES
    texts = [f"{entry.written}; {said}" if (said := _if_not_written(entry)) else entry.written]
    texts.append(entry.doc)
    if entry.example:
        texts.append(f"Example: {entry.name}: {entry.example}")
    lines = [line for text in texts for line in _hanging(margin, text, 0)]
    name = "  " * depth + entry.name
    if display_width(name) < NAMES:
        yield name + lines.pop(0)[display_width(name) :]
    else:
        yield name
    yield from lines
    for inner in entry.entries:
        yield from _entry_lines(inner, depth + 1)


def _hanging(margin: str, text: str, further: int) -> list[str]:
    """Text in lines; all but the first stand so many columns further in."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=margin,
        subsequent_indent=margin + " " * further,
        break_on_hyphens=False,
    )


def _if_not_written(entry: Entry) -> str:
    if entry.required:
        return "required"
    return f"by default {entry.default}" if entry.default else ""


def markdown(chapters: Sequence[Chapter]) -> str:
    """The chapters under headings, as lists in lists."""
    return "\n".join("\n".join(_chapter_markdown(one)) + "\n" for one in chapters)


def _chapter_markdown(chapter: Chapter) -> Iterator[str]:
    yield f"## {chapter.title}"
    if chapter.about:
        yield ""
        yield chapter.about
    if chapter.entries:
        yield ""
    for entry in chapter.entries:
        yield from _entry_markdown(entry, 0)
    if chapter.words:
        yield ""
    for word, meaning in chapter.words:
        yield f"- {_code(word)}" + (f": {_prose(meaning)}" if meaning else "")


def _entry_markdown(entry: Entry, depth: int) -> Iterator[str]:
    said = "**required**" if entry.required else ""
    if not entry.required and entry.default:
        said = f"by default {_code(entry.default)}"
    written = _prose(entry.written) + (f"; {said}" if said else "")
    example = f" Example: {_code(f'{entry.name}: {entry.example}')}" if entry.example else ""
    yield f"{'  ' * depth}- **{_code(entry.name)}** ({written}). {_prose(entry.doc)}{example}"
    for inner in entry.entries:
        yield from _entry_markdown(inner, depth + 1)


def _code(text: str) -> str:
    return f"``{text}``" if "`" in text else f"`{text}`"


def _prose(text: str) -> str:
    """Text with the signs of Markdown made plain, outside of code."""
    pieces = re.split("(`[^`]*`)", text)
    pieces[::2] = [re.sub(r"([\\*_<>\[\]|])", r"\\\1", piece) for piece in pieces[::2]]
    return "".join(pieces)
