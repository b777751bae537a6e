"""What a kind makes of an exercise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from exsolve.authoring.workbook import DrawingPlan, TablePlan
from exsolve.expression.tree import Shape
from exsolve.graph import Quantity
from exsolve.solution import Reason

if TYPE_CHECKING:
    from exsolve.verification.claims import Claim

NO_TABLES: Mapping[str, tuple[TablePlan, ...]] = {}
NO_SYMBOLS: Mapping[str, Shape] = {}


class GradientRequest(NamedTuple):
    """Gradients to derive: of a scalar, with respect to quantities.

    ``shown`` are further quantities whose gradients get a name and a step of their own; None: all
    on the way. ``notes`` says what each gradient is, by the quantity's name.
    """

    of: str
    targets: Sequence[str]
    shown: frozenset[str] | None = None
    notes: Mapping[str, str] = {}


class Labels(NamedTuple):
    """Labels of the rows and columns of a given that has none of its own."""

    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class Blueprint(NamedTuple):
    """Definitions, free symbols, gradients, tables (by part id) and labels of givens (by name).

    ``claims`` say by name what general formulas are, so that they can be verified.
    ``reasons`` say how they come about.
    ``free`` are all names without values where the kind knows more of them than the file declares
    (h_next beside h_t), with their shapes. ``drawings`` are what evidence can show, by name.
    ``expected`` are the names that givens of this kind can have; ``fields`` are settings, not
    written, whose names a given may have been called by mistake: an unused given whose name is
    nearly one of them is refused. ``data`` says in Markdown what is given beside the givens (the
    layers of a network); it stands behind the author's own words on the exercise.
    """

    quantities: Sequence[Quantity] = ()
    symbols: Mapping[str, Shape] = NO_SYMBOLS
    gradients: Sequence[GradientRequest] = ()
    tables: Mapping[str, tuple[TablePlan, ...]] = NO_TABLES
    labels: Mapping[str, Labels] = {}
    data: str = ""
    claims: Mapping[str, Claim] = {}
    reasons: Mapping[str, tuple[Reason, ...]] = {}
    free: Mapping[str, Shape] = NO_SYMBOLS
    drawings: Mapping[str, DrawingPlan] = {}
    expected: Sequence[str] = ()
    fields: Sequence[str] = ()
