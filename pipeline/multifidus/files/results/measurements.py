"""Measurements as tidy tables, CSV and Parquet: one row per level, muscle, side and method.

An empty cell is a value that there is none of; `measurement_columns.py` says what each column is.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path

from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.case import CaseResult
from multifidus.domain.errors import UsageError
from multifidus.domain.measurement import (
    CrossSection,
    FatFraction,
    MuscleMeasurement,
    MuscleVolume,
    asymmetry_pct,
)
from multifidus.files.atomic import whole_file
from multifidus.files.results.case import write_rows, write_text
from multifidus.files.results.measurement_columns import COLUMNS, VOLUME_COLUMNS, Column

Row = dict[str, object]
MEASUREMENTS_FILE = "measurements.csv"
MEASUREMENTS_PARQUET = "measurements.parquet"
VOLUMES_FILE = "volumes.csv"
DICTIONARY_SUFFIX = "_dictionary.csv"
TABLE_SUFFIXES = (".csv", ".parquet")
ROWS_AT_ONCE = 10_000


def measurement_rows(subject_id: str, level: str, section: CrossSection) -> list[Row]:
    """One tidy row per fat method; a single row without a method where no fat was measured."""
    base: Row = {
        "subject_id": subject_id,
        "level": level,
        "slice_index": section.slice_index,
        "muscle": section.muscle.value,
        "side": section.side.value,
        "total_csa_mm2": section.total_csa_mm2,
        "epimuscular_fat_mm2": section.epimuscular_fat_mm2,
        "muscle_to_fat_signal_ratio": section.muscle_to_fat_signal_ratio,
    }
    return [base | _fat_cells(section, fat) for fat in section.fat] or [base]


def _fat_cells(section: CrossSection, fat: FatFraction) -> Row:
    low, high = fat.interval_pct or (None, None)
    radial = section.radial_fat(fat.method)
    return {
        "method": fat.method.value,
        "functional_csa_mm2": section.functional_csa_mm2(fat.method),
        "fat_signal_fraction_pct": fat.pct,
        "fat_low_pct": low,
        "fat_high_pct": high,
        "deep_fat_pct": None if radial is None else radial.deep_pct,
        "rest_fat_pct": None if radial is None else radial.rest_pct,
    }


def level_rows(subject_id: str, one: MuscleMeasurement) -> list[Row]:
    """The rows of one muscle at a disc level, with what is known of the slice and the vertebra."""
    known: Row = {
        "stack": one.stack + 1,
        "tilt_deg": one.tilt_deg,
        "tilt_corrected_csa_mm2": one.tilt_corrected_csa_mm2,
        "vertebra_area_mm2": None if one.body is None else one.body.area_mm2,
        "muscle_to_vertebra_ratio": one.muscle_to_vertebra_ratio,
    }
    rows = measurement_rows(subject_id, one.level.value, one.section)
    return [row | known for row in rows]


def case_rows(case: CaseResult) -> list[Row]:
    """Tidy rows of every measurement of a case."""
    doubts = {(one.level, one.muscle, one.side): one.concerns for one in case.outline_quality}
    rows: list[Row] = []
    for one in case.measurements:
        key = (one.level, one.section.muscle, one.section.side)
        known: Row = {"outline_doubts": "; ".join(doubts.get(key, ()))}
        limits = case.limits_of(one.section.muscle)
        if limits is not None:
            known |= _limit_cells(limits, one.section.total_csa_mm2)
        rows += [row | known for row in level_rows(case.subject_id, one)]
    return with_asymmetry(rows)


def _limit_cells(limits: AreaLimits, area_mm2: float) -> Row:
    low_mm2, high_mm2 = limits.reader_range_mm2(area_mm2)
    return {
        "reader_area_low_mm2": low_mm2,
        "reader_area_high_mm2": high_mm2,
        "asymmetry_limit_pct": limits.asymmetry_limit_pct,
    }


def with_asymmetry(rows: Sequence[Row]) -> list[Row]:
    """The rows of one person with the asymmetry of both sides, where both were measured.

    Each side's rows carry the same value.
    """
    areas: dict[tuple[object, ...], dict[object, float]] = {}
    for row in rows:
        area_mm2 = row.get("total_csa_mm2")
        if isinstance(area_mm2, float):
            areas.setdefault(_place(row), {})[row["side"]] = area_mm2
    told = {place: asymmetry_pct(*pair.values()) for place, pair in areas.items() if len(pair) == 2}
    return [row | {"asymmetry_pct": told.get(_place(row))} for row in rows]


def _place(row: Row) -> tuple[object, ...]:
    return tuple(row.get(name) for name in ("stack", "level", "slice_index", "muscle"))


def volume_rows(subject_id: str, volumes: Iterable[MuscleVolume]) -> list[Row]:
    """One row per muscle and side; lean volume by the leading method, empty without fat."""
    rows: list[Row] = []
    for one in volumes:
        row: Row = {name: getattr(one, name, None) for name in VOLUME_COLUMNS}
        lean = one.lean[0] if one.lean else None
        rows.append(
            row
            | {
                "subject_id": subject_id,
                "muscle": one.muscle.value,
                "side": one.side.value,
                "stack": one.stack + 1,
                "whole": int(one.whole),
                "method": None if lean is None else lean.method.value,
                "lean_volume_mm3": None if lean is None else lean.lean_volume_mm3,
            }
        )
    return rows


def write_table(
    rows: Iterable[Mapping[str, object]], path: Path, columns: Mapping[str, Column] = COLUMNS
) -> None:
    """Write tidy rows as CSV, or as Parquet where the file's name ends so, and their dictionary.

    The dictionary lies beside the table: `<name>_dictionary.csv`. Raises UsageError for a name
    that ends otherwise: a CSV file named .xlsx opens in no program.
    """
    suffix = path.suffix.lower()
    if suffix not in TABLE_SUFFIXES:
        raise UsageError(f"{path}: a table ends in {' or '.join(TABLE_SUFFIXES)}")
    if suffix == ".parquet":
        write_parquet(rows, path, columns)
    else:
        write_rows(rows, path, columns)
    write_dictionary(path.with_name(path.stem + DICTIONARY_SUFFIX), columns)


def write_dictionary(path: Path, columns: Mapping[str, Column]) -> None:
    """The data dictionary: one row per column with its type, unit and meaning."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("column", "type", "unit", "meaning"))
    writer.writerows((name, one.kind, one.unit, one.meaning) for name, one in columns.items())
    write_text(text.getvalue(), path)


def write_parquet(
    rows: Iterable[Mapping[str, object]], path: Path, columns: Mapping[str, Column] = COLUMNS
) -> None:
    """Write tidy rows as Parquet, every column with its type, unit and meaning.

    The same rows give the same bytes; at most `ROWS_AT_ONCE` are held. pyarrow is loaded only
    here: it takes longer than measuring.
    """
    import pyarrow as pa
    from pyarrow import parquet

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "yes_no": pa.int64(),
    }
    schema = pa.schema(
        [
            pa.field(name, types[one.kind], metadata={"unit": one.unit, "meaning": one.meaning})
            for name, one in columns.items()
        ]
    )
    rows = iter(rows)
    with (
        whole_file(path) as partial,
        parquet.ParquetWriter(partial, schema, compression="zstd") as writer,
    ):
        while part := list(islice(rows, ROWS_AT_ONCE)):
            cells = [
                {name: None if row.get(name) == "" else row.get(name) for name in columns}
                for row in part
            ]
            writer.write_table(pa.Table.from_pylist(cells, schema))
