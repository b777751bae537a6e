"""Steps of general formulas: what they are over, and how they were verified."""

from __future__ import annotations

from collections.abc import Callable

from exsolve.authoring.workbook import Workbook
from exsolve.expression.tree import Name, free_names
from exsolve.graph import CONSTANT_NAMES
from exsolve.solution import Formula, Verification
from exsolve.solving.layout import Layout


class GeneralFormulas:
    """Makes the steps of the quantities that have no value, each verified once."""

    def __init__(self, workbook: Workbook, layout: Callable[[], Layout]) -> None:
        self._workbook = workbook
        self._layout = layout
        self._done: dict[str, Verification] = {}

    def step(self, name: str) -> Formula:
        """A general formula, verified.

        Raises ExsolveError with the instance that breaks it.
        """
        graph = self._workbook.graph
        quantity = graph.quantities[name]
        used = [one for one in free_names(quantity.expression) if one not in CONSTANT_NAMES]
        symbols = tuple((one, graph.shape(Name(one))) for one in used)
        return Formula(
            name=name,
            note=quantity.note,
            formula=self._layout().formula(name),
            symbols=symbols,
            verified=self.verified(name),
            reasons=self._workbook.reasons.get(name, ()),
        )

    @property
    def count(self) -> int:
        """How many formulas were verified."""
        return len(self._done)

    def verified(self, name: str) -> Verification:
        """The verification of a general formula, done once. Raises ExsolveError as ``step``."""
        if name not in self._done:
            from exsolve.verification.authored import AuthoredClaim
            from exsolve.verification.claims import verified

            workbook = self._workbook

            def verify() -> Verification:
                claim = workbook.claims.get(name)
                if claim is None:
                    graph, setting = workbook.graph, workbook.setting
                    claim = AuthoredClaim(graph, setting, name, seed=workbook.seed)
                return verified(workbook.graph.quantities[name], claim)

            self._done[name] = workbook.once(("formula", name), verify)
        return self._done[name]
