"""One self-contained HTML page: MathML, inline SVG, no script, nothing that is fetched.

``frame`` has what is around it (head, cover, contents, end), ``blocks`` what stands in it; the look
is in ``content.css`` (of blocks, in a page or a notebook) and ``page.css`` (of frame and paper).
"""

from __future__ import annotations

from exsolve.document import Document
from exsolve.document.handouts import document
from exsolve.render.html.frame import page
from exsolve.solution import Handout

SUFFIX = ".html"


def render(handout: Handout) -> str:
    """The handout as an HTML page."""
    return render_document(document(handout), handout.purpose == "sheet")


def render_document(contents: Document, for_paper: bool = False) -> str:
    """A document as an HTML page; ``for_paper`` leaves room to work below questions."""
    return page(contents, for_paper)
