"""What a solution holds besides values, all of it verified: formulas, derivations, evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from exsolve.authoring.workbook import Chain, Workbook
from exsolve.solution import Agreement, Derivation, Evidence
from exsolve.solving.derivations import worked_chain
from exsolve.solving.general import GeneralFormulas
from exsolve.solving.layout import Layout
from exsolve.spec.parts import Part

if TYPE_CHECKING:
    from exsolve.solving.evidence.maker import EvidenceMaker


class Verifier:
    """Works the formulas, derivations and evidence of the parts of one exercise.

    ``layout`` gives the layout of formulas, and is asked for it when one is laid out.
    Raises ExsolveError for random symbols whose probabilities are none; each method does for what
    is false or has no value.
    """

    def __init__(
        self, workbook: Workbook, layout: Callable[[], Layout], digits: int, detail: str
    ) -> None:
        if workbook.setting.random:
            from exsolve.verification.distributions import check_distributions

            workbook.once(
                "distributions", lambda: check_distributions(workbook.setting, workbook.seed)
            )
        self.formulas = GeneralFormulas(workbook, layout)
        self._workbook = workbook
        self._digits = digits
        self._detail = detail
        self._maker: EvidenceMaker | None = None
        self._derivations = 0
        self._solved: set[str] = set()

    def derivations(self, part: Part, shown: set[str]) -> tuple[Derivation, ...]:
        """The derivations of a part; ``shown`` are the names that need no explanation."""
        workbook = self._workbook
        found = []
        for plan in workbook.derivations.get(part.id, ()):
            if isinstance(plan, Chain):
                found.append(worked_chain(workbook, plan, shown))
                continue
            from exsolve.solving.optimality import worked_optimum

            found.append(worked_optimum(workbook, plan, self.formulas, shown))
            if plan.solved:
                self._solved.add(plan.lagrangian)
        self._derivations += len(found)
        return tuple(found)

    def evidence(self, part: Part) -> tuple[Evidence, ...]:
        """The evidence of a part."""
        plans = self._workbook.evidence.get(part.id, ())
        if not plans:
            return ()
        if self._maker is None:
            from exsolve.solving.evidence.maker import EvidenceMaker

            self._maker = EvidenceMaker(self._workbook, self.formulas, self._digits, self._detail)
        return tuple(map(self._maker.worked, plans))

    def remaining(self) -> None:
        """Verify what the file claims and no part shows: formulas, and solutions of minima."""
        for name in self._workbook.claimed:
            self.formulas.verified(name)
        for name, one in self._workbook.lagrangians.items():
            if one.solution and name not in self._solved:
                from exsolve.solving.optimality import solution_verified

                solution_verified(self._workbook, one)

    def total(self, agreed: Agreement) -> Agreement:
        """The values that agree, those of the evidence among them, and what was verified."""
        more = self._maker.compared if self._maker else 0
        return Agreement(
            agreed.compared + more, agreed.agreeing + more, self.formulas.count, self._derivations
        )
