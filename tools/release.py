"""What a release must be before anybody uploads it: python -m tools.release DIST. It publishes and tags nothing.

Versions agree, the change log has an entry, the description is one an index accepts, archives hold what they must and
nothing of the clone's own, and are no larger than expected. Everything that is wrong is told at once.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from patronage import __version__

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 8_000_000
"""Bytes. The page's scripts, fonts and maps are 2.5 million of them once packed."""
IN_A_WHEEL = (
    "patronage/_scenarios/us-withdrawal.yaml",
    "patronage/_experiments/README.md",
    "patronage/browser/_assets/versions.json",
    "patronage/browser/_assets/geometry/countries.json",
    "patronage/browser/_assets/licenses/README.txt",
    "patronage/data/lists/bases.csv",
    "patronage/py.typed",
)
IN_AN_SDIST = (
    "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "constraints.txt", "tests/golden.json", "web/package-lock.json",
)  # fmt: skip
STRAY = re.compile(r"^(runs|shared|site|dist)/|(^|/)(__pycache__|\.git|\.venv|node_modules)/|\.(py[co]|parquet|csv\.gz)$|\.DS_Store$")


def names_in(archive: Path) -> list[str]:
    """Files of a wheel, or of an sdist below its top folder."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as z:
            return z.namelist()
    with tarfile.open(archive) as t:
        return [member.name.partition("/")[2] for member in t.getmembers() if member.isfile()]


def wrong_in_texts(version: str = __version__, root: Path = ROOT) -> list[str]:
    """Where the change log or the citation speak of another version than the package."""
    wrong = []
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$", changes, re.MULTILINE):
        wrong.append(f"CHANGELOG.md: no heading '## {version} (date)'; give what stands under Unreleased its version and date")
    if f"\nversion: {version}\n" not in (root / "CITATION.cff").read_text(encoding="utf-8"):
        wrong.append(f"CITATION.cff: version is not {version}, which model/patronage/__init__.py says")
    return wrong


def wrong_in_archive(archive: Path) -> list[str]:
    """What an archive lacks, carries by mistake, or is too large for."""
    held = names_in(archive)
    needed = IN_A_WHEEL if archive.suffix == ".whl" else IN_AN_SDIST
    wrong = [f"{archive.name}: {name} is missing" for name in needed if name not in held]
    wrong += [f"{archive.name}: {name} does not belong there" for name in held if STRAY.search(name)]
    if archive.stat().st_size > LARGEST:
        wrong.append(f"{archive.name}: {archive.stat().st_size / 1e6:.1f} MB, more than {LARGEST / 1e6:.0f}")
    return wrong


def archives(dist: Path, version: str = __version__) -> tuple[list[Path], list[str]]:
    """The wheel and the sdist of this version, and what is wrong with the folder that should hold one of each."""
    found = sorted(dist.glob("*.whl")) + sorted(dist.glob("*.tar.gz"))
    wanted = {f"patronage-{version}-py3-none-any.whl", f"patronage-{version}.tar.gz"}
    wrong = [f"{dist}: no {name}" for name in sorted(wanted - {a.name for a in found})]
    wrong += [f"{dist}: {a.name} is of another version or project" for a in found if a.name not in wanted]
    return found, wrong


def main(dist: str = "dist") -> int:
    """Check, and print what would be uploaded with its size and SHA-256; 1 where anything is wrong."""
    found, wrong = archives(Path(dist))
    wrong += wrong_in_texts()
    for archive in found:
        wrong += wrong_in_archive(archive)
    if found:
        command = [sys.executable, "-m", "twine", "check", "--strict", *map(str, found)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wrong += [f"twine: {line}" for line in done.stdout.splitlines() if "PASSED" not in line] if done.returncode else []
    for line in wrong:
        print(line, file=sys.stderr)
    if not wrong:
        for archive in found:
            digest = hashlib.sha256(archive.read_bytes()).hexdigest()
            print(f"{archive.name}  {archive.stat().st_size / 1e6:.1f} MB  {len(names_in(archive))} files  sha256 {digest}")
        print(f"Ready. Nothing is published: tag v{__version__} and upload these two yourself.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
