"""What comes from the extra `analysis`: named where it is missing, silenced where it warns about its own code."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from patronage.extras import how_to_install


class MissingExtraError(ImportError):
    """A library of the extra is not installed."""


def need(module: str) -> Any:
    """Import a module of the extra. MissingExtraError names what to install."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # while it is loaded it speaks of itself alone: optional parts that are absent
            return import_module(module)
    except ModuleNotFoundError as error:
        library = {"SALib": "SALib", "ema_workbench": "the EMA Workbench", "sklearn": "scikit-learn", "nashpy": "nashpy"}
        name = library.get(module.partition(".")[0], module)
        raise MissingExtraError(f"this needs {name}, which is not installed: {how_to_install('analysis')}") from error


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings of libraries about their own code, such as what newer versions of others deprecate.

    Nothing about the data is lost: any other warning goes through.
    """
    with warnings.catch_warnings():
        for kind in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
            warnings.simplefilter("ignore", kind)
        yield
