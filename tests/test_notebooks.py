"""The notebooks run from the first cell to the last, are kept without outputs, and say so where data are absent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from docs_pages import DOCS

nbformat: Any = pytest.importorskip("nbformat", reason="the extra notebooks brings it")
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))
SAYS = {
    "1-first-steps": "Manas closes: the mission ended",
    "2-own-region": "Did you mean budget?",
    "3-sweep-and-discovery": "coverage",
    "4-attribution": "Shapley values",
    "5-mesa-agents": "20 quarters",
    "6-hindcast": "NO DATA",
}
"""What an output of each must hold."""


def outputs(book: Any) -> str:
    """All texts that the cells of a notebook have put out."""
    found = []
    for cell in book.cells:
        for out in cell.get("outputs", []):
            found.append(out.get("text", ""))
            found += [v for k, v in out.get("data", {}).items() if k.startswith("text/")]
    return "\n".join(found)


def test_there_are_six_and_none_keeps_an_output():
    assert {p.stem for p in NOTEBOOKS} == set(SAYS)
    for path in NOTEBOOKS:
        book = nbformat.read(path, as_version=4)
        nbformat.validate(book)
        assert outputs(book) == ""
        assert [c.execution_count for c in book.cells if c.cell_type == "code" and c.execution_count] == []
        assert book.cells[0].source.startswith("# ")


@pytest.mark.docs
@pytest.mark.filterwarnings("default")  # those of the machinery that talks with a kernel
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs_through(path: Path, tmp_path, monkeypatch):
    nbclient: Any = pytest.importorskip("nbclient", reason="the extra notebooks brings it")
    monkeypatch.delenv("PATRONAGE_DATA", raising=False)
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(DOCS.parent / "model"), os.environ.get("PYTHONPATH", "")]))
    book = nbformat.read(path, as_version=4)
    done = nbclient.NotebookClient(book, timeout=170, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert SAYS[path.stem] in outputs(done)


@pytest.mark.docs
def test_a_notebook_that_breaks_is_noticed(tmp_path):
    nbclient: Any = pytest.importorskip("nbclient", reason="the extra notebooks brings it")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="ZeroDivisionError"):
        nbclient.NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
