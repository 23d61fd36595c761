"""The inputs of many runs as Python sees them: the catalogue's fields as arrays, in the engine's units."""

from __future__ import annotations

import numpy as np

from ..scenario.catalogue import BY_NAME
from .arrays import Array
from .layout import CHOICES, Records, input_axes, place_of
from .plan import Names
from .state import cut
from .structure import Structure


class Parameters:
    """Inputs in force, [R, *axes] each, by the catalogue's names: `parameters["mission"]` is [R, P].

    `strategy` [R, P], `policy` [R, C] and `vote` [R, B] hold indices into `names`.
    """

    def __init__(self, records: Records, structure: Structure, names: Names) -> None:
        self.records, self.structure, self.words = records, structure, names

    @property
    def names(self) -> tuple[str, ...]:
        """Words of choices: strategies, policies and vote rules."""
        return self.words.words

    def __getitem__(self, name: str) -> Array:
        """A field, or a group of fields such as `cost` with its instruments. KeyError for any other name."""
        axes = input_axes()
        if name in axes:
            out = cut(self.records[name], self.structure, axes[name])
        elif name in BY_NAME:
            base, tail = place_of(name)
            out = cut(self.records[base][..., tail[0]], self.structure, BY_NAME[name].axes)
        else:
            raise KeyError(name)
        return out.astype(np.int64) if name in CHOICES else out

    def word(self, name: str, run: int, place: int) -> str:
        """What an actor is told to play."""
        return self.names[int(self.records[name][run, place])]
