"""Facts of the pathway after selection from `params/pathway/`: each number with its source."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from multifidus.domain.errors import UsageError
from multifidus.domain.event import TherapyPlan
from multifidus.domain.pathway import MeasurementError
from multifidus.files.paths import PARAMS
from multifidus.files.yaml import first_problem, read_yaml

PATHWAY = PARAMS / "pathway"


@lru_cache(maxsize=1)
def read_therapy_plan(path: Path = PATHWAY / "therapy.yml") -> TherapyPlan:
    """How much stimulation a day is planned. Raises UsageError where the file does not hold."""
    return _read(path, TherapyPlan, read_yaml(path))


@lru_cache(maxsize=1)
def read_measurement_errors(
    path: Path = PATHWAY / "measurement_error.yml",
) -> tuple[MeasurementError, ...]:
    """What sources give as an instrument's own error. Raises UsageError where it does not hold."""
    return _read(path, tuple[MeasurementError, ...], read_yaml(path).get("errors", []))


def pathway_files(folder: Path = PATHWAY) -> list[Path]:
    """Every file that a follow-up depends on, in the order of their names."""
    return sorted(folder.glob("*.yml"))


def _read(path: Path, kind: Any, content: Any) -> Any:
    try:
        return TypeAdapter(kind).validate_python(content)
    except ValidationError as error:
        raise UsageError(f"{path}: {first_problem(error)}") from error
