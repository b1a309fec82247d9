"""The tables that an evaluation leaves behind: every outline, their summary, what failed."""

from pathlib import Path

from multifidus.domain.agreement import AgreementSummary, ComparedOutline, FailedImage
from multifidus.domain.answers import known
from multifidus.files.csv import Layout, read_csv
from multifidus.files.tables import INTEGER, NUMBER, TEXT, Column, Table, reasons

EVALUATION_FILE = "evaluation.csv"
SUMMARY_FILE = "summary.csv"
FAILED_FILE = "failed.csv"

OUTLINES = Table(EVALUATION_FILE, ComparedOutline, (
    Column("subject", TEXT, "", "pseudonym of the person"),
    Column("image", TEXT, "", "file name of the image"),
    Column("contrast", TEXT, "", "as the table says"),
    Column("border", TEXT, "",
           "along which the found outline runs: by the contrast, or as the network was taught it"),
    Column("level", TEXT, "", "disc level as the table says; empty where it says none"),
    Column("slice_index", INTEGER, "", "axial slice, counted from 0 at the feet"),
    Column("muscle", TEXT, "", "multifidus or erector_spinae"),
    Column("side", TEXT, "", "right or left, the person's"),
    Column("dice", NUMBER, "1",
           "Dice overlap of the two outlines, 0 to 1; 0 where only one of them is there"),
    Column("hd95_mm", NUMBER, "mm", "95 % Hausdorff distance of the two borders in the slice"),
    Column("area_found_mm2", NUMBER, "mm2",
           "area that the bundle outlined; 0 where it outlined none"),
    Column("area_reader_mm2", NUMBER, "mm2",
           "area that the reader outlined; 0 where the reader outlined none"),
    Column("area_bias_pct", NUMBER, "%", "100 x (found - reader) / reader"),
    Column("fat_found_pct", NUMBER, "%",
           "signal fat fraction inside the found outline, ratio of sums, 0 to 100"),
    Column("fat_reader_pct", NUMBER, "%",
           "signal fat fraction inside the reader's outline, ratio of sums, 0 to 100"),
    Column("fat_difference_points", NUMBER, "percentage points",
           "found - reader, percentage points"),
    Column("trained_on", TEXT, "",
           "by what the weights know the person; such rows are in no figure; else empty"),
    Column("not_assessable", TEXT, "", "why a cell of the row is empty",
           lambda outline: reasons(outline.not_assessable)),
    Column("notes", TEXT, "",
           "what was assumed of the image, such as fat placed at the position of water",
           lambda outline: " ".join(outline.notes)),
))  # fmt: skip
"""One row per image, slice, muscle and side."""

SUMMARY = Table(SUMMARY_FILE, AgreementSummary, (
    Column("contrast", TEXT, "", "as the table says"),
    Column("level", TEXT, "", "as the table says"),
    Column("muscle", TEXT, "", "multifidus or erector_spinae"),
    Column("side", TEXT, "", "right or left, the person's"),
    Column("subjects", INTEGER, "people", "people"),
    Column("images", INTEGER, "images", "images"),
    Column("outlines", INTEGER, "slices", "slices that show the muscle, found or by the reader"),
    Column("dice_mean", NUMBER, "1", "mean Dice of the outlines, 0 to 1"),
    Column("dice_median", NUMBER, "1", "median Dice"),
    Column("dice_under_0_6_pct", NUMBER, "%",
           "share of the outlines with a Dice under 0.6, 0 to 100",
           lambda summary: summary.dice_under_pct),
    Column("hd95_outlines", INTEGER, "slices",
           "slices with both outlines, on which the distance was measured"),
    Column("hd95_median_mm", NUMBER, "mm", "median 95 % Hausdorff distance"),
    Column("area_bias_mm2", NUMBER, "mm2", "Bland-Altman bias: mean of found - reader",
           lambda summary: known(summary.area, lambda limits: limits.bias)),
    Column("area_sd_mm2", NUMBER, "mm2", "standard deviation of the differences",
           lambda summary: known(summary.area, lambda limits: limits.sd)),
    Column("area_limit_low_mm2", NUMBER, "mm2", "lower 95 % limit of agreement",
           lambda summary: known(summary.area, lambda limits: limits.low)),
    Column("area_limit_high_mm2", NUMBER, "mm2", "upper 95 % limit of agreement",
           lambda summary: known(summary.area, lambda limits: limits.high)),
    Column("area_icc_2_1", NUMBER, "1", "ICC(2,1) of the areas, 1 is the best",
           lambda summary: known(summary.area_icc, lambda icc: icc.value)),
    Column("area_icc_2_1_ci95_low", NUMBER, "1", "lower end of its 95 % confidence interval",
           lambda summary: known(summary.area_icc, lambda icc: icc.low)),
    Column("area_icc_2_1_ci95_high", NUMBER, "1", "upper end",
           lambda summary: known(summary.area_icc, lambda icc: icc.high)),
    Column("fat_outlines", INTEGER, "slices", "outlines with a fat fraction of both",
           lambda summary: known(summary.fat, lambda limits: limits.n)),
    Column("fat_bias_points", NUMBER, "percentage points",
           "Bland-Altman bias of the fat fraction, percentage points",
           lambda summary: known(summary.fat, lambda limits: limits.bias)),
    Column("fat_sd_points", NUMBER, "percentage points", "standard deviation of the differences",
           lambda summary: known(summary.fat, lambda limits: limits.sd)),
    Column("fat_limit_low_points", NUMBER, "percentage points", "lower 95 % limit of agreement",
           lambda summary: known(summary.fat, lambda limits: limits.low)),
    Column("fat_limit_high_points", NUMBER, "percentage points", "upper 95 % limit of agreement",
           lambda summary: known(summary.fat, lambda limits: limits.high)),
    Column("not_assessable", TEXT, "", "why a cell of the row is empty",
           lambda summary: reasons(summary.not_assessable)),
))  # fmt: skip
"""One row per contrast, level, muscle and side."""

FAILED = Table(FAILED_FILE, FailedImage, (
    Column("subject", TEXT, "", "pseudonym of the person"),
    Column("image", TEXT, "", "file name of the image"),
    Column("reason", TEXT, "", "why it could not be evaluated"),
))  # fmt: skip
"""One row per image that failed; a table without rows where none did."""


def read_failed(path: Path) -> list[FailedImage]:
    """The images that an evaluation wrote down as failed."""
    layout = Layout("table of failed images", FAILED.names)
    return [FailedImage(**row.cells) for row in read_csv(path, layout)]


def read_trained_on(path: Path) -> dict[str, str]:
    """The people of `evaluation.csv` whom the weights were trained on, and how that was told."""
    layout = Layout("table of compared outlines", OUTLINES.names)
    rows = [row.cells for row in read_csv(path, layout)]
    return {cells["subject"]: cells["trained_on"] for cells in rows if cells["trained_on"]}
