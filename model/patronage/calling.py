"""Packages that are called like a command: `patronage.hindcast(...)` works, and `patronage.hindcast.scores` is still a module."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any


class CallablePackage(ModuleType):
    """A package with a function of the same name, loaded when it is called."""

    @property
    def function(self) -> Callable[..., Any]:
        """What a call means."""
        found: Callable[..., Any] = getattr(import_module("patronage.commands"), self.__name__.rpartition(".")[2])
        return found

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)


def callable_package(name: str) -> None:
    """Let the package of that name stand for the command that is called like it."""
    sys.modules[name].__class__ = CallablePackage
