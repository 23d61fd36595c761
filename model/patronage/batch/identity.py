"""What must be the same for two machines, or two days, to give the same results."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import platform
from functools import cache
from pathlib import Path
from typing import Any

COUNTING = ("numpy",)
"""Libraries that a result depends on to the last bit."""
ROOMS = ("scenario", "world", "strategies", "phases")
FILES = ("engine.py", "driving.py", "simulation.py", "record.py", "ledger.py")


@cache
def code_digest() -> str:
    """Hash of the source of everything that decides a run."""
    package = Path(__file__).resolve().parents[1]
    files = sorted([*(p for room in ROOMS for p in (package / room).glob("*.py")), *(package / f for f in FILES)])
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(package).as_posix()}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def versions() -> dict[str, str]:
    """Name → version of the model's own code and of the libraries it computes with."""
    from patronage import __version__

    found = {"patronage": f"{__version__} ({code_digest()[:12]})", "machine": platform.machine()}
    return found | {name: importlib.metadata.version(name) for name in COUNTING}


def provenance(command: str, packages: tuple[str, ...]) -> dict[str, Any]:
    """Who wrote a folder: versions, time, and the command that repeats it."""
    found = {}
    for name in packages:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed as a package"
    return {
        "command": command,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "packages": found,
    }
