"""An exercise made ready to solve: its graph, its parts, and the tables its kind plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from exsolve.expression.tree import Node
from exsolve.graph import Graph
from exsolve.spec.fields import Source
from exsolve.spec.parts import Part
from exsolve.verification.claims import Claim
from exsolve.verification.setting import Setting


class Shown(NamedTuple):
    """A place in a planned table where the value of a quantity will stand."""

    name: str


class PlannedRow(NamedTuple):
    """A row of a planned table; ``lines`` stand under it."""

    cells: tuple[str | Node | Shown, ...]
    lines: tuple[str | Node, ...] = ()


class TablePlan(NamedTuple):
    """A table before its values are known. ``names``: the quantities it shows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[PlannedRow, ...]
    names: tuple[str, ...] = ()
    totals: tuple[str | Node | Shown, ...] = ()
    numeric: tuple[bool, ...] = ()


class Chain(NamedTuple):
    """A chain of equal expressions, each with its text and the reason for it."""

    claim: str
    lines: tuple[tuple[Node, Source, str], ...]


class Workbook(NamedTuple):
    """All that solving needs. ``tables`` are the tables that a part shows, by part id.

    ``numeric`` is the part of the graph that has values,
    ``general`` are the others, with the symbols they depend on, which ``setting`` declares;
    ``claims`` say what must be verified of formulas, ``chains`` are the derivations by part id.
    """

    id: str
    title: str
    kind: str
    about: str
    source: str
    digest: str
    graph: Graph
    numeric: Graph
    givens: tuple[str, ...]
    parts: tuple[Part, ...]
    tables: Mapping[str, tuple[TablePlan, ...]]
    setting: Setting
    general: Mapping[str, frozenset[str]]
    claims: Mapping[str, Claim]
    chains: Mapping[str, tuple[Chain, ...]]

    @property
    def seed(self) -> int:
        """What random instances are drawn with: the same for the same file."""
        return int(self.digest[:12], 16)

    def unused(self) -> list[str]:
        """The givens that no quantity is defined by: data to tell a reader, or misspelt names."""
        used = {name for quantity in self.graph.quantities for name in self.graph.uses(quantity)}
        return [name for name in self.givens if name not in used]

    def shown(self, part: Part) -> list[str]:
        """The quantities that a part's steps and tables lead to."""
        tabled = [name for table in self.tables.get(part.id, ()) for name in table.names]
        return list(dict.fromkeys([*(source.text for source in part.answers), *tabled]))
