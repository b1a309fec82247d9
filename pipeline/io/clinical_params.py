"""Scoring tables of `params/clinical/` to domain types."""

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.domain.bands import OdiBands
from pipeline.domain.errors import UsageError
from pipeline.io.params_file import first_problem, read_yaml
from pipeline.io.project_files import PARAMS

ODI_BANDS_FILE = PARAMS / "clinical" / "odi.yml"


def read_odi_bands(path: Path = ODI_BANDS_FILE) -> OdiBands:
    """The ODI's severity bands with their rounding rule, source and confidence.

    Raises UsageError, one line, for a missing file, a misspelt or missing name, bands that do not
    rise to 100 % or an unknown confidence.
    """
    try:
        return TypeAdapter(OdiBands).validate_python(read_yaml(path))
    except ValidationError as error:
        raise UsageError(f"{path}: {first_problem(error)}") from error
