"""The counter of calls that other tests lean on stops what goes too far, and nothing else."""

from __future__ import annotations

import pytest
from work import TooMuchWorkError, at_most_calls


def test_work_beyond_the_budget_is_stopped() -> None:
    left = [*range(1_000)]

    def empty() -> None:
        while left:
            left.pop()

    with pytest.raises(TooMuchWorkError), at_most_calls(100):
        empty()
    assert len(left) > 800


def test_work_within_the_budget_goes_on() -> None:
    with at_most_calls(5_000):
        assert sum(abs(number) for number in range(-100, 0)) == 5_050
