"""What must hold of a variant, read: comparisons, formulas that differ, answers."""

from __future__ import annotations

from collections.abc import Iterable

from flint import fmpq

from exsolve.authoring.reading import Reading
from exsolve.authoring.variation_plan import AnswerCondition, Check, Condition, WholeDivisions
from exsolve.errors import Position
from exsolve.expression.tree import Node, free_names
from exsolve.graph import Graph, suggestion
from exsolve.ops.comparison import compares
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import DataValue
from exsolve.spec.variation import AnswerConditions, Variation
from exsolve.variation.formulas import Formulas


class Requirements:
    """Reads the conditions of a variation; ``every`` has all names that they may refer to."""

    def __init__(
        self, exercise: Exercise, variation: Variation, formulas: Formulas, every: Graph
    ) -> None:
        self.exercise = exercise
        self.variation = variation
        self.formulas = formulas
        self.all = every
        self.reading: Reading = formulas.reading

    def checks(self) -> tuple[Check, ...]:
        """All conditions, those first that need nothing of the exercise computed."""
        found = [*self.conditions(), *self.answer_conditions()]
        if self.variation.whole_divisions is not None:
            found.append(WholeDivisions(self.answers(), self.variation.whole_divisions))
        return tuple(sorted(found, key=lambda one: bool(one.names)))

    def conditions(self) -> Iterable[Check]:
        for sources in self.variation.distinct:
            nodes = [self.formulas.held(source, self.all, used=False) for source in sources]
            sound = tuple(node for node in nodes if node is not None)
            text = f"distinct: [{', '.join(source.text for source in sources)}]"
            if len(sound) == len(nodes):
                yield self.condition(text, sound, True, sources[0].position())
        for source in self.variation.where:
            node = self.formulas.held(source, self.all, used=False)
            if node is None:
                continue
            if not compares(node):
                self.reading.refuse(
                    f"the condition {source.text} compares nothing",
                    source,
                    expected="a comparison such as m > n or sum(A, axis=1)[0] == 1",
                    found=source.text,
                )
            yield self.condition(source.text, (node,), False, source.position())

    def condition(
        self, text: str, nodes: tuple[Node, ...], differ: bool, place: Position
    ) -> Condition:
        drawn = self.formulas.drawn
        cheap = {*drawn.symbols, *drawn.quantities, *self.exercise.givens}
        names = [name for node in nodes for name in free_names(node) if name not in cheap]
        computed = tuple(
            name for name in dict.fromkeys(names) if name in self.formulas.base.quantities
        )
        return Condition(text, nodes, differ, computed, place)

    def answers(self) -> tuple[str, ...]:
        named = [answer.text for part in self.exercise.parts for answer in part.answers]
        return tuple(dict.fromkeys(named))

    def answer_conditions(self) -> Iterable[Check]:
        for one in self.variation.answers:
            for source in one.of:
                if (
                    source.text not in self.formulas.base.quantities
                    and source.text not in self.formulas.unreadable
                ):
                    self.reading.refuse(
                        f"{source.text} is no quantity of this exercise",
                        source,
                        expected="an answer, or another quantity that is computed",
                        found=source.text,
                        hint=suggestion(source.text, list(self.formulas.base.quantities)),
                    )
            names = tuple(source.text for source in one.of) or self.answers()
            found = [check for check in self.bounds(one, names) if check is not None]
            if not one.places.keys() - {"of"}:
                self.reading.refuse(
                    "it is not said what holds of these answers",
                    one.position,
                    expected="denominator_below, decimals, largest, whole, rational, distinct or "
                    "nonzero",
                )
            yield from found

    def bounds(
        self, one: AnswerConditions, names: tuple[str, ...]
    ) -> Iterable[AnswerCondition | None]:
        for field in ("whole", "rational", "nonzero", "distinct"):
            if getattr(one, field):
                yield AnswerCondition(field, None, names, one.places[field])
        for field in ("denominator_below", "decimals"):
            bound = getattr(one, field)
            if bound is not None:
                yield AnswerCondition(field, fmpq(bound), names, one.places[field])
        if one.largest is not None:
            value = self.reading.array("largest", DataValue((), one.largest))
            if value is None:
                return
            if value.shape or not isinstance(value[()], fmpq) or value[()] < 0:
                self.reading.refuse(
                    "the largest magnitude is a rational number of at least 0",
                    one.largest,
                    expected="a number such as 100",
                    found=one.largest.text,
                )
                return
            yield AnswerCondition("largest", value[()], names, one.places["largest"])
