"""Steps of general formulas: what they are over, and how they were verified."""

from __future__ import annotations

from exsolve.authoring.workbook import Workbook
from exsolve.solution import Formula, Verification
from exsolve.solving.layout import Layout
from exsolve.verification.authored import AuthoredClaim
from exsolve.verification.claims import verified


class GeneralFormulas:
    """Makes the steps of the quantities that have no value, each verified once."""

    def __init__(self, workbook: Workbook, layout: Layout) -> None:
        self._workbook = workbook
        self._layout = layout

    def step(self, name: str) -> Formula:
        """A general formula, verified.

        Raises ExsolveError with the instance that breaks it.
        """
        workbook = self._workbook
        shapes = workbook.setting.names
        free = workbook.general[name]
        symbols = tuple((one, shape) for one, shape in shapes.items() if one in free)
        return Formula(
            name=name,
            note=workbook.graph.quantities[name].note,
            formula=self._layout.formula(name),
            symbols=symbols,
            verified=self._verified(name),
        )

    def _verified(self, name: str) -> Verification:
        workbook = self._workbook
        claim = workbook.claims.get(name)
        if claim is None:
            claim = AuthoredClaim(workbook.graph, workbook.setting, name, seed=workbook.seed)
        return verified(workbook.graph.quantities[name], claim)
