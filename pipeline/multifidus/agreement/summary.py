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
    for outline in outlines:
        key = (outline.contrast, outline.level, LABEL_OF[Structure(outline.muscle, outline.side)])
        groups.setdefault(key, []).append(outline)
    return [_summary(groups[key]) for key in sorted(groups)]


def measured_pairs(outlines: Sequence[ComparedOutline]) -> list[MeasuredPairs]:
    """Areas, and fat where it is known, per contrast, muscle and side; the levels are pooled."""
    found = []
    for contrast in sorted({outline.contrast for outline in outlines}):
        for measure, pairs_of in ((Measure.AREA, area_pairs_mm2), (Measure.FAT, fat_pairs_pct)):
            for key in LABEL_OF:
                group = (contrast, key.muscle, key.side)
                pairs = pairs_of(o for o in outlines if (o.contrast, o.muscle, o.side) == group)
                if len(pairs):
                    found.append(MeasuredPairs(contrast, measure, key, pairs, bland_altman(pairs)))
    return found


def area_pairs_mm2(outlines: Iterable[ComparedOutline]) -> np.ndarray:
    """Areas found and by the reader, (N, 2); an outline that is missing has the area 0."""
    return _pairs((outline.area_found_mm2, outline.area_reader_mm2) for outline in outlines)


def fat_pairs_pct(outlines: Iterable[ComparedOutline]) -> np.ndarray:
    """Fat fractions found and by the reader, (N, 2), of the outlines with both."""
    both = (assessed([outline.fat_found_pct, outline.fat_reader_pct]) for outline in outlines)
    return _pairs(pair for pair in both if len(pair) == 2)


def _summary(outlines: Sequence[ComparedOutline]) -> AgreementSummary:
    first = outlines[0]
    overlap = np.array([outline.dice for outline in outlines])
    distances = assessed(outline.hd95_mm for outline in outlines)
    areas = area_pairs_mm2(outlines)
    return AgreementSummary(
        contrast=first.contrast,
        level=first.level,
        muscle=first.muscle,
        side=first.side,
        subjects=len({outline.subject for outline in outlines}),
        images=len({(outline.subject, outline.image) for outline in outlines}),
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
