"""What a shell offers after the tab key, asked as a shell asks."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from patronage import simulate


def offered(line: str, where) -> list[str]:
    """Words offered at the end of a line."""
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1), "_PATRONAGE_COMPLETE": "complete_bash"}
    done = subprocess.run(
        [sys.executable, "-m", "patronage"], env=os.environ | asked, cwd=where, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("patronage wh", ["why"]),
        ("patronage run us-w", ["us-withdrawal"]),
        ("patronage check mine", ["mine.yaml"]),
        ("patronage explain two-patrons patr", ["patrons"]),
        ("patronage explain two-patrons patrons.R", ["patrons.RUS"]),
        ("patronage explain two-patrons states.KGZ.op", ["states.KGZ.openness"]),
        ("patronage explain two-patrons frustr", ["frustration"]),
        ("patronage plot x --only sha", ["shares"]),
        ("patronage explain mine.yaml pa", []),  # which cannot be read
        ("patronage explain nowhere pa", []),
    ],
)
def test_the_tab_key_offers_what_fits(line, words, tmp_path):
    (tmp_path / "mine.yaml").write_text("title: [", encoding="utf-8")
    assert offered(line, tmp_path) == words


def test_why_offers_actors_measures_and_outcomes_of_the_folder(tmp_path):
    simulate("two-patrons", until="2009Q2", record="full").save(tmp_path / "made", figures=False)
    assert offered("patronage why made R", tmp_path) == ["RUS"]
    assert offered("patronage why made RUS R", tmp_path) == []
    assert offered("patronage why made russian", tmp_path) == ["russian_share"]
    assert "share" in offered("patronage why made RUS KGZ sha", tmp_path)
    assert offered("patronage why nowhere R", tmp_path) == []


def test_the_shell_is_told_how_to_ask(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "patronage"], env=os.environ | {"_PATRONAGE_COMPLETE": "source_bash"}, cwd=tmp_path,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "complete -o default -F _patronage_completion patronage" in done.stdout
