"""Files as their sources hand them out, brought into the documented layout: docs/build.md says which, and where that was seen."""

from __future__ import annotations

from .converting import Converted, convert, write_tables

__all__ = ["Converted", "convert", "write_tables"]
