"""Faults that were mended, put back one by one: mutants find each of them, and are in order without it."""

from __future__ import annotations

import pytest

from faults import planted
from fuzz.campaign import attack, warm
from fuzz.planted import MENDED, Mended
from patronage.world.plan import quantiles
from worlds import uncompiled

pytestmark = [pytest.mark.fuzz, pytest.mark.filterwarnings("ignore")]


@pytest.mark.parametrize("fault", MENDED, ids=lambda fault: fault.name)
def test_a_mended_fault_put_back_is_found(fault: Mended) -> None:
    warm(fault.noticed)  # what is loaded while a fault is planted would keep it
    quantiles.cache_clear()  # what was tabulated without it would hide it
    with planted(fault), uncompiled():  # compiled code would not know of the fault
        found = fault.finders()
    assert found, f"{fault.most} mutants ({fault.noticed}) do not find it"
    assert any(attack(n, fault.noticed).became != "wrong" for n in found)
