"""Every oracle can fail: each planted fault turns the test named with it red."""

from __future__ import annotations

import pytest

from faults import FAULTS, Fault, planted
from patronage.phases import stocks


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_planted_fault_is_noticed(fault):
    fault.check()
    with planted(fault), pytest.raises(AssertionError):
        fault.check()


def test_a_fault_that_no_longer_fits_is_reported():
    with (
        pytest.raises(LookupError, match="stands 0 times"),
        planted(Fault("gone", "engine", "no such line", "", "x:y")),
    ):
        pass


def test_planting_leaves_no_trace():
    before = dict(vars(stocks))
    fault = next(f for f in FAULTS if f.module == "phases.stocks")
    with planted(fault):
        assert stocks.store is not before["store"]
    assert dict(vars(stocks)) == before
