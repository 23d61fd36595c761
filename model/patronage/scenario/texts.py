"""What may stand in a text: everything that belongs to the spelling of a language, and nothing that hides or spoofs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_DIRECTING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional embeddings, overrides and isolates: they show a text in another order than it is read in."""
_INVISIBLE = frozenset("\ufeff\ufff9\ufffa\ufffb" + "".join(map(chr, range(0x206A, 0x2070))))
"""A byte order mark inside a text, annotations, and what Unicode itself advises against."""
_TAGS = range(0xE0000, 0xE0080)
"""Invisible letters."""
_BREAKS = frozenset("\x85\u2028\u2029")
"""Ends of lines for some programs and none for others."""
_NAMES = {
    "\x0b": "VERTICAL TAB",
    "\x0c": "FORM FEED",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
}
"""Control characters have no names in Unicode."""


def is_foreign(char: str) -> bool:
    """Whether a character is no part of a text.

    Foreign are control characters (tab and line feed apart), the directing characters with which a text can be made to
    look like another, invisible marks, halves of characters and what is none. Spaces of every width, joiners, soft
    hyphens, marks of direction and combining marks belong to the spelling of languages.
    """
    if char.isprintable() or char in "\n\t":
        return False
    kind = unicodedata.category(char)
    return (
        kind in ("Cc", "Cs", "Zl", "Zp")
        or char in _DIRECTING
        or char in _INVISIBLE
        or ord(char) in _TAGS
        or ord(char) & 0xFFFE == 0xFFFE  # these two of every plane, and the next, are set aside for no character
        or 0xFDD0 <= ord(char) <= 0xFDEF
    )


def foreign(text: str) -> Iterator[tuple[int, str]]:
    """(index, character) of everything that is no part of a text."""
    return ((i, c) for i, c in enumerate(text) if is_foreign(c))


def named(char: str) -> str:
    """A character by its code point and name: `U+00A0 (NO-BREAK SPACE)`."""
    name = unicodedata.name(char, "") or _NAMES.get(char, "")
    return f"U+{ord(char):04X}" + (f" ({name})" if name else "")


def what_it_is(char: str) -> tuple[str, str]:
    """What to call a foreign character, and what to do about it."""
    if char in _BREAKS:
        return f"line separator {named(char)}", "Write an ordinary line break"
    if unicodedata.category(char) == "Cc":
        return f"control character {named(char)}", "Delete it"
    return f"{named(char)} does not show and is no part of a text", "Delete it"


def first_foreign(text: str) -> str:
    """The first character of a text that is no part of one, and where it stands in it; "" if there is none."""
    found = next(foreign(text), None)
    return f"control characters: {named(found[1])} is its character {found[0] + 1}" if found else ""


def odd_space(text: str) -> int:
    """Where a text begins or ends in a space that is not the plain one, or has one behind a colon; -1 if nowhere."""
    for i, char in enumerate(text):
        at_end = not text[:i].strip() or not text[i:].strip()
        if char not in " \t\n" and char.isspace() and (at_end or text[i - 1] in ":-"):
            return i
    return -1


def printable(text: str) -> str:
    """A text that can stand in a message: what cannot be shown is written as its code point."""
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text)
