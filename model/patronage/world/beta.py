"""Quantiles of the Beta distribution in plain arithmetic: what part of a promise is delivered. docs/equations.md, Delivered shares.

Incomplete Beta function by its continued fraction (modified Lentz), log Gamma by Lanczos' series (g = 7, nine terms), the inverse by
Newton's method kept between bounds: textbook methods (Press et al. 2007, chapters 6 and 9), with the same bits everywhere.
"""

from __future__ import annotations

from math import pi, sqrt

from .arithmetic import clip, exp, log

NODES = 256
"""The quantile function is tabulated at j/256 and interpolated."""


def log_gamma(x: float) -> float:
    """Log Γ(x) for x > 0."""
    if x < 0.5:  # Γ(x) = Γ(x + 1)/x
        return log_gamma_from_half(x + 1.0) - log(x)
    return log_gamma_from_half(x)


def log_gamma_from_half(x: float) -> float:
    """The same for x >= 1/2."""
    z = x - 1.0
    series = (
        0.99999999999980993227684700473478
        + 676.520368121885098567009190444019 / (z + 1.0)
        - 1259.13921672240287047156078755283 / (z + 2.0)
        + 771.3234287776530788486528258894 / (z + 3.0)
        - 176.61502916214059906584551354 / (z + 4.0)
        + 12.507343278686904814458936853 / (z + 5.0)
        - 0.13857109526572011689554707 / (z + 6.0)
        + 9.984369578019570859563e-6 / (z + 7.0)
        + 1.50563273514931155834e-7 / (z + 8.0)
    )
    t = z + 7.5
    return 0.5 * log(2.0 * pi) + (z + 0.5) * log(t) - t + log(series)


def fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete Beta function; converges fast for x < (a + 1)/(a + b + 2)."""
    tiny = 1e-300
    c = 1.0
    d = 1.0 - (a + b) * x / (a + 1.0)
    if abs(d) < tiny:
        d = tiny
    d = 1.0 / d
    h = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        d = 1.0 + even * d
        if abs(d) < tiny:
            d = tiny
        c = 1.0 + even / c
        if abs(c) < tiny:
            c = tiny
        d = 1.0 / d
        h = h * (d * c)
        odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        d = 1.0 + odd * d
        if abs(d) < tiny:
            d = tiny
        c = 1.0 + odd / c
        if abs(c) < tiny:
            c = tiny
        d = 1.0 / d
        step = d * c
        h = h * step
        if abs(step - 1.0) < 3e-16:
            break
    return h


def cumulated(a: float, b: float, x: float, scale: float) -> float:
    """The probability below x; `scale` = log Γ(a + b) − log Γ(a) − log Γ(b)."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = exp(scale + a * log(x) + b * log(1.0 - x))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * fraction(a, b, x) / a
    return 1.0 - front * fraction(b, a, 1.0 - x) / b


def scale_of(a: float, b: float) -> float:
    """Log of 1/B(a, b)."""
    return log_gamma(a + b) - log_gamma(a) - log_gamma(b)


def guess(a: float, b: float, u: float) -> float:
    """About where the quantile is: by a normal approximation (Abramowitz & Stegun 1964, 26.5.22), or by the tails."""
    if a >= 1.0 and b >= 1.0:
        tail = u if u < 0.5 else 1.0 - u
        t = sqrt(-2.0 * log(tail))
        x = (2.30753 + t * 0.27061) / (1.0 + t * (0.99229 + t * 0.04481)) - t
        if u < 0.5:
            x = -x
        al = (x * x - 3.0) / 6.0
        h = 2.0 / (1.0 / (2.0 * a - 1.0) + 1.0 / (2.0 * b - 1.0))
        w = x * sqrt(al + h) / h - (1.0 / (2.0 * b - 1.0) - 1.0 / (2.0 * a - 1.0)) * (al + 5.0 / 6.0 - 2.0 / (3.0 * h))
        return a / (a + b * exp(2.0 * w))
    low, high = exp(a * log(a / (a + b))) / a, exp(b * log(b / (a + b))) / b
    whole = low + high
    if u < low / whole:
        return exp(log(a * whole * u) / a)
    return 1.0 - exp(log(b * whole * (1.0 - u)) / b)


def quantile(a: float, b: float, scale: float, u: float) -> float:
    """The x in [0, 1] below which lies probability u. Beyond one half it is found from the other end, where it is known better."""
    if u <= 0.0:
        return 0.0
    if u >= 1.0:
        return 1.0
    first = guess(a, b, u)
    if first > 0.5:
        return 1.0 - refined(b, a, scale, 1.0 - u, 1.0 - first)
    return refined(a, b, scale, u, first)


def refined(a: float, b: float, scale: float, u: float, first: float) -> float:
    """The quantile from a first guess, by Newton's method, kept between bounds."""
    low, high = 0.0, 1.0
    x = first if low < first < high else exp((log(u) + log(a) - scale) / a)
    if not low < x < high:
        x = 0.5 if x >= high else 1e-300
    for _ in range(200):
        off = cumulated(a, b, x, scale) - u
        if off > 0.0:
            high = x
        else:
            low = x
        density = exp(scale + (a - 1.0) * log(x) + (b - 1.0) * log(1.0 - x))
        new = x - off / density if density > 0.0 else low
        if abs(new - x) <= 1e-10 * x:  # every step squares the error: what is left is rounding
            return clip(new, 0.0, 1.0)
        if not low < new < high:
            new = 0.5 * (low + high)
        if new == x or high - low <= 1e-300:
            return x
        x = new
    return x


def node(precision: float, mean: float, j: int) -> float:
    """The quantile of Beta(precision·mean, precision·(1 − mean)) at j/256, for a mean below one."""
    a, b = precision * mean, precision * (1.0 - mean)
    return quantile(a, b, scale_of(a, b), j / NODES)
