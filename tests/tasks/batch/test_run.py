"""The rules by which a batch runs, resumes and stops; no kernel is started."""

import os
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from multifidus.domain.errors import InputError
from multifidus.files.results.run_record import RECORD_FILE
from multifidus.tasks.batch.jobs import Outcome, Status, jobs_of
from multifidus.tasks.batch.run import _stopped, notebook_runner, run_batch
from multifidus.tasks.site import Site
from multifidus.tasks.study_run import Job
from tests.helpers.small_studies import (
    leave_result,
    named_study,
    no_notebook,
    small_settings,
    small_study,
)


@pytest.fixture(scope="module")
def site() -> Site:
    """The project's settings, read once."""
    return Site.read(None, None)


@pytest.fixture
def jobs(tmp_path, site) -> list[Job]:
    """Three studies of which nobody opens an image."""
    return [
        Job(
            named_study(tmp_path / "studies" / name, name), name, tmp_path / "out" / name, site=site
        )
        for name in ("p1", "p2", "p3")
    ]


@pytest.fixture
def images(tmp_path, monkeypatch) -> list[Job]:
    """Three studies of one site with their images, named by relative paths."""
    for number, name in enumerate(("p1", "p2", "p3")):
        small_study(tmp_path / "studies" / name, 3 * number)
    small_settings(tmp_path / "params" / "study.yml")
    monkeypatch.chdir(tmp_path)
    return jobs_of(Path("studies"), None, Path("params/study.yml"), Path("out"))


def statuses(outcomes) -> dict[str, str]:
    return {outcome.job.subject_id: outcome.status for outcome in outcomes}


def heard(_) -> None:
    """Says nothing."""


def nothing(job: Job) -> None:
    """A job that ends well and leaves nothing."""


def test_outcomes_come_in_the_order_of_the_jobs_and_each_is_told_as_it_comes(jobs):
    third, told = threading.Event(), []

    def run(job):
        if job.subject_id == "p3":
            third.set()
        assert third.wait(timeout=60)

    outcomes = run_batch(jobs, 3, False, told.append, run)
    assert [outcome.job for outcome in outcomes] == jobs
    assert {outcome.job for outcome in told} == set(jobs)
    assert {outcome.status for outcome in outcomes} == {Status.DONE}


def test_resume_runs_what_has_changed_and_skips_the_rest(jobs):
    assert set(statuses(run_batch(jobs, 2, True, heard, leave_result)).values()) == {"done"}
    (jobs[0].study / "more.nii.gz").write_text("a series more", encoding="utf-8")
    (jobs[1].output / RECORD_FILE).write_text("{", encoding="utf-8")
    again = run_batch(jobs, 2, True, heard, leave_result)
    assert statuses(again) == {"p1": "done", "p2": "done", "p3": "skipped"}
    assert again[2].reason == "done before, nothing changed"


def test_without_resume_everything_runs_again(jobs):
    run_batch(jobs, 2, False, heard, leave_result)
    ran = []
    run_batch(jobs, 1, False, heard, lambda job: ran.append(job.subject_id))
    assert ran == ["p1", "p2", "p3"]


def test_a_result_that_cannot_be_looked_at_is_run_again(jobs, monkeypatch):
    def broken(job):
        raise OSError("the disk is gone")

    monkeypatch.setattr("multifidus.tasks.batch.run.is_done", broken)
    assert statuses(run_batch(jobs[:1], 1, True, heard, nothing)) == {"p1": "done"}


def test_each_worker_gets_its_study_and_the_sites_settings_and_nothing_of_the_process_moves(images):
    here, variables, meeting = Path.cwd(), dict(os.environ), threading.Barrier(3, timeout=60)
    seen = {}

    def run(notebook, executed, parameters, environment=None):
        meeting.wait()  # all three at the same time
        seen[parameters["subject_id"]] = parameters["study"], parameters["params"]
        no_notebook(notebook, executed, parameters, environment)

    def no_move(path):
        raise AssertionError(f"the process moved to {path}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "chdir", no_move)
        outcomes = run_batch(images, 3, False, heard, notebook_runner(3, run))
    assert set(statuses(outcomes).values()) == {"done"}
    params = str(here / "params" / "study.yml")
    assert seen == {image.subject_id: (str(here / image.study), params) for image in images}
    assert (Path.cwd(), dict(os.environ)) == (here, variables)


def test_a_folder_whose_name_is_not_utf8_costs_that_study_alone(images, tmp_path):
    try:
        odd = tmp_path / "studies" / os.fsdecode(b"M\xfcller")
        odd.mkdir()
    except OSError:
        pytest.skip("this file system refuses such names")
    small_study(odd, 9)
    jobs = jobs_of(tmp_path / "studies", None, tmp_path / "params" / "study.yml", tmp_path / "out")
    outcomes = run_batch(jobs, 2, True, heard, notebook_runner(2, no_notebook))
    assert sorted(outcome.status for outcome in outcomes) == ["done", "done", "done", "failed"]
    (failed,) = [outcome for outcome in outcomes if outcome.status == "failed"]
    assert "M\\xfcller: a name that is not UTF-8" in failed.reason
    assert failed.reason.isprintable()


def test_a_study_that_breaks_in_any_way_is_one_line_and_stops_no_other(jobs):
    def run(job):
        if job.subject_id == "p2":
            raise RuntimeError("first line\nsecond line")
        if job.subject_id == "p3":
            raise InputError("p3: no image\nin it")

    outcomes = run_batch(jobs, 2, False, heard, run)
    assert statuses(outcomes) == {"p1": "done", "p2": "failed", "p3": "failed"}
    reasons = ["", "RuntimeError: first line second line", "p3: no image in it"]
    assert [outcome.reason for outcome in outcomes] == reasons


@pytest.mark.parametrize("resume", [True, False])
def test_a_stopped_batch_keeps_what_is_done_now_and_before(jobs, resume, caplog):
    """p3 was done before; Ctrl-C comes when p1 is done."""
    run_batch(jobs[2:], 1, False, heard, leave_result)
    started = []

    def run(job):
        started.append(job.subject_id)
        leave_result(job)

    def stop(outcome):
        if outcome.job.subject_id == "p1":
            raise KeyboardInterrupt

    outcomes = run_batch(jobs, 1, resume, stop, run)
    assert "--resume goes on from here" in caplog.text
    assert started[0] == "p1"
    status = statuses(outcomes)
    assert status["p1"] == "done"
    # p2 may have begun before the interrupt was heard; then it came to its end.
    assert status["p2"] == ("done" if "p2" in started else "not run")
    assert status["p3"] == ("done" if "p3" in started else "skipped")


def test_a_study_changed_since_it_was_done_is_not_run_when_the_batch_is_stopped(jobs):
    """p1 is in progress at Ctrl-C and fails; p2 was done and has changed; p3 was never run."""
    run_batch(jobs[1:2], 1, False, heard, leave_result)
    named_study(jobs[1].study, "another image")
    futures = {Future(): job for job in jobs}
    first, *others = futures
    first.set_result(Outcome(jobs[0], Status.FAILED, "why"))
    for future in others:
        future.cancel()
    assert statuses(_stopped(futures, {})) == {"p1": "failed", "p2": "not run", "p3": "not run"}


def test_the_threads_are_shared_out_among_the_workers_unless_the_operator_says(images, monkeypatch):
    given = []

    def run(notebook, executed, parameters, environment=None):
        given.append(environment)
        no_notebook(notebook, executed, parameters, environment)

    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    notebook_runner(2, run)(images[0])
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    notebook_runner(2, run)(images[0])
    assert given == [{"OMP_NUM_THREADS": "4"}, {}]
