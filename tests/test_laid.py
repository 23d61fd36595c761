"""What is laid out once serves every further run: the same numbers, whatever was run between, and nothing is written into it."""

from __future__ import annotations

import pickle
from dataclasses import fields, replace

import numpy as np
import pytest

from patronage import load_scenario, simulate
from patronage.results.result import Result
from patronage.scenario import Scenario
from patronage.world.laid import Laid, laid_out, laid_out_anew
from worlds import uncompiled


@pytest.fixture
def drawn() -> Scenario:
    return load_scenario("us-withdrawal")


def bytes_of(laid: Laid) -> dict[str, bytes]:
    own = {f.name: getattr(laid, f.name) for f in fields(laid)}
    own |= {f"timetable.{f.name}": getattr(laid.timetable, f.name) for f in fields(laid.timetable)}
    return {name: members(value) for name, value in own.items() if isinstance(value, np.ndarray)}


def members(value: np.ndarray) -> bytes:
    """What a record holds, member by member: the padding between them is nobody's, and copies do not carry it."""
    if value.dtype.names is None:
        return value.tobytes()
    return b"".join(members(np.ascontiguousarray(value[name])) for name in value.dtype.names)


def test_kept_is_as_made_anew_with_the_luck_of_each_seed(drawn: Scenario) -> None:
    laid_out(drawn, 1)
    for seed in (7, 1):
        assert bytes_of(laid_out(drawn, seed)) == bytes_of(laid_out_anew([drawn], seed))
    assert (laid_out(drawn, 7).timetable.events["key_low"] != laid_out(drawn, 1).timetable.events["key_low"]).all()


def test_runs_write_nothing_into_it(drawn: Scenario) -> None:
    before = bytes_of(laid_out(drawn, 1))
    with uncompiled():
        first = simulate(drawn, until=drawn.start + 8)
        again = simulate(drawn, until=drawn.start + 8)
    assert bytes_of(laid_out(drawn, 1)) == before
    assert first.data.identical(again.data)
    assert first.ledger.equals(again.ledger)


def test_two_scenarios_are_kept_apart(drawn: Scenario) -> None:
    other = load_scenario("us-withdrawal", {"patrons.USA.budget": "1 MUSD/yr"})
    assert (laid_out(drawn, 1).inputs["budget"] != laid_out(other, 1).inputs["budget"]).any()


def test_tables_are_made_when_asked_for_and_once(drawn: Scenario) -> None:
    with uncompiled():
        result = simulate(drawn, until=drawn.start)
    assert "ledger" not in vars(result)
    assert result.ledger is result.ledger
    with pytest.raises(AttributeError, match="nothing"):
        result.nothing  # noqa: B018
    there = pickle.loads(pickle.dumps(result))
    assert type(there) is Result
    assert there.data.identical(result.data)
    assert all(getattr(there, name).equals(getattr(result, name)) for name in ("ledger", "events", "outcomes"))
    assert replace(there, seed=5).ledger is there.ledger
    assert replace(result, data=result.data[["share"]]).data.data_vars.keys() == {"share"}
