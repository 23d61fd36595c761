"""The final tables of a sweep: rows of all parts by point and run, however they are cut into parts and blocks."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from patronage.batch.merging import Doubled, merge


def parts_of(folder, cuts):
    """Parts of a table of three points and four runs, with none to five rows a run; in rounds, as a sweep makes them."""
    luck = np.random.default_rng(1)
    rounds = [(point, run) for run in range(4) for point in range(3)]
    keys = [key for key in rounds for _ in range(luck.integers(0, 6))]
    point, run = (np.array([k[i] for k in keys], np.int32) for i in (0, 1))
    what = pa.array([f"row {i}" for i in range(len(keys))]).dictionary_encode()
    whole = pa.table({"point": point, "run": run, "what": what, "share": luck.random(len(keys))})
    parts = []
    for i, (a, b) in enumerate(zip([0, *cuts], [*cuts, len(keys)], strict=True)):
        parts.append(folder / f"{i}.parquet")
        pq.write_table(whole.slice(a, b - a), parts[-1])
    order = np.lexsort((run, point))
    return parts, [f"row {i}" for i in order], whole["share"].to_numpy()[order]


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("cuts", [(), (9,), (0, 4, 4, 11, 20), tuple(range(1, 20))])
def test_rows_are_sorted_and_none_is_lost(tmp_path, cuts, block):
    parts, what, share = parts_of(tmp_path, cuts)
    assert merge(parts, tmp_path / "whole.parquet", block) == len(what) > 20
    found = pq.read_table(tmp_path / "whole.parquet")
    assert found["what"].to_pylist() == what
    assert found["share"].to_numpy().tobytes() == share.tobytes()
    assert found.schema.field("what").type == pa.string()


def test_a_run_with_two_rows_is_none_where_there_may_be_one(tmp_path):
    parts, *_ = parts_of(tmp_path, ())
    with pytest.raises(Doubled):
        merge(parts, tmp_path / "whole.parquet", once=True)
    one = pa.table({"point": pa.array([0, 0], pa.int32()), "run": pa.array([1, 2], pa.int32())})
    for name in ("a", "b"):
        pq.write_table(one, tmp_path / f"{name}.parquet")
    assert merge([tmp_path / "a.parquet"], tmp_path / "whole.parquet", once=True) == 2
    with pytest.raises(Doubled):
        merge([tmp_path / "a.parquet", tmp_path / "b.parquet"], tmp_path / "whole.parquet", once=True)


def test_nothing_is_nothing(tmp_path):
    pq.write_table(pa.table({"point": pa.array([], pa.int32()), "run": pa.array([], pa.int32())}), tmp_path / "a.parquet")
    assert merge([tmp_path / "a.parquet"], tmp_path / "whole.parquet") == merge([], tmp_path / "whole.parquet") == 0
    assert not (tmp_path / "whole.parquet").exists()
