"""A share of people with its interval."""

import math

from multifidus.domain.cohort import Proportion

Z_95 = 1.959963984540054
"""Two-sided 95 % of the standard normal distribution."""


def proportion(count: int, n: int) -> Proportion:
    """Count of n with its 95 % Wilson score interval, in %, 0 to 100.

    Source: Wilson 1927, doi 10.1080/01621459.1927.10502953.
    """
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} people")
    if n == 0:
        return Proportion(0, 0, None, None, None)
    low, high = wilson_pct(100 * count / n, n)
    return Proportion(count, n, 100 * count / n, low, high)


def wilson_pct(pct: float, n: int) -> tuple[float, float]:
    """95 % Wilson score interval of a share in % of n people, both ends in %."""
    share = pct / 100
    spread = Z_95 * math.sqrt(share * (1 - share) / n + Z_95**2 / (4 * n**2))
    middle = share + Z_95**2 / (2 * n)
    scale = 100 / (1 + Z_95**2 / n)
    # At the ends the formula is exactly 0 or 100; binary rounding would put it just beside.
    low = 0.0 if share == 0 else scale * (middle - spread)
    high = 100.0 if share == 1 else scale * (middle + spread)
    return low, high
