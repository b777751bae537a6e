"""A PDF, set by the optional package ``typst``; no text of an author acts in its source."""

from __future__ import annotations

import tempfile
from importlib import import_module
from types import ModuleType

from exsolve.document.handouts import document
from exsolve.errors import ExsolveError
from exsolve.render.pdf.source import typst_source
from exsolve.solution import Handout

SUFFIX = ".pdf"
BINARY = True


def render(handout: Handout) -> bytes:
    """The handout as PDF; the same bytes for the same handout and version of ``typst``.

    Nothing is read from disk or network: only the fonts inside the package are used. Raises
    ExsolveError where the package is not installed.
    """
    typesetter = _typesetter()
    with tempfile.TemporaryDirectory() as nothing:
        made = typesetter.compile(
            source(handout).encode(),
            format="pdf",
            root=nothing,
            font_paths=[],
            ignore_system_fonts=True,
            package_path=nothing,
            package_cache_path=nothing,
        )
    assert isinstance(made, bytes)
    return made


def source(handout: Handout) -> str:
    """What the PDF is set from: a document of Typst, complete in itself."""
    return typst_source(document(handout))


def check() -> None:
    """Raises ExsolveError where the package that sets PDFs is not installed."""
    _typesetter()


def _typesetter() -> ModuleType:
    try:
        return import_module("typst")
    except ImportError as error:
        raise ExsolveError(
            "PDF needs the package typst, which is not installed",
            hint="pip install 'exsolve[pdf]'; or choose another format, such as latex or html",
        ) from error
