"""Measurements and volumes as tidy tables: one row per level, muscle, side and method.

An empty cell is a value that there is none of.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from multifidus.domain.answers import known
from multifidus.domain.measurement import MuscleVolume
from multifidus.domain.muscle_row import MuscleRow
from multifidus.domain.quantities import Measurand, Quantity, VolumeQuantity
from multifidus.files.tables import INTEGER, NUMBER, TEXT, YES_NO, Column, Table

Of = TypeVar("Of")

MEASUREMENTS_FILE = "measurements.csv"
MEASUREMENTS_PARQUET = "measurements.parquet"
VOLUMES_FILE = "volumes.csv"

PERSON = "pseudonym of the person"
MUSCLE = "multifidus, erector_spinae or psoas"
SIDE = "right or left, the person's"
METHOD = "how the fat fraction was formed; empty where there is none"
STACK = "axial stack of the slice, from 1"
LEADING = (Quantity.TOTAL_CSA, Quantity.FUNCTIONAL_CSA, Quantity.FAT_FRACTION)
"""The quantities that come first in the table."""


def _column(measurand: Measurand, value: Callable[[Of], float | None]) -> Column[Of]:
    facts = measurand.facts
    return Column(str(measurand), NUMBER, facts.unit, facts.meaning, value, facts.least, facts.most)


MEASUREMENTS = Table(MEASUREMENTS_FILE, MuscleRow, (
    Column("subject_id", TEXT, "", PERSON),
    Column("level", TEXT, "", "disc level, L1/2 to L5/S1; empty for a slice without a level"),
    Column("slice_index", INTEGER, "", "axial slice, counted from 0 at the feet", least=0),
    Column("muscle", TEXT, "", MUSCLE, lambda row: row.structure.muscle),
    Column("side", TEXT, "", SIDE, lambda row: row.structure.side),
    Column("method", TEXT, "", METHOD, lambda row: known(row.fat, lambda fat: fat.method)),
    *(_column(quantity, quantity.facts.of) for quantity in LEADING),
    Column("stack", INTEGER, "", STACK, lambda row: known(row.stack, _from_1), least=1),
    *(_column(quantity, quantity.facts.of) for quantity in Quantity if quantity not in LEADING),
    Column("not_assessable", TEXT, "", "why values of this row are missing; empty if none are"),
    Column("outline_doubts", TEXT, "",
           "what speaks against the outline; empty where nothing was noticed"),
    Column("border", TEXT, "",
           "round the muscle, and to the erector spinae; only rows of one border compare; "
           "empty for given labels"),
))  # fmt: skip
"""One row per level or slice, muscle, side and fat method."""


class VolumeRow(NamedTuple):
    """A muscle's volume, and whose it is."""

    subject_id: str
    volume: MuscleVolume


def _volume_column(quantity: VolumeQuantity) -> Column[VolumeRow]:
    return _column(quantity, lambda row: quantity.of(row.volume))


VOLUMES = Table(VOLUMES_FILE, VolumeRow, (
    Column("subject_id", TEXT, "", PERSON),
    Column("muscle", TEXT, "", MUSCLE, lambda row: row.volume.muscle),
    Column("side", TEXT, "", SIDE, lambda row: row.volume.side),
    Column("stack", INTEGER, "", STACK, lambda row: _from_1(row.volume.stack), least=1),
    Column("lowest_slice", INTEGER, "", "lowest slice that shows the muscle, from 0 at the feet",
           lambda row: row.volume.lowest_slice),
    Column("highest_slice", INTEGER, "", "highest slice that shows it",
           lambda row: row.volume.highest_slice),
    Column("slices", INTEGER, "", "slices that show it", lambda row: row.volume.slices),
    Column("missing_slices", INTEGER, "", "slices in between that do not show it",
           lambda row: row.volume.missing_slices),
    _volume_column(VolumeQuantity.RANGE),
    Column("whole", YES_NO, "", "1: ends within the stack; 0: goes on beyond it, so incomplete",
           lambda row: int(row.volume.whole)),
    _volume_column(VolumeQuantity.VOXELS),
    _volume_column(VolumeQuantity.TRAPEZOIDS),
    Column("method", TEXT, "", METHOD,
           lambda row: known(row.volume.leading_lean, lambda lean: lean.method)),
    _volume_column(VolumeQuantity.LEAN),
))  # fmt: skip
"""One row per muscle and side of a stack; lean volume by the leading method."""


def volume_rows(subject_id: str, volumes: Iterable[MuscleVolume]) -> list[VolumeRow]:
    """The volumes of one person."""
    return [VolumeRow(subject_id, volume) for volume in volumes]


def _from_1(stack: int) -> int:
    return stack + 1
