"""Blocks as HTML. Every text goes through ``escape`` or the reader of prose, none is trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from exsolve.document import (
    Block,
    Code,
    Equations,
    Figure,
    Finding,
    Form,
    Grid,
    Group,
    Inline,
    Items,
    Line,
    Mathematics,
    Note,
    Prose,
    Rubric,
    Section,
)
from exsolve.drawing.svg import inline_svg
from exsolve.expression.mathml import mathml
from exsolve.prose.html import escape, html, html_line
from exsolve.prose.reading import read
from exsolve.prose.tree import Paragraph
from exsolve.render.html.breaking import pieces
from exsolve.render.html.widths import width

PHONE = 14.0
"""Ems of mathematics that the narrowest screen shows; wider displays may scroll."""
PAPER = 36.0
"""Ems that paper and wide screens show; wider displays are set smaller on paper."""
_LARGER = 1.06
"""How much larger than the text around it the style sheet sets mathematics."""
_LARGE_PICTURE = 400.0
"""Units of width above which a picture scrolls on a phone, so that its words stay readable."""

_PICTURE_WIDTH = re.compile(r' width="([0-9.]+)"')
_MATRIX = r"\begin{"


def section(part: Section, level: int) -> Iterator[str]:
    """A section with a heading of the level, which is left out where it has no title."""
    name = "section" if part.title or part.role == "part" else "div"
    yield f'<{name} class="{part.role}" id="{escape(part.anchor)}">'
    yield from heading(part, level)
    yield from blocks(part.blocks, level + 1 if part.title or part.role == "part" else level)
    yield f"</{name}>"


def heading(part: Section, level: int) -> Iterator[str]:
    """What stands above a section: its title, or the question of a part; what it is worth."""
    name = f"h{min(level, 6)}"
    points = f'<p class="points">{escape(part.points)}</p>' if part.points else ""
    if part.role == "part":
        yield '<header class="question">'
        asked = read(part.ask)
        label = f'<span class="label">{escape(part.label)}</span>'
        if len(asked) == 1 and isinstance(asked[0], Paragraph):
            line = html_line(asked[0].content)
            yield f'<{name}>{label} <span class="ask">{line}</span></{name}>'
            yield points
        else:
            yield f"<{name}>{label}</{name}>{points}"
            yield f'<div class="ask">{html(asked)}</div>'
        yield "</header>"
        return
    if part.title:
        yield '<header class="heading">'
        yield f"<{name}>{escape(part.title)}</{name}>"
        if part.label:
            yield f'<p class="identity"><code>{escape(part.label)}</code></p>'
        yield points
        yield "</header>"


def blocks(inner: Sequence[Block], level: int) -> Iterator[str]:
    """Blocks one below the other; headings inside have this level."""
    for block in inner:
        yield from _block(block, level)


def _block(block: Block, level: int) -> Iterator[str]:
    if isinstance(block, Section):
        yield from section(block, level)
    elif isinstance(block, Group):
        yield from _group(block, level)
    elif isinstance(block, Finding):
        yield from _finding(block, level)
    elif isinstance(block, Prose):
        yield f'<div class="prose">{html(block.text)}</div>'
    elif isinstance(block, Note) and block.role == "quotation":
        yield f"<blockquote>{line(block.line)}</blockquote>"
    elif isinstance(block, Note):
        yield f'<p class="{block.role}">{line(block.line)}</p>'
    elif isinstance(block, Equations):
        yield from _equations(block)
    elif isinstance(block, Items):
        yield from _givens(block) if block.role == "givens" else _items(block)
    elif isinstance(block, Grid):
        yield from grid(block)
    elif isinstance(block, Figure):
        yield from _figure(block)
    elif isinstance(block, Rubric):
        yield from _rubric(block)
    else:
        yield from _form(block)


def line(pieces: Sequence[Inline]) -> str:
    """Text and mathematics in a line."""
    return "".join(map(_inline, pieces))


def _inline(piece: Inline) -> str:
    match piece:
        case Mathematics(latex):
            return mathml(latex)
        case Code(text):
            return f"<code>{escape(text)}</code>"
        case text:
            return escape(text)


def _finding(finding: Finding, level: int) -> Iterator[str]:
    name = f"<code>{escape(finding.name)}</code>" if finding.name else ""
    yield f'<div class="finding tone-{finding.tone}"><p class="verdict">'
    yield f'<span class="sign" aria-hidden="true">{escape(finding.sign)}</span> {name}'
    yield f'<span class="what">{escape(finding.verdict)}</span>'
    yield f'<span class="points">{escape(finding.points)}</span></p>'
    if finding.blocks:
        yield '<div class="body">'
        yield from blocks(finding.blocks, level)
        yield "</div>"
    yield "</div>"


def _group(group: Group, level: int) -> Iterator[str]:
    yield f'<details class="{group.role}" open>'
    yield f"<summary>{_summary(group, level)}</summary>"
    inside = level + 1 if group.role == "evidence" else level
    yield '<div class="body">'
    yield from blocks(group.blocks, inside)
    yield "</div>"
    yield "</details>"


def _summary(group: Group, level: int) -> str:
    if group.role == "evidence" and group.title:
        name = f"h{min(level, 6)}"
        return f"<{name}>{line(group.title)}</{name}>"
    if group.role in ("derivation", "evidence"):
        return f'<span class="what">{group.role.capitalize()}</span>'
    words = f' <span class="what">{line(group.title)}</span>' if group.title else ""
    mark = ' <span class="mark">answer</span>' if group.role == "answer" else ""
    return f"{mathml(group.name)}{words}{mark}"


def scroller(name: str, wide: bool) -> str:
    """The opening of a box that scrolls by itself, which keys reach where it may have to."""
    reached = f' tabindex="0" role="group" aria-label="{escape(name)}"' if wide else ""
    return f'<div class="scroll"{reached}>'


def _equations(equations: Equations) -> Iterator[str]:
    left = max(width(row.left) for row in equations.rows) + 1.6
    rights = [pieces(row.right, PHONE - left, PAPER - left) for row in equations.rows]
    widest = [max(map(width, right)) for right in rights]
    signs = any(row.sign for row in equations.rows)
    yield scroller("Equations", left + max(widest) > PHONE)
    yield f'<div class="equations{"" if signs else " bare"}">'
    for row, right, size in zip(equations.rows, rights, widest, strict=True):
        if signs:
            yield f'<div class="left">{mathml(row.left, True) if row.left else ""}</div>'
            yield f'<div class="sign">{mathml(row.sign) if row.sign else ""}</div>'
        kind = "right broken" if len(right) > 1 else "right"
        shown = "<wbr>".join(map(_displayed, right)) if len(right) > 1 else mathml(row.right, True)
        yield f"<div{_fitted(kind, size, left)}>{shown}</div>"
        if row.reason:
            yield f'<p class="reason">{line(row.reason)}</p>'
    yield "</div></div>"


def _fitted(kind: str, size: float, beside: float = 0.0) -> str:
    """The class of something ``size`` em wide, and the number that makes paper set it smaller.

    ``beside``: the ems that are taken by what stands next to it, in the usual size.
    """
    if size <= PAPER - beside:
        return f' class="{kind}"'
    share = _LARGER * size * PAPER / max(PAPER - beside, PAPER / 2)
    return f' class="{kind} wide" style="--em:{share:.0f}"'


def _displayed(latex: str) -> str:
    """Mathematics as large as in a display, in a line with more of it."""
    return mathml(latex).replace("<math>", '<math displaystyle="true">', 1)


def _line_width(pieces: Line) -> float:
    return sum(
        width(one.latex)
        if isinstance(one, Mathematics)
        else 0.5 * len(one if isinstance(one, str) else one.text)
        for one in pieces
    )


def _widest_mathematics(pieces: Line) -> float:
    return max((width(one.latex) for one in pieces if isinstance(one, Mathematics)), default=0.0)


def _items(items: Items) -> Iterator[str]:
    yield '<ul class="items">'
    for item in items.items:
        widest = _widest_mathematics(item)
        if widest > PHONE:
            inside = f"<div{_fitted('line', widest)}>{line(item)}</div>"
            yield f"<li>{scroller('Formula', True)}{inside}</div></li>"
        else:
            yield f"<li>{line(item)}</li>"
    yield "</ul>"


def _givens(items: Items) -> Iterator[str]:
    """Data: matrices side by side with words below them, numbers with their words in a line."""
    yield '<ul class="givens">'
    for item in items.items:
        first, *rest = item
        latex = first.latex if isinstance(first, Mathematics) else ""
        words = line(rest).strip() if latex else line(item)
        sort = "array" if _MATRIX in latex else "number" if len(words) < 30 else "told"
        wide = bool(latex) and width(latex) > PHONE
        yield f'<li class="{sort}">'
        if sort == "array":
            shown = f"<div{_fitted('data', width(latex))}>{mathml(latex, True)}</div>"
            yield f"{scroller('Data', wide)}{shown}</div>"
            if words:
                yield f'<p class="words">{words}</p>'
        else:
            apart = "" if words.startswith(":") else " apart"
            said = f'<span class="words{apart}">{words}</span>' if words else ""
            yield f"{mathml(latex) if latex else ''}{said}"
        yield "</li>"
    yield "</ul>"


def grid(table: Grid) -> Iterator[str]:
    """A table, its first column the heads of its rows."""
    numeric = table.numeric or (False,) * len(table.columns)
    kinds = [' class="number"' if right else "" for right in numeric]
    room = sum(
        max(0.5 * len(name), *(_line_width(row[place]) for row in table.rows)) + 1.5
        for place, name in enumerate(table.columns)
    )
    yield scroller(table.title or "Table", room > PHONE)
    yield "<table>"
    if table.title:
        yield f"<caption>{escape(table.title)}</caption>"
    heads = zip(kinds, table.columns, strict=True)
    cells = "".join(f'<th scope="col"{kind}>{escape(name)}</th>' for kind, name in heads)
    yield f"<thead><tr>{cells}</tr></thead>"
    yield "<tbody>"
    yield from (_row(row, kinds) for row in table.rows)
    yield "</tbody>"
    if table.totals:
        yield f"<tfoot>{_row(table.totals, kinds)}</tfoot>"
    yield "</table></div>"
    if table.lines:
        wide = any(_widest_mathematics(told) > PHONE for _, told in table.lines)
        yield scroller("Calculations", wide)
        yield '<dl class="calculations">'
        previous: Line = ()
        for head, told in table.lines:
            name = f"<dt>{line(head)}</dt>" if head != previous else ""
            previous = head
            match told:
                case (Mathematics(latex),):
                    shown = mathml(latex, True)
                case _:
                    shown = line(told)
            yield f"{name}<dd>{shown}</dd>"
        yield "</dl></div>"


def _row(row: Sequence[Line], kinds: Sequence[str]) -> str:
    cells = []
    for place, (kind, cell) in enumerate(zip(kinds, row, strict=True)):
        name, scope = ("td", "") if place else ("th", ' scope="row"')
        cells.append(f"<{name}{scope}{kind}>{line(cell)}</{name}>")
    return f"<tr>{''.join(cells)}</tr>"


def _figure(figure: Figure) -> Iterator[str]:
    drawn = inline_svg(figure.picture, figure.title).rstrip("\n")
    found = _PICTURE_WIDTH.search(drawn)
    large = found is not None and float(found[1]) > _LARGE_PICTURE
    kind = ' class="large"' if large else ""
    yield f"<figure{kind}>{scroller('Picture', large)}"
    yield drawn
    yield "</div></figure>"


def _rubric(rubric: Rubric) -> Iterator[str]:
    yield '<div class="rubric">'
    yield '<p class="head">Marking</p>'
    yield "<ul>"
    for item in rubric.items:
        worth = f"{item.points:g}"
        yield f'<li><span class="points">{worth}</span> <span>{html_line(item.text)}</span></li>'
    yield "</ul></div>"


def _form(form: Form) -> Iterator[str]:
    text = escape(form.text.rstrip("\n"))
    yield f'<pre class="form" tabindex="0" role="group" aria-label="Answer form">{text}</pre>'
