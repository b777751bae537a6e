"""A class in one process: what is found of a sheet never depends on the sheets before it."""

from __future__ import annotations

import random

import pytest

import exsolve
from exsolve.library.judging import Examiner
from tests.marking.sheets import by_name

SHEETS = {
    "gnn-update": [
        {"messages": first, "agg": second, "h_1_next": third}
        for first in ("[[-2,2],[0,-2],[2,0]]", "[[-2,2],[0,-2],[1,0]]", "[[-2,0,2],[2,-2,0]]", "0")
        for second in ("[-4/5, 0.8]", "[-1, 0.8]", "[0, 0]", "")
        for third in ("[0, 0.8]", "[1, 1]", "[0.8, 0]")
    ],
    "norm-statistics": [
        {"mu_layer": first, "var_layer": second}
        for first in ("[17/6, 8/3, 5/2, 2]", "[2.8, 2.7, 2.5, 2]", "[3, 3, 2.5, 2]", "")
        for second in ("[1.14, 1.22, 0.917, 1.33]", "[1.17, 1.33, 0.917, 1.33]", "[1, 1, 1, 1]")
    ],
    "rnn-bptt-numbers": [
        {"h_1": first, "h_2": second, "y_2": third}
        for first in ("[sigmoid(1/2), 1/(1+e^(-1/4))]", "[0.62, 0.56]", "[0.6, 0.7]", "")
        for second in ("[0.55, 0.65]", "[0.547, 0.651]", "[0.5, 0.5]")
        for third in ("[-0.1]", "[-0.103]", "[0.103]")
    ],
}


@pytest.mark.parametrize("exercise", SHEETS)
def test_the_order_of_a_class_changes_nothing(exercise: str) -> None:
    sheets = [{name: text for name, text in one.items() if text} for one in SHEETS[exercise]]
    loaded = exsolve.load(exercise)
    marker = Examiner(loaded)
    before = [marker.check(one) for one in sheets]
    order = [*range(len(sheets))]
    random.Random(exercise).shuffle(order)
    other = Examiner(loaded)
    for place in order:
        assert other.check(sheets[place]) == before[place], sheets[place]
    alone = random.Random(exercise).choice(order)
    assert Examiner(exsolve.load(exercise)).check(sheets[alone]) == before[alone]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what was forgotten is found again as it was."""
    sheets = [{"agg": f"[{n}/7, 1]", "h_1_next": f"[1, {n}/7]"} for n in range(12)]
    plain = Examiner(exsolve.load("gnn-update"))
    before = [plain.check(one) for one in sheets]
    monkeypatch.setattr("exsolve.marking.marker.REMEMBERED", 3)
    monkeypatch.setattr("exsolve.marking.diagnosis.REMEMBERED", 2)
    monkeypatch.setattr("exsolve.program.MOST_KEPT", 2)
    small = Examiner(exsolve.load("gnn-update"))
    assert [small.check(one) for one in sheets] == before
    marker = small._markers["gnn-update"]
    assert len(marker._remembered) <= 3
    assert len(marker._judge._diagnosis._found) <= 2
    assert len(marker.workbook.numeric.programs) <= 2


def test_a_sheet_leaves_nothing_to_the_next() -> None:
    """A wrong answer of one student is no earlier answer of another."""
    marker = Examiner(exsolve.load("gnn-update"))
    wrong = marker.check({"messages": "[[-2, 2], [0, -2], [1, 0]]", "agg": "[-1, 0.8]"})
    assert by_name(wrong.exercises[0])["agg"].verdict == "follow-through"
    alone = marker.check({"agg": "[-1, 0.8]"})
    assert by_name(alone.exercises[0])["agg"].verdict in ("partial", "slip")
