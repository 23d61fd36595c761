"""One text, two ways to run it: as ordinary Python, or compiled by numba. Both give the same bits.

The functions of a quarter are plain: they call each other and constants by the names of their modules. To compile one, its text is
taken as it is, with the names of other such functions standing for their compiled twins. Compiled code is kept on disk, in a folder
whose name is the digest of that text; it is made once a machine and for each bucket of lengths. Small work does not wait for it.
"""

from __future__ import annotations

import atexit
import contextlib
import dis
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from .system import held
from .world.layout import ACT, EVENT, ROW, Bucket, inputs_type, structure_type, world_type
from .world.loose import loosened
from .world.words import Word

WAYS = ("auto", "always", "never")
WAY = "PATRONAGE_COMPILE"
"""Environment: "never" runs everything as ordinary Python, "always" waits for compiled code, "auto" (the default) as below."""
CACHE = "PATRONAGE_CACHE"
"""Environment: the folder for compiled code, in place of the user's cache."""
PLAIN = 75e-6
"""Seconds that ordinary Python takes for a dyad-quarter, about; measured in benchmarks."""
WORTH_LOADING, WORTH_WAITING = 1.0, 25.0
"""Seconds of work as ordinary Python from which compiled code is loaded, and from which it is waited for while it is made."""

FORM = 2
"""Of compiled code: to be raised when something else is made of the same text."""
ANY = Bucket(2, 3, 4, 5, 6)
"""Lengths that tell all axes apart."""

Waiting = Callable[[float | None], None]
"""Told the seconds waited so far, and None at the end."""

_waiting: list[Waiting] = []


def on_waiting(report: Waiting) -> None:
    """Set who is told while somebody has to wait for the model to be compiled; the command line does."""
    _waiting[:] = [report]


def _report(seconds: float | None) -> None:
    for report in _waiting:
        report(seconds)


# --- twins ----------------------------------------------------------------------------------------------------------


def callees(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """Names that a function reads from its module, with their values."""
    for name in sorted({step.argval for step in dis.get_instructions(function) if step.opname == "LOAD_GLOBAL"}):
        if name in function.__globals__:
            yield name, function.__globals__[name]


def is_part(value: object) -> bool:
    """Whether a value is a function of the model."""
    return isinstance(value, FunctionType) and value.__module__.startswith(__package__ or "patronage")


@cache
def closure(entry: FunctionType) -> tuple[FunctionType, ...]:
    """A function and all that it calls, in the order in which they are met."""
    met: dict[FunctionType, None] = {}

    def meet(function: FunctionType) -> None:
        if function not in met:
            met[function] = None
            for _, value in callees(function):
                if is_part(value):
                    meet(value)

    meet(entry)
    return tuple(met)


@cache
def digest() -> str:
    """What compiled code depends on: the text of every module it is made of, how memory lies, and the versions of the tools."""
    from importlib.metadata import version

    seen = hashlib.sha256(f"{FORM} {sys.version} {version('numba')} {version('llvmlite')} {version('numpy')}".encode())
    modules = {sys.modules[f.__module__] for entry in entries().values() for f in closure(entry)}
    for module in sorted(modules, key=lambda m: m.__name__):
        seen.update(Path(module.__file__ or "").read_bytes())
    seen.update(repr((world_type(ANY), inputs_type(ANY), structure_type(ANY), ROW, EVENT, ACT)).encode())
    return seen.hexdigest()[:16]


def entries() -> dict[str, FunctionType]:
    """The functions that Python calls, by name."""
    from .engine import ENTRIES

    return ENTRIES


def named(bucket: Bucket) -> str:
    """A name for a bucket."""
    return f"{bucket.patrons}x{bucket.clients}x{bucket.blocs}x{bucket.axes}x{bucket.kinds}"


def disk_cache(folder: Path, stamp: str) -> Callable[[FunctionType], Any]:
    """What keeps compiled code in a folder of ours, for numba."""
    from numba.core import caching

    class Locator(caching._CacheLocator):  # noqa: SLF001  # numba knows no other way to a folder of one's own
        """Compiled code lies in our folder and is as fresh as the text that its name is the digest of."""

        def get_cache_path(self) -> str:
            return str(folder)

        def get_source_stamp(self) -> str:
            return stamp

        def get_disambiguator(self) -> str:
            return ""

        @classmethod
        def from_function(cls, py_func: Any, py_file: str) -> Locator:  # noqa: ARG003  # as numba calls it
            return cls()

    class Impl(caching.CompileResultCacheImpl):
        """The usual one, with that locator."""

        _locator_classes = [Locator]  # type: ignore[list-item]  # noqa: RUF012  # as numba declares it

    class Cache(caching.FunctionCache):
        """The usual one, with that implementation."""

        _impl_class = Impl

        def save_overload(self, sig: Any, data: Any) -> None:
            with contextlib.suppress(OSError):  # a folder that cannot be written keeps what it has
                super().save_overload(sig, data)  # type: ignore[no-untyped-call]

    return Cache


def twin(
    function: FunctionType, made: dict[FunctionType, Any], ending: str, belongs: Callable[[object], bool] = is_part, **options: Any
) -> Any:
    """The compiled twin of a function and, into `made`, those of all functions that it calls and that belong to the same text."""
    import numba

    if function in made:
        return made[function]
    names = dict(function.__globals__)
    for name, value in callees(function):
        if isinstance(value, Word):
            names[name] = np.uint64(value)
        elif belongs(value):
            names[name] = twin(value, made, ending, belongs)
    copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__)
    copy.__module__, copy.__qualname__ = function.__module__, f"{function.__qualname__}_{ending}"
    # No fastmath: additions keep their order, and nothing is fused.
    options = options or {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    made[function] = numba.njit(error_model="numpy", **options)(copy)
    return made[function]


@cache
def twins(bucket: Bucket) -> dict[str, Any]:
    """Their compiled twins for a bucket; nothing is compiled before it is called.

    Each bucket has twins of its own name: numba names a record by a number that counts anew in every process, so that code of two
    buckets, compiled in two processes and kept on disk, would otherwise be taken for each other where both are loaded.
    """
    made: dict[FunctionType, Any] = {}
    out = {name: twin(entry, made, named(bucket), nogil=True) for name, entry in entries().items()}
    folder = cache_folder()
    if folder is not None:
        keep = disk_cache(folder, digest())
        for name, dispatcher in out.items():
            dispatcher._cache = keep(entries()[name])  # noqa: SLF001
    return out


# --- where compiled code lies ---------------------------------------------------------------------------------------


def cache_root() -> Path:
    """Where everything lies that can be had again: the user's cache, or the folder that the environment names."""
    return Path(os.environ[CACHE]) if os.environ.get(CACHE) else user_cache_path("patronage", appauthor=False)


@cache
def cache_folder() -> Path | None:
    """The folder for compiled code of this text, or None where none can be written."""
    folder = cache_root() / f"compiled-{digest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not ready_marks(folder):  # what is there already may be read-only
            tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return None
    return folder


def ready_marks(folder: Path) -> list[Path]:
    """Which buckets are compiled there."""
    return sorted(folder.glob("*.ready"))


def mark(bucket: Bucket) -> Path | None:
    """The file that says that a bucket is compiled for this processor."""
    folder = cache_folder()
    return None if folder is None else folder / f"{named(bucket)}-{processor()}.ready"


@cache
def processor() -> str:
    """What numba tells processors apart by, nearly: the kind of machine, and a digest of the features that it says it has."""
    import platform

    facts = [platform.processor()]
    with contextlib.suppress(OSError), Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as stream:
        facts += [next((line for line in stream if line.startswith(what)), "") for what in ("model name", "flags", "Features")]
    return f"{platform.machine()}-{hashlib.sha256(repr(facts).encode()).hexdigest()[:8]}"


@cache
def available() -> bool:
    """Whether numba can be imported here at all."""
    from importlib.util import find_spec

    return find_spec("numba") is not None


def way() -> str:
    """What the environment asks for."""
    asked = os.environ.get(WAY, "auto")
    return asked if asked in WAYS else "auto"


_loaded: set[Bucket] = set()


def is_ready(bucket: Bucket) -> bool:
    """Whether compiled code for a bucket is on disk or loaded."""
    if bucket in _loaded:
        return True
    file = mark(bucket) if available() else None
    return file is not None and file.exists()


def prepare(bucket: Bucket) -> float:
    """Compile for a bucket, unless that is done; returns the seconds it took. Two processes do not compile the same twice."""
    begun = time.perf_counter()
    if bucket in _loaded:
        return 0.0
    file = mark(bucket)
    with contextlib.nullcontext() if file is None else _lock(file):
        from .engine import signatures

        for name, arguments in signatures(bucket).items():
            twins(bucket)[name].compile(arguments)
        if file is not None:
            with contextlib.suppress(OSError):
                file.touch()
    _loaded.add(bucket)
    return time.perf_counter() - begun


@contextlib.contextmanager
def _lock(file: Path) -> Iterator[None]:
    """Hold the bucket's lock; where nothing can be written there is nothing to guard."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            stack.enter_context(held(Path(f"{file}.lock"), wait=True))
        yield


_preparing: dict[Bucket, subprocess.Popen[bytes]] = {}


@atexit.register
def _leave() -> None:
    """Processes that still compile go on when this one ends: say so to Python, which would warn."""
    for process in _preparing.values():
        if process.poll() is None:
            process.returncode = 0


def prepare_behind(bucket: Bucket) -> bool:
    """See to it that a process of its own compiles, which goes on when this one ends. Whether one does now."""
    if mark(bucket) is None:
        return False
    if bucket in _preparing:
        return _preparing[bucket].poll() is None
    numbers = [str(n) for n in (bucket.patrons, bucket.clients, bucket.blocs, bucket.axes, bucket.kinds)]
    try:
        _preparing[bucket] = subprocess.Popen(  # noqa: S603  # this program itself
            [sys.executable, "-m", "patronage.compiling", *numbers],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Windows knows only these
            env={**os.environ, WAY: "always", "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
    except OSError:
        return False
    return True


# --- calling --------------------------------------------------------------------------------------------------------


def compiled(bucket: Bucket, dyad_quarters: float) -> Bucket | None:
    """The bucket if work of this size runs compiled. Waits for compiled code where that is quicker, else sees to it that it comes."""
    if way() == "never" or not available():
        return None
    if bucket in _loaded:
        return bucket
    seconds = dyad_quarters * PLAIN
    if is_ready(bucket):
        if seconds < WORTH_LOADING and way() != "always":
            return None
    elif seconds < WORTH_WAITING and way() != "always":
        prepare_behind(bucket)
        return None
    else:
        wait_for(bucket)
    prepare(bucket)
    return bucket


def load_if_ready(bucket: Bucket) -> None:
    """Load what is compiled already, before many pieces of work that are each too small to load it for."""
    if way() != "never" and is_ready(bucket):
        prepare(bucket)


def wait_for(bucket: Bucket) -> None:
    """Let another process compile and wait, so that Ctrl-C and a word of progress are possible; without a folder there is none."""
    begun = time.monotonic()
    _report(0.0)
    try:
        while mark(bucket) is not None and not is_ready(bucket) and prepare_behind(bucket):
            time.sleep(0.1)
            _report(time.monotonic() - begun)
    finally:
        _report(None)


def call(name: str, arguments: tuple[Any, ...], *, fast: Bucket | None) -> Any:
    """Call an entry, compiled for a bucket or as ordinary Python. Arrays must be C-contiguous and writable."""
    if fast is not None:
        return twins(fast)[name](*arguments)
    return entries()[name](*(loosened(argument) for argument in arguments))


if __name__ == "__main__":
    prepare(Bucket(*map(int, sys.argv[1:6])))
