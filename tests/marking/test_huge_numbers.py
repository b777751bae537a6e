"""Numbers that floats do not hold are judged like all others."""

from __future__ import annotations

import pytest

from tests.marking.sheets import verdicts


@pytest.mark.parametrize(
    "text", ["1e300", "1e-300", "1.5e400", "1.50e-700", "2^(10^3)", "9" * 300, "-1e308"]
)
def test_a_huge_number_is_wrong_and_nothing_else(text: str) -> None:
    assert verdicts("cnn-shapes", {"params_5": text}) == {"params_5": "wrong"}
    assert verdicts("rnn-bptt-numbers", {"y_1": f"[{text}]"}) == {"y_1": "wrong"}
