"""Limits of time inside limits of time."""

from __future__ import annotations

import signal
import time

import pytest

from exsolve.exact.time_limit import TimeIsUp, time_limit


def left() -> float:
    return signal.getitimer(signal.ITIMER_REAL)[0]


def test_inner_limits_do_not_stop_the_outer_clock() -> None:
    with time_limit(60):
        before = left()
        with time_limit(30):
            time.sleep(0.01)
        assert 0 < left() <= before - 0.01


def test_no_inner_block_is_longer_than_the_outer_one() -> None:
    with time_limit(30), time_limit(60):
        assert 0 < left() <= 30
        with time_limit(10):
            assert left() <= 10


def spin() -> None:
    while True:
        pass


def test_the_time_of_the_outer_block_is_up_after_inner_ones_that_end_by_their_own() -> None:
    def outer() -> None:
        with time_limit(0.02):
            try:
                with time_limit(0.01):
                    spin()
            except TimeIsUp:
                pass
            spin()

    with pytest.raises(TimeIsUp):
        outer()


def test_nothing_rings_afterwards() -> None:
    with time_limit(60), time_limit(30):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_time_that_is_up_in_a_finaliser_is_up_after_it() -> None:
    """What is raised there is dropped, and the limit would be gone."""

    class Slow:
        def __del__(self) -> None:
            until = time.monotonic() + 0.05
            while time.monotonic() < until:
                pass

    def work() -> None:
        with time_limit(0.01):
            Slow()
            spin()

    with pytest.raises(TimeIsUp):
        work()


def test_time_that_is_up_in_the_callback_of_a_weak_reference_is_up_after_it() -> None:
    from weakref import WeakValueDictionary

    class Atom:
        pass

    def work() -> None:
        known: WeakValueDictionary[int, Atom] = WeakValueDictionary()
        with time_limit(0.05):
            while True:
                known[0] = Atom()

    for _ in range(5):
        with pytest.raises(TimeIsUp):
            work()


def test_a_limit_that_is_up_at_once_leaves_no_clock_running() -> None:
    for _ in range(200):
        with pytest.raises(TimeIsUp), time_limit(1e-6):
            spin()
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
        assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
