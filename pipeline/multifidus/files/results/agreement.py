"""What an agreement study leaves behind: pairs, precision, overlaps; and a precision read back."""

import csv
import math
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from multifidus.domain.anatomy import Muscle
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.precision import (
    QUANTITIES,
    KnownMdc,
    KnownPrecision,
    Overlap,
    Precision,
    Repeat,
    Unpaired,
)
from multifidus.files.atomic import sha256_of
from multifidus.files.results.case import write_rows

PRECISION_FILE = "precision.csv"
PAIRS_FILE = "pairs.csv"
OVERLAP_FILE = "overlap.csv"
UNPAIRED_FILE = "unpaired.csv"

PRECISION_COLUMNS = {
    "about": "what was repeated, in the words of who ran it; empty where not said",
    "quantity": "a column of measurements.csv, with its unit",
    "method": "how the fat fraction was formed; empty for quantities without fat",
    "muscle": "multifidus, erector_spinae or psoas; both sides together",
    "level": "disc level; empty for all levels together",
    "subjects": "people",
    "pairs": "readings by A and by B; those of one person are not independent",
    "mean": "of all readings",
    "bias": "Bland-Altman bias: mean of B - A",
    "sd": "standard deviation of the differences",
    "limit_low": "lower 95 % limit of agreement",
    "limit_high": "upper 95 % limit of agreement",
    "icc_2_1": "ICC(2,1), 1 is the best",
    "icc_2_1_ci95_low": "lower end of its 95 % confidence interval",
    "icc_2_1_ci95_high": "upper end",
    "sem": "standard error of measurement: within-subject SD",
    "sem_ci95_low": "lower end of its 95 % confidence interval",
    "sem_ci95_high": "upper end",
    "mdc95": "minimal detectable change, 1.96 x sqrt(2) x SEM",
    "mdc95_from_sem_ci95_high": "the same from the upper end of the SEM's interval",
    "not_assessable": "why a cell of the row is empty",
}
"""Columns of `precision.csv` and what they hold; all in the quantity's unit."""

PAIR_COLUMNS = ("subject", "level", "slice_index", "muscle", "side", "quantity", "method")


def write_pairs(repeats: Iterable[Repeat], path: Path) -> None:
    """Write one row per pair of readings: A, B and B - A."""
    rows = [asdict(one) | {"a": one.first, "b": one.second, "b_minus_a": one.difference}
            for one in repeats]  # fmt: skip
    columns = (*PAIR_COLUMNS, "a", "b", "b_minus_a")
    write_rows([{name: row[name] for name in columns} for row in rows], path, columns)


def write_overlaps(overlaps: Iterable[Overlap], path: Path) -> None:
    """Write Dice and 95 % Hausdorff distance, one row per slice, muscle and side."""
    rows = []
    for one in overlaps:
        row = asdict(one)
        if isinstance(one.hd95_mm, NotAssessable):
            row["hd95_mm"] = ""
        rows.append(row)
    write_rows(rows, path, ("subject", "slice_index", "muscle", "side", "dice", "hd95_mm"))


def write_unpaired(unpaired: Iterable[Unpaired], path: Path) -> None:
    """Write what only one of the two readings has."""
    write_rows([asdict(one) for one in unpaired], path, ("subject", "where", "there"))


def write_precision(found: Iterable[Precision], about: str, path: Path) -> None:
    """Write one row per quantity, method, muscle and level."""
    write_rows([_row(one, about) for one in found], path, PRECISION_COLUMNS)


def _row(one: Precision, about: str) -> dict[str, object]:
    row: dict[str, object] = {
        "about": about,
        "quantity": one.quantity,
        "method": one.method,
        "muscle": one.muscle.value,
        "level": one.level,
        "subjects": one.subjects,
        "pairs": one.pairs,
        "mean": one.mean,
        "not_assessable": "; ".join(f"{why.what}: {why.reason}" for why in one.not_assessable),
    }
    if not isinstance(one.agreement, NotAssessable):
        row |= {"bias": one.agreement.bias, "sd": one.agreement.sd}
        row |= {"limit_low": one.agreement.low, "limit_high": one.agreement.high}
    if not isinstance(one.icc, NotAssessable):
        row |= {"icc_2_1": one.icc.value}
        row |= {"icc_2_1_ci95_low": one.icc.low, "icc_2_1_ci95_high": one.icc.high}
    if not isinstance(one.sem, NotAssessable):
        row |= {"sem": one.sem.value, "sem_ci95_low": one.sem.low, "sem_ci95_high": one.sem.high}
        row |= {"mdc95": one.sem.mdc95, "mdc95_from_sem_ci95_high": one.sem.mdc95_high}
    return row


def read_precision(path: Path) -> KnownPrecision:
    """The minimal detectable changes of a `precision.csv`; rows without one are left out.

    Raises UsageError for a missing file, InputError for one that `agreement` did not write.
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such precision file; 'multifidus agreement' writes it")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if list(reader.fieldnames or []) != list(PRECISION_COLUMNS):
                raise InputError(f"{path}: not a precision.csv of 'multifidus agreement'")
            rows = list(reader)
            known = {
                (row["quantity"], row["method"], Muscle(row["muscle"]), row["level"]): _mdc(row)
                for row in rows
                if row["mdc95"]
            }
    except (UnicodeDecodeError, csv.Error, ValueError, TypeError) as error:
        raise InputError(f"{path}: not readable as a precision.csv ({error})") from error
    if any(quantity not in QUANTITIES for quantity, *_ in known):
        raise InputError(f"{path}: holds a quantity that is none of {', '.join(QUANTITIES)}")
    return KnownPrecision(rows[0]["about"] if rows else "", sha256_of(path), known)


def _mdc(row: dict[str, str]) -> KnownMdc:
    value, high = float(row["mdc95"]), float(row["mdc95_from_sem_ci95_high"])
    if not (0 < value <= high and math.isfinite(high)):
        raise ValueError(f"mdc95 {row['mdc95']} is no change above 0")
    return KnownMdc(value, high, row["level"], int(row["subjects"]), int(row["pairs"]))
