"""The tables as pandas and R read them: numbers are numbers, and what is empty is missing.

R is not needed for the project; without `Rscript` its tests are skipped.
"""

import shutil
import subprocess

import pandas as pd
import pytest

from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.measurement import MuscleVolume
from multifidus.domain.muscle_row import case_rows, section_rows
from multifidus.files.results.measurements import MEASUREMENTS, VOLUMES, volume_rows
from tests.helpers.cases import finished_case, section

TABLES = {"measurements": MEASUREMENTS, "volumes": VOLUMES}
DTYPES = {"text": "string", "integer": "Int64", "number": "Float64", "yes_no": "Int64"}
READ_BY_R = """
table <- read.csv(commandArgs(TRUE)[1], na.strings = c("NA", ""))
for (name in names(table)) {
    column <- table[[name]]
    cat(name, if (is.numeric(column)) "numeric" else class(column), sum(is.na(column)), "\\n")
}
"""


@pytest.fixture
def rows() -> dict[str, list]:
    """A placed muscle by two methods, one without level, tilt or vertebra, and one volume."""
    unplaced = section_rows("p2", "", section(Side.LEFT, 800.0, 1 / 3, 18))
    volume = MuscleVolume(Muscle.PSOAS, Side.LEFT, 2, 6, 4, 20.0, 1600.0, 1990.0, False)
    return {
        "measurements": case_rows(finished_case()) + unplaced,
        "volumes": volume_rows("p2", [volume]),
    }


@pytest.mark.parametrize("name", TABLES)
def test_parquet_comes_back_with_its_types_also_where_a_column_is_empty(tmp_path, rows, name):
    path = tmp_path / f"{name}.parquet"
    TABLES[name].write_described(rows[name], path)
    table = pd.read_parquet(path, dtype_backend="numpy_nullable")
    for column in TABLES[name].columns:
        found = [None if pd.isna(value) else value for value in table[column.name]]
        cells = [column.cell(row) for row in rows[name]]
        assert found == [None if cell == "" else cell for cell in cells]
        assert str(table[column.name].dtype) == DTYPES[column.kind]


@pytest.mark.parametrize("name", TABLES)
def test_r_reads_numbers_as_numeric_and_empty_cells_as_missing(tmp_path, rows, name):
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("Rscript is not installed; 'apt-get install r-base-core' brings it")
    path = tmp_path / f"{name}.csv"
    TABLES[name].write_described(rows[name], path)
    (tmp_path / "read.R").write_text(READ_BY_R)
    said = subprocess.run(
        [rscript, "--vanilla", str(tmp_path / "read.R"), str(path)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = {line.split()[0]: line.split()[1:] for line in said.splitlines()}
    assert tuple(found) == TABLES[name].names
    for column in TABLES[name].columns:
        kind, missing = found[column.name]
        empty = sum(column.cell(row) in (None, "") for row in rows[name])
        assert int(missing) == empty
        if empty < len(rows[name]):  # of an empty column R cannot know the type
            assert (kind == "numeric") == (column.kind != "text")
