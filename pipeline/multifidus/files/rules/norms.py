"""Tables of published norms: `params/norms/*.csv` or a site's own."""

from pathlib import Path

from multifidus.domain.errors import UsageError
from multifidus.domain.norms import Norm, NormMeasure
from multifidus.files.csv import Layout, read_csv
from multifidus.files.names import named_file
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import as_type

NORM_COLUMNS = {
    "name": "study and group, as the report names it",
    "modality": "MRI, CT or ultrasound",
    "technique": "how the images were made",
    "dixon_echoes": "echoes of a Dixon sequence; a norm with them matches only images of as many",
    "field_tesla": "nominal field strength; a norm with one matches only images of that strength",
    "measure": "what was measured: " + ", ".join(NormMeasure),
    "unit": "of mean and sd",
    "muscles": "multifidus or erector_spinae; other words name outlines that this project lacks",
    "side": "both (their mean), each, right or left",
    "region": "L1-L5 (mean of the lumbar levels), a disc level such as L4/5, or another place",
    "sex": "female, male, or both where the norm does not part them",
    "age_from_years": "youngest, completed years",
    "age_to_years": "oldest, completed years",
    "population": "who they were; a group that starts with `patients` is no norm",
    "n": "people",
    "mean": "of the people",
    "sd": "between people",
    "unusable_because": "why nothing may be held against it",
    "note": "how it was measured",
    "source": "where it was read",
    "confidence": "seed, seen, seen_partial, secondary or site",
}
"""Columns of a table of norms and what they hold."""

NORMS = Layout("table of norms", tuple(NORM_COLUMNS), refusal=UsageError)


def norms_file(name_or_path: str) -> Path:
    """A table of `params/norms/` by name, or a site's own; raises as `named_file` does."""
    return named_file(name_or_path, PARAMS / "norms", ".csv", "table of norms")


def read_norms(name_or_path: str) -> tuple[Norm, ...]:
    """The norms of one table.

    Raises UsageError, one line with file and line, for a table that is not readable, an unknown or
    missing column, a value of another kind, and whatever `Norm` refuses.
    """
    return tuple(
        as_type(Norm, {name: cell for name, cell in row.cells.items() if cell}, row.where)
        for row in read_csv(norms_file(name_or_path), NORMS)
    )
