"""How far the engine is from compiled code: the kernels in which its two hottest phases spend most, compiled by numba, as a yardstick.

    python -m pip install numba
    python -m benchmarks.compiled

The inputs are those of a real quarter (800 runs of central-asia); both sides must give equal numbers, bit for bit, or it stops. Courtship and
bargaining call `compose` (splitting money into instruments) and the luck (`uniform`, `delivered_share`); `influence` is a whole phase.
numba is no dependency of the package.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

RUNS = 800
QUARTERS = 60
PAIRS = 15
RELIEF = 3


@njit(cache=False)
def compose_cells(money, cost, appetite, scale, cap):  # type: ignore[no-untyped-def]
    """`strategies.compose.compose` cell by cell, in the same order of operations."""
    n = money.shape[0]
    out = np.zeros((n, 4))
    start, stop, base, limit = np.empty(4), np.empty(4), np.empty(4), np.empty(4)
    for i in range(n):
        for k in range(4):
            a = appetite[i, k]
            usable = a > 1e-300
            safe = a if usable else 1.0
            top = cap[i] if k == RELIEF else np.inf
            base[k] = cost[i, k] * scale[i, k]
            limit[k] = cost[i, k] * top
            start[k] = base[k] / safe if usable else np.inf
            stop[k] = (base[k] + limit[k]) / safe if usable else np.inf
        reached, spent = 0.0, 0.0
        for j in range(5):
            mark = start[j] if j < 4 else stop[RELIEF]
            mu = mark if np.isfinite(mark) else 0.0
            there = 0.0
            for k in range(4):
                there += min(max(mu * appetite[i, k] - base[k], 0.0), limit[k])
            if there <= money[i] and mu > reached:
                reached, spent = mu, there
        slope = 0.0
        for k in range(4):
            if start[k] <= reached < stop[k]:
                slope += appetite[i, k]
        mu = reached + ((money[i] - spent) / slope if slope > 0 else 0.0)
        if money[i] > 0:
            for k in range(4):
                top = cap[i] if k == RELIEF else np.inf
                out[i, k] = min(max(mu * appetite[i, k] / cost[i, k] - scale[i, k], 0.0), top)
    return out


@njit(cache=False)
def draw_cells(replications, block, rows, columns, k0, k1):  # type: ignore[no-untyped-def]
    """Philox4x32-10 for every run, row and column: words [4, R, P, C]."""
    low, s = np.uint64(0xFFFFFFFF), np.uint64(32)
    m0, m1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
    w0, w1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
    out = np.empty((4, columns.shape[0], rows.shape[0], replications.shape[0]), dtype=np.uint64)
    for c in range(columns.shape[0]):
        for p in range(rows.shape[0]):
            for r in range(replications.shape[0]):
                x0, x1, x2, x3 = replications[r], np.uint64(block), rows[p], columns[c]
                a, b = np.uint64(k0), np.uint64(k1)
                for _ in range(10):
                    p0, p1 = x0 * m0, x2 * m1
                    x0, x2 = (p1 >> s) ^ x1 ^ a, (p0 >> s) ^ x3 ^ b
                    x1, x3 = p1 & low, p0 & low
                    a, b = (a + w0) & low, (b + w1) & low
                out[0, c, p, r], out[1, c, p, r], out[2, c, p, r], out[3, c, p, r] = x0, x1, x2, x3
    return out


@njit(cache=False)
def quantiles(u, row, exact, tables):  # type: ignore[no-untyped-def]
    """The interpolation of `delivered_share` for [R, P, C]."""
    out = np.empty(u.shape)
    for r in range(u.shape[0]):
        for p in range(u.shape[1]):
            at, one = row[min(r, row.shape[0] - 1), p], exact[min(r, exact.shape[0] - 1), p]
            for c in range(u.shape[2]):
                place = u[r, p, c] * 256
                left = min(int(place), 255)
                low = tables[at, left]
                out[r, p, c] = 1.0 if one else low + (place - left) * (tables[at, left + 1] - low)
    return out


@njit(cache=False)
def influence_cells(flows, weight, cap, other, year, debt, autonomy):  # type: ignore[no-untyped-def]
    """The phase `influence`: channel [R,P,C,N], sum and share [R,P,C], written in the layout of the engine (runs fastest)."""
    n, c_, p_, r_ = flows.shape
    channel, total, share = np.empty((n, c_, p_, r_)), np.empty((c_, p_, r_)), np.empty((c_, p_, r_))
    for c in range(c_):
        for k in range(n):
            for r in range(r_):
                others = 0.0
                for p in range(p_):
                    others += flows[k, c, p, r]
                if k == 2:
                    others += debt[c, r]
                wide, rest = cap[k] * year[c, r], other[k] * year[c, r]
                for p in range(p_):
                    v = flows[k, c, p, r]
                    channel[k, c, p, r] = weight[k] * (v / (v + wide)) * (v / (others + rest))
        for r in range(r_):
            everyone = 0.0
            for p in range(p_):
                one = 0.0
                for k in range(n):
                    one += channel[k, c, p, r]
                total[c, p, r] = one
                everyone += one
            for p in range(p_):
                share[c, p, r] = total[c, p, r] / (everyone + autonomy)
    return channel, total, share


def captured() -> dict[str, Any]:
    """Arguments of the calls of one real quarter."""
    from patronage import load_scenario
    from patronage.engine import prepare, quarters
    from patronage.strategies import compose as module

    scenario = load_scenario("central-asia")
    start = prepare(scenario, range(RUNS), 1)
    calls: list[tuple[Any, ...]] = []
    original = module.compose

    def spy(*words: Any) -> Any:
        calls.append(words)
        return original(*words)

    from patronage.phases import courtship

    held = {m: m.compose for m in (module, courtship) if hasattr(m, "compose")}
    for m in held:
        m.compose = spy
    try:
        for world, happened in quarters(start, scenario.start + QUARTERS):
            last, p = world, happened.parameters
            if world.quarter < scenario.start + QUARTERS:
                calls.clear()
    finally:
        for m, f in held.items():
            m.compose = f
    return {"compose": max(calls, key=lambda c: c[0].size), "world": last, "parameters": p, "luck": start.luck}


def pair(name: str, plain: Callable[[], Any], compiled: Callable[[], Any]) -> None:
    """Check that both are equal, then time them in turns."""
    one, two = plain(), compiled()
    for a, b in zip(one, two, strict=True):
        if not np.array_equal(np.asarray(a), np.asarray(b)):
            raise SystemExit(f"{name}: compiled and plain differ by {np.abs(np.asarray(a) - np.asarray(b)).max()}")
    took: list[tuple[float, float]] = []
    for _ in range(PAIRS):
        t0 = time.process_time()
        plain()
        t1 = time.process_time()
        compiled()
        took.append((t1 - t0, time.process_time() - t1))
    ratios = sorted(a / max(b, 1e-6) for a, b in took)
    a, b = (statistics.median(t[i] for t in took) * 1e3 for i in (0, 1))
    print(f"| {name} | {a:.2f} | {b:.2f} | {statistics.median(ratios):.1f} | {ratios[2]:.1f} to {ratios[-3]:.1f} |")


def main() -> None:
    """Measure."""
    from patronage.phases.influence import depth, influence
    from patronage.strategies.compose import compose
    from patronage.world.geometry import effective_access
    from patronage.world.luck import _beta_table, decision_key, delivered_share

    had = captured()
    world, p, luck = had["world"], had["parameters"], had["luck"]
    print("| kernel | engine, ms | compiled, ms | ratio | middle of the pairs |\n|---|---|---|---|---|")

    money, cost, appetite, scale, cap = had["compose"]
    shape = money.shape
    flat = [np.ascontiguousarray(np.broadcast_to(x, (*shape, 4)).reshape(-1, 4)) for x in (cost, appetite, scale)]
    cells = (np.ascontiguousarray(money).reshape(-1), *flat, np.ascontiguousarray(np.broadcast_to(cap, shape)).reshape(-1))
    pair("compose", lambda: [compose(*had["compose"]).reshape(-1, 4)], lambda: [compose_cells(*cells)])

    rows, columns = p.structure.patron_words, p.structure.client_words
    k0, k1 = decision_key(1, "review")
    block = world.quarter // 4
    pair(
        "luck: a block of four quarters",
        lambda: [luck._draw("review", block, rows, columns)],  # noqa: SLF001  # the kernel itself
        lambda: [draw_cells(luck.replications, block, rows, columns, k0, k1).transpose(0, 3, 2, 1)],
    )

    u = luck.uniform("delivery.arms", world.quarter, rows, columns)
    mean = np.broadcast_to(p.delivery[:, :, 0], (p.delivery.shape[0], len(rows)))
    distinct, which = np.unique(mean, return_inverse=True)
    tables = np.stack([_beta_table(float(p.delivery_precision[0]), float(m)) for m in distinct])
    row, exact = which.reshape(mean.shape), mean >= 1.0
    pair(
        "delivered share",
        lambda: [delivered_share(u, p.delivery_precision, p.delivery[:, :, 0])],
        lambda: [quantiles(u, row, exact, tables)],
    )

    def whole() -> list[Any]:
        after = influence(world, p)
        return [after.channel, after.influence, after.share]

    def quick() -> list[Any]:
        year = 4.0 * world.dyad.gdp
        flows = np.stack([
            x.transpose(2, 1, 0) for x in (
                world.arms, world.capital, world.debt, world.presence, effective_access(world, p) * year,
                p.dyad.with_institutions * depth(world, p) * year,
            )
        ])  # fmt: skip
        channel, total, share = influence_cells(
            flows, p.channel_weight[0], p.channel_cap[0], p.channel_other[0], (4.0 * world.gdp).T, world.other_debt.T,
            float(p.influence_autonomy[0]),
        )  # fmt: skip
        return [channel.transpose(3, 2, 1, 0), total.transpose(2, 1, 0), share.transpose(2, 1, 0)]

    pair("influence (a whole phase)", whole, quick)


if __name__ == "__main__":
    main()
