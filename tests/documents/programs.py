"""The programs that open documents: they come from the system, the packages from an extra."""

from __future__ import annotations

import shutil

import pytest

PACKAGES = {
    "pdflatex": "texlive-latex-recommended, texlive-pictures and lmodern",
    "pdftotext": "poppler-utils",
    "chromium": "chromium",
}
"""Where Debian has them."""


def program(name: str) -> str:
    """The path of a program; the test fails, and is not skipped, where it is missing."""
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"{name} is needed: Debian's {PACKAGES[name]}", pytrace=False)
    return found
