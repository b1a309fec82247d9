"""Compared outlines summed up per muscle, side, contrast and level."""

from collections.abc import Iterable, Sequence

import numpy as np

from multifidus.agreement.method_comparison import bland_altman, icc_2_1
from multifidus.domain.agreement import (
    POOR_DICE,
    AgreementSummary,
    ComparedOutline,
    Measure,
    MeasuredPairs,
    assessed,
)
from multifidus.domain.anatomy import LABEL_OF, Structure
from multifidus.domain.answers import NotAssessable


def summaries(outlines: Iterable[ComparedOutline]) -> list[AgreementSummary]:
    """One summary per contrast, level, muscle and side, in that order; every group has outlines."""
    groups: dict[tuple[str, str, int], list[ComparedOutline]] = {}
    for one in outlines:
        key = (one.contrast, one.level, LABEL_OF[Structure(one.muscle, one.side)])
        groups.setdefault(key, []).append(one)
    return [_summary(groups[key]) for key in sorted(groups)]


def measured_pairs(outlines: Sequence[ComparedOutline]) -> list[MeasuredPairs]:
    """Areas, and fat where it is known, per contrast, muscle and side; the levels are pooled."""
    found = []
    for contrast in sorted({one.contrast for one in outlines}):
        for measure, pairs_of in ((Measure.AREA, area_pairs_mm2), (Measure.FAT, fat_pairs_pct)):
            for key in LABEL_OF:
                group = (contrast, key.muscle, key.side)
                pairs = pairs_of(o for o in outlines if (o.contrast, o.muscle, o.side) == group)
                if len(pairs):
                    found.append(MeasuredPairs(contrast, measure, key, pairs, bland_altman(pairs)))
    return found


def area_pairs_mm2(outlines: Iterable[ComparedOutline]) -> np.ndarray:
    """Areas found and by the reader, (N, 2); an outline that is missing has the area 0."""
    return _pairs((one.area_found_mm2, one.area_reader_mm2) for one in outlines)


def fat_pairs_pct(outlines: Iterable[ComparedOutline]) -> np.ndarray:
    """Fat fractions found and by the reader, (N, 2), of the outlines with both."""
    both = (assessed([one.fat_found_pct, one.fat_reader_pct]) for one in outlines)
    return _pairs(pair for pair in both if len(pair) == 2)


def _summary(outlines: Sequence[ComparedOutline]) -> AgreementSummary:
    first = outlines[0]
    overlap = np.array([one.dice for one in outlines])
    distances = assessed(one.hd95_mm for one in outlines)
    areas = area_pairs_mm2(outlines)
    return AgreementSummary(
        contrast=first.contrast,
        level=first.level,
        muscle=first.muscle,
        side=first.side,
        subjects=len({one.subject for one in outlines}),
        images=len({(one.subject, one.image) for one in outlines}),
        outlines=len(outlines),
        dice_mean=float(overlap.mean()),
        dice_median=float(np.median(overlap)),
        dice_under_pct=100 * float(np.mean(overlap < POOR_DICE)),
        hd95_outlines=len(distances),
        hd95_median_mm=float(np.median(distances))
        if distances
        else NotAssessable("HD95", "no slice with both outlines"),
        area=bland_altman(areas),
        area_icc=icc_2_1(areas),
        fat=bland_altman(fat_pairs_pct(outlines)),
    )


def _pairs(pairs: Iterable[Sequence[float]]) -> np.ndarray:
    return np.array(list(pairs), float).reshape(-1, 2)
