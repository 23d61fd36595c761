"""The folder of a sweep: what is to be done, what is done, and the tables made of it.

    plan.json            what belongs together (hashes, versions), and which runs are wanted, in stages
    points.parquet       a row per point
    dataset/000017/      a finished chunk with its seal; while it is written it has another, hidden name
    dataset/plan.json …  second copies of the plan and the points
    outcomes.parquet …   the final tables, made of all chunks, and manifest.json, the last file
    set-aside/           what was found damaged

Every file and every chunk is written beside its place, flushed to the disk and then renamed. So whatever has its final
name is whole, whenever the power goes; what is hidden is left over and removed. What changes later, by a fault of a disk or
a hand, is noticed: a chunk's seal holds the hashes of its files, the plan its own and that of the points.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from patronage.batch.checksums import CHUNK_SEAL, digest, fault_of, seal_text
from patronage.batch.chunks import ChunkResult, Task
from patronage.batch.disk import flush_folder, write_flushed, write_whole
from patronage.batch.folders import MANIFEST, FolderError
from patronage.batch.plans import DamagedPlanError, OtherLayoutError, SweepPlan
from patronage.system import LockedError, held

PLAN = "plan.json"
POINTS = "points.parquet"
DATASET = "dataset"
SET_ASIDE = "set-aside"
LOCK = ".lock"


class OtherSweepError(FolderError):
    """The folder holds another sweep."""


class BusyError(FolderError):
    """Another process is writing to the folder."""


class DamagedError(FolderError):
    """A file is not what was written, and its second copy is neither."""


class SweepStore:
    """A folder that is being filled."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.dataset = self.folder / DATASET
        self.whole: set[int] = set()
        """Numbers of chunks that are known to be there and whole."""

    # --- the plan and the points, each with a second copy ---

    def exists(self) -> bool:
        """Whether a sweep was begun here."""
        return (self.folder / PLAN).is_file() or (self.dataset / PLAN).is_file()

    def plans(self) -> tuple[SweepPlan | None, SweepPlan | None]:
        """The plan and its second copy; None for one that is gone or damaged. FolderError if it is of another version."""
        return self._plan(self.folder / PLAN), self._plan(self.dataset / PLAN)

    def _plan(self, path: Path) -> SweepPlan | None:
        try:
            return SweepPlan.of(path.read_bytes())
        except OtherLayoutError:
            raise FolderError(f"{path} is not the plan of a sweep of this version: choose another folder") from None
        except (FileNotFoundError, NotADirectoryError, DamagedPlanError):
            return None

    def plan(self) -> SweepPlan:
        """What is to be done. DamagedError if neither copy can tell, FolderError if there is none."""
        if not self.exists():
            raise FolderError(f"{self.folder} is no sweep: it holds no {PLAN}")
        found, copy = self.plans()
        held = found or copy
        if held is None:
            raise DamagedError(
                f"{self.folder / PLAN} and its copy in {DATASET} are damaged, and nothing else says what the sweep is: "
                "choose another folder, or put a copy of it there"
            )
        return held

    def write_plan(self, plan: SweepPlan) -> None:
        """Begin or go on: the plan stands before anything is done."""
        self._write_twice(PLAN, plan.text())

    def write(self, name: str, content: bytes) -> None:
        """A file that appears whole or not at all."""
        write_whole(self.folder / name, content)

    def _write_twice(self, name: str, content: bytes) -> None:
        self.dataset.mkdir(exist_ok=True)
        for place in (self.dataset, self.folder):
            if not (place / name).is_file() or (place / name).read_bytes() != content:
                write_whole(place / name, content)

    def write_points(self, points: pd.DataFrame) -> str:
        """A row per point, its number first. Returns the hash of their values, for the plan."""
        table = pa.Table.from_pandas(points.reset_index(), preserve_index=False)
        self._write_twice(POINTS, encoded_table(table))
        return points_digest(points)

    def points(self, plan: SweepPlan) -> pd.DataFrame:
        """The points that the plan means, indexed by number; a longer table may stand there, before a plan wants it.

        Raises DamagedError if neither copy holds them.
        """
        for place in (self.folder, self.dataset):
            if (found := points_in(place, plan)) is not None:
                return found
        raise DamagedError(
            f"{self.folder / POINTS} and its copy in {DATASET} are damaged: choose another folder, or put a copy of it there"
        )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes here meanwhile. BusyError if somebody does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            try:
                stack.enter_context(held(self.folder / LOCK))
            except LockedError:
                raise BusyError(f"another sweep is writing to {self.folder}") from None
            yield

    # --- chunks ---

    def chunks(self) -> list[tuple[int, Path]]:
        """Folders that are named like chunks, whole or not, with their numbers; -1 where no chunk has that name."""
        found = [(int(p.name), p) for p in sorted(self.dataset.glob("*")) if p.name.isdecimal()]
        return [(number if path.name == chunk_name(number) else -1, path) for number, path in found]

    def check(self, plan: SweepPlan, tasks: Sequence[Task]) -> dict[Path, str]:
        """Look at all chunks that are not known to be whole; returns those that are not these tasks', with what is wrong."""
        wanted, wrong = {task.number: task for task in tasks}, {}
        for number, path in self.chunks():
            if number in self.whole:
                continue
            fault = "it is no chunk of this sweep"
            if number in wanted:
                fault = fault_of(path, plan.mark(wanted[number]))
            if fault:
                wrong[path] = fault
            else:
                self.whole.add(number)
        return wrong

    def set_aside(self, path: Path) -> Path:
        """Move something damaged out of the way; returns where to."""
        place = self.folder / SET_ASIDE
        place.mkdir(exist_ok=True)
        target, again = place / path.name, 1
        while target.exists():
            again += 1
            target = place / f"{path.stem}-{again}{path.suffix}"
        path.rename(target)
        flush_folder(place)
        flush_folder(path.parent)
        return target

    def clean(self) -> None:
        """Remove what was left half written."""
        for left in [*self.folder.glob(".*.partial"), *self.dataset.glob(".*.partial")]:
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()

    def keep(self, made: ChunkResult) -> None:
        """Write a finished chunk, all its tables and the seal, or nothing."""
        self.dataset.mkdir(exist_ok=True)
        final = self.dataset / chunk_name(made.number)
        partial = self.dataset / f".{made.number:06d}.partial"
        if partial.exists():
            shutil.rmtree(partial)
        partial.mkdir()
        try:
            for name, content in sorted(made.tables.items()):
                write_flushed(partial / f"{name}.parquet", content)
            hashes = {f"{name}.parquet": hashlib.sha256(content).hexdigest() for name, content in made.tables.items()}
            write_flushed(partial / CHUNK_SEAL, seal_text(made.mark, hashes))
            flush_folder(partial)
            partial.rename(final)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        flush_folder(self.dataset)
        self.whole.add(made.number)

    def parts(self, table: str) -> list[Path]:
        """Files of a table, in order of the chunks that are whole."""
        found = (self.dataset / chunk_name(number) / f"{table}.parquet" for number in sorted(self.whole))
        return [p for p in found if p.is_file()]

    def reopen(self) -> None:
        """The folder is not finished any more."""
        (self.folder / MANIFEST).unlink(missing_ok=True)
        flush_folder(self.folder)


def chunk_name(number: int) -> str:
    """The folder of a chunk."""
    return f"{number:06d}"


def points_digest(points: pd.DataFrame) -> str:
    """Hash of the values of points."""
    columns = [[str(name), [v if isinstance(v, str) else float(v).hex() for v in points[name]]] for name in points]
    return digest(columns)


def points_in(place: Path, plan: SweepPlan) -> pd.DataFrame | None:
    """The plan's points as a folder holds them; None if it does not."""
    try:
        found = read_points(place).iloc[: plan.size]
        right = points_digest(found) == plan.points and found.index.tolist() == list(range(plan.size))
    except Exception:  # noqa: BLE001  # whatever a damaged file makes Parquet, Arrow or pandas raise
        return None
    return found if right else None


def read_points(folder: Path) -> pd.DataFrame:
    """The points of a sweep, indexed by their number."""
    frame = pq.read_table(folder / POINTS).to_pandas()
    return frame.set_index("point")


def write_table(path: Path, table: pa.Table) -> None:
    """A whole table as a file that appears whole or not at all; plain Parquet without the mark of pandas."""
    write_whole(path, encoded_table(table))


def encoded_table(table: pa.Table) -> bytes:
    """The bytes of such a file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(None), sink, compression="zstd")
    return bytes(sink.getvalue())
