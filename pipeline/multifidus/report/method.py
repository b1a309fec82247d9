"""How a case was measured: the method in words, how sure the outlines are, the series."""

from multifidus.domain.anatomy import Muscle
from multifidus.domain.case import CaseResult
from multifidus.report.measurements import leading_method
from multifidus.report.numbers import decimals
from multifidus.report.table import Table

BORDER = {
    "fascial": "along the fascia; fat inside it belongs to the muscle",
    "muscle_boundary": "along the visible muscle; epimuscular fat is left out",
}
LATERAL_BORDER = {
    "as_taught": "where the network was taught it",
    "lateral": "up to 4 mm lateral of where the network was taught it, as readers of T2 drew it",
}
INTERVAL = "along the plausible borders"
INTERVAL_MEANING = (
    "lowest and highest 1 mm (at least a pixel) in and out, with and without the fat under the "
    "fascia, and along either border to the erector spinae; of an area also where readers' "
    "areas lie, by limits of agreement where they were measured, of fat on T1 and T2 also its "
    "references and brightness"
)


READERS_TOO = ", and where about 9 of 10 of the readers' areas measured lie, fewer of small muscles"


def border_sentences(case: CaseResult) -> list[str]:
    """Along which border the outlines run, and what the intervals in brackets are; page 1."""
    method = case.method
    border = (
        f"Border: {BORDER[method.roi_definition]}; to the erector spinae, "
        f"{LATERAL_BORDER[method.lateral_border]}."
    )
    readers = READERS_TOO if case.area_limits else ""
    return [border, f"In brackets: lowest to highest {INTERVAL}{readers}."]


def method_rows(case: CaseResult) -> tuple[tuple[str, str], ...]:
    """What was outlined on what, where the border runs, and what each number means."""
    method = case.method
    return (
        ("Outlines", f"{method.segmentation}; {method.segmentation_note}"),
        ("Outlined on", ", ".join(method.segmented_on)),
        ("Border", BORDER[method.roi_definition]),
        ("Border to the erector spinae", LATERAL_BORDER[method.lateral_border]),
        ("Interval", INTERVAL_MEANING),
        ("Fat", method.fat_note),
        (
            "Fat, ratio of sums",
            "sum of fat over sum of fat and water in the region, weighted by signal",
        ),
        ("Fat, mean of ratios", "mean of each pixel's fat over fat and water"),
        ("Lean area", f"total area times (1 - fat fraction, {leading_method(case)})"),
        (
            "Area in the disc's plane",
            "total area times the cosine of the tilt between slice and disc; as if cut along the "
            "disc, if the muscle runs square to it",
        ),
        (
            "Muscle to vertebra",
            "area in the disc's plane over the vertebral body above the disc, at its mid-height; "
            "studies divide by other areas too, so compare only like with like",
        ),
        ("Asymmetry", "100 x (larger - smaller) / larger area"),
        ("Levels", method.levels),
        (
            "Sides",
            "the person's, from the image geometry; pictures show the right side on the left",
        ),
    )


def quality_table(case: CaseResult) -> Table:
    """How sure the network was of each outline of the multifidus, and what speaks against it."""
    rows = [
        (
            outline.level.value,
            outline.side.value,
            str(outline.slice_index),
            decimals(outline.confidence, 2),
            "; ".join(outline.concerns) or "nothing noticed",
        )
        for outline in case.outline_quality
        if outline.muscle is Muscle.MULTIFIDUS
    ]
    headings = ("Level", "Side", "Slice", "Confidence 0-1", "To check")
    return Table(headings, tuple(rows))


def series_table(case: CaseResult) -> Table:
    """Every series found, its role and the reason for it."""
    rows = [
        (
            series.series_id,
            series.role.value,
            series.reason,
            " x ".join(str(n) for n in series.shape),
            " x ".join(f"{mm:.2f}" for mm in series.spacing_mm),
        )
        for series in case.series
    ]
    return Table(("Series", "Role", "Why", "Voxels R-A-S", "Spacing mm"), tuple(rows))
