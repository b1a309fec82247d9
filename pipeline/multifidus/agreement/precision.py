"""Standard error of measurement, minimal detectable change, ICC and Bland-Altman of repeats."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from scipy.stats import chi2

from multifidus.agreement.method_comparison import TAIL, bland_altman, icc_2_1
from multifidus.domain.answers import NotAssessable
from multifidus.domain.precision import Precision, Repeat, Sem

LEAST_PAIRS = 2


def within_subject_sd(ratings: np.ndarray) -> Sem | NotAssessable:
    """Standard error of measurement: the within-subject SD of repeated readings; 0 is the best.

    ratings: (N targets, K readings), one unit. The root of the mean over targets of the variance of
    their readings (K - 1); for two readings the root of sum(d^2) / 2N. A constant offset between
    the readings counts as error. The 95 % interval is that of a variance with N (K - 1) degrees of
    freedom: for independent targets, normally distributed errors and no offset. NOT ASSESSABLE
    under two targets, and where no two readings differ: a copy is no repeat.
    Source: Bland & Altman 1996, doi 10.1136/bmj.313.7059.744.
    """
    ratings = np.asarray(ratings, float)
    n, k = ratings.shape
    if n < LEAST_PAIRS or k < 2:
        return NotAssessable("SEM", f"needs two targets read twice, there are {n} read {k} times")
    squares = float(ratings.var(axis=1, ddof=1).sum()) * (k - 1)
    if squares == 0:
        return NotAssessable("SEM", "no two readings differ; a copy or a rerun is no repeat")
    freedom = n * (k - 1)
    ends = (freedom, chi2.ppf(TAIL, freedom), chi2.ppf(1 - TAIL, freedom))
    value, low, high = (float(np.sqrt(squares / end)) for end in ends)
    return Sem(value, low, high)


def precisions(repeats: Sequence[Repeat]) -> list[Precision]:
    """One per quantity, method and muscle: all levels together, then each level that is stated."""
    groups = list(
        dict.fromkeys((repeat.quantity, repeat.method, repeat.muscle) for repeat in repeats)
    )
    levels = sorted({repeat.level for repeat in repeats} - {""})
    found = []
    for (quantity, method, muscle), level in product(groups, ["", *levels]):
        chosen = [
            repeat
            for repeat in repeats
            if (repeat.quantity, repeat.method, repeat.muscle) == (quantity, method, muscle)
            and level in ("", repeat.level)
        ]
        if chosen:
            found.append(_precision(chosen, level))
    return found


def pairs_of(repeats: Sequence[Repeat]) -> np.ndarray:
    """First and second readings, (N, 2)."""
    return np.array([(repeat.first, repeat.second) for repeat in repeats], float).reshape(-1, 2)


def _precision(repeats: Sequence[Repeat], level: str) -> Precision:
    one, pairs = repeats[0], pairs_of(repeats)
    return Precision(
        quantity=one.quantity,
        method=one.method,
        muscle=one.muscle,
        level=level,
        subjects=len({repeat.subject for repeat in repeats}),
        pairs=len(pairs),
        mean=float(pairs.mean()),
        agreement=bland_altman(pairs[:, ::-1]),
        icc=icc_2_1(pairs),
        sem=within_subject_sd(pairs),
    )
