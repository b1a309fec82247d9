"""The tables that an evaluation leaves behind: every outline, their summary, what failed."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from multifidus.domain.agreement import (
    AgreementSummary,
    BlandAltman,
    ComparedOutline,
    FailedImage,
    Icc,
)
from multifidus.domain.answers import NotAssessable
from multifidus.files.results.case import write_rows

EVALUATION_FILE = "evaluation.csv"
SUMMARY_FILE = "summary.csv"
FAILED_FILE = "failed.csv"

OUTLINE_COLUMNS = {
    "subject": "pseudonym of the person",
    "image": "file name of the image",
    "contrast": "as the table says",
    "level": "disc level as the table says; empty where it says none",
    "slice_index": "axial slice, counted from 0 at the feet",
    "muscle": "multifidus or erector_spinae",
    "side": "right or left, the person's",
    "dice": "Dice overlap of the two outlines, 0 to 1; 0 where only one of them is there",
    "hd95_mm": "95 % Hausdorff distance of the two borders in the slice",
    "area_found_mm2": "area that the bundle outlined; 0 where it outlined none",
    "area_reader_mm2": "area that the reader outlined; 0 where the reader outlined none",
    "area_bias_pct": "100 x (found - reader) / reader",
    "fat_found_pct": "signal fat fraction inside the found outline, ratio of sums, 0 to 100",
    "fat_reader_pct": "signal fat fraction inside the reader's outline, ratio of sums, 0 to 100",
    "fat_difference_points": "found - reader, percentage points",
    "trained_on": "by what the weights know the person; such rows are in no figure; else empty",
    "not_assessable": "why a cell of the row is empty",
    "notes": "what was assumed of the image, such as fat placed at the position of water",
}
"""Columns of `evaluation.csv` and what they hold."""

SUMMARY_COLUMNS = {
    "contrast": "as the table says",
    "level": "as the table says",
    "muscle": "multifidus or erector_spinae",
    "side": "right or left, the person's",
    "subjects": "people",
    "images": "images",
    "outlines": "slices that show the muscle, found or by the reader",
    "dice_mean": "mean Dice of the outlines, 0 to 1",
    "dice_median": "median Dice",
    "dice_under_0_6_pct": "share of the outlines with a Dice under 0.6, 0 to 100",
    "hd95_outlines": "slices with both outlines, on which the distance was measured",
    "hd95_median_mm": "median 95 % Hausdorff distance",
    "area_bias_mm2": "Bland-Altman bias: mean of found - reader",
    "area_sd_mm2": "standard deviation of the differences",
    "area_limit_low_mm2": "lower 95 % limit of agreement",
    "area_limit_high_mm2": "upper 95 % limit of agreement",
    "area_icc_2_1": "ICC(2,1) of the areas, 1 is the best",
    "area_icc_2_1_ci95_low": "lower end of its 95 % confidence interval",
    "area_icc_2_1_ci95_high": "upper end",
    "fat_outlines": "outlines with a fat fraction of both",
    "fat_bias_points": "Bland-Altman bias of the fat fraction, percentage points",
    "fat_sd_points": "standard deviation of the differences",
    "fat_limit_low_points": "lower 95 % limit of agreement",
    "fat_limit_high_points": "upper 95 % limit of agreement",
    "not_assessable": "why a cell of the row is empty",
}
"""Columns of `summary.csv` and what they hold."""

FAILED_COLUMNS = {
    "subject": "pseudonym of the person",
    "image": "file name of the image",
    "reason": "why it could not be evaluated",
}
"""Columns of `failed.csv` and what they hold."""


def write_outlines(outlines: Iterable[ComparedOutline], path: Path) -> None:
    """Write one row per image, slice, muscle and side."""
    write_rows([_outline_row(one) for one in outlines], path, OUTLINE_COLUMNS)


def write_summary(summaries: Iterable[AgreementSummary], path: Path) -> None:
    """Write one row per contrast, level, muscle and side."""
    write_rows([_summary_row(one) for one in summaries], path, SUMMARY_COLUMNS)


def write_failed(failed: Iterable[FailedImage], path: Path) -> None:
    """Write one row per image that failed; a table without rows where none did."""
    rows = [{"subject": one.subject, "image": one.image, "reason": one.reason} for one in failed]
    write_rows(rows, path, FAILED_COLUMNS)


def read_failed(path: Path) -> list[FailedImage]:
    """The images that `write_failed` wrote."""
    with path.open(encoding="utf-8", newline="") as file:
        return [FailedImage(**fields) for fields in csv.DictReader(file)]


def read_trained_on(path: Path) -> dict[str, str]:
    """The people of `evaluation.csv` whom the weights were trained on, and how that was told."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {row["subject"]: row["trained_on"] for row in rows if row["trained_on"]}


def _outline_row(one: ComparedOutline) -> dict[str, object]:
    return {
        "subject": one.subject,
        "image": one.image,
        "contrast": one.contrast,
        "level": one.level,
        "slice_index": one.slice_index,
        "muscle": one.muscle.value,
        "side": one.side.value,
        "dice": one.dice,
        "hd95_mm": _cell(one.hd95_mm),
        "area_found_mm2": one.area_found_mm2,
        "area_reader_mm2": one.area_reader_mm2,
        "area_bias_pct": _cell(one.area_bias_pct),
        "fat_found_pct": _cell(one.fat_found_pct),
        "fat_reader_pct": _cell(one.fat_reader_pct),
        "fat_difference_points": _cell(one.fat_difference_points),
        "trained_on": one.trained_on,
        "not_assessable": _reasons(one.not_assessable),
        "notes": " ".join(one.notes),
    }


def _summary_row(one: AgreementSummary) -> dict[str, object]:
    return {
        "contrast": one.contrast,
        "level": one.level,
        "muscle": one.muscle.value,
        "side": one.side.value,
        "subjects": one.subjects,
        "images": one.images,
        "outlines": one.outlines,
        "dice_mean": one.dice_mean,
        "dice_median": one.dice_median,
        "dice_under_0_6_pct": one.dice_under_pct,
        "hd95_outlines": one.hd95_outlines,
        "hd95_median_mm": _cell(one.hd95_median_mm),
        **_limits("area", "mm2", one.area),
        **_icc("area_icc_2_1", one.area_icc),
        **({} if isinstance(one.fat, NotAssessable) else {"fat_outlines": one.fat.n}),
        **_limits("fat", "points", one.fat),
        "not_assessable": _reasons(one.not_assessable),
    }


def _limits(what: str, unit: str, found: BlandAltman | NotAssessable) -> dict[str, object]:
    if isinstance(found, NotAssessable):
        return {}
    return {
        f"{what}_bias_{unit}": found.bias,
        f"{what}_sd_{unit}": found.sd,
        f"{what}_limit_low_{unit}": found.low,
        f"{what}_limit_high_{unit}": found.high,
    }


def _icc(name: str, found: Icc | NotAssessable) -> dict[str, object]:
    if isinstance(found, NotAssessable):
        return {}
    return {name: found.value, f"{name}_ci95_low": found.low, f"{name}_ci95_high": found.high}


def _cell(value: float | NotAssessable) -> float | str:
    return "" if isinstance(value, NotAssessable) else value


def _reasons(missing: Sequence[NotAssessable]) -> str:
    return "; ".join(f"{one.what}: {one.reason}" for one in missing)
