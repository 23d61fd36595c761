"""What the README shows works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from patronage.cli.app import app
from patronage.experiments import load_experiment
from patronage.scenario import load_scenario, load_text

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [re.split(r"\s{2,}", line)[0] for line in re.findall(r"^patronage .*$", TEXT, flags=re.MULTILINE)]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)


def test_it_leads_with_the_two_commands():
    assert blocks("")[0] == "python -m pip install .\npatronage run us-withdrawal\n"
    assert TEXT.index("make run") < TEXT.index("## One answer")


def test_it_fits_a_screen_and_a_half():
    assert len(TEXT.splitlines()) <= 90


def test_its_scenario_is_right():
    (text,) = blocks("yaml")
    s = load_text(text, "readme")
    assert len(text.splitlines()) <= 12
    assert s.outcomes["manas_2015"].reduce == "last"


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_its_commands_exist_with_these_options(command):
    """Nothing is simulated: every command is asked for its help, and must know every option shown."""
    words = shlex.split(command)[1:]
    done = CliRunner().invoke(app, [words[0], "--help"])
    assert done.exit_code == 0
    assert all(re.search(rf"(^|\s){word}\b", done.stdout) for word in words if word.startswith("--"))


def test_its_links_lead_somewhere():
    links = re.findall(r"\]\(([^)h#][^)]*)\)", TEXT)
    assert len(links) >= 5
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_what_its_commands_name_exists():
    """Scenarios and experiments that are named, by the loader that the command itself uses."""
    load = {"run": load_scenario, "view": load_scenario, "compare": load_scenario, "sweep": load_experiment}
    named = [(words[1], words[2]) for words in map(shlex.split, COMMANDS) if words[1] in load]
    assert {"run", "view", "sweep"} <= {command for command, _ in named}
    for command, name in named:
        assert load[command](name), name
