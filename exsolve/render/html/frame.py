"""The frame of a page: its head, its cover, its contents, and what stands at its end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from exsolve.document import Document, Section
from exsolve.prose.html import escape
from exsolve.prose.reading import read
from exsolve.prose.tree import Paragraph, plain
from exsolve.render.html.blocks import grid, section

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""A page that fetches nothing and runs nothing, held to that by the browser."""
_LONGEST_ENTRY = 52
"""Characters of a question in the contents."""


@cache
def style(name: str) -> str:
    """A style sheet beside this module."""
    return Path(__file__).with_name(f"{name}.css").read_text(encoding="utf-8")


def page(document: Document, for_paper: bool) -> str:
    """The page, with a newline at the end; ``for_paper`` leaves room to work below questions."""
    return "\n".join(filter(None, _page(document, for_paper))) + "\n"


def _page(document: Document, for_paper: bool) -> Iterator[str]:
    only = _only(document)
    name = " — ".join(filter(None, (document.title, document.purpose)))
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{escape(name)}</title>"
    yield f"<style>\n{style('content')}{style('page')}</style>"
    yield "</head>"
    yield f'<body class="{"sheet" if for_paper else "worked"}">'
    yield '<a class="skip" href="#content">Skip to the exercises</a>'
    yield from _cover(document, only)
    yield from _contents(document, only)
    yield '<main id="content">'
    for part in document.sections:
        yield from section(part._replace(title="") if part is only else part, 2)
    yield "</main>"
    yield from _end(document)
    yield "</body>"
    yield "</html>"


def _only(document: Document) -> Section | None:
    """The one exercise or set of a document, whose heading is the document's."""
    contents = [one for one in document.sections if one.role != "form"]
    return contents[0] if len(contents) == 1 else None


def _cover(document: Document, only: Section | None) -> Iterator[str]:
    yield '<header class="cover">'
    if document.purpose:
        yield f'<p class="purpose">{escape(document.purpose)}</p>'
    yield f"<h1>{escape(document.title)}</h1>"
    points = document.points or (only.points if only else "")
    facts = [f'<span class="points">{escape(points)}</span>'] if points else []
    if only:
        facts.append(f"<code>{escape(only.label)}</code>")
    if facts:
        yield f'<p class="facts">{" ".join(facts)}</p>'
    yield "</header>"


def _contents(document: Document, only: Section | None) -> Iterator[str]:
    """Where everything is: behind a fold on a phone, at the side of a wide screen.

    The list stands behind its fold and not in it, so that a style sheet alone decides.
    """
    yield '<nav class="contents" aria-label="Contents">'
    yield "<details><summary>Contents</summary></details>"
    yield "<ol>"
    if only:
        yield from map(_entry, _sections(only))
        rest = [one for one in document.sections if one is not only]
    else:
        rest = list(document.sections)
    yield from map(_entry, rest)
    if document.marks is not None:
        yield '<li><a href="#points">Points</a></li>'
    yield "</ol>"
    yield "</nav>"


def _sections(outside: Section) -> Iterator[Section]:
    return (block for block in outside.blocks if isinstance(block, Section))


def _entry(part: Section) -> str:
    points = f' <span class="points">{escape(part.points)}</span>' if part.points else ""
    link = f'<a href="#{escape(part.anchor)}">{_entry_title(part)}</a>{points}'
    if part.role == "exercise":
        inner = "".join(
            f'<li><a href="#{escape(one.anchor)}">{escape(one.label)}</a></li>'
            for one in _sections(part)
            if one.role == "part"
        )
        return f'<li>{link}<ol class="parts">{inner}</ol></li>' if inner else f"<li>{link}</li>"
    inner = "".join(map(_entry, _sections(part)))
    return f"<li>{link}<ol>{inner}</ol></li>" if inner else f"<li>{link}</li>"


def _entry_title(part: Section) -> str:
    if part.role != "part":
        return escape(part.title)
    asked = read(part.ask)
    words = plain(asked[0].content) if asked and isinstance(asked[0], Paragraph) else ""
    if len(words) > _LONGEST_ENTRY:
        words = words[:_LONGEST_ENTRY].rsplit(" ", 1)[0].rstrip(",.;:") + "\u00a0…"
    return escape(f"{part.label} {words}".strip())


def _end(document: Document) -> Iterator[str]:
    if document.marks is None and not document.provenance:
        return
    yield "<footer>"
    if document.marks is not None:
        yield '<section class="marks" id="points"><h2>Points</h2>'
        yield from grid(document.marks)
        yield "</section>"
    if document.provenance:
        first, *rest = document.provenance
        files = "".join(f"<li>{escape(one)}</li>" for one in rest)
        yield f'<div class="provenance"><p>{escape(first)}</p><ul>{files}</ul></div>'
    yield "</footer>"
