"""The finished solution: frozen, complete, and all that a renderer may know.

Mathematics is kept as trees of the language; each renderer prints them in its own notation and
computes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from exsolve.expression.tree import Node, Shape

if TYPE_CHECKING:
    from exsolve.drawing.pictures import Picture


class Cell:
    """One number: its exact form, its decimal, and whether the decimal is the exact value.

    ``exact`` may be given as a function that makes it; it is made when somebody first asks.
    ``decimal`` and ``number`` are None for a cell that contains a symbol (a batch size N).
    """

    __slots__ = ("_exact", "_texts", "decimal", "equal", "number")

    _exact: Node | Callable[[], Node]
    _texts: dict[str, str] | None
    decimal: str | None
    equal: bool
    number: float | None

    def __init__(
        self,
        exact: Node | Callable[[], Node],
        decimal: str | None,
        equal: bool,
        number: float | None,
    ) -> None:
        keep = partial(object.__setattr__, self)
        keep("_exact", exact)
        keep("_texts", None)
        keep("decimal", decimal)
        keep("equal", equal)
        keep("number", number)

    @property
    def exact(self) -> Node:
        """The closed form."""
        if not isinstance(self._exact, Node):
            object.__setattr__(self, "_exact", self._exact())
        assert isinstance(self._exact, Node)
        return self._exact

    def text(self, notation: str, write: Callable[[Node, str], str]) -> str:
        """The closed form as ``write`` puts it in a notation; written down once."""
        texts = self._texts
        if texts is None:
            texts = {}
            object.__setattr__(self, "_texts", texts)
        if notation not in texts:
            texts[notation] = write(self.exact, notation)
        return texts[notation]

    def with_exact(self, exact: Node) -> Cell:
        """The cell with its exact form written in another way."""
        return Cell(exact, self.decimal, self.equal, self.number)

    def _fields(self) -> tuple[Node, str | None, bool, float | None]:
        return self.exact, self.decimal, self.equal, self.number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cell) and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(self._fields())

    def __repr__(self) -> str:
        return f"Cell{self._fields()}"

    def __reduce__(self) -> tuple[type[Cell], tuple[object, ...]]:
        return Cell, self._fields()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a cell is frozen: {name} keeps its value")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a cell is frozen: {name} keeps its value")


class Value(NamedTuple):
    """A value; ``cells`` in row-major order."""

    shape: Shape
    cells: tuple[Cell, ...]

    @property
    def rational(self) -> bool:
        """Whether every cell is shown exactly by its decimal."""
        return all(cell.equal for cell in self.cells)

    def cell(self, place: tuple[int, ...]) -> Cell:
        """The cell at a place (from 0, one number for each dimension)."""
        flat = 0
        for size, one in zip(self.shape, place, strict=True):
            flat = flat * int(size) + one
        return self.cells[flat]

    def nested(self, plain: list[Any]) -> Any:
        """A flat list over the cells as nested lists of this shape; the bare entry of a scalar."""
        for size in reversed(self.shape[1:]):
            width = int(size)
            plain = [plain[start : start + width] for start in range(0, len(plain), width)]
        return plain if self.shape else plain[0]


class RowGroup(NamedTuple):
    """Rows of a matrix (from 0) that are equal; ``uniform``: all cells of the row are equal too."""

    rows: tuple[int, ...]
    uniform: bool


class Expansion(NamedTuple):
    """One cell written out: its place (from 0), the sum or quotient, and the same with numbers."""

    place: tuple[int, ...]
    formula: Node
    substituted: Node


class Verification(NamedTuple):
    """On how many random instances, of how many sizes, a formula or a derivation was verified.

    ``exact``: by equality of rationals, else certified to 60 digits. ``witnesses`` say with what it
    was compared; ``proved`` are sizes at which it was proved with a symbol in each cell,
    ``unproved`` those at which that was asked for and not decided.
    """

    instances: int
    sizes: int
    exact: bool
    witnesses: tuple[str, ...]
    proved: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()


class Reason(NamedTuple):
    """One step on the way to a derived formula: an expression, what it is, and why."""

    name: str
    formula: Node
    text: str


class Step(NamedTuple):
    """One quantity: what is done and why, the formula, the substitution, the value.

    ``groups`` gathers equal rows of a large matrix, telling ones first; empty: show all of it.
    ``unexpanded`` counts the cells that could be written out as well and are not.
    """

    name: str
    note: str
    formula: Node | None
    substitution: Node | None
    expansions: tuple[Expansion, ...]
    value: Value
    groups: tuple[RowGroup, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    unexpanded: int = 0


class Formula(NamedTuple):
    """A general formula: the symbols it is over, with their shapes, and how it was verified.

    ``reasons`` are the steps on the way to it, where it was derived.
    """

    name: str
    note: str
    formula: Node
    symbols: tuple[tuple[str, Shape], ...]
    verified: Verification
    reasons: tuple[Reason, ...] = ()


class TableRow(NamedTuple):
    """A row of a table: its cells, and lines of explanation to stand under it."""

    cells: tuple[str | Node | Value, ...]
    lines: tuple[str | Node, ...] = ()


class Table(NamedTuple):
    """A table; a cell is text, mathematics or a value, a line text or mathematics.

    ``names`` are the quantities whose steps the table shows; ``numeric`` says which columns hold
    numbers.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    names: tuple[str, ...] = ()
    totals: tuple[str | Node | Value, ...] = ()
    numeric: tuple[bool, ...] = ()


class DerivationLine(NamedTuple):
    """An expression, equal to the line before it, and why."""

    formula: Node
    reason: str


class Derivation(NamedTuple):
    """A chain of equal expressions, every link of which is verified.

    ``definitions`` are those of the names in it that have no step of their own before it.
    ``relations``: each line is a relation that holds by itself, such as x - y = 0; where these are
    conditions on what is still to be found, ``verified`` speaks of their derivation.
    """

    claim: str
    definitions: tuple[tuple[str, Node], ...]
    lines: tuple[DerivationLine, ...]
    verified: Verification
    relations: bool = False


class Statement(NamedTuple):
    """Two expressions whose equality was decided: ``equal`` says how; ``verified`` for formulas."""

    left: Node
    right: Node
    equal: bool
    verified: Verification | None = None


class Evidence(NamedTuple):
    """A computation that shows the point of an answer in words."""

    title: str
    note: str
    steps: tuple[Step | Formula, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    statements: tuple[Statement, ...] = ()


class RubricItem(NamedTuple):
    """What a part of the marks is given for."""

    points: int | float
    text: str


class Expected(NamedTuple):
    """What a reader has to answer: under which name, of which shape, written how.

    ``value``: numbers; ``formula``: one over the names without values, so that the shape may have
    letters; ``shape``: a tuple of sizes, as many as the shape says; ``words`` and ``derivation``
    (a chain of equal expressions) are answered under the id of their part, and have no shape.

    ``digits``: the significant digits that a decimal needs; 0 where no decimal is asked for.
    ``names``: those that a formula may be written in.
    """

    name: str
    shape: Shape
    sort: Literal["value", "formula", "shape", "words", "derivation"]
    digits: int = 0
    form: Literal["any", "exact", "fraction", "decimal"] = "any"
    names: tuple[str, ...] = ()


class Part(NamedTuple):
    """A question and its worked answer; ``expected`` is known before anything is solved."""

    id: str
    ask: str
    points: int | float
    answers: tuple[str, ...]
    steps: tuple[Step | Formula, ...]
    tables: tuple[Table, ...] = ()
    text: str = ""
    rubric: tuple[RubricItem, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    expected: tuple[Expected, ...] = ()


class Agreement(NamedTuple):
    """How many values were computed on both routes; a solution exists only if all agree.

    ``formulas`` and ``derivations`` count what was verified besides.
    """

    compared: int
    agreeing: int
    formulas: int = 0
    derivations: int = 0


class Symbol(NamedTuple):
    """A name without a value, with its shape.

    ``outcomes``: of a random one, what each of its independent numbers may be, and how probably.
    """

    name: str
    shape: Shape
    outcomes: tuple[tuple[Node, Node], ...] = ()


class Solution(NamedTuple):
    """A worked exercise.

    ``symbols`` are the names of its question that have no value, ``conditions`` what holds of them;
    ``functions`` are unknown ones, each with how many arguments it has. ``content`` is the text of
    the file that it was solved from, ``assigned`` are other values that its givens had.
    """

    exercise: str
    title: str
    kind: str
    about: str
    source: str
    givens: tuple[Step, ...]
    parts: tuple[Part, ...]
    agreement: Agreement
    digits: int
    detail: str
    version: str
    digest: str
    symbols: tuple[Symbol, ...] = ()
    conditions: tuple[Node, ...] = ()
    functions: tuple[tuple[str, int], ...] = ()
    content: str = ""
    assigned: tuple[tuple[str, str], ...] = ()


class Question(NamedTuple):
    """An exercise of a problem set: its heading, its solution under that, what it is worth."""

    title: str
    solution: Solution
    points: int | float


class SolvedSet(NamedTuple):
    """A worked problem set, or one as it is asked; ``points`` are those of all exercises."""

    id: str
    title: str
    about: str
    source: str
    exercises: tuple[Question, ...]
    points: int | float
    version: str
    digest: str


Purpose = Literal["solution", "key", "sheet"]


class Handout(NamedTuple):
    """What is handed out as one document: solutions and problem sets in order.

    ``purpose``: a ``solution`` as it is worked, an answer ``key`` with totals and provenance, a
    work``sheet`` with questions alone and an answer form.
    """

    purpose: Purpose
    title: str
    contents: tuple[Solution | SolvedSet, ...]
    version: str


def as_handout(solved: Solution | SolvedSet | Handout) -> Handout:
    """A solution or a set as the only content of a handout; a handout as it is."""
    if isinstance(solved, Handout):
        return solved
    return Handout("solution", solved.title, (solved,), solved.version)
