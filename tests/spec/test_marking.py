"""The field ``marking``: what is read of it, and how a set writes it again."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import get_args

import jsonschema
import pytest
from yaml_trees import read_text

from exsolve.authoring.policy import Form
from exsolve.spec.fields import Report
from exsolve.spec.marking import (
    ENTRY_MARKING,
    MARKING,
    Marking,
    Ratio,
    marking_fields,
    read_marking,
)
from exsolve.verdicts import VERDICTS

FULL = """\
credit: {imprecise: 90%, slip: 1/3, follow-through: .5, partial: cells, wrong: 0}
digits: 3
answers:
  agg: {form: exact}
  mu_batch: {form: decimal, digits: 4, weight: 2.5}
  '2-b': {weight: 0}
slips:
  - of: v
    formula: var(x, ddof=1)
    says: You divided by n - 1.
    name: sample variance
"""


def read(text: str) -> Marking:
    report = Report()
    values = MARKING.read(read_text(text, "f"), report)
    report.raise_problems()
    assert values is not None
    return read_marking(values)


def test_all_of_it_is_read_exactly() -> None:
    marking = read(FULL)
    assert marking.credit == {
        "imprecise": Fraction(9, 10),
        "slip": Fraction(1, 3),
        "follow-through": Fraction(1, 2),
        "partial": None,
        "wrong": 0,
    }
    assert marking.digits == 3
    said = {name: (one.form, one.digits, one.weight) for name, one in marking.answers.items()}
    assert said == {
        "agg": ("exact", None, None),
        "mu_batch": ("decimal", 4, Fraction(5, 2)),
        "2-b": (None, None, 0),
    }
    (slip,) = marking.slips
    assert (slip.of, slip.formula, slip.says) == ("v", "var(x, ddof=1)", "You divided by n - 1.")
    assert slip.name == "sample variance"
    assert (slip.formula.position().line, slip.formula.position().column) == (9, 14)


def test_nothing_said_is_nothing_read() -> None:
    assert read("{digits: 2}") == Marking({}, 2, {}, ())


def test_verdicts_and_forms_are_those_that_there_are() -> None:
    credit = MARKING.fields["credit"].field.inside()
    assert set(credit) <= set(VERDICTS)
    form = MARKING.fields["answers"].field.inside()["form"].field
    assert form.schema() == {"enum": list(get_args(Form))}


def test_what_a_set_writes_again_is_read_as_the_same() -> None:
    first = read(FULL.partition("slips:")[0])
    report = Report()
    values = ENTRY_MARKING.read(read_text(json.dumps(marking_fields(first)), "f"), report)
    report.raise_problems()
    assert values is not None
    again = read_marking(values)
    assert (again.credit, again.digits) == (first.credit, first.digits)
    assert marking_fields(again) == marking_fields(first)


@pytest.mark.parametrize("text", ["0", "2", "0.25", ".5", "50%", "12.5%", "1/3", "999999"])
def test_ratios_that_are_numbers(text: str) -> None:
    value = Ratio().read(read_text(f"a: {text}", "f").entries["a"].value, Report())
    assert value is not None
    percent = text.endswith("%")
    assert value * (100 if percent else 1) == Fraction(text.removesuffix("%"))
    jsonschema.validate(text, Ratio().schema())


@pytest.mark.parametrize("text", ["-1", "1e3", "1/0", "1_0", "nan", "½", "01", "1000000", "1/2%"])
def test_ratios_that_are_none(text: str) -> None:
    report = Report()
    assert Ratio().read(read_text(f"a: {text}", "f").entries["a"].value, report) is None
    assert len(report) == 1
