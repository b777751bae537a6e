"""Solutions that show themselves: printed, at a prompt, as the last line of a notebook's cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exsolve.errors import ExsolveError
from exsolve.solution import Formula, Solution, SolvedSet, Step

if TYPE_CHECKING:
    import numpy as np


class WorkedStep(Step):
    """A step that shows itself: its value, exact and in decimals."""

    __slots__ = ()

    @property
    def array(self) -> np.ndarray:
        """The float64 route's own result.

        Raises ExsolveError where a cell has no number, such as a batch size N.
        """
        import numpy as np

        if any(cell.number is None for cell in self.value.cells):
            raise ExsolveError(f"{self.name} has cells that are no numbers")
        return np.array(self.value.nested([cell.number for cell in self.value.cells]))

    def __repr__(self) -> str:
        from exsolve.typesetting.shown_steps import step_text

        return step_text(self)

    def _repr_latex_(self) -> str:
        from exsolve.typesetting.shown_steps import step_latex

        return step_latex(self)


class WorkedFormula(Formula):
    """A general formula that shows itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        from exsolve.typesetting.shown_steps import step_text

        return step_text(self)

    def _repr_latex_(self) -> str:
        from exsolve.typesetting.shown_steps import step_latex

        return step_latex(self)


class Worked(Solution):
    """A solution that shows itself: ``print(solution)``, the last line of a notebook's cell."""

    __slots__ = ()

    def text(self, format_name: str = "plain") -> str:
        """The solution in a format: plain, markdown, json, terminal.

        Raises ExsolveError for a format that there is not.
        """
        return _text(self, format_name)

    def step(self, name: str) -> WorkedStep | WorkedFormula:
        """The step or general formula of a quantity, by its name.

        Raises ExsolveError where no part has such a step.
        """
        steps = {step.name: step for part in self.parts for step in part.steps}
        if name not in steps:
            raise ExsolveError(
                f"{self.exercise} has no step {name!r}", expected="one of " + ", ".join(steps)
            )
        found = steps[name]
        return WorkedFormula(*found) if isinstance(found, Formula) else WorkedStep(*found)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<the solution of {self.exercise}, {len(self.parts)} parts>"

    def _repr_markdown_(self) -> str:
        return self.text("markdown")


class WorkedSet(SolvedSet):
    """A solved problem set that shows itself, as a solution does."""

    __slots__ = ()

    def text(self, format_name: str = "plain") -> str:
        """All its solutions in a format; raises as ``Worked.text``."""
        return _text(self, format_name)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<the solutions of {self.id}, {len(self.exercises)} exercises>"

    def _repr_markdown_(self) -> str:
        return self.text("markdown")


def _text(solved: Solution | SolvedSet, format_name: str) -> str:
    from exsolve.render import format_names, text_of

    if format_name not in format_names():
        raise ExsolveError(
            f"there is no format {format_name!r}",
            expected="one of " + ", ".join(format_names()),
        )
    return text_of(solved, format_name)
