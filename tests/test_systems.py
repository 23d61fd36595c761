"""Other systems, as far as they can be tried on this one: without what only Unix has, with their paths and encodings."""

from __future__ import annotations

import ast
import io
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest

from patronage import system
from patronage.batch.sweepstore import BusyError, SweepStore
from patronage.browser import launch
from patronage.cli import readable
from patronage.cli.needs import amount, lacking
from patronage.runs.comparison import distinct
from patronage.scenario import ScenarioError, layers, load_scenario
from patronage.system import LockedError, held, peak_memory

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "model" / "patronage"
UNIX = ("resource", "fcntl", "pwd", "grp", "termios", "pty", "tty", "posix", "syslog", "crypt", "spwd", "nis")
"""Modules that Windows has not."""
UNIX_ONLY = {
    "os": {
        "fork", "forkpty", "getuid", "geteuid", "getgid", "getpgid", "killpg", "setsid", "statvfs", "nice", "getloadavg",
        "sched_getaffinity", "sysconf", "uname", "chown", "mkfifo", "wait", "getppgid", "O_DIRECTORY", "fchmod", "setpgid",
    },
    "signal": {"SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGCHLD", "SIGQUIT", "alarm", "setitimer", "pause"},
}  # fmt: skip
BLOCKED = "import sys\nfor name in {names!r}: sys.modules[name] = None\n"
HEAD = (
    "title: T\nperiod: {start: 2009Q1, end: 2010Q4}\nstates: {RUS: {}, KGZ: {}}\npatrons: {RUS: {}}\nclients: [KGZ]\n"
)


def without_unix(home: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter in which resource, fcntl and pwd cannot be imported, nor in those it starts."""
    site = home / "blocked"  # so that worker processes have none either
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(BLOCKED.format(names=UNIX[:3]))
    return subprocess.run(
        [sys.executable, "-W", "ignore:only soft file lock", "-c", code, *arguments],
        cwd=home, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{PACKAGE.parent}", "HOME": str(home), "PATRONAGE_COMPILE": "never"},
        timeout=300,
    )  # fmt: skip


# --- modules and calls that Windows has not -------------------------------------------------------------------------

IMPORT_ALL = """
import importlib, pkgutil, sys, patronage
assert sys.modules["fcntl"] is sys.modules["pwd"] is sys.modules["resource"] is None
for found in pkgutil.walk_packages(patronage.__path__, "patronage."):
    if not found.name.endswith(("__main__", ".browser.app")):
        importlib.import_module(found.name)
print(len([n for n in sys.modules if n.startswith("patronage.")]))
"""


def test_every_module_can_be_imported_without_what_only_unix_has(tmp_path):
    done = without_unix(tmp_path, IMPORT_ALL)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 250


def unguarded(text: str) -> list[str]:
    """Imports and calls of what only Unix has that stand outside every `try` and `with suppress(...)`."""
    found: list[str] = []

    def visit(node: ast.AST, guarded: bool) -> None:
        if isinstance(node, ast.Try):
            for part in node.body:
                visit(part, True)
            for part in (*node.handlers, *node.orelse, *node.finalbody):
                visit(part, guarded)
            return
        if isinstance(node, ast.With):
            guarded = guarded or any("suppress" in ast.dump(item) for item in node.items)
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        if not guarded:
            found.extend(n for n in names if n in UNIX)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.extend([f"{node.value.id}.{node.attr}"] * (node.attr in UNIX_ONLY.get(node.value.id, ())))
        for child in ast.iter_child_nodes(node):
            visit(child, guarded)

    visit(ast.parse(text), False)
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import resource", ["resource"]), ("def f():\n    from fcntl import flock", ["fcntl"]),
        ("try:\n    import pwd\nexcept ImportError: pass", []), ("with suppress(AttributeError):\n    os.getuid()", []),
        ("try:\n    import os\nexcept ImportError:\n    import pwd", ["pwd"]), ("os.kill(1, signal.SIGKILL)", ["signal.SIGKILL"]),
        ("n = os.sched_getaffinity(0)", ["os.sched_getaffinity"]), ("os.cpu_count()", []), ("from .resource import x", []),
    ],
)  # fmt: skip
def test_what_only_unix_has_is_found_unless_it_is_guarded(text, found):
    assert unguarded(text) == found


def test_nothing_that_only_unix_has_is_used_without_a_guard():
    wrong = {str(p.relative_to(PACKAGE)): f for p in PACKAGE.rglob("*.py") if (f := unguarded(p.read_text("utf-8")))}
    assert wrong == {}


def test_no_test_module_needs_unix_to_be_collected():
    """The everyday tests run on Windows, where the modules of the long ones are imported as well."""
    wrong = {}
    for path in (ROOT / "tests").rglob("*.py"):
        tops = [n for n in ast.parse(path.read_text("utf-8")).body if isinstance(n, ast.Import | ast.ImportFrom)]
        if found := [name for n in tops for name in unguarded(ast.unparse(n))]:
            wrong[path.name] = found
    assert wrong == {}


EXPERIMENT = """
title: T
scenario: two-patrons
seed: 1
replications: 2
record: outcomes
uncertainties: {need: {path: patrons.USA.need, range: [1000, 2000]}}
design: {kind: lhs, points: 6}
outcomes: {share: {measure: "share(RUS, KGZ)", reduce: last}}
"""
COMMANDS = (
    ("list",), ("list", "--experiments"), ("check", "us-withdrawal"), ("check", "mine.yaml"),
    ("run", "two-patrons", "--runs", "2", "--no-figures", "--out", "r"), ("summary", "r"),
    ("sweep", "mine.yaml", "--dry-run"), ("sweep", "mine.yaml", "--out", "s", "--workers", "2"), ("analyse", "s"),
)  # fmt: skip


RUN_ALL = """
import json, sys
from patronage.cli import main
if __name__ == "__main__":
    for words in json.loads(sys.argv.pop()):
        sys.argv[1:] = words
        try:
            main()
        except SystemExit as end:
            assert not end.code, (words, end.code)
"""


def test_everyday_commands_work_without_what_only_unix_has(tmp_path):
    (tmp_path / "mine.yaml").write_text(EXPERIMENT)
    done = without_unix(tmp_path, RUN_ALL, json.dumps(COMMANDS))
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-3000:]
    assert (tmp_path / "s" / "manifest.json").exists()


def test_memory_is_told_in_bytes_or_not_at_all(monkeypatch):
    assert 2e7 < peak_memory() < 1e11
    resource = pytest.importorskip("resource")
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    monkeypatch.setattr(system.sys, "platform", "darwin")
    assert used <= peak_memory() < 1.5 * used
    monkeypatch.setitem(sys.modules, "resource", None)
    assert math.isnan(peak_memory())


def test_what_nobody_knows_is_not_too_little(tmp_path):
    assert amount(math.nan) == "an unknown amount"
    assert lacking(1.0, math.nan, tmp_path) == ""


def test_a_lock_is_given_up_and_taken_again(tmp_path):
    for _ in range(2):
        with held(tmp_path / ".lock"):
            with pytest.raises(LockedError), held(tmp_path / ".lock"):
                pass
            with pytest.raises(LockedError), held(tmp_path / ".lock"):
                pass
    with pytest.raises(KeyError), held(tmp_path / ".lock"):
        raise KeyError
    with (
        SweepStore(tmp_path).alone(),
        pytest.raises(BusyError, match="another sweep is writing"),
        SweepStore(tmp_path).alone(),
    ):
        pass


def test_a_port_that_somebody_holds_is_not_taken_on_windows(monkeypatch):
    asked = []
    real = launch.socket.socket.setsockopt
    monkeypatch.setattr(launch.socket.socket, "setsockopt", lambda s, *a: asked.append(a) or real(s, *a))
    monkeypatch.setattr(launch.os, "name", "nt")
    assert launch.free_port("127.0.0.1", None) > 0
    assert asked == []


# --- paths ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["us", "US", "Us"], ["us", "US-2", "Us-3"]),
        ([r"C:\cases\us.yaml", "c:/other/US.yaml"], ["us", "US-2"]),
        ([r"cases\us.v2.yaml"], ["us-v2"]),
        (["con", "Nul", "COM1", "console", "lpt10"], ["con-2", "Nul-2", "COM1-2", "console", "lpt10"]),
        (["a", "a-2", "A"], ["a", "a-2", "A-3"]),
    ],
)
def test_folders_of_a_comparison_differ_by_more_than_the_case(names, found):
    assert distinct(names) == found


def scenario_in(folder: Path, below: str, ending: str = ".yaml") -> Path:
    """A scenario that extends the one in a folder below it, and takes a table from there."""
    (folder / "low").mkdir(parents=True)
    (folder / "low" / f"base{ending}").write_text("extends: two-patrons\ntitle: Below\n")
    path = folder / "high.yaml"
    path.write_text(f"extends: {below}\ntitle: Above\n")
    return path


@pytest.mark.parametrize("below", ["low/base.yaml", r"low\base.yaml", r".\low\base.yaml", r"low\..\low/base.yaml"])
def test_a_scenario_names_another_with_the_strokes_of_any_system(tmp_path, below):
    assert load_scenario(scenario_in(tmp_path, below)).title == "Above"


@pytest.mark.parametrize(
    "below", [r"..\base.yaml", r"low\..\..\base.yaml", r"\base.yaml", r"C:\base.yaml", r"\\host\a\base.yaml"]
)
def test_no_stroke_leads_out_of_its_folder(tmp_path, below):
    (tmp_path / "base.yaml").write_text("extends: two-patrons\n")
    with pytest.raises(ScenarioError, match=r"leads out of the folder|there is no file"):
        load_scenario(scenario_in(tmp_path / "in", below))


def test_the_ending_counts_in_any_case(tmp_path):
    assert load_scenario(scenario_in(tmp_path, "low/base.YAML", ".YAML")).title == "Above"


def test_refusals_name_files_with_the_same_strokes_everywhere(tmp_path, monkeypatch):
    class Windows:
        """A path of Windows, as far as a label needs one."""

        def __init__(self, text: str) -> None:
            self.text, self.name = text, PureWindowsPath(text).name

        def resolve(self) -> PureWindowsPath:
            return PureWindowsPath(self.text)

    monkeypatch.setattr(layers, "Path", SimpleNamespace(cwd=lambda: Windows(r"C:\Cases")))
    assert layers.label_of(Windows(r"C:\cases\low\mine.yaml")) == "low/mine.yaml"  # type: ignore[arg-type]
    assert layers.label_of(Windows(r"D:\cases\mine.yaml")) == "mine.yaml"  # type: ignore[arg-type]


# --- encodings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "asked", "written"), [
    ("cp1252", "", "−1 → ½".encode()), ("ascii", "", "−1 → ½".encode()), ("utf-8", "", "−1 → ½".encode()),
    ("cp1252", "cp1252", "\\u22121 \\u2192 ½".encode("cp1252")), ("ascii", "ascii:strict", b"\\u22121 \\u2192 \\xbd"),
])  # fmt: skip
def test_what_is_said_does_not_die_of_the_encoding_of_a_pipe(monkeypatch, encoding, asked, written):
    monkeypatch.setenv("PYTHONIOENCODING", asked)
    sink = io.BytesIO()
    stream = io.TextIOWrapper(sink, encoding=encoding)
    readable(stream)
    stream.write("−1 → ½")
    stream.flush()
    assert sink.getvalue() == written
    stream.write("a name with a byte that is no letter: \udcff")
    stream.flush()
    assert sink.getvalue().endswith(b"\\udcff")


def test_every_text_file_is_opened_with_its_encoding_named():
    """Otherwise Windows takes the encoding of its region."""
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            whole = ast.unparse(node)
            files = name in ("read_text", "write_text") and isinstance(node.func, ast.Attribute)
            files = files or (
                name == "open" and re.search(r"""open\((?:.*, )?'[rwax]+'|^open\(|\.open\(\)""", whole) is not None
            )
            told = any(k.arg == "encoding" for k in node.keywords) or "'utf-8'" in whole or "'ascii'" in whole
            if files and not told:
                wrong.append(f"{path.relative_to(PACKAGE)}:{node.lineno} {whole[:60]}")
    assert wrong == []
