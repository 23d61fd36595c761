"""Where the built-in scenarios and experiments lie."""

from __future__ import annotations

from pathlib import Path


def builtin_dir(kind: str) -> Path:
    """Directory of the built-in "scenarios", "experiments" or "searches" (a folder of the experiments).

    A wheel carries them inside the package (`patronage/_scenarios`); a clone, an editable install and an unpacked
    source distribution have them at the root, beside `model/`.
    """
    if kind == "searches":
        return builtin_dir("experiments") / kind
    if kind not in ("scenarios", "experiments"):
        raise ValueError(f"no built-in {kind!r}; there are scenarios, experiments and searches")
    package = Path(__file__).resolve().parents[1]
    packed = package / f"_{kind}"
    return packed if packed.is_dir() else package.parents[1] / kind


def builtin_names(kind: str = "scenarios") -> tuple[str, ...]:
    """Names of the built-in files, sorted."""
    folder = builtin_dir(kind)
    return tuple(sorted(p.stem for p in folder.glob("*.yaml"))) if folder.is_dir() else ()


def locate(source: str | Path, kind: str = "scenarios") -> Path | None:
    """The file of a built-in name or path."""
    if isinstance(source, str) and source in builtin_names(kind):
        return builtin_dir(kind) / f"{source}.yaml"
    try:
        path = Path(source)
        return path if path.exists() else None
    except (OSError, ValueError):  # a name no file can have
        return None
