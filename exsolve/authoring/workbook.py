"""An exercise made ready to solve: its graph, its parts, and the tables its kind plans."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from exsolve.arithmetic import Infinity
from exsolve.authoring.policy import Policy
from exsolve.errors import Position
from exsolve.evaluate import Array
from exsolve.expression.tree import Node, names
from exsolve.graph import Graph
from exsolve.solution import Reason, Value
from exsolve.spec.fields import Source
from exsolve.spec.parts import Part

if TYPE_CHECKING:
    from exsolve.authoring.variation_plan import VariationPlan
    from exsolve.drawing.pictures import Picture
    from exsolve.verification.claims import Claim
    from exsolve.verification.optimality import Lagrangian
    from exsolve.verification.setting import Setting

Result = TypeVar("Result")


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


class Optimum(NamedTuple):
    """The conditions of a Lagrangian in the place of a chain; ``solved``: its solution in them."""

    claim: str
    lagrangian: str
    solved: bool


class DrawingPlan(NamedTuple):
    """A drawing before the values in it are known; ``draw`` gets those of ``names``."""

    names: tuple[str, ...]
    draw: Callable[[Mapping[str, Value]], Picture]


class IterationPlan(NamedTuple):
    """Names that get new values step by step: their first values, and what each becomes."""

    start: Mapping[str, Array]
    step: Mapping[str, str]
    times: int


class EvidencePlan(NamedTuple):
    """A computation to show under an answer, before it is done (spec.parts.Evidence).

    ``values`` are those of the name that varies, each with its label; ``pairs`` are expressions and
    whether they must be equal.
    """

    title: str
    note: str
    show: tuple[str, ...]
    at: Mapping[str, Array]
    vary: str | None
    values: tuple[tuple[Node | str, Array | Infinity], ...]
    iterate: IterationPlan | None
    curve: str
    heat_map: str
    drawing: DrawingPlan | None
    pairs: tuple[tuple[Node, Node, bool], ...]
    position: Position


class Workbook(NamedTuple):
    """All that solving needs. ``tables`` are the tables that a part shows, by part id.

    ``content`` is the file's text, ``assigned`` are other values for its givens, as text.
    ``seed`` is what random instances are drawn with; ``numeric`` the part of the graph with values,
    ``general`` are the others, with the symbols they depend on, which ``setting`` declares;
    ``implied`` are names without a value that the kind adds to those that the file declares;
    ``claims`` say what must be verified of formulas (the author's own are ``claimed``), ``reasons``
    how they come about;
    ``derivations`` and ``evidence`` (the computations that show the point of an answer in words)
    are those of each part, by its id; ``lagrangians`` are minima under constraints, by the
    Lagrangian's name; ``functions`` are unknown, each with how many arguments it has;
    ``policy`` says how answers are marked, ``variation`` how other exercises are made of this one;
    ``verified`` is kept by ``once``; ``own_title`` is that of the file where a set gives another.
    """

    id: str
    title: str
    kind: str
    about: str
    source: str
    digest: str
    content: str
    assigned: tuple[tuple[str, str], ...]
    seed: int
    graph: Graph
    numeric: Graph
    givens: tuple[str, ...]
    parts: tuple[Part, ...]
    tables: Mapping[str, tuple[TablePlan, ...]]
    setting: Setting
    general: Mapping[str, frozenset[str]]
    implied: frozenset[str]
    claims: Mapping[str, Claim]
    claimed: tuple[str, ...]
    reasons: Mapping[str, tuple[Reason, ...]]
    derivations: Mapping[str, tuple[Chain | Optimum, ...]]
    evidence: Mapping[str, tuple[EvidencePlan, ...]]
    lagrangians: Mapping[str, Lagrangian]
    functions: Mapping[str, int]
    policy: Policy
    variation: VariationPlan | None
    verified: dict[Hashable, Any]
    own_title: str = ""

    def once(self, what: Hashable, verify: Callable[[], Result]) -> Result:
        """What ``verify`` finds, which is asked once however often the exercise is solved.

        ``what`` tells it apart from all else that is verified of this graph and setting.
        """
        if what not in self.verified:
            self.verified[what] = verify()
        found: Result = self.verified[what]
        return found

    def unused(self) -> list[str]:
        """The givens that nothing is computed from: data to tell a reader, or misspelt names."""
        used = {name for quantity in self.graph.quantities for name in self.graph.uses(quantity)}
        for plan in (one for plans in self.evidence.values() for one in plans):
            used.update((*plan.show, *plan.at, plan.heat_map))
            used.update(name for pair in plan.pairs for side in pair[:2] for name in names(side))
        for chain in (one for plans in self.derivations.values() for one in plans):
            if isinstance(chain, Chain):
                used.update(name for node, _, _ in chain.lines for name in names(node))
        return [name for name in self.givens if name not in used]

    def shown(self, part: Part) -> list[str]:
        """The quantities that a part's steps and tables lead to."""
        tabled = [name for table in self.tables.get(part.id, ()) for name in table.names]
        return list(dict.fromkeys([*(source.text for source in part.answers), *tabled]))
