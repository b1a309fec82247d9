"""Tables of people and readings at the door: those of the commands, as DataFrames."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import multifidus as mf
from multifidus.files.nifti import write_labels
from multifidus.files.results.case import write_case
from multifidus.study import compared
from multifidus.tasks import evaluate as tasks_evaluate
from tests.helpers.cases import finished_case
from tests.helpers.golden_inputs import VISITS
from tests.helpers.labelled_tables import write_case as write_labelled
from tests.helpers.labelled_tables import write_table
from tests.helpers.phantoms import axial_geometry, box_labels, water_and_fat


@pytest.fixture
def clinical(tmp_path):
    path = tmp_path / "clinical.csv"
    path.write_text("subject_id,nrs,age_years\n007,7,54\n008,12,60\n")
    return path


def test_a_score_stands_beside_a_person_whose_name_looks_like_a_number(clinical):
    done = mf.score(str(clinical))
    assert done.scores[["subject_id", "nrs"]].to_numpy().tolist() == [["007", 7.0]]


def test_a_row_that_cannot_be_read_is_told_first_and_listed(clinical):
    done = mf.score(clinical)
    assert done.notes[0] == "1 of 2 rows rejected; see rejected"
    assert done.rejected["subject_id"].tolist() == ["008"]
    assert repr(done).startswith("Scores(scores 1 rows, rejected 1 rows")
    assert done._repr_html_().index("rejected") < done._repr_html_().index("007")


def test_scores_are_written_as_the_command_writes_them(clinical, tmp_path):
    from multifidus.tasks.score import score_file

    score_file(clinical, tmp_path / "command.csv")
    mf.score(clinical, output=tmp_path / "door.csv")
    for ending in ("", "_rejected", "_doubts", "_dictionary"):
        door = (tmp_path / f"door{ending}.csv").read_bytes()
        assert door == (tmp_path / f"command{ending}.csv").read_bytes()


def test_a_missing_table_is_refused_in_one_line(tmp_path):
    with pytest.raises(mf.UsageError, match=r"nobody\.csv") as refused:
        mf.score(tmp_path / "nobody.csv")
    assert "\n" not in str(refused.value)


@pytest.fixture
def readings(tmp_path):
    """Two readers' label maps of one image: the second's right multifidus is a column wider."""
    for reader, more in (("a", 0), ("b", 1)):
        labels = box_labels(axial_geometry())
        voxels = labels.voxels.copy()
        voxels[31 : 31 + more, 5:15] = 1
        (tmp_path / reader).mkdir()
        write_labels(replace(labels, voxels=voxels), tmp_path / reader / "person-1.nii.gz")
    return tmp_path / "a", tmp_path / "b"


def test_two_readings_give_precision_pairs_and_overlap(readings):
    found = mf.agreement(*readings, about="two readers")
    right = found.pairs.query("muscle == 'multifidus' and side == 'right'")
    assert set(right["b_minus_a"]) == {10.0}  # a column of ten pixels of 1 mm2
    dice = found.overlap.query("muscle == 'multifidus' and side == 'right'")["dice"]
    np.testing.assert_allclose(dice, 2 * 100 / (100 + 110))
    assert found.precision["subjects"].max() == 1
    assert found.unpaired.empty
    assert found.notes == ("What was repeated: two readers.",)


def test_agreement_is_written_as_the_command_writes_it_but_for_the_notebook(readings, tmp_path):
    found = mf.agreement(*readings, output=tmp_path / "out")
    files = {path.name for path in (tmp_path / "out").iterdir()}
    tables = {"precision.csv", "pairs.csv", "unpaired.csv", "overlap.csv"}
    assert files == tables | {"figures", "outputs.json"}
    assert len(pd.read_csv(tmp_path / "out" / "pairs.csv")) == len(found.pairs)
    with pytest.raises(mf.UsageError, match="overwrite=True"):
        mf.agreement(*reversed(readings), output=tmp_path / "out")


@pytest.fixture
def examinations(tmp_path):
    """A case and the same a year later, both areas of the multifidus a tenth larger."""
    case = finished_case()
    later = tuple(
        replace(
            measurement,
            section=replace(
                measurement.section, total_csa_mm2=measurement.section.total_csa_mm2 * 1.1
            ),
        )
        for measurement in case.measurements
    )
    write_case(case, tmp_path / "earlier" / "result.json")
    write_case(replace(case, measurements=later), tmp_path / "later" / "result.json")
    return tmp_path / "earlier", tmp_path / "later"


def test_two_examinations_give_the_changes_and_what_speaks_against_them(examinations):
    found = mf.compare(mf.read_result(examinations[0]), str(examinations[1]))
    areas = found.changes.query("quantity == 'total_csa_mm2'")
    np.testing.assert_allclose(areas["change"], [81.25, 100.0])
    assert areas["mdc95"].isna().all()
    assert any("sacrum" in note for note in found.notes)
    assert "picture of L4/5" in found.missing["what"].tolist()


def test_a_result_that_lies_nowhere_cannot_be_compared(examinations):
    here = mf.CaseResult(finished_case())
    with pytest.raises(mf.UsageError, match="lies in no folder"):
        mf.compare(here, examinations[1])


def test_a_cohort_over_its_visits_gives_the_tables_of_the_command(tmp_path):
    (tmp_path / "visits.csv").write_text(VISITS)
    found = mf.cohort(tmp_path / "visits.csv", output=tmp_path / "out")
    assert len(found.changes) == len(pd.read_csv(tmp_path / "out" / "changes.csv")) > 0
    assert found.outcomes["pct"].between(0, 100).all()
    assert found.event_counts.empty
    assert found.curves["people_pct"].between(0, 100).all()


@pytest.fixture
def labelled(tmp_path, monkeypatch):
    """A table of one person, whose outlines a stand-in for the network repeats."""
    labels = box_labels(axial_geometry(spacing_mm=(0.5, 0.5, 4)))
    images = water_and_fat(labels, {})
    stub = SimpleNamespace(
        name="stub",
        version="1",
        weights="w",
        weights_sha256="0",
        class_count=5,
        roi_definition="fascial",
        area_limits=(),
    )
    monkeypatch.setattr(tasks_evaluate, "open_bundle", lambda folder, weights: stub)
    monkeypatch.setattr(compared, "outline", lambda bundle, images, twin: labels)
    return write_table(tmp_path / "table.csv", [write_labelled(tmp_path, "007", images, labels)])


def test_a_bundle_that_outlines_as_the_reader_does_has_a_dice_of_one(labelled, tmp_path):
    found = mf.evaluate("mf_es_dixon", labelled, output=tmp_path / "out")
    assert set(found.outlines["subject"]) == {"007"}
    assert set(found.summary["dice_mean"]) == {1.0}
    assert found.failed.empty
    assert any("stub 1, weights w" in note for note in found.notes)
    assert (tmp_path / "out" / "summary.csv").is_file()


def test_an_unknown_bundle_is_told_with_those_there_are(labelled):
    with pytest.raises(mf.UsageError, match="no such model bundle 'nobody'; there are mf_es_"):
        mf.evaluate("nobody", labelled)
