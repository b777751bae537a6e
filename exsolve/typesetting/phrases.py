"""Words that every text format says alike: indices counted from 1, row names, point counts."""

from __future__ import annotations

from collections.abc import Sequence

from exsolve.expression.naming import show_name
from exsolve.expression.notations import subscript
from exsolve.expression.tree import Node, Shape
from exsolve.notation import written
from exsolve.solution import (
    Agreement,
    Derivation,
    Formula,
    RowGroup,
    Statement,
    Step,
    Symbol,
    Value,
    Verification,
)

MOST_COMPARED = 16


def says_the_value(node: Node, step: Step) -> bool:
    """Whether what a value is computed from reads as the value does: ``[1, 1] = [1, 1]``."""
    dimensions, cells = len(step.value.shape), step.value.cells
    if dimensions > 1 or len(cells) > MOST_COMPARED:
        return False
    value = ", ".join(cell.text("terminal", written) for cell in cells)
    return written(node, "terminal") == (f"[{value}]" if dimensions else value)


def points(number: int | float) -> str:
    """``1 point``, ``2.5 points``."""
    return f"{number:g} point" if number == 1 else f"{number:g} points"


def shape(value: Value) -> str:
    """``5 x 3``; nothing for a scalar."""
    return " × ".join(str(size) for size in value.shape)


def kind_of(shape: Shape) -> str:
    """``n × d``, ``n`` for a vector; words for a number."""
    return " × ".join(map(str, shape)) if shape else "a number"


def declared(shape: Shape) -> str:
    """``n × d``, ``n numbers`` for a vector: what a name without a value stands for."""
    if len(shape) != 1:
        return kind_of(shape)
    return "1 number" if shape[0] == 1 else f"{shape[0]} numbers"


def said_of(step: Step) -> str:
    """The note of a step; of a vector also its labels, which have no side to stand at."""
    labelled = step.rows and len(step.value.shape) == 1
    entries = f"Entries: {', '.join(step.rows)}." if labelled else ""
    return " ".join(text for text in (step.note, entries) if text)


def function_of(count: int) -> str:
    """``an unknown function of 2 vectors``"""
    return f"an unknown function of {'one vector' if count == 1 else f'{count} vectors'}"


def random(symbol: Symbol, notation: str) -> str:
    """``n × d, each entry independently 1 with probability p, else 0``."""
    mark = "$" if notation == "latex" else ""
    *first, (last, _) = symbol.outcomes
    outcomes = ", ".join(
        f"{mark}{written(value, notation)}{mark} with probability "
        f"{mark}{written(probability, notation)}{mark}"
        for value, probability in first
    )
    outcomes += f", else {mark}{written(last, notation)}{mark}"
    lead = f"{declared(symbol.shape)}, each entry independently" if symbol.shape else "a number,"
    return f"{lead} {outcomes}"


def row_names(step: Step, group: RowGroup) -> str:
    """``rows 1, 2, 4, 5``, with labels where the rows have them, counted from 1."""
    if step.rows:
        return _listed([step.rows[row] for row in group.rows])
    numbers = [str(row + 1) for row in group.rows]
    return ("row " if len(numbers) == 1 else "rows ") + _listed(numbers)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)


def unexpanded(step: Step) -> str:
    """What stands after cells that were written out where there are more."""
    return f"… {step.unexpanded} more cells in the same way"


def method(verified: Verification) -> str:
    """How something was verified: ``in exact arithmetic, against reverse mode on numbers``."""
    how = "in exact arithmetic" if verified.exact else "to 60 certified digits"
    return f"{how}, against {_and(verified.witnesses)}" if verified.witnesses else how


BOTH_ROUTES = "exactly or to 60 certified digits and in float64, which agree"


def formula_method(verified: Verification) -> str:
    """How a formula was verified; what is compared with nothing else is computed on both routes."""
    return method(verified) if verified.witnesses else f"computed {BOTH_ROUTES}"


def verified_formula(verified: Verification) -> str:
    """The line under a general formula."""
    instances = f"on {verified.instances} random instances of {_sizes(verified)}"
    if not verified.witnesses:
        where = f"{instances}, " if verified.instances > 1 else ""
        return f"Computed {where}{BOTH_ROUTES}."
    if verified.instances == 1:
        return f"Verified: {method(verified)}."
    return f"Verified {instances}: {method(verified)}."


def verified_chain(verified: Verification) -> str:
    """The line under a derivation."""
    proved = ""
    if verified.proved:
        proved = f"proved with a symbol in each cell for {_or_each(verified.proved)}, and "
    given_up = ""
    if verified.unproved:
        given_up = f" A proof with symbols for {_or_each(verified.unproved)} was not found."
    instances = f" on {verified.instances} random instances of {_sizes(verified)}"
    where = instances if verified.instances > 1 else ""
    return f"Every line {proved}verified{where} ({method(verified)}).{given_up}"


def verified_derivation(derivation: Derivation) -> str:
    """The line under a derivation: a chain, relations, or conditions on what is to be found."""
    verified = derivation.verified
    if not derivation.relations:
        return verified_chain(verified)
    if verified.witnesses:
        return (
            f"The gradients verified on {verified.instances} random instances of "
            f"{_sizes(verified)}: {method(verified)}."
        )
    return verified_chain(verified)


def decided(statement: Statement) -> str:
    """How two sides of a comparison were found to be equal or different."""
    if statement.verified is not None:
        return verified_chain(statement.verified)
    return "Equal, cell by cell, exactly." if statement.equal else "Not equal."


def _sizes(verified: Verification) -> str:
    return "one size" if verified.sizes == 1 else f"{verified.sizes} sizes"


def _or_each(sizes: Sequence[str]) -> str:
    return " and for ".join(one or "single numbers" for one in sizes)


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def checked(found: Agreement) -> str:
    """What lint says of a sound exercise: ``58 of 58 values agree, 3 formulas verified``."""
    values = f"{found.agreeing} of {found.compared} values agree" if found.compared else ""
    verified = [
        f"{count} {noun if count == 1 else noun + 's'}"
        for count, noun in ((found.formulas, "formula"), (found.derivations, "derivation"))
        if count
    ]
    said = [values, f"{_and(verified)} verified" if verified else ""]
    return ", ".join(filter(None, said)) or "sound, with nothing to compute"


def agreement(compared: int) -> str:
    """The closing line of a solution."""
    return f"Every value computed twice (exact, float64): {compared} of {compared} agree."


def index_label(place: tuple[int, ...]) -> str:
    """Cell (2, 0) as a reader counts it: ``3,1``."""
    return ",".join(str(one + 1) for one in place)


def shown_name(step: Step | Formula) -> str:
    """The step's quantity on a terminal: ``μ_batch``."""
    return show_name(step.name, "terminal")


def cell_name(name: str, place: tuple[int, ...], dimensions: int = 0) -> str:
    """A cell on a terminal: ``S₃₁``, ``h_2₁``; a row or matrix of ``dimensions``: ``S[3, :]``."""
    return name + subscript([one + 1 for one in place], dimensions - len(place))
