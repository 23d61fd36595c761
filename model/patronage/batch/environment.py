"""The environment that a folder was made in, as far as another one could be compared with it."""

from __future__ import annotations

import hashlib
import importlib.metadata
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement

CHECKOUT = Path(__file__).resolve().parents[3]
"""The clone, where the package is one; something without a .git where it was installed as a copy."""


@cache
def commit_of(checkout: Path = CHECKOUT) -> str | None:
    """The commit that a clone stands at; None where there is no clone, or no git.

    " (changed)" is added where files of the package, built-in scenarios or experiments differ from it.
    """
    git = shutil.which("git")
    if git is None or not (checkout / ".git").exists():
        return None
    try:
        head, changes = (
            subprocess.check_output([git, "-C", str(checkout), *words], stderr=subprocess.DEVNULL, text=True, timeout=10).strip()  # noqa: S603
            for words in (["rev-parse", "HEAD"], ["status", "--porcelain", "--", "model", "scenarios", "experiments"])
        )
    except (subprocess.SubprocessError, OSError):
        return None
    return f"{head} (changed)" if changes else head


def installed() -> list[str]:
    """Names of all installed distributions with their versions, sorted. Folders' names say it: no file is read."""
    found = {p.name.removesuffix(".dist-info").lower() for place in sys.path for p in Path(place or ".").glob("*.dist-info")}
    return sorted(found)


def installed_digest() -> str:
    """SHA-256 of what `installed` lists: the same where the same versions of everything are installed."""
    return hashlib.sha256("\n".join(installed()).encode()).hexdigest()


def extras() -> list[str]:
    """Extras of this package of which everything is installed; none where the package itself is not."""
    try:
        about = importlib.metadata.distribution("patronage")
    except importlib.metadata.PackageNotFoundError:
        return []
    wanted = [Requirement(text) for text in about.requires or []]
    whole = []
    for extra in about.metadata.get_all("Provides-Extra") or []:
        only = [r for r in wanted if r.marker and r.marker.evaluate({"extra": extra}) and not r.marker.evaluate({"extra": ""})]
        if all(_there(r) for r in only):
            whole.append(extra)
    return sorted(whole)


def _there(requirement: Requirement) -> bool:
    """Whether a distribution is installed in a version that the requirement allows."""
    try:
        return requirement.specifier.contains(importlib.metadata.version(requirement.name), prereleases=True)
    except importlib.metadata.PackageNotFoundError:
        return False
