"""The matrix product of arrays of rationals and closed forms."""

from __future__ import annotations

import numpy as np
from flint import fmpq, fmpq_mat

from exsolve.arithmetic import Scalar
from exsolve.errors import LanguageError
from exsolve.exact.monomials import ONE, Monomial, multiply
from exsolve.exact.ring import ZERO, ClosedForm, Terms, integer_power, of_monomial, settle

MONOMIALS = 24
"""Distinct monomials of a side up to which it is taken apart into rational matrices."""
SMALL = 64
"""Scalar products below which taking apart costs more than it saves."""


def check_shapes(a: np.ndarray, b: np.ndarray) -> None:
    """Refuses arrays that do not multiply."""
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
        raise LanguageError(
            "the matrices do not multiply",
            expected="(n, m) @ (m, p)",
            found=f"{a.shape} @ {b.shape}",
        )


def as_array(cells: list[Scalar], shape: tuple[int, ...]) -> np.ndarray:
    """An object array of the cells (row by row)."""
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array.reshape(shape)


def matrix_product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a (n, m) times b (m, p): array of shape (n, p). Raises LanguageError when they do not fit.

    Rational matrices multiply in FLINT. Closed forms over few monomials are taken apart into a sum
    of monomial * rational matrix; others are multiplied cell by cell, zeros left out.
    """
    check_shapes(a, b)
    if 0 in (*a.shape, *b.shape):
        return as_array([ZERO] * (a.shape[0] * b.shape[1]), (a.shape[0], b.shape[1]))
    left, right = a.ravel().tolist(), b.ravel().tolist()
    work = a.shape[0] * a.shape[1] * b.shape[1]
    closed_left = any(type(cell) is ClosedForm for cell in left)
    closed_right = any(type(cell) is ClosedForm for cell in right)
    if work > SMALL or not (closed_left or closed_right):
        parts = _take_apart(left, closed_left, a.shape), _take_apart(right, closed_right, b.shape)
        if parts[0] and parts[1]:
            return _product_of_parts(parts[0], parts[1], (a.shape[0], b.shape[1]))
    return _cell_by_cell(left, right, a.shape[0], a.shape[1], b.shape[1])


def _take_apart(
    cells: list[Scalar], closed: bool, shape: tuple[int, ...]
) -> dict[Monomial, fmpq_mat] | None:
    """{monomial: rational matrix} whose sum of products the cells are, or None when too many."""
    if not closed:
        return {ONE: fmpq_mat(shape[0], shape[1], cells)}
    layers: dict[Monomial, list[fmpq]] = {}
    for place, cell in enumerate(cells):
        terms: Terms = cell.terms if isinstance(cell, ClosedForm) else {ONE: cell}
        for m, c in terms.items():
            layer = layers.get(m)
            if layer is None:
                if len(layers) == MONOMIALS or m.divides:
                    return None
                layer = layers[m] = [ZERO] * len(cells)
            layer[place] = c
    return {m: fmpq_mat(shape[0], shape[1], layer) for m, layer in layers.items()}


def _product_of_parts(
    left: dict[Monomial, fmpq_mat], right: dict[Monomial, fmpq_mat], shape: tuple[int, int]
) -> np.ndarray:
    sums: dict[Monomial, fmpq_mat] = {}
    extras: list[tuple[Scalar, list[fmpq]]] = []
    for m, a in left.items():
        for n, b in right.items():
            product = multiply(m, n)
            matrix = a * b
            if product.coefficient != 1:
                matrix *= product.coefficient
            if product.expansions:
                factor = of_monomial(product.monomial)
                for base, exponent in product.expansions:
                    factor = factor * integer_power(base, exponent)
                extras.append((factor, matrix.entries()))
            elif product.monomial in sums:
                sums[product.monomial] += matrix
            else:
                sums[product.monomial] = matrix
    if len(sums) == 1 and ONE in sums and not extras:
        return as_array(sums[ONE].entries(), shape)
    entries = [(m, matrix.entries()) for m, matrix in sums.items()]
    divides = any(m.divides for m in sums)
    cells: list[Scalar] = []
    for place in range(shape[0] * shape[1]):
        cell = settle({m: values[place] for m, values in entries if values[place]}, divides)
        for factor, values in extras:
            cell = cell + factor * values[place]
        cells.append(cell)
    return as_array(cells, shape)


def _cell_by_cell(
    left: list[Scalar], right: list[Scalar], rows: int, inner: int, columns: int
) -> np.ndarray:
    columns_of_right = [
        [(k, right[k * columns + j]) for k in range(inner) if right[k * columns + j] != 0]
        for j in range(columns)
    ]
    cells: list[Scalar] = []
    for i in range(rows):
        row = left[i * inner : (i + 1) * inner]
        cells.extend(
            inner_product([(row[k], b) for k, b in column if row[k] != 0])
            for column in columns_of_right
        )
    return as_array(cells, (rows, columns))


def inner_product(pairs: list[tuple[Scalar, Scalar]]) -> Scalar:
    """The sum of products, gathered in one go so that long sums stay linear in their length."""
    terms: Terms = {}
    divides = False
    for a, b in pairs:
        product = a * b
        if isinstance(product, ClosedForm):
            divides = divides or product.divides
            for m, c in product.terms.items():
                terms[m] = terms[m] + c if m in terms else c
        else:
            terms[ONE] = terms[ONE] + product if ONE in terms else fmpq(product)
    return settle({m: c for m, c in terms.items() if c}, divides)
