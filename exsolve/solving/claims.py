"""What general formulas must be equal to: what the file claims of them, what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from exsolve.authoring.blueprint import GradientRequest
from exsolve.authoring.checking import checked, is_defined, refuse_shape
from exsolve.authoring.reading import Reading
from exsolve.expression.sizes import shape_text
from exsolve.expression.tree import Name, Node, names
from exsolve.gradient import TreeContext
from exsolve.graph import Graph
from exsolve.notation import written
from exsolve.solving.derived import derived_gradients
from exsolve.solving.paper import on_paper
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import Source
from exsolve.spec.symbolic import Derivative as Written
from exsolve.verification.setting import Setting

if TYPE_CHECKING:
    from exsolve.verification.claims import Claim


def author_claims(
    exercise: Exercise, graph: Graph, setting: Setting, reading: Reading
) -> dict[str, Claim]:
    """What the file claims of its formulas, by name."""
    if not any(
        one.equals or one.jacobian or one.gradient for one in exercise.definitions.readable.values()
    ):
        return {}
    from exsolve.verification.authored import AuthoredClaim
    from exsolve.verification.claims import Derivative

    found: dict[str, Claim] = {}
    for name, definition in exercise.definitions.readable.items():
        if name not in graph.shapes:
            continue
        equals = []
        if definition.equals is not None:
            node = checked(definition.equals, graph, reading)
            if node is not None and _same_shape(name, node, graph, definition.equals, reading):
                by_hand = on_paper(node, TreeContext(graph, ""))
                equals.append((node, written(by_hand, "terminal")))
            if name not in setting.symbols and node is not None and _uses(graph, node, name):
                reading.refuse(
                    f"{name} is compared with itself, which shows nothing",
                    definition.equals,
                    expected=f"a formula that does not depend on {name}",
                    found=definition.equals.text,
                    hint="write another way to compute it",
                )
        derivatives = []
        for claim in (definition.jacobian, definition.gradient):
            if claim is not None and _is_derivative(name, claim, graph, exercise, reading):
                layout = exercise.jacobian_layout if claim is definition.jacobian else "numerator"
                derivatives.append(Derivative(str(claim.of), str(claim.by), layout))
        if (equals or derivatives) and not reading.problems:
            found[name] = AuthoredClaim(graph, setting, name, equals, derivatives, exercise.seed)
    return found


def _uses(graph: Graph, node: Node, name: str) -> bool:
    """Whether an expression depends on a quantity."""
    used = [one for one in names(node) if one in graph.quantities]
    return name in graph.needed_for(used)


def _same_shape(name: str, node: Node, graph: Graph, source: Source, reading: Reading) -> bool:
    """Whether another way to compute a formula has its shape."""
    wanted, shape = graph.shapes[name], graph.shape(node)
    if wanted == shape:
        return True
    refuse_shape(f"this has another shape than {name}", source, shape, wanted, name, reading)
    return False


def _is_derivative(
    name: str, claim: Written, graph: Graph, exercise: Exercise, reading: Reading
) -> bool:
    """Whether a formula can be the derivative that it is claimed to be, going by the shapes."""
    pair = (claim.of, claim.by)
    for one in pair:
        message = f"{name} cannot be a derivative with {one.text}, which is not defined"
        if not is_defined(one, message, graph, reading):
            return False
    if any(one not in graph.shapes and one not in graph.symbols for one in pair):
        return False  # what is wrong with it is reported already
    of, by = (graph.shape(Name(one.text)) for one in pair)
    definition = exercise.definitions[name]
    if claim is definition.gradient and of:
        reading.refuse(
            f"{name} cannot be the gradient of {claim.of}, which is not a number",
            claim.of,
            expected="a number",
            found=f"{claim.of} has the shape {shape_text(of)}",
            hint="say jacobian for the derivative of a vector",
        )
        return False
    wanted = (*of, *by)
    if exercise.jacobian_layout == "denominator" and len(wanted) == 2 and of and by:
        wanted = (*by, *of)
    if wanted == graph.shapes[name]:
        return True
    reading.refuse(
        f"{name} does not have the shape of the derivative of {claim.of} by {claim.by}",
        definition.formula,
        expected=shape_text(wanted),
        found=shape_text(graph.shapes[name]),
    )
    return False


def derived_claims(
    exercise: Exercise, requests: Sequence[GradientRequest], graph: Graph, setting: Setting
) -> dict[str, Claim]:
    """Each derived formula is what it was asked to be, which numbers can tell."""
    from exsolve.verification.authored import AuthoredClaim
    from exsolve.verification.claims import Derivative

    found: dict[str, Claim] = {}
    wanted = [
        (one.name.text, Derivative(one.of.text, one.by.text, exercise.jacobian_layout))
        for one in exercise.jacobians
    ]
    gradients = derived_gradients(requests, graph, exercise.definitions)
    wanted += [(name, Derivative(of, by, "numerator")) for name, (of, by) in gradients.items()]
    for name, derivative in wanted:
        if name in graph.quantities:
            found[name] = AuthoredClaim(graph, setting, name, (), [derivative], exercise.seed)
    return found
