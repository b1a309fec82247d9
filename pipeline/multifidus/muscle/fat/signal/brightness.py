"""Where a tissue lies on the scale of brightness: the mode of fat, the lean end of a muscle."""

import numpy as np
from scipy import ndimage
from scipy.special import log_ndtr, ndtr

BINS = 256
PEAK_SHARE = 0.25
"""The darkest peak of a histogram counts from this share of its highest one: less is fascia, bone
and vessels at the rim."""

FIT_BINS = 80
LEAN_SPAN = 0.3
"""Share of the way from the mode to fat up to which brightness is fitted: beyond, fat prevails in
pockets that no longer fall off as an exponential."""

STEEPEST = 5.0
"""Log of the largest ratio of the two parts' widths; beyond, the smaller one does not show."""

NEIGHBOURS = 9
"""Voxels of a 3 x 3 mean; so many fewer values are independent."""


def darkest_mode(values: np.ndarray) -> float:
    """Signal of the darkest peak of a smoothed histogram that is not a mere trace. values: (N,)."""
    low, high = np.percentile(values, (0.5, 99.5))
    if high <= low:
        return float(low)
    counts, edges = np.histogram(values, bins=BINS, range=(low, high))
    quarters = np.subtract(*np.percentile(values, (75, 25))) / 1.34
    spread = min(float(values.std()), quarters if quarters > 0 else np.inf)
    width = max(2.0, 1.06 * spread * len(values) ** -0.2 * BINS / (high - low))
    smooth = ndimage.gaussian_filter1d(counts.astype(np.float64), width, mode="constant")
    padded = np.concatenate([[0.0], smooth, [0.0]])
    peaks = (padded[1:-1] >= padded[:-2]) & (padded[1:-1] > padded[2:])
    first = int(np.flatnonzero(peaks & (smooth >= PEAK_SHARE * smooth.max()))[0])
    return float(edges[0] + (first + 0.5) * (high - low) / BINS)


def lean_end(values: np.ndarray, fat: float) -> float:
    """Signal of muscle without fat, told by the dark flank of one muscle's histogram.

    values: (N,) signals of one muscle, each the mean of 3 x 3 voxels; fat: signal of fat. Lean
    muscle spreads evenly to both sides of its signal, by noise and texture; fat adds to it to the
    bright side alone, the more the rarer. That sum, a normal and an exponential one, is fitted up
    to `LEAN_SPAN`; its normal part is lean muscle. Where the exponential part does not make the fit
    better (BIC), the muscle is taken to be as it looks: even, and lean at its mode.
    """
    from scipy import optimize  # slow to load, and Dixon does without

    mode = darkest_mode(values)
    top = min(mode + LEAN_SPAN * (fat - mode), float(values.max()))
    low = float(np.percentile(values, 0.5))
    below = values[values < mode]
    if top <= mode or low >= mode or not len(below):
        return mode
    spread = float(np.sqrt(np.mean((below - mode) ** 2)))
    counts, edges = np.histogram(values, bins=FIT_BINS, range=(low, top))
    counts = counts / NEIGHBOURS

    def even(parameters: np.ndarray) -> float:
        centre, log_width = parameters
        return _misfit(counts, ndtr((edges - centre) / np.exp(log_width)))

    def skewed(parameters: np.ndarray) -> float:
        centre, log_width, log_tail = parameters
        return _misfit(counts, _skewed_below(edges, centre, log_width, log_tail))

    one = optimize.minimize(even, [mode, np.log(spread)], method="Nelder-Mead")
    start = [mode - spread / 2, np.log(spread * 0.7), np.log(spread)]
    two = optimize.minimize(skewed, start, method="Nelder-Mead")
    if 2 * (one.fun - two.fun) <= np.log(max(counts.sum(), 2)):
        return mode
    return float(np.clip(two.x[0], low, mode))


def _skewed_below(
    values: np.ndarray, centre: float, log_width: float, log_tail: float
) -> np.ndarray:
    """Share of a normal and an exponential variable's sum that lies below values, 0..1."""
    away = (values - centre) / np.exp(log_width)
    steep = np.exp(np.clip(log_width - log_tail, -STEEPEST, STEEPEST))
    return ndtr(away) - np.exp(steep * steep / 2 - steep * away + log_ndtr(away - steep))


def _misfit(counts: np.ndarray, cumulative: np.ndarray) -> float:
    """Negative log likelihood of binned counts, given that they lie within the bins."""
    share = np.maximum(np.diff(cumulative), 1e-12)
    total = max(float(cumulative[-1] - cumulative[0]), 1e-9)
    return float(-(counts * np.log(share / total)).sum())
