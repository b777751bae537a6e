"""The trees of YAML texts, which the tests of what is made of them begin with."""

from __future__ import annotations

from exsolve.spec.nodes import Mapping
from exsolve.spec.report import Report
from exsolve.spec.yaml_text import read_tree


def read_text(text: str | bytes, file: str) -> Mapping:
    """The tree of a YAML text; raises ExsolveError with all problems."""
    report = Report()
    tree = read_tree(text, file, report)
    report.raise_problems()
    assert tree is not None
    return tree
