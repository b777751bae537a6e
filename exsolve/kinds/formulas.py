"""An exercise of the author's own: definitions in YAML, nothing added."""

from __future__ import annotations

from exsolve.authoring.blueprint import Blueprint
from exsolve.authoring.reading import Reading
from exsolve.spec.exercise import Exercise
from exsolve.spec.fields import FieldSpecs

SUMMARY = "an exercise of your own: definitions written in YAML"

FIELDS: FieldSpecs = {}

STARTER = """\
id: my-exercise
title: A two-layer perceptron and its gradients
kind: formulas
about: A forward pass with softmax cross-entropy, and the gradients of both layers.
givens:                       # data: numbers, fractions, sqrt(2), ln(3), lists of them
  x: [1, 2]
  W_1: [[1, -1], [1/2, 1]]
  b_1: [0, 1]
  W_2: [[1, 0], [-1, 1/2]]
  t: [0, 1]                   # the true class, one-hot
define:                       # formulas over givens and each other, in any order
  h:
    formula: relu(W_1 @ x + b_1)
    note: The hidden layer.
  z:
    formula: W_2 @ h
    note: The scores of the classes.
  L:
    formula: cross_entropy(z, t)
    note: The loss, minus the logarithm of the true class's probability.
#  s: sumsq(A @ v)
gradients:                    # adds grad_W_1, grad_b_1, grad_W_2, derived by reverse mode
  - of: L
    for: [W_1, b_1, W_2]
parts:
  - id: a
    ask: Compute the hidden layer, the scores and the loss.
    points: 3
    answers: [h, z, L]
  - id: b
    ask: Compute the gradients.
    points: 3
    answers: [grad_W_2, grad_W_1, grad_b_1]
# Symbols are names without values: what is defined by them is a general formula, and chains of
# such are proved line by line. Take away the marks before the lines below, and before s above.
#  - id: c
#    ask: Write the squared length s of A v, and show that it is a quadratic form in v.
#    points: 2
#    answers: [s]
#    derivations:
#      - lines:
#          - {line: s}
#          - {line: (A @ v) @ (A @ v), reason: A squared length is a product with itself.}
#          - {line: v @ (A.T @ A @ v), reason: The first A changes sides transposed.}
#symbols: {A: [m, n], v: [n]}
#sizes: [{m: 2, n: 2}]        # proved with a letter in each cell at these sizes
"""


def build(exercise: Exercise, reading: Reading) -> Blueprint:
    """Nothing: the author's definitions and gradients are read for every kind alike."""
    return Blueprint()
