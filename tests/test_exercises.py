"""Every question of the three sheets is solved: its answers are steps, its proofs are verified.

Names, points and sorts of questions are those of the sheets, written down here once more.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
import shipped

ANSWERS: dict[str, dict[str, str]] = {
    "cnn-concepts": {"a": "", "b": ""},
    "cnn-shapes": {
        "a": "shape_1 shape_2 shape_3 shape_4 shape_5 shape_6 shape_7 shape_8",
        "b": "params_1 params_2 params_3 params_4 params_5 params_6 params_7 params_8 "
        "fc_params_1 fc_params_3 fc_params_5 fc_params_6",
    },
    "long-range-gradients": {"a": "dh3_dh1", "b": "dh20_dh1", "c": "dc20_dc1"},
    "attention-forward": {"a": "Q K V", "b": "S", "c": "A", "d": "H", "e": ""},
    "rnn-bptt": {
        "1": "",
        "2": "grad_h",
        "3": "grad_h_local dh_next_dh",
        "4": "grad_W grad_U",
        "5": "",
    },
    "rnn-bptt-numbers": {
        "a": "h_1 h_2 h_3 y_1 y_2 y_3 L",
        "b": "grad_h_3 grad_h_2 grad_h_1",
        "c": "grad_W grad_U grad_V",
    },
    "gnn-update": {
        "1": "h_next_general",
        "2": "messages agg h_1_next",
        "3": "edges",
        "4": "",
        "5": "",
    },
    "norm-statistics": {
        "1": "mu_batch var_batch mu_layer var_layer mu_instance var_instance",
        "2": "",
    },
    "dropout-expectation": {"1": ""},
    "least-norm": {"1": "w_star lambda_star", "2": ""},
    "vit-review": {"summary": "", "strengths": "", "weaknesses": "", "reflections": ""},
    "attention-properties": {"a": "H", "b": "beta", "c": "", "d": "", "e": "dh_dk", "f": ""},
    "multi-head-attention": {"a": "H", "b": ""},
    "self-attention-layer": {"a": "Q K V H", "b": "", "c": "", "d": "", "e": ""},
    "transformer-concepts": {"a": "", "b": "", "c": "", "d": "", "e": ""},
    "vit-concepts": {"a": "", "b": "", "c": "", "d": ""},
    "vit-shapes": {"a": "tokens", "b": "params_total"},
}
"""The parts of each exercise with the names that a student answers."""

POINTS = {
    "rnn-bptt": [2, 5, 5, 5, 3],
    "gnn-update": [5, 5, 3, 5, 2],
    "norm-statistics": [6, 2],
    "dropout-expectation": [6],
    "least-norm": [3, 3],
    "vit-review": [5, 5, 5, 5],
    "attention-properties": [1, 2, 3, 3, 2, 2],
    "multi-head-attention": [1, 2],
    "self-attention-layer": [2, 2, 2, 2, 3],
    "transformer-concepts": [3, 3, 3, 3, 3],
    "vit-concepts": [2, 2, 2, 2],
}

FORMULAS = {
    "rnn-bptt": "grad_h grad_h_local dh_next_dh grad_W grad_U",
    "gnn-update": "h_next_general",
    "least-norm": "w_star lambda_star",
    "attention-properties": "H beta dh_dk",
    "multi-head-attention": "H",
    "self-attention-layer": "Q K V H",
}

DERIVED = {"gnn-update": "4", "dropout-expectation": "1", "least-norm": "1 2"}
"""Parts that are a derivation."""

IN_WORDS = {
    "cnn-concepts": "a b",
    "long-range-gradients": "b",
    "attention-forward": "e",
    "rnn-bptt": "5",
    "gnn-update": "5",
    "norm-statistics": "2",
    "vit-review": "summary strengths weaknesses reflections",
    "attention-properties": "b c d f",
    "multi-head-attention": "b",
    "self-attention-layer": "b",
    "transformer-concepts": "a b c d e",
    "vit-concepts": "a b c d",
}
"""Parts that are answered in words, for which there is a rubric."""

SHOWN = {
    "cnn-concepts": "a b",
    "long-range-gradients": "b",
    "attention-forward": "e",
    "rnn-bptt": "1 5",
    "gnn-update": "4 5",
    "norm-statistics": "2",
    "least-norm": "2",
    "attention-properties": "b c d e f",
    "multi-head-attention": "a b",
    "self-attention-layer": "b c d e",
    "transformer-concepts": "a b c d",
    "vit-concepts": "a",
}
"""Parts with evidence: a table, a picture, a worked instance."""


@cache
def solved(exercise: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(shipped.solved(exercise).text("json"))
    return data


def part(exercise: str, name: str) -> dict[str, Any]:
    return next(one for one in solved(exercise)["parts"] if one["id"] == name)


def listed(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(exercise, name) for exercise, names in table.items() for name in names.split()]


@pytest.mark.parametrize("exercise", ANSWERS)
def test_the_parts_of_the_sheet_with_their_answers(exercise: str) -> None:
    parts = solved(exercise)["parts"]
    assert [one["id"] for one in parts] == list(ANSWERS[exercise])
    for one in parts:
        steps = {step["name"] for step in one["steps"]}
        for name in ANSWERS[exercise][one["id"]].split():
            assert name in one["answers"]
            assert name in steps


@pytest.mark.parametrize("exercise", POINTS)
def test_the_points_of_the_sheet(exercise: str) -> None:
    assert [one["points"] for one in solved(exercise)["parts"]] == POINTS[exercise]


@pytest.mark.parametrize(("exercise", "name"), listed(FORMULAS))
def test_general_formulas_say_what_they_are_over_and_how_they_were_verified(
    exercise: str, name: str
) -> None:
    steps = [step for one in solved(exercise)["parts"] for step in one["steps"]]
    value = next(step["value"] for step in steps if step["name"] == name)
    assert value["formula"]
    assert value["latex"]
    assert value["symbols"]
    # a formula over one size has one instance for each size
    least = 20
    assert value["verified"]["instances"] >= least
    assert value["verified"]["method"]


@pytest.mark.parametrize(("exercise", "name"), listed(DERIVED))
def test_every_link_of_a_derivation_is_verified(exercise: str, name: str) -> None:
    derivations = part(exercise, name)["derivations"]
    assert derivations
    for one in derivations:
        assert len(one["lines"]) > 1
        assert {line["link"] for line in one["lines"]} == {"verified"}
        assert one["verified"]["instances"] >= 20


@pytest.mark.parametrize(("exercise", "name"), listed(IN_WORDS))
def test_answers_in_words_have_a_rubric(exercise: str, name: str) -> None:
    one = part(exercise, name)
    assert len(one["text"].split()) > 40
    worth = sum(item["points"] for item in one["rubric"])
    assert 0 < worth <= one["points"]


@pytest.mark.parametrize(("exercise", "name"), listed(SHOWN))
def test_evidence_is_computed(exercise: str, name: str) -> None:
    for one in part(exercise, name)["evidence"]:
        if one["steps"] or one["tables"] or one["pictures"] or one["statements"]:
            return
    raise AssertionError("no evidence")
