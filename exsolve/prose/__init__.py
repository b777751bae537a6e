"""An author's prose: Markdown read once into a small tree, and written safely in every format.

Nothing from a file acts in a document: HTML, LaTeX commands and Typst code in prose are text.
"""

from __future__ import annotations

from exsolve.prose.reading import read, read_line
from exsolve.prose.tree import Block, Inline, Line

__all__ = ["Block", "Inline", "Line", "read", "read_line"]
