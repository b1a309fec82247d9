import csv
from pathlib import Path

import pytest

from pipeline.domain.errors import UsageError
from pipeline.samples import write_samples
from pipeline.simulation.samples import CLINICAL_COLUMNS, SAMPLE_STUDIES

COMMITTED = Path(__file__).resolve().parents[2] / "data_samples"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path within it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Path:
    return write_samples(tmp_path_factory.mktemp("samples") / "data_samples")


def test_another_write_gives_the_same_bytes(fresh, tmp_path):
    earlier = COMMITTED if (COMMITTED / "README.md").is_file() else write_samples(tmp_path / "two")
    expected, found = contents(earlier), contents(fresh)
    assert sorted(expected) == sorted(found)
    assert [name for name in found if found[name] != expected[name]] == []


def test_both_studies_stay_under_15_megabytes(fresh):
    assert sum(len(data) for data in contents(fresh).values()) < 15e6


def test_every_study_has_its_four_series_and_a_clinical_row(fresh):
    with (fresh / "clinical.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == CLINICAL_COLUMNS
    for sample, row in zip(SAMPLE_STUDIES, rows, strict=True):
        assert row["subject_id"] == sample.name
        assert sorted(path.name for path in (fresh / sample.name).iterdir()) == [
            "axial_dixon_fat",
            "axial_dixon_water",
            "axial_t2",
            "sagittal_t2",
        ]


def test_the_truth_tells_five_levels_of_three_muscles_on_two_sides_of_each_study(fresh):
    with (fresh / "truth.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(SAMPLE_STUDIES) * 5 * 3 * 2
    assert all(float(row["area_mm2"]) > 50 for row in rows)


def test_a_clinical_row_names_only_columns_of_the_table():
    for sample in SAMPLE_STUDIES:
        assert set(sample.clinical) <= set(CLINICAL_COLUMNS)


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        write_samples(tmp_path)
    assert list(contents(tmp_path)) == ["thesis.txt"]
