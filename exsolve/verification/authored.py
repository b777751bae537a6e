"""What an exercise file claims of a formula: equal to another one, a Jacobian, a gradient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exsolve.errors import ExsolveError
from exsolve.expression.tree import Name, Node
from exsolve.graph import Graph, fixed_place
from exsolve.verification.claims import INSTANCES, MOST_DRAWN, Derivative, Trial
from exsolve.verification.instances import instances
from exsolve.verification.lines import Lines
from exsolve.verification.setting import Instance, Setting, sizes_text


class AuthoredClaim:
    """A formula over declared symbols; ``equals`` are expressions with words for them."""

    def __init__(
        self,
        graph: Graph,
        setting: Setting,
        name: str,
        equals: Sequence[tuple[Node, str]] = (),
        derivatives: Sequence[Derivative] = (),
        seed: int = 0,
    ) -> None:
        self._equals = equals
        self._derivatives = derivatives
        self._seed = seed
        locate = graph.quantities[name].locate or fixed_place(None)
        differentiated = [Name(one) for each in derivatives for one in (each.of, each.by)]
        formula = graph.quantities[name].expression if name in setting.symbols else Name(name)
        nodes = [formula, *(node for node, _ in equals), *differentiated]
        self._lines = Lines(graph, setting, nodes, [locate] * len(nodes), bool(derivatives))

    def trials(self) -> Iterator[Trial]:
        """Instances of the declared symbols."""
        setting = self._lines.setting
        for instance in instances(setting, MOST_DRAWN, self._seed):
            try:
                trial = self._trial(instance)
            except ExsolveError:
                if not instance.unusual:
                    raise
            else:
                yield trial

    def needed(self) -> int:
        """One where everything has a value, else as many as ever."""
        return INSTANCES if self._lines.used else 1

    def witnesses(self) -> Sequence[str]:
        """The other formulas and the routes of differentiation."""
        found = [how for _, how in self._equals]
        if self._derivatives:
            found += ["reverse mode on numbers", "central differences"]
        return found

    def _trial(self, instance: Instance) -> Trial:
        names = self._lines.names
        return Trial(
            self._lines.at(instance),
            names[0],
            tuple((name, how) for name, (_, how) in zip(names[1:], self._equals, strict=False)),
            tuple(self._derivatives),
            sizes_text(instance.sizes),
            lambda: instance.describe(self._lines.used),
            instance.unusual,
        )
