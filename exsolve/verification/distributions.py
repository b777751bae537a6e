"""Whether the probabilities of random symbols are probabilities, on random instances."""

from __future__ import annotations

from exsolve.errors import ExsolveError, Problem
from exsolve.expression.tree import Node, names
from exsolve.notation import scalar_tree, written
from exsolve.ops.construct import add, call, literal
from exsolve.verification.claims import INSTANCES
from exsolve.verification.instances import fulfils, instances, value_at
from exsolve.verification.setting import Condition, Instance, RandomSymbol, Setting


def check_distributions(setting: Setting, seed: int) -> None:
    """Hold the probabilities of each random symbol to what probabilities are.

    Raises ExsolveError, at the symbol's place, with an instance at which they are none.
    """
    for instance in instances(setting, INSTANCES, seed):
        for name, one in setting.random.items():
            check_probabilities(name, one, instance)


def check_probabilities(name: str, one: RandomSymbol, instance: Instance) -> None:
    """Hold the probabilities of a random symbol to what probabilities are, at an instance.

    Raises ExsolveError, at the symbol's place, where they are none.
    """
    total = add(*one.probabilities)
    for probability in one.probabilities:
        if not _holds(call("greater_equal", probability, literal(0)), one, instance):
            raise ExsolveError(
                _wrong(
                    one,
                    f"a probability of {name} is negative",
                    "0 or more, and a sum of 1",
                    probability,
                    instance,
                )
            )
    if not _holds(call("equal_to", total, literal(1)), one, instance):
        raise ExsolveError(
            _wrong(one, f"the probabilities of {name} do not add up to 1", "1", total, instance)
        )


def _holds(comparison: Node, one: RandomSymbol, instance: Instance) -> bool:
    return fulfils(instance, Condition(comparison, "", one.locate))


def _wrong(
    one: RandomSymbol, message: str, expected: str, node: Node, instance: Instance
) -> Problem:
    text = written(node, "text")
    value = written(scalar_tree(value_at(node, instance)[()]), "text")
    at = instance.describe(names(node))
    return Problem(
        message,
        expected,
        (value if value == text else f"{text} = {value}") + (f", for {at}" if at else ""),
        "mend the probabilities, or declare under where what their symbols must fulfil",
        one.locate(0),
    )
