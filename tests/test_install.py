"""The package installs in every way people install it, and carries its built-in scenarios along.

Every environment sees the packages of the one that runs the tests, so nothing is downloaded: what is tested is
this package, not its dependencies. Nothing from the clone is on the path of the commands that are run.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from patronage.browser.assets import FOLDER
from patronage.scenario import list_scenarios
from tools import release

pytestmark = pytest.mark.install
ROOT = Path(__file__).resolve().parents[1]
NAMES = [s.name for s in list_scenarios()]
WAYS = ["folder", "editable", "wheel", "wheel from the sdist"]


def run(*words: str | Path, cwd: Path) -> str:
    """Output of a command; what it complains about if it fails."""
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run([str(w) for w in words], cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """What a clone holds, and nothing else: no results, no environments, no caches."""
    place = tmp_path_factory.mktemp("clone") / "patronage"
    made = shutil.ignore_patterns(".git", ".venv", "build", "dist", "site", "node_modules", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, place, ignore=lambda folder, names: {*made(folder, names), *({"runs"} if Path(folder) == ROOT else ())})
    return place


@pytest.fixture(scope="module")
def built(clone, tmp_path_factory) -> Path:
    """A folder with the sdist, and with the wheel that is built from it (as `build` does)."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, clone, cwd=out)
    return out


@pytest.fixture(scope="module")
def wheel(clone, tmp_path_factory) -> Path:
    """The wheel built straight from the clone."""
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", out, clone, cwd=out)
    return next(out.glob("*.whl"))


def names_in(archive: Path) -> set[str]:
    """Files in a wheel, or in an sdist below its top folder."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as z:
            return set(z.namelist())
    with tarfile.open(archive) as t:
        return {name.partition("/")[2] for name in t.getnames()}


def files_in(folder: Path) -> list[str]:
    """Files below a folder, as paths within it."""
    return [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()]


def environment(place: Path) -> Path:
    """A fresh environment that sees the packages of this one, but for an installed patronage; its bin folder."""
    venv.create(place, with_pip=False)
    inside = Path(sysconfig.get_path("purelib", "venv", {"base": str(place), "platbase": str(place)}))
    outside = sysconfig.get_path("purelib")
    # A .pth line adds the folder of packages behind the environment's own; .pth files in there (as an editable
    # install of the clone leaves one) are not read.
    (inside / "packages_of_the_tests.pth").write_text(outside + "\n", encoding="utf-8")
    return Path(sysconfig.get_path("scripts", "venv", {"base": str(place), "platbase": str(place)}))


def install(bin_folder: Path, *what: str | Path) -> None:
    pip = [sys.executable, "-m", "pip", "--python", bin_folder / "python", "install"]
    quick = ["--no-deps", "--no-build-isolation", "--no-index", "--ignore-installed", "--quiet"]
    run(*pip, *quick, *what, cwd=bin_folder)


@pytest.mark.parametrize("way", WAYS)
def test_installed_in_any_way_the_command_finds_its_scenarios_and_runs(way, clone, built, wheel, tmp_path):
    bin_folder = environment(tmp_path / "env")
    what = {
        "folder": [clone],
        "editable": ["--editable", clone],
        "wheel": [wheel],
        "wheel from the sdist": [next(built.glob("*.whl"))],
    }[way]
    install(bin_folder, *what)
    where = Path(run(bin_folder / "python", "-c", "import patronage; print(patronage.__file__)", cwd=tmp_path).strip())
    assert where.is_relative_to(clone if way == "editable" else tmp_path / "env")
    listed = run(bin_folder / "patronage", "list", cwd=tmp_path)
    assert sorted(line.split()[0] for line in listed.splitlines()) == sorted(NAMES)
    run(bin_folder / "patronage", "check", *NAMES, cwd=tmp_path)
    run(bin_folder / "patronage", "run", "two-patrons", "--runs", "2", "--no-figures", "--out", "made", cwd=tmp_path)
    assert (tmp_path / "made" / "report.html").is_file()


def test_both_wheels_hold_the_same_files(built, wheel):
    assert names_in(wheel) == names_in(next(built.glob("*.whl")))


def test_the_wheel_holds_the_package_and_what_is_built_in(clone, wheel):
    held = names_in(wheel)
    package = {f"patronage/{name}" for name in files_in(clone / "model" / "patronage")}
    built_in = {f"patronage/_{kind}/{name}" for kind in ("scenarios", "experiments") for name in files_in(clone / kind)}
    assert len(built_in) > 4
    assert package | built_in == {name for name in held if name.startswith("patronage/")}


def test_the_sdist_holds_what_is_needed_to_test_it(built):
    held = names_in(next(built.glob("*.tar.gz")))
    assert {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CITATION.cff",
        "CHANGELOG.md",
        "constraints.txt",
        "Makefile",
    } <= held
    assert {
        "tests/test_install.py",
        "scenarios/us-withdrawal.yaml",
        "experiments/README.md",
        "docs/equations.md",
    } <= held


@pytest.mark.skipif(not (FOLDER / "versions.json").is_file(), reason="the page's scripts are not collected: make build-assets")
def test_what_is_built_may_be_released(built):
    """All that `make release` looks at but versions of texts, which agree only at a release."""
    archives, wrong = release.archives(built)
    wrong += [line for archive in archives for line in release.wrong_in_archive(archive)]
    assert wrong == []
    run(sys.executable, "-m", "twine", "check", "--strict", *archives, cwd=built)


def test_every_package_of_others_in_the_wheel_brings_its_licence():
    told = (FOLDER / "licenses" / "README.txt").read_text(encoding="utf-8") if FOLDER.is_dir() else ""
    if not told:
        pytest.skip("the page's scripts are not collected: make build-assets")
    folders = [p.relative_to(FOLDER).as_posix() for p in (*FOLDER.iterdir(), *FOLDER.glob("@*/*"))]
    carried = [name.rpartition("@") for name in folders if "@" in name[1:]]
    assert len(carried) >= 5
    for name, _, version in carried:
        assert f"{name} {version}: " in told
    texts = [text.strip() for line in told.splitlines() if line.startswith("    ") for text in line.split(",")]
    assert all((FOLDER / text).stat().st_size > 150 for text in texts)


def test_the_constraints_pin_everything_that_gets_installed():
    """All that the package and its extras bring along, however indirectly, in the version that is at work here."""
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = dict(line.split("==") for line in constraints.splitlines() if line and not line.startswith("#"))
    pinned = {canonicalize_name(name): version for name, version in pinned.items()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    waiting = [Requirement(text) for text in (*project["dependencies"], *itertools.chain(*extras))]
    needed: dict[str, str] = {}
    followed: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        needed[name] = metadata.version(name)
        for extra in ("", *wanted.extras):
            if (name, extra) not in followed:
                followed.add((name, extra))
                below = [Requirement(text) for text in metadata.requires(name) or []]
                waiting += [r for r in below if r.marker is None or r.marker.evaluate({"extra": extra})]
    assert len(needed) > 100
    assert {name: version for name, version in needed.items() if pinned.get(name) != version} == {}


def test_a_clone_runs_without_being_installed(clone, tmp_path):
    listed = run(
        sys.executable, "-c", f"import sys; sys.path.insert(0, {str(clone / 'model')!r}); "
        "from patronage.cli import main; sys.argv[1:] = ['list']; main()", cwd=tmp_path,
    )  # fmt: skip
    assert sorted(line.split()[0] for line in listed.splitlines()) == sorted(NAMES)
