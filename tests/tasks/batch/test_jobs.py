"""What a batch finds to do, and what it reads once for all its studies."""

from pathlib import Path

import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.tasks import site as sites
from multifidus.tasks.batch.jobs import Status, jobs_of, require_apart
from multifidus.tasks.study_run import Job, check, is_done, run_study
from tests.helpers.small_studies import (
    leave_result,
    named_study,
    no_notebook,
    small_settings,
    small_study,
)


def test_every_folder_but_the_output_and_hidden_ones_is_a_study(tmp_path):
    for name in ("p02", "p01", ".cache", "results"):
        (tmp_path / name).mkdir()
    (tmp_path / "notes.txt").write_text("x")
    jobs = jobs_of(tmp_path, None, None, tmp_path / "results")
    assert jobs == [
        Job(tmp_path / name, name, tmp_path / "results" / name) for name in ("p01", "p02")
    ]


@pytest.mark.parametrize("output", [".", "results", "deep/results", "../studies/results"])
def test_results_among_the_studies_are_refused(tmp_path, output):
    (tmp_path / "studies").mkdir()
    with pytest.raises(UsageError, match="lies in the studies' folder"):
        require_apart(tmp_path / "studies", tmp_path / "studies" / output)
    require_apart(tmp_path / "studies", tmp_path / "studies-results")


def test_only_a_job_that_is_done_or_was_done_before_is_finished():
    assert [status.value for status in Status] == ["done", "skipped", "failed", "not run"]
    assert [status for status in Status if status.is_finished] == [Status.DONE, Status.SKIPPED]


def write_table(path: Path, nrs: int) -> Path:
    path.write_text(f"subject_id,nrs\np1,{nrs}\np2,{nrs}\n", encoding="utf-8")
    return path


def test_settings_rules_and_the_clinical_table_are_read_once_for_all_studies(tmp_path, monkeypatch):
    clinical = write_table(tmp_path / "clinical.csv", 7)
    for name in ("p1", "p2"):
        named_study(tmp_path / "studies" / name, name)
    read = []
    for name in ("read_settings", "rules_of", "read_clinical_data", "shared_fingerprints"):
        original = getattr(sites, name)
        counted = lambda *given, name=name, original=original: read.append(name) or original(*given)  # noqa: E731
        monkeypatch.setattr(sites, name, counted)
    jobs = jobs_of(tmp_path / "studies", clinical, None, tmp_path / "out")
    for job in jobs:
        leave_result(job)
        assert is_done(job)
    assert sorted(read) == sorted(
        ["read_settings", "rules_of", "read_clinical_data", "shared_fingerprints"]
    )


def test_a_job_of_a_batch_is_known_again_by_the_same_provenance_as_one_alone(tmp_path):
    clinical = write_table(tmp_path / "clinical.csv", 7)
    study = named_study(tmp_path / "studies" / "p1", "a")
    (job,) = jobs_of(tmp_path / "studies", clinical, None, tmp_path / "out")
    alone = Job(study, "p1", tmp_path / "out" / "p1", clinical)
    assert alone == job and alone.site is None
    leave_result(alone)
    assert is_done(job)


def test_a_person_who_is_not_in_the_table_fails_before_a_kernel_starts(tmp_path):
    clinical = write_table(tmp_path / "clinical.csv", 7)
    named_study(tmp_path / "studies" / "p3", "a")
    (job,) = jobs_of(tmp_path / "studies", clinical, None, tmp_path / "out")
    with pytest.raises(UsageError, match="no subject 'p3'; there is: p1, p2"):
        check(job)


def test_a_row_that_changes_during_a_batch_fails_its_study_which_the_next_batch_takes(tmp_path):
    clinical = write_table(tmp_path / "clinical.csv", 7)
    settings = small_settings(tmp_path / "site.yml")
    small_study(tmp_path / "studies" / "p1", 5)
    given = (tmp_path / "studies", clinical, settings, tmp_path / "out")
    (job,) = jobs_of(*given)
    write_table(clinical, 2)
    with pytest.raises(InputError, match="its row of the clinical table changed after it was"):
        run_study(job, run=no_notebook)
    (job,) = jobs_of(*given)
    run_study(job, run=no_notebook)
    assert is_done(job)
