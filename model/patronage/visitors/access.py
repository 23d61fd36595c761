"""Whose requests the page answers: the names it is served under, and the key that opens it."""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # named to tell them apart, not to bind to them
"""Addresses that stand for all of a machine; no browser need call it so."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_AUTHORITY = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::(?P<port>[0-9]{1,5}))?")
_USUAL = {80, 443}
"""Ports that browsers leave out of an address."""

Authority = tuple[str, int | None]
"""Name or address in one spelling, and the port; None for the usual one."""


def authority(text: str) -> Authority | None:
    """NAME or NAME:PORT as browsers send it in Host, in one spelling; None for what is no such thing."""
    found = _AUTHORITY.fullmatch(text.lower())
    if found is None:
        return None
    name, port = found["name"], int(found["port"]) if found["port"] else None
    if name.startswith("["):
        try:
            name = str(ipaddress.IPv6Address(name[1:-1]))
        except ValueError:
            return None
    return name, None if port in _USUAL else port


def named(text: str, port: int | None) -> Authority:
    """A host that somebody names, NAME or NAME:PORT, with its port, else this one. ValueError for what is no name."""
    found = _AUTHORITY.fullmatch(f"[{text}]".lower() if is_address(text) and ":" in text else text.strip().lower())
    if found is None or authority(found[0]) is None:
        raise ValueError(f"{text!r} is no name of a host: write a name such as class.example, or NAME:PORT")
    return _one_spelling(found["name"]), int(found["port"]) if found["port"] else port


def origin(text: str) -> Authority | None:
    """The same of an Origin; None for "null" and whatever is no origin of a page."""
    if not text.startswith(("http://", "https://")):
        return None
    try:
        rest = urlsplit(text).netloc
    except ValueError:
        return None
    return authority(rest) if text in (f"http://{rest}", f"https://{rest}") else None


def is_address(name: str) -> bool:
    """Whether a name is an IP address and needs nobody to resolve it."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(name: str) -> bool:
    """Whether only this machine can reach an address."""
    return name == "localhost" or (is_address(name) and ipaddress.ip_address(_one_spelling(name)).is_loopback)


def _one_spelling(name: str) -> str:
    plain = name.strip("[]").lower()
    if not is_address(plain):
        return plain.removesuffix(".")
    found = ipaddress.ip_address(plain)
    return str(getattr(found, "ipv4_mapped", None) or found)


@dataclass(frozen=True)
class Door:
    """What opens one server."""

    names: frozenset[Authority]
    """Served names with their ports. What arrives at an address of this machine under that address is welcome too."""
    port: int | None
    """None: whatever port the server listens on (`solara run`)."""
    token: str | None
    """Stands in the printed address and is exchanged for the cookie; None: no key is asked for."""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    """Value of the cookie. Never the token: other servers on this machine are sent the cookie."""

    @classmethod
    def to(cls, host: str, port: int | None, allowed: Iterable[str] = (), *, locked: bool = True) -> Door:
        """The door of a server at an address.

        `allowed`: more names, NAME or NAME:PORT, by which it is reached; ValueError for one that is no name.
        """
        own = None if port in _USUAL else port
        names: set[Authority] = {(name, own) for name in (*LOOPBACK, _one_spelling(host)) if name not in EVERYWHERE}
        for text in allowed:
            name, at = named(text, port)
            names.add((name, None if at in _USUAL else at))
        return cls(frozenset(names), port, secrets.token_urlsafe(24) if locked else None)

    @property
    def cookie(self) -> str:
        """Name of the cookie: servers at other ports of one host have others."""
        return f"patronage-{self.port or 'page'}"

    def knows(self, host: Authority, arrived: tuple[str, int | None] | None) -> bool:
        """Whether a Host is one the page is served under. `arrived`: address and port of this machine it came in at."""
        here, port = arrived or ("", None)
        own = None if port in _USUAL else port
        if self.port is None:
            return host[1] == own and (host[0], None) in self.names
        return host in self.names or (is_address(host[0]) and host == (_one_spelling(here), own))

    def admits(self, cookies: Iterable[str]) -> bool:
        """Whether one of the Cookie headers holds the key."""
        if self.token is None:
            return True
        return any(name == self.cookie and same(value, self.key) for name, value in pairs(cookies))


def pairs(cookies: Iterable[str]) -> list[tuple[str, str]]:
    """Names and values in Cookie headers, whatever else stands there."""
    parts = [part.strip().partition("=") for header in cookies for part in header.split(";")]
    return [(name, value) for name, _, value in parts]


def same(given: str, secret: str) -> bool:
    """Equality that takes as long for a near miss as for any other."""
    return secrets.compare_digest(given.encode("utf-8", "replace"), secret.encode("utf-8"))
