"""The map behind a scenario: Natural Earth's countries around its clients, projected and cut to a window.

Lambert's azimuthal equal-area projection, centred on the clients, serves any region of the world without special
cases. Natural Earth draws who controls an area, which implies no view of whose it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from patronage.telling.charts.region import MapRegion

from .assets import alpha_codes, topology

Points = npt.NDArray[np.float64]
EARTH = 6371.0
"""Kilometres."""
ASPECT = 1.75
"""Width to height of the window."""
ELSEWHERE = {"EUU": (4.4, 50.8)}
"""Longitude and latitude of actors that are no country."""
NOTE = "Boundaries: Natural Earth, drawn as controlled in fact; they imply no endorsement."


@dataclass(frozen=True)
class Area:
    """A country as Natural Earth draws it."""

    key: str
    """Three letters, or its name where it has none."""
    polygons: tuple[tuple[Points, ...], ...]
    """Rings of longitude and latitude, the outer one first."""


@cache
def world() -> tuple[Area, ...]:
    """All countries, decoded; empty where no geometry was collected."""
    topo = topology()
    if topo is None:
        return ()
    scale, shift = np.array(topo["transform"]["scale"]), np.array(topo["transform"]["translate"])
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topo["arcs"]]

    def ring(indices: list[int]) -> Points:
        return np.concatenate([arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices])

    letters = alpha_codes()
    out = []
    for shape in topo["objects"]["countries"]["geometries"]:
        rings = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        key = letters.get(str(shape.get("id", "")), shape["properties"]["name"])
        out.append(Area(key, tuple(tuple(ring(r) for r in polygon) for polygon in rings)))
    return tuple(out)


@dataclass(frozen=True)
class MapProjection:
    """Lambert's azimuthal equal-area projection about a centre in degrees."""

    longitude: float
    latitude: float

    def __call__(self, lonlat: Points) -> Points:
        """Kilometres east and north, [n,2]."""
        lon, lat = np.radians(lonlat[:, 0] - self.longitude), np.radians(lonlat[:, 1])
        lat0 = np.radians(self.latitude)
        cosine = np.sin(lat0) * np.sin(lat) + np.cos(lat0) * np.cos(lat) * np.cos(lon)
        k = EARTH * np.sqrt(2.0 / np.maximum(1.0 + cosine, 1e-6))
        x = k * np.cos(lat) * np.sin(lon)
        y = k * (np.cos(lat0) * np.sin(lat) - np.sin(lat0) * np.cos(lat) * np.cos(lon))
        return np.stack([x, y], axis=1)


def area_of(ring: Points) -> float:
    """Signed area of a closed or open ring."""
    x, y = ring[:, 0], ring[:, 1]
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def middle(ring: Points) -> tuple[float, float]:
    """Centroid of a ring."""
    x, y = ring[:, 0], ring[:, 1]
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    total = cross.sum()
    if abs(total) < 1e-9:
        return float(x.mean()), float(y.mean())
    return (
        float(((x + np.roll(x, -1)) * cross).sum() / (3 * total)),
        float(((y + np.roll(y, -1)) * cross).sum() / (3 * total)),
    )


def clip(ring: Points, box: tuple[float, float, float, float]) -> Points:
    """The part of a ring inside a box (Sutherland and Hodgman); empty if nothing is."""
    west, south, east, north = box
    for axis, limit, sign in ((0, west, 1.0), (0, east, -1.0), (1, south, 1.0), (1, north, -1.0)):
        if not len(ring):
            break
        beyond = sign * (ring[:, axis] - limit)
        after, next_beyond = np.roll(ring, -1, axis=0), np.roll(beyond, -1)
        crossing = (beyond >= 0) != (next_beyond >= 0)
        step = np.where(crossing, beyond / np.where(crossing, beyond - next_beyond, 1.0), 0.0)
        cut = ring + step[:, None] * (after - ring)
        pieces = np.stack([ring, cut], axis=1).reshape(-1, 2)
        keep = np.stack([beyond >= 0, crossing], axis=1).reshape(-1)
        ring = pieces[keep]
    return ring


def _owned(disputed: tuple[tuple[float, float, str], ...]) -> dict[str, list[tuple[Points, ...]]]:
    """Polygons by country, with the parts that hold a disputed point given to whom the scenario says."""
    out: dict[str, list[tuple[Points, ...]]] = {}
    for area in world():
        for polygon in area.polygons:
            outer = polygon[0]
            owner = next((to for lon, lat, to in disputed if inside(outer, lon, lat)), area.key)
            out.setdefault(owner, []).append(polygon)
    return out


def inside(ring: Points, x: float, y: float) -> bool:
    """Whether a point lies in a ring."""
    a, b = ring, np.roll(ring, -1, axis=0)
    between = (a[:, 1] > y) != (b[:, 1] > y)
    rise = np.where(between, b[:, 1] - a[:, 1], 1.0)
    at = (b[:, 0] - a[:, 0]) * (y - a[:, 1]) / rise + a[:, 0]
    return bool(np.count_nonzero(between & (x < at)) % 2)


def _main(polygons: list[tuple[Points, ...]]) -> list[Points]:
    """Outer rings that make up the country proper: those with a tenth of the largest one's land, in degrees."""
    sizes = [abs(area_of(p[0])) * max(0.05, float(np.cos(np.radians(p[0][:, 1].mean())))) for p in polygons]
    return [p[0] for p, size in zip(polygons, sizes, strict=True) if size >= 0.1 * max(sizes)]


@lru_cache(maxsize=16)
def region(
    clients: tuple[str, ...], patrons: tuple[str, ...], disputed: tuple[tuple[float, float, str], ...] = ()
) -> MapRegion | None:
    """The map of a region; None where a client is no country of the atlas, or there is no atlas."""
    owned = _owned(disputed)
    if not clients or any(c not in owned for c in clients):
        return None
    mains = {c: _main(owned[c]) for c in clients}
    centre = _centre(np.concatenate([ring for rings in mains.values() for ring in rings]))
    project = MapProjection(*centre)
    lands = {c: [project(r) for r in rings] for c, rings in mains.items()}
    window = _window(np.concatenate([r for rings in lands.values() for r in rings]))
    wide = _grown(window, 0.35)
    features = []
    places: dict[str, tuple[float, float]] = {}
    for key, polygons in owned.items():
        kept = []
        for polygon in polygons:
            flat = [project(r) for r in polygon]
            if _apart(flat[0], wide):
                continue
            cut = [c for c in (clip(r, wide) for r in flat) if len(c) > 2]
            if cut and (key in clients or abs(area_of(cut[0])) > 2e-5 * _surface(window)):
                kept.append([np.round(r, 1).tolist() for r in cut])
        if kept:
            geometry = {"type": "MultiPolygon", "coordinates": kept}
            features.append({"type": "Feature", "properties": {"name": key, "moves": key in clients}, "geometry": geometry})
    sizes = {}
    for code, rings in lands.items():
        largest = max(rings, key=lambda r: abs(area_of(r)))
        places[code] = middle(largest)
        sizes[code] = float(2 * np.sqrt(abs(area_of(largest)) / np.pi))
    edges: dict[str, tuple[float, float]] = {}
    inner = _grown(window, -0.045)
    strangers = 0
    for code in patrons:
        if code in places:
            continue
        seen = _seen(owned.get(code, []), project, inner)
        if seen is not None:
            places[code] = seen
        elif code in owned or code in ELSEWHERE:
            lon, lat = ELSEWHERE.get(code) or middle(max(_main(owned[code]), key=lambda r: abs(area_of(r))))
            edges[code] = _at_edge((lon - centre[0] + 180.0) % 360.0 - 180.0, lat - centre[1], inner)
        else:
            strangers += 1
            edges[code] = (inner[0] + (inner[2] - inner[0]) * strangers / 6, inner[1])
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    name = f"region-{abs(hash((clients, patrons, disputed))):x}"
    return MapRegion(name, text, window, places, sizes, _spread(edges, window))


def _centre(lonlat: Points) -> tuple[float, float]:
    """Mean direction of points on the sphere."""
    lon, lat = np.radians(lonlat[:, 0]), np.radians(lonlat[:, 1])
    x, y, z = (np.cos(lat) * np.cos(lon)).mean(), (np.cos(lat) * np.sin(lon)).mean(), np.sin(lat).mean()
    return float(np.degrees(np.arctan2(y, x))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))


def _window(points: Points) -> tuple[float, float, float, float]:
    """The box of some points with a margin, widened to the map's shape."""
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    x, y = (west + east) / 2, (south + north) / 2
    width, height = 1.25 * (east - west), 1.25 * (north - south)
    width, height = max(width, ASPECT * height), max(height, width / ASPECT)
    return float(x - width / 2), float(y - height / 2), float(x + width / 2), float(y + height / 2)


def _grown(box: tuple[float, float, float, float], part: float) -> tuple[float, float, float, float]:
    dx, dy = part * (box[2] - box[0]), part * (box[3] - box[1])
    return box[0] - dx, box[1] - dy, box[2] + dx, box[3] + dy


def _surface(box: tuple[float, float, float, float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _apart(ring: Points, box: tuple[float, float, float, float]) -> bool:
    low, high = ring.min(axis=0), ring.max(axis=0)
    return bool(high[0] < box[0] or low[0] > box[2] or high[1] < box[1] or low[1] > box[3])


def _seen(
    polygons: list[tuple[Points, ...]], project: MapProjection, box: tuple[float, float, float, float]
) -> tuple[float, float] | None:
    """The middle of a country's largest visible part, if that is not too small to name."""
    best, size = None, 0.01 * _surface(box)
    for polygon in polygons:
        flat = project(polygon[0])
        cut = flat if _apart(flat, box) else clip(flat, box)
        if cut is not flat and len(cut) > 2 and abs(area_of(cut)) > size:
            best, size = middle(cut), abs(area_of(cut))
    if best is None:
        return None
    return min(max(best[0], box[0]), box[2]), min(max(best[1], box[1]), box[3])


def _at_edge(dx: float, dy: float, box: tuple[float, float, float, float]) -> tuple[float, float]:
    """Where a line from the middle of a box, by degrees east and north, leaves it."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    reach = min(
        (box[2] - box[0]) / 2 / max(abs(dx), 1e-9), (box[3] - box[1]) / 2 / max(abs(dy), 1e-9)
    )
    return x + dx * reach, y + dy * reach


def _spread(
    edges: dict[str, tuple[float, float]], box: tuple[float, float, float, float]
) -> dict[str, tuple[float, float]]:
    """Badges moved apart along their edge, so that none hides another."""
    gap, middle_line = 0.09 * (box[3] - box[1]), (box[1] + box[3]) / 2
    out: dict[str, tuple[float, float]] = {}
    for code, (x, y) in sorted(edges.items(), key=lambda item: abs(item[1][1] - middle_line), reverse=True):
        away = -gap if y > middle_line else gap  # from the top and the bottom towards the middle
        spot = y
        while any(abs(x - a) < 0.14 * (box[2] - box[0]) and abs(spot - b) < 0.99 * gap for a, b in out.values()):
            spot += away
        out[code] = (x, spot)
    return out
