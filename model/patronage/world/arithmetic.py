"""Elementary functions in plain arithmetic: the same bits on every processor, interpreted or compiled.

Additions, multiplications, divisions and square roots are exact to the last bit everywhere (IEEE 754); what the system's mathematics
library makes of exp or log is not. Series: FreeBSD's msun for exp and log (Ng 1993), Cephes for the normal quantile (Moshier 1989).
"""

from __future__ import annotations

from math import floor, frexp, inf, ldexp, nan, sqrt

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
INVERSE_LN2 = 1.44269504088896338700
ROOT_HALF = 0.70710678118654752440
FAR_TAIL = 0.13533528323661269189
ROOT_TWO_PI = 2.50662827463100050242


def exp(x: float) -> float:
    """The exponential e^x; 0 or infinity where that cannot be told from them."""
    if x != x:
        return nan
    if x > 709.782712893384:
        return inf
    if x < -745.1332191019411:
        return 0.0
    k = floor(x * INVERSE_LN2 + 0.5)
    high = x - k * LN2_HIGH
    low = k * LN2_LOW
    r = high - low
    t = r * r
    c = r - t * (
        1.66666666666666019037e-01
        + t * (-2.77777777770155933842e-03
               + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08)))
    )
    y = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    return ldexp(y, int(k))


def log(x: float) -> float:
    """Natural logarithm; minus infinity at 0, not a number below."""
    if x != x or x < 0.0:
        return nan
    if x == 0.0:
        return -inf
    if x == inf:
        return inf
    f, e = frexp(x)
    k = float(e)
    if f < ROOT_HALF:
        f = f * 2.0
        k = k - 1.0
    f = f - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    odd = z * (
        6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    half = 0.5 * f * f
    return k * LN2_HIGH - ((half - (s * (half + even + odd) + k * LN2_LOW)) - f)


def power(x: float, y: float) -> float:
    """X to the power y, for x >= 0."""
    if y == 0.0 or x == 1.0:
        return 1.0
    if x == 0.0:
        return 0.0 if y > 0.0 else inf
    return exp(y * log(x))


def logistic(x: float) -> float:
    """S(x) = 1/(1 + e^-x); arguments beyond ±700 are clipped, where S is 0 or 1 to the last bit."""
    return 1.0 / (1.0 + exp(-clip(x, -700.0, 700.0)))


def clip(x: float, low: float, high: float) -> float:
    """x, or the nearer end of [low, high]."""
    return min(max(x, low), high)


def share_of(part: float, whole: float) -> float:
    """`part / whole`, 0 where the whole is 0."""
    return part / whole if whole > 0.0 else 0.0


def ratio(a: float, b: float) -> float:
    """A / b as IEEE 754 has it: ±infinity or not a number for b = 0, which Python would refuse."""
    if b != 0.0:
        return a / b
    if a > 0.0:
        return inf
    if a < 0.0:
        return -inf
    return nan


def whole(x: float) -> float:
    """The nearest whole number, halves up."""
    return float(floor(x + 0.5))


def normal_quantile(u: float) -> float:
    """The standard normal variate with cumulated probability u, 0 < u < 1."""
    y = u
    mirrored = y > 1.0 - FAR_TAIL
    if mirrored:
        y = 1.0 - y
    if y > FAR_TAIL:
        y = y - 0.5
        z = y * y
        top = (((-5.99633501014107895267e1 * z + 9.80010754185999661536e1) * z - 5.66762857469070293439e1) * z
               + 1.39312609387279679503e1) * z - 1.23916583867381258016e0  # fmt: skip
        low = (((((((z + 1.95448858338141759834e0) * z + 4.67627912898881538453e0) * z + 8.63602421390890590575e1) * z
                  - 2.25462687854119370527e2) * z + 2.00260212380060660359e2) * z - 8.20372256168333339912e1) * z
               + 1.59056225126211695515e1) * z - 1.18331621121330003142e0  # fmt: skip
        return (y + y * (z * top / low)) * ROOT_TWO_PI
    x = sqrt(-2.0 * log(y))
    first = x - log(x) / x
    z = 1.0 / x
    if x < 8.0:
        top = (((((((4.05544892305962419923e0 * z + 3.15251094599893866154e1) * z + 5.71628192246421288162e1) * z
                   + 4.40805073893200834700e1) * z + 1.46849561928858024014e1) * z + 2.18663306850790267539e0) * z
                - 1.40256079171354495875e-1) * z - 3.50424626827848203418e-2) * z - 8.57456785154685413611e-4  # fmt: skip
        low = (((((((z + 1.57799883256466749731e1) * z + 4.53907635128879210584e1) * z + 4.13172038254672030440e1) * z
                  + 1.50425385692907503408e1) * z + 2.50464946208309415979e0) * z - 1.42182922854787788574e-1) * z
               - 3.80806407691578277194e-2) * z - 9.33259480895457427372e-4  # fmt: skip
    else:
        top = (((((((3.23774891776946035970e0 * z + 6.91522889068984211695e0) * z + 3.93881025292474443415e0) * z
                   + 1.33303460815807542389e0) * z + 2.01485389549179081538e-1) * z + 1.23716634817820021358e-2) * z
                + 3.01581553508235416007e-4) * z + 2.65806974686737550832e-6) * z + 6.23974539184983293730e-9  # fmt: skip
        low = (((((((z + 6.02427039364742014255e0) * z + 3.67983563860156859403e0) * z + 1.37702099489081330271e0) * z
                  + 2.16236993594496635890e-1) * z + 1.34204006088543189037e-2) * z + 3.28014464682127739104e-4) * z
               + 2.89247864745380683936e-6) * z + 6.79019408009981274425e-9  # fmt: skip
    found = first - z * top / low
    return found if mirrored else -found
