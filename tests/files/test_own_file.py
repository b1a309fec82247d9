"""A table of other people and a label map of another image are not replaced unasked."""

from pathlib import Path

import pytest

from multifidus.domain.anatomy import Side
from multifidus.domain.errors import UsageError
from multifidus.domain.muscle_row import section_rows
from multifidus.files.nifti import write_labels
from multifidus.files.own_file import require_own_labels, require_own_table
from multifidus.files.results.measurements import MEASUREMENTS
from tests.helpers.cases import section
from tests.helpers.phantoms import axial_geometry, box_labels

ROW = section_rows("p1", "L4/5", section(Side.RIGHT, 100.0, 20, 18))[0]


@pytest.mark.parametrize("name", ["table.csv", "table.parquet"])
def test_a_table_is_its_own_person_s_alone(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    require_own_table(path, "p1")
    MEASUREMENTS.write_described([ROW], path)
    require_own_table(path, "p1")
    with pytest.raises(UsageError, match=f"{name} holds measurements of p1, not p2; .*--overwrite"):
        require_own_table(path, "p2")


@pytest.mark.parametrize("name", ["notes.csv", "notes.parquet"])
def test_a_file_that_is_no_table_of_measurements_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no table of measurements"):
        require_own_table(tmp_path / name, "p1")


def test_a_label_map_of_another_grid_stays_and_of_its_own_may_go(tmp_path: Path) -> None:
    path = tmp_path / "labels.nii.gz"
    require_own_labels(path, axial_geometry())
    write_labels(box_labels(axial_geometry()), path)
    require_own_labels(path, axial_geometry())
    with pytest.raises(UsageError, match=r"labels\.nii\.gz is the label map of another image"):
        require_own_labels(path, axial_geometry((40, 30, 6)))
    path.write_bytes(b"notes")
    with pytest.raises(UsageError, match="is there and no label map"):
        require_own_labels(path, axial_geometry())
