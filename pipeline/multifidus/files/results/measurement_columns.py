"""The columns of the tidy tables of measurements: type, unit and meaning of each.

Names are lower case with their unit, letters, digits and underscores alone, so that pandas, R and
REDCap take them as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "integer", "number", "yes_no"]


@dataclass(frozen=True)
class Column:
    """One column: type of its values, unit ("" for none) and meaning.

    least, most: what no value can lie below or above, None where nothing bounds it.
    """

    kind: Kind
    unit: str
    meaning: str
    least: float | None = None
    most: float | None = None


COLUMNS: Mapping[str, Column] = {
    "subject_id": Column("text", "", "pseudonym of the person"),
    "level": Column("text", "", "disc level, L1/2 to L5/S1; empty for a slice without a level"),
    "slice_index": Column("integer", "", "axial slice, counted from 0 at the feet", 0),
    "muscle": Column("text", "", "multifidus, erector_spinae or psoas"),
    "side": Column("text", "", "right or left, the person's"),
    "method": Column("text", "", "how the fat fraction was formed; empty where there is none"),
    "total_csa_mm2": Column("number", "mm2", "area inside the border (TCSA)", 0),
    "functional_csa_mm2": Column(
        "number", "mm2", "total area times (1 - fat fraction) (FCSA, lean area)", 0
    ),
    "fat_signal_fraction_pct": Column(
        "number", "%", "fat fraction of the region by the method, 0 to 100", 0, 100
    ),
    "stack": Column("integer", "", "axial stack of the slice, from 1", 1),
    "tilt_deg": Column(
        "number",
        "deg",
        "angle between slice and disc, 0 to 90; empty where there is no disc",
        0,
        90,
    ),
    "tilt_corrected_csa_mm2": Column(
        "number", "mm2", "total area times cos(tilt): projected on the disc's plane", 0
    ),
    "vertebra_area_mm2": Column(
        "number", "mm2", "vertebral body above the disc, at mid-height square to its axis", 0
    ),
    "muscle_to_vertebra_ratio": Column("number", "1", "tilt-corrected area over vertebra area", 0),
    "fat_low_pct": Column(
        "number",
        "%",
        "lowest fat fraction that its uncertainty allows; empty where none is told",
        0,
        100,
    ),
    "fat_high_pct": Column(
        "number", "%", "highest fat fraction that its uncertainty allows", 0, 100
    ),
    "deep_fat_pct": Column(
        "number",
        "%",
        "fat fraction within the nearest 15 % of the muscle's width from the disc",
        0,
        100,
    ),
    "rest_fat_pct": Column("number", "%", "fat fraction of the rest of the muscle", 0, 100),
    "epimuscular_fat_mm2": Column(
        "number",
        "mm2",
        "fat between fascia and visible muscle; only of outlines along the fascia",
        0,
    ),
    "muscle_to_fat_signal_ratio": Column(
        "number", "1", "mean signal over that of subcutaneous fat, T1 or T2 only; an index, no fat"
    ),
    "asymmetry_pct": Column(
        "number", "%", "100 x (larger - smaller) / larger total area of the two sides", 0, 100
    ),
    "reader_area_low_mm2": Column(
        "number",
        "mm2",
        "lowest area that a reader would draw here, by the outlines' 95 % limits of agreement; "
        "empty where these were not measured",
        0,
    ),
    "reader_area_high_mm2": Column("number", "mm2", "highest area that a reader would draw", 0),
    "asymmetry_limit_pct": Column(
        "number",
        "%",
        "asymmetry up to which a side difference cannot be told from error; empty where that was "
        "not measured",
        0,
        100,
    ),
    "not_assessable": Column("text", "", "why values of this row are missing; empty if none are"),
    "outline_doubts": Column(
        "text", "", "what speaks against the outline; empty where nothing was noticed"
    ),
}
"""Columns of `measurements.csv`."""

VOLUME_COLUMNS: Mapping[str, Column] = {
    "subject_id": COLUMNS["subject_id"],
    "muscle": COLUMNS["muscle"],
    "side": COLUMNS["side"],
    "stack": COLUMNS["stack"],
    "lowest_slice": Column("integer", "", "lowest slice that shows the muscle, from 0 at the feet"),
    "highest_slice": Column("integer", "", "highest slice that shows it"),
    "slices": Column("integer", "", "slices that show it"),
    "missing_slices": Column("integer", "", "slices in between that do not show it"),
    "range_mm": Column(
        "number", "mm", "from lower face of the lowest to upper face of the highest"
    ),
    "whole": Column("yes_no", "", "1: ends within the stack; 0: goes on beyond it, so incomplete"),
    "voxel_volume_mm3": Column("number", "mm3", "labelled voxels times voxel volume"),
    "trapezoid_volume_mm3": Column("number", "mm3", "areas joined by straight lines, integrated"),
    "method": COLUMNS["method"],
    "lean_volume_mm3": Column("number", "mm3", "volume times (1 - fat fraction), slice by slice"),
}
"""Columns of `volumes.csv`: one row per muscle and side of a stack."""
