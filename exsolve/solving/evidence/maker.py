"""Works the plans of evidence: steps, tables, pictures and comparisons."""

from __future__ import annotations

from exsolve.authoring.workbook import EvidencePlan, Workbook
from exsolve.drawing.pictures import Picture
from exsolve.expression.tree import Name
from exsolve.solution import Evidence, Formula, Step, Table
from exsolve.solving.evidence.evaluating import Evaluator, refuse_missing
from exsolve.solving.evidence.pictures import curves_of_rows, curves_of_step, heat_map
from exsolve.solving.evidence.statements import statement
from exsolve.solving.evidence.tables import rows_of, table
from exsolve.solving.general import GeneralFormulas


class EvidenceMaker:
    """Works the evidence of one solution."""

    def __init__(
        self, workbook: Workbook, formulas: GeneralFormulas, digits: int, detail: str
    ) -> None:
        self._workbook = workbook
        self._formulas = formulas
        self._evaluator = Evaluator(workbook, digits, detail)

    @property
    def compared(self) -> int:
        """How many values agreed on the way."""
        return self._evaluator.compared

    def worked(self, plan: EvidencePlan) -> Evidence:
        """The evidence of a plan. Raises ExsolveError for what has no value or is not equal."""
        tables: list[Table] = []
        pictures: list[Picture] = []
        steps: list[Step | Formula] = []
        if plan.vary is not None or plan.iterate is not None:
            rows = rows_of(self._evaluator, plan)
            tables.append(table(plan, rows))
            if plan.curve:
                pictures.append(curves_of_rows(plan, rows))
        else:
            steps += [self._step(name, plan) for name in plan.show]
            if plan.curve:
                pictures += [curves_of_step(step, plan) for step in steps if isinstance(step, Step)]
        if plan.heat_map:
            pictures.append(heat_map(self._evaluator, plan))
        if plan.drawing is not None:
            names_of = plan.drawing.names
            found = self._evaluator.values([Name(name) for name in names_of], plan.at, plan)
            pictures.append(plan.drawing.draw(dict(zip(names_of, found, strict=True))))
        statements = [statement(self._evaluator, plan, pair) for pair in plan.pairs]
        if not plan.at:
            # what is given stands above
            steps = [step for step in steps if step.name not in self._workbook.givens]
        return Evidence(
            plan.title, plan.note, tuple(steps), tuple(tables), tuple(pictures), tuple(statements)
        )

    def _step(self, name: str, plan: EvidencePlan) -> Step | Formula:
        """A quantity worked: at the values of the plan where it has any."""
        workbook = self._workbook
        if not plan.at:
            if name in workbook.general:
                return self._formulas.step(name)
            needed = workbook.numeric.needed_for([name])
            return self._evaluator.laid_out(workbook.numeric, needed).step(name)
        graph, _ = self._evaluator.graph([Name(name)], plan.at, plan)
        refuse_missing(graph, [name], plan)
        needed = graph.needed_for([name])
        layout = self._evaluator.laid_out(graph, needed)
        step = layout.step(name)
        quantity = workbook.graph.quantities[name]
        return step._replace(rows=quantity.rows, columns=quantity.columns)
