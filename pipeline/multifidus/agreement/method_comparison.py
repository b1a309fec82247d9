"""Two measurements of the same thing: bias, limits of agreement, intraclass correlation."""

import numpy as np
from scipy.stats import f

from multifidus.domain.agreement import BlandAltman, Icc
from multifidus.domain.answers import NotAssessable

TAIL = 0.975
"""Upper end of a two-sided 95 % interval."""


def bland_altman(pairs: np.ndarray) -> BlandAltman | NotAssessable:
    """Bias and standard deviation of the differences found - reader; 0 and 0 is agreement.

    pairs: (N, 2), found and reader, of one unit. Bias: mean difference; SD with N - 1; the 95 %
    limits of agreement are bias -+ 1.96 SD. They hold for independent pairs: several slices of
    one person make them look narrower than they are. NOT ASSESSABLE under two pairs.
    Source: Bland & Altman 1986, doi 10.1016/S0140-6736(86)90837-8.
    """
    difference = pairs[:, 0] - pairs[:, 1]
    if len(difference) < 2:
        return NotAssessable("Bland-Altman", f"needs two pairs, there are {len(difference)}")
    return BlandAltman(len(difference), float(difference.mean()), float(difference.std(ddof=1)))


def icc_2_1(ratings: np.ndarray) -> Icc | NotAssessable:
    """ICC(2,1): two-way random effects, absolute agreement, single measurement; 1 is the best.

    ratings: (N targets, K raters). From the mean squares of targets (R), raters (C) and error (E)

        ICC = (R - E) / (R + (K - 1) E + K (C - E) / N)

    It grows with the spread of the targets, so compare it only between like samples. It can fall
    below 0. The 95 % interval is that of McGraw & Wong 1996, for independent targets.
    NOT ASSESSABLE under two targets, where the targets do not differ, and where they are too few
    for the interval.
    Source: Shrout & Fleiss 1979, doi 10.1037/0033-2909.86.2.420; McGraw & Wong 1996,
    doi 10.1037/1082-989X.1.1.30.
    """
    ratings = np.asarray(ratings, float)
    n, k = ratings.shape
    if n < 2 or k < 2:
        return NotAssessable("ICC(2,1)", f"needs two targets and two raters, there are {n} and {k}")
    targets, raters, error = _mean_squares(ratings)
    variance = targets + (k - 1) * error + k * (raters - error) / n
    if targets == 0 or variance <= 0:
        return NotAssessable("ICC(2,1)", "the targets do not differ")
    value = (targets - error) / variance
    low, high = _interval(value, (targets, raters, error), n, k)
    if not np.isfinite([low, high]).all():
        return NotAssessable("ICC(2,1)", "too few targets for its 95 % interval")
    return Icc(n, value, low, high)


def _mean_squares(ratings: np.ndarray) -> tuple[float, float, float]:
    """Mean squares of a two-way table without repeats: targets, raters, error."""
    n, k = ratings.shape
    of_targets = ratings.mean(axis=1, keepdims=True) - ratings.mean()
    of_raters = ratings.mean(axis=0, keepdims=True) - ratings.mean()
    left = ratings - ratings.mean() - of_targets - of_raters
    for deviation in (of_targets, of_raters, left):
        # What rounding leaves of equal numbers is no variance to divide by.
        deviation[np.abs(deviation) < 1e-12 * np.abs(ratings).max()] = 0
    return (
        float(k * np.sum(of_targets**2) / (n - 1)),
        float(n * np.sum(of_raters**2) / (k - 1)),
        float(np.sum(left**2) / ((n - 1) * (k - 1))),
    )


def _interval(
    value: float, mean_squares: tuple[float, float, float], n: int, k: int
) -> tuple[float, float]:
    """95 % interval of ICC(2,1) by Satterthwaite's degrees of freedom; NaN where it has none."""
    targets, raters, error = mean_squares
    if raters == error == 0:
        return 1.0, 1.0
    a, b = k * value * raters, (n * (1 + (k - 1) * value) - k * value) * error
    if a + b == 0:
        return np.nan, np.nan
    freedom = (a + b) ** 2 / (a**2 / (k - 1) + b**2 / ((n - 1) * (k - 1)))
    f_low, f_high = f.ppf(TAIL, n - 1, freedom), f.ppf(TAIL, freedom, n - 1)
    other = k * raters + (k * n - k - n) * error
    low = n * (targets - f_low * error) / (f_low * other + n * targets)
    high = n * (f_high * targets - error) / (other + n * f_high * targets)
    return float(low), float(high)
