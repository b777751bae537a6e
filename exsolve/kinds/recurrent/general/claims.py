"""What general formulas of a recurrent network are claimed to be, and how that is tried.

A gradient at time t is taken at one step of an unrolled network, with the network's own values in
the place of h_t, h_next, grad_h_next. A Jacobian is taken of one step of the cell from random
states.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, partial

from exsolve.expression.sizes import with_sizes
from exsolve.expression.tree import Name, Node
from exsolve.graph import Quantity
from exsolve.kinds.recurrent.general.gradients import JACOBIAN, Derived, transition
from exsolve.kinds.recurrent.general.random_networks import LOSS, Network, RandomNetworks
from exsolve.kinds.recurrent.unrolling import NOW
from exsolve.verification.authored import AuthoredClaim
from exsolve.verification.claims import INSTANCES, Claim, Derivative, Situation, Trial
from exsolve.verification.derivatives import NUMERATOR
from exsolve.verification.kinks import on_kink
from exsolve.verification.setting import Setting, sizes_text

FORMULA = "the formula"


def claim_of(networks: RandomNetworks, one: Derived, layout: str) -> Claim:
    """What a derived formula is claimed to be; the formula may be another one than was derived."""
    if one.kind == JACOBIAN:
        return JacobianClaim(networks, one.formula, Derivative(one.of, one.by, layout))
    return GradientClaim(networks, one.formula, one.of, one.by)


class GradientClaim:
    """A formula at time t is the gradient of the loss ``of`` one step (of all: empty) by ``by``."""

    def __init__(self, networks: RandomNetworks, formula: Node, of: str, by: str) -> None:
        self._networks = networks
        self.formula = formula
        self._of = of
        self._by = by

    def trials(self) -> Iterator[Trial]:
        """Unrolled networks."""
        return map(self._trial, self._networks.drawn())

    def needed(self) -> int:
        """As many as of every formula."""
        return INSTANCES

    def witnesses(self) -> Sequence[str]:
        """Two routes of differentiation, and the float64 route."""
        return [
            "reverse mode on unrolled networks of numbers",
            "central differences",
            "the float64 route",
        ]

    def situations(self) -> Iterator[Situation]:
        """Unrolled networks, in which any formula at time t has a value."""
        for one in self._networks.drawn():
            yield Situation(one.graph, partial(self._at, network=one), one.described)

    def _trial(self, network: Network) -> Trial:
        formula = self._at(self.formula, network)
        of = self._called(self._of, network) if self._of else LOSS
        claimed = Derivative(of, self._called(self._by, network), NUMERATOR)
        return _trial(network, formula, [], [claimed])

    def _at(self, node: Node, network: Network) -> Node:
        return with_sizes(self._networks.at(node, network.moment), network.instance.sizes)

    def _called(self, name: str, network: Network) -> str:
        found = self._networks.at(Name(name), network.moment)
        assert isinstance(found, Name)
        return found.name


class EquationClaim(GradientClaim):
    """A formula at time t is what the unrolled network computes there for the name ``by``."""

    def witnesses(self) -> Sequence[str]:
        """The network itself."""
        return ["unrolled networks of numbers", "the float64 route"]

    def _trial(self, network: Network) -> Trial:
        found = self._called(self._by, network), "the unrolled network"
        return _trial(network, self._at(self.formula, network), [found], [])


class DefinitionClaim(GradientClaim):
    """A formula at time t that an author defines, which has a value on unrolled networks."""

    def witnesses(self) -> Sequence[str]:
        """Only its other route: what it is equal to, nobody says."""
        return ["the float64 route, on unrolled networks of numbers"]

    def _trial(self, network: Network) -> Trial:
        return _trial(network, self._at(self.formula, network), [], [])


def _trial(
    network: Network,
    formula: Node,
    equals: Sequence[tuple[str, str]],
    derivatives: Sequence[Derivative],
) -> Trial:
    return Trial(
        network.graph.with_quantities([Quantity(FORMULA, formula)]),
        FORMULA,
        tuple(equals),
        tuple(derivatives),
        sizes_text(network.instance.sizes),
        lambda: network.described,
    )


class JacobianClaim:
    """A formula is the Jacobian of a state at t + 1 by one at t, all states of time t given."""

    def __init__(self, networks: RandomNetworks, formula: Node, derivative: Derivative) -> None:
        self._networks = networks
        self.formula = formula
        self._derivative = derivative

    def trials(self) -> Iterator[Trial]:
        """Steps of the cell from random states; those on a kink are left out."""
        return (trial for trial in self._claim.trials() if not on_kink(trial.graph))

    def needed(self) -> int:
        """As many as of every formula."""
        return INSTANCES

    def witnesses(self) -> Sequence[str]:
        """Two routes of differentiation, and the float64 route."""
        return self._claim.witnesses()

    @cached_property
    def _claim(self) -> AuthoredClaim:
        one = self._networks.slice
        states = {f"{base}{NOW}": one.shape(f"{base}{NOW}") for base in one.states}
        graph = transition(one).with_quantities([Quantity(FORMULA, self.formula)])
        setting = Setting({**one.free, **states}, {}, self._networks.conditions)
        derivatives = [self._derivative]
        return AuthoredClaim(graph, setting, FORMULA, (), derivatives, self._networks.seed)
