"""Facts of the pathway after selection from `params/pathway/`: each number with its source."""

from functools import lru_cache
from pathlib import Path

from multifidus.domain.event import TherapyPlan
from multifidus.domain.pathway import MeasurementError
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import as_type, read_as, read_yaml

PATHWAY = PARAMS / "pathway"


@lru_cache(maxsize=1)
def read_therapy_plan(path: Path = PATHWAY / "therapy.yml") -> TherapyPlan:
    """How much stimulation a day is planned. Raises UsageError where the file does not hold."""
    return read_as(TherapyPlan, path)


@lru_cache(maxsize=1)
def read_measurement_errors(
    path: Path = PATHWAY / "measurement_error.yml",
) -> tuple[MeasurementError, ...]:
    """What sources give as an instrument's own error. Raises UsageError where it does not hold."""
    return as_type(tuple[MeasurementError, ...], read_yaml(path).get("errors", []), path)


def pathway_files(folder: Path = PATHWAY) -> list[Path]:
    """Every file that a follow-up depends on, in the order of their names."""
    return sorted(folder.glob("*.yml"))
