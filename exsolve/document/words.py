"""Plain text as a line of a document: its letters with an index are mathematics."""

from __future__ import annotations

from exsolve.document import Line, Mathematics
from exsolve.prose.indices import with_indices
from exsolve.prose.tree import Text


def typeset(text: str) -> Line:
    """The text in pieces; nothing of an empty one."""
    return tuple(
        piece.text if isinstance(piece, Text) else Mathematics(piece.latex)
        for piece in with_indices(text)
    )
