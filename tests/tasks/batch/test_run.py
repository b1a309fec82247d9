"""The rules by which a batch finds its studies, runs, resumes and stops."""

import os
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from multifidus.domain.errors import UsageError
from multifidus.files.results.run_record import RECORD_FILE
from multifidus.tasks.batch.run import Outcome, _stopped, jobs_of, require_apart, run_batch
from multifidus.tasks.study_run import Job
from tests.helpers.small_studies import no_notebook, small_settings, small_study


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


@pytest.fixture
def jobs(tmp_path, monkeypatch) -> list[Job]:
    """Three studies of one site, named by relative paths."""
    for number, name in enumerate(("p1", "p2", "p3")):
        small_study(tmp_path / "studies" / name, 3 * number)
    small_settings(tmp_path / "params" / "study.yml")
    monkeypatch.chdir(tmp_path)
    return jobs_of(Path("studies"), None, Path("params/study.yml"), Path("out"))


def statuses(outcomes) -> dict[str, str]:
    return {outcome.job.subject_id: outcome.status for outcome in outcomes}


def heard(_) -> None:
    """Says nothing."""


def test_resume_runs_what_has_changed_and_skips_the_rest(jobs):
    assert set(statuses(run_batch(jobs, 2, True, heard, no_notebook)).values()) == {"done"}
    small_study(jobs[0].study, 20, 1)
    (jobs[1].output / RECORD_FILE).write_text("{", encoding="utf-8")
    again = run_batch(jobs, 2, True, heard, no_notebook)
    assert statuses(again) == {"p1": "done", "p2": "done", "p3": "skipped"}


def test_each_worker_gets_its_study_and_the_sites_settings_and_nothing_of_the_process_moves(jobs):
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
        outcomes = run_batch(jobs, 3, False, heard, run)
    assert set(statuses(outcomes).values()) == {"done"}
    params = str(here / "params" / "study.yml")
    assert seen == {one.subject_id: (str(here / one.study), params) for one in jobs}
    assert (Path.cwd(), dict(os.environ)) == (here, variables)


def test_a_folder_whose_name_is_not_utf8_costs_that_study_alone(jobs, tmp_path):
    try:
        odd = tmp_path / "studies" / os.fsdecode(b"M\xfcller")
        odd.mkdir()
    except OSError:
        pytest.skip("this file system refuses such names")
    small_study(odd, 9)
    jobs = jobs_of(tmp_path / "studies", None, tmp_path / "params" / "study.yml", tmp_path / "out")
    outcomes = run_batch(jobs, 2, True, heard, no_notebook)
    assert sorted(one.status for one in outcomes) == ["done", "done", "done", "failed"]
    (failed,) = [one for one in outcomes if one.status == "failed"]
    assert "M\\xfcller: a name that is not UTF-8" in failed.reason
    assert failed.reason.isprintable()


def test_a_study_that_breaks_in_any_way_is_one_line_and_stops_no_other(jobs):
    def run(notebook, executed, parameters, environment=None):
        if parameters["subject_id"] == "p2":
            raise RuntimeError("first line\nsecond line")
        no_notebook(notebook, executed, parameters, environment)

    outcomes = run_batch(jobs, 2, False, heard, run)
    assert statuses(outcomes) == {"p1": "done", "p2": "failed", "p3": "done"}
    assert outcomes[1].reason == "RuntimeError: first line second line"


@pytest.mark.parametrize("resume", [True, False])
def test_a_stopped_batch_keeps_what_is_done_now_and_before(jobs, resume):
    """p3 was done before; Ctrl-C comes when p1 is done."""
    run_batch(jobs[2:], 1, False, heard, no_notebook)
    started = []

    def run(notebook, executed, parameters, environment=None):
        started.append(parameters["subject_id"])
        no_notebook(notebook, executed, parameters, environment)

    def stop(outcome):
        if outcome.job.subject_id == "p1":
            raise KeyboardInterrupt

    outcomes = run_batch(jobs, 1, resume, stop, run)
    assert started[0] == "p1"
    status = statuses(outcomes)
    assert status["p1"] == "done"
    # p2 may have begun before the interrupt was heard; then it came to its end.
    assert status["p2"] == ("done" if "p2" in started else "not run")
    assert status["p3"] == ("done" if "p3" in started else "skipped")


def test_a_study_changed_since_it_was_done_is_not_run_when_the_batch_is_stopped(jobs):
    """p1 is in progress at Ctrl-C and fails; p2 was done and has changed; p3 was never run."""
    run_batch(jobs[1:2], 1, False, heard, no_notebook)
    small_study(jobs[1].study, 20, 1)
    futures = {Future(): job for job in jobs}
    first, *others = futures
    first.set_result(Outcome(jobs[0], "failed", "why"))
    for future in others:
        future.cancel()
    assert statuses(_stopped(futures, {})) == {"p1": "failed", "p2": "not run", "p3": "not run"}


def test_the_threads_are_shared_out_among_the_workers_unless_the_operator_says(jobs, monkeypatch):
    given = []

    def run(notebook, executed, parameters, environment=None):
        given.append(environment)
        no_notebook(notebook, executed, parameters, environment)

    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    run_batch(jobs[:1], 2, False, heard, run)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    run_batch(jobs[:1], 2, False, heard, run)
    assert given == [{"OMP_NUM_THREADS": "4"}, {}]
