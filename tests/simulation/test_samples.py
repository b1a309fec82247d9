import csv
from pathlib import Path

import pytest

from multifidus.domain.decision import Conclusion
from multifidus.domain.errors import UsageError
from multifidus.domain.gate import ReasonKind
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.yaml import read_settings
from multifidus.simulation.samples import ALL_SAMPLES, CLINICAL_COLUMNS, SAMPLE_STUDIES
from multifidus.tasks.samples import write_samples
from tests.helpers.people import SETS, answers_to

pytestmark = pytest.mark.slow

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


def test_the_studies_stay_under_17_megabytes(fresh):
    assert sum(len(data) for data in contents(fresh).values()) < 17e6


def test_every_study_has_its_four_series_and_a_clinical_row(fresh):
    with (fresh / "clinical.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == CLINICAL_COLUMNS
    for sample, row in zip(ALL_SAMPLES, rows, strict=True):
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
    whole = [
        row
        for row in rows
        if row["subject_id"] in {sample_study.name for sample_study in SAMPLE_STUDIES}
    ]
    assert len(whole) == len(SAMPLE_STUDIES) * 5 * 3 * 2
    assert {row["level"] for row in rows if row not in whole} == {"L4/5"}
    assert all(float(row["area_mm2"]) > 50 for row in rows)


def test_a_clinical_row_names_only_columns_of_the_table():
    for sample in ALL_SAMPLES:
        assert set(sample.clinical) <= set(CLINICAL_COLUMNS)


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        write_samples(tmp_path)
    assert list(contents(tmp_path)) == ["thesis.txt"]


def test_one_person_has_every_criterion_answered_one_contradicts_itself_one_is_open():
    settings = read_settings()
    data = read_clinical_data(COMMITTED / "clinical.csv", settings.clinical)
    assert data.notes == ()
    kinds, conclusions = {}, {}
    for sample in ALL_SAMPLES:
        answers = answers_to(data.record_of(sample.name))
        kinds[sample.name] = {reason.kind for reason in answers.gate.reasons}
        decisions = [answers.decide(SETS[name]) for name in settings.eligibility.rule_sets]
        conclusions[sample.name] = {decision.conclusion for decision in decisions}
    assert kinds == {
        "sample-01": set(),
        "sample-02": set(),
        "sample-03": {ReasonKind.CONTRADICTION},
    }
    assert conclusions["sample-01"] == {Conclusion.MORE_INFORMATION_NEEDED}
    assert conclusions["sample-02"] == {Conclusion.CRITERIA_MET}
    assert Conclusion.CRITERIA_MET not in conclusions["sample-03"]
