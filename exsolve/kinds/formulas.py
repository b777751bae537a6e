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
"""


def build(exercise: Exercise, reading: Reading) -> Blueprint:
    """Nothing: the author's definitions and gradients are read for every kind alike."""
    return Blueprint()
