"""Lines of an address: as they are where they are short, compressed where they are long, and back from what may be anybody's."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from urllib.parse import quote

LONGEST_PLAIN = 400
"""Characters of all lines of a kind in an address, above which they are compressed there."""


def parts(key: str, lines: Sequence[str], longest: int = LONGEST_PLAIN) -> list[tuple[str, str]]:
    """Lines as parts of an address: `key` and a line each, or all of them compressed under `key` with an s."""
    if sum(len(quote(line)) for line in lines) <= longest:
        return [(key, line) for line in lines]
    packed = zlib.compress("\n".join(lines).encode("utf-8"), 9)
    return [(f"{key}s", base64.urlsafe_b64encode(packed).decode("ascii").rstrip("="))]


def lines_of(key: str, found: Sequence[tuple[str, str]], most_bytes: int) -> list[str]:
    """The lines of a kind among the parts of an address. ValueError if they cannot be read, or come to more than `most_bytes`."""
    lines = [value for name, value in found if name == key]
    for packed in (value for name, value in found if name == f"{key}s"):
        lines += _inflated(packed, most_bytes).split("\n")
    return lines


def _inflated(value: str, most_bytes: int) -> str:
    """A compressed text; never more of it than it may have."""
    unpacking = zlib.decompressobj()
    try:
        found = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
        text = unpacking.decompress(found, most_bytes).decode("utf-8")
    except (binascii.Error, zlib.error, UnicodeError, ValueError):
        raise ValueError(f"The compressed part {value[:12]!r} cannot be read") from None
    if not unpacking.eof:  # cut off, or longer than it can be
        raise ValueError(f"The compressed part {value[:12]!r} is cut off, or too long")
    return text
