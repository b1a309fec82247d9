"""What an agreement study leaves behind: pairs, precision, overlaps; and a precision read back."""

import math
from collections.abc import Mapping
from pathlib import Path

from multifidus.domain.anatomy import Muscle
from multifidus.domain.answers import known
from multifidus.domain.errors import InputError
from multifidus.domain.precision import (
    KnownMdc,
    KnownPrecision,
    Overlap,
    Precision,
    Repeat,
    Unpaired,
)
from multifidus.domain.quantities import COMPARED, QUANTITY_OF, Quantity
from multifidus.files.atomic import sha256_of
from multifidus.files.csv import Layout, read_csv
from multifidus.files.tables import GIVEN, INTEGER, NUMBER, TEXT, Column, Table, reasons

PRECISION_FILE = "precision.csv"
PAIRS_FILE = "pairs.csv"
OVERLAP_FILE = "overlap.csv"
UNPAIRED_FILE = "unpaired.csv"

PRECISION = Table(PRECISION_FILE, Precision, (
    Column("about", TEXT, "", "what was repeated, in the words of who ran it; empty where not said",
           GIVEN),
    Column("quantity", TEXT, "", "a column of measurements.csv, with its unit"),
    Column("method", TEXT, "", "how the fat fraction was formed; empty for quantities without fat"),
    Column("muscle", TEXT, "", "multifidus, erector_spinae or psoas; both sides together"),
    Column("level", TEXT, "", "disc level; empty for all levels together"),
    Column("subjects", INTEGER, "people", "people"),
    Column("pairs", INTEGER, "pairs",
           "readings by A and by B; those of one person are not independent"),
    Column("mean", NUMBER, "", "of all readings"),
    Column("bias", NUMBER, "", "Bland-Altman bias: mean of B - A",
           lambda precision: known(precision.agreement, lambda limits: limits.bias)),
    Column("sd", NUMBER, "", "standard deviation of the differences",
           lambda precision: known(precision.agreement, lambda limits: limits.sd)),
    Column("limit_low", NUMBER, "", "lower 95 % limit of agreement",
           lambda precision: known(precision.agreement, lambda limits: limits.low)),
    Column("limit_high", NUMBER, "", "upper 95 % limit of agreement",
           lambda precision: known(precision.agreement, lambda limits: limits.high)),
    Column("icc_2_1", NUMBER, "1", "ICC(2,1), 1 is the best",
           lambda precision: known(precision.icc, lambda icc: icc.value)),
    Column("icc_2_1_ci95_low", NUMBER, "1", "lower end of its 95 % confidence interval",
           lambda precision: known(precision.icc, lambda icc: icc.low)),
    Column("icc_2_1_ci95_high", NUMBER, "1", "upper end",
           lambda precision: known(precision.icc, lambda icc: icc.high)),
    Column("sem", NUMBER, "", "standard error of measurement: within-subject SD",
           lambda precision: known(precision.sem, lambda sem: sem.value)),
    Column("sem_ci95_low", NUMBER, "", "lower end of its 95 % confidence interval",
           lambda precision: known(precision.sem, lambda sem: sem.low)),
    Column("sem_ci95_high", NUMBER, "", "upper end",
           lambda precision: known(precision.sem, lambda sem: sem.high)),
    Column("mdc95", NUMBER, "", "minimal detectable change, 1.96 x sqrt(2) x SEM",
           lambda precision: known(precision.sem, lambda sem: sem.mdc95)),
    Column("mdc95_from_sem_ci95_high", NUMBER, "",
           "the same from the upper end of the SEM's interval",
           lambda precision: known(precision.sem, lambda sem: sem.mdc95_high)),
    Column("not_assessable", TEXT, "", "why a cell of the row is empty",
           lambda precision: reasons(precision.not_assessable)),
))  # fmt: skip
"""One row per quantity, method, muscle and level; numbers without a unit are in the quantity's."""

PRECISION_LAYOUT = Layout("precision.csv of 'multifidus agreement'", PRECISION.names)

PAIRS = Table(PAIRS_FILE, Repeat, (
    Column("subject", TEXT, "", "pseudonym of the person"),
    Column("level", TEXT, "", "disc level; empty where none is stated"),
    Column("slice_index", INTEGER, "", "axial slice, counted from 0 at the feet"),
    Column("muscle", TEXT, "", "multifidus, erector_spinae or psoas"),
    Column("side", TEXT, "", "right or left, the person's"),
    Column("quantity", TEXT, "", "a column of measurements.csv, with its unit"),
    Column("method", TEXT, "", "how the fat fraction was formed; empty for quantities without fat"),
    Column("a", NUMBER, "", "in the quantity's unit", lambda repeat: repeat.first),
    Column("b", NUMBER, "", "in the quantity's unit", lambda repeat: repeat.second),
    Column("b_minus_a", NUMBER, "", "B - A", lambda repeat: repeat.difference),
))  # fmt: skip
"""One row per pair of readings A and B."""

OVERLAPS = Table(OVERLAP_FILE, Overlap, (
    Column("subject", TEXT, "", "pseudonym of the person"),
    Column("slice_index", INTEGER, "", "axial slice, counted from 0 at the feet"),
    Column("muscle", TEXT, "", "multifidus, erector_spinae or psoas"),
    Column("side", TEXT, "", "right or left, the person's"),
    Column("dice", NUMBER, "1", "Dice overlap of the two outlines, 0 to 1"),
    Column("hd95_mm", NUMBER, "mm", "95 % Hausdorff distance of the two borders in the slice"),
))  # fmt: skip
"""One row per slice, muscle and side that both readings outline."""

UNPAIRED = Table(UNPAIRED_FILE, Unpaired, (
    Column("subject", TEXT, "", "pseudonym of the person"),
    Column("where", TEXT, "", "what it is, in words"),
    Column("there", TEXT, "", "the reading that has it, A or B"),
))  # fmt: skip
"""What only one of the two readings has."""


def read_precision(path: Path) -> KnownPrecision:
    """The minimal detectable changes of a `precision.csv`; rows without one are left out.

    Raises UsageError for a missing file, InputError for one that `agreement` did not write.
    """
    rows = read_csv(path, PRECISION_LAYOUT)
    mdc95_of: dict[tuple[Quantity, str, Muscle, str], KnownMdc] = {}
    for row in rows:
        quantity = row.cells["quantity"]
        if row.cells["mdc95"] and quantity not in COMPARED:
            names = ", ".join(COMPARED)
            raise InputError(f"{row.where}: quantity '{quantity}' is none of {names}")
        try:
            mdc95_of |= {_key(row.cells): _mdc(row.cells)} if row.cells["mdc95"] else {}
        except ValueError as error:
            raise InputError(f"{row.where}: not of a precision.csv ({error})") from error
    return KnownPrecision(rows[0].cells["about"] if rows else "", sha256_of(path), mdc95_of)


def _key(row: Mapping[str, str]) -> tuple[Quantity, str, Muscle, str]:
    return QUANTITY_OF[row["quantity"]], row["method"], Muscle(row["muscle"]), row["level"]


def _mdc(row: Mapping[str, str]) -> KnownMdc:
    value, high = float(row["mdc95"]), float(row["mdc95_from_sem_ci95_high"])
    if not (0 < value <= high and math.isfinite(high)):
        raise ValueError(f"mdc95 {row['mdc95']} is no change above 0")
    return KnownMdc(value, high, row["level"], int(row["subjects"]), int(row["pairs"]))
