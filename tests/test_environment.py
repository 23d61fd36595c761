"""What a manifest says of the environment it was written in."""

from __future__ import annotations

import subprocess
import sys

import pytest

from patronage.batch import environment
from patronage.batch.identity import provenance


@pytest.fixture
def clone(tmp_path):
    """A repository with one commit that holds a folder `model`."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "a.py").write_text("a = 1\n", encoding="utf-8")
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "one"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    environment.commit_of.cache_clear()
    yield tmp_path
    environment.commit_of.cache_clear()


def test_a_clone_says_its_commit_and_whether_the_model_differs_from_it(clone):
    head = subprocess.run(["git", "-C", str(clone), "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    (clone / "notes.txt").write_text("of no effect\n", encoding="utf-8")
    assert environment.commit_of(clone) == head
    environment.commit_of.cache_clear()
    (clone / "model" / "a.py").write_text("a = 2\n", encoding="utf-8")
    assert environment.commit_of(clone) == f"{head} (changed)"


def test_an_installed_copy_has_no_commit(tmp_path, monkeypatch):
    environment.commit_of.cache_clear()
    assert environment.commit_of(tmp_path) is None
    (tmp_path / ".git").mkdir()  # not a repository after all
    environment.commit_of.cache_clear()
    assert environment.commit_of(tmp_path) is None
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    environment.commit_of.cache_clear()
    assert environment.commit_of(environment.CHECKOUT) is None
    environment.commit_of.cache_clear()


def test_another_version_of_anything_is_another_environment(tmp_path, monkeypatch):
    before = environment.installed_digest()
    assert any(name.startswith("numpy-") for name in environment.installed())
    (tmp_path / "something-1.0.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    assert environment.installed_digest() != before
    assert "something-1.0" in environment.installed()


def test_an_extra_counts_when_all_of_it_is_there_in_a_version_it_allows(monkeypatch):
    assert "analysis" in environment.extras()
    real = environment.importlib.metadata.version
    monkeypatch.setattr(environment.importlib.metadata, "version", lambda name: "0.1" if name.lower() == "salib" else real(name))
    assert "analysis" not in environment.extras()


def test_the_manifest_has_it_all():
    facts = provenance("patronage run x")
    assert facts["environment"] == environment.installed_digest()
    assert facts["extras"] == environment.extras()
    assert facts["commit"] == environment.commit_of()
