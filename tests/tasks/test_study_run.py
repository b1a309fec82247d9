"""One study's run: known again when it is done, refused where it would replace another's."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import InputError, UsageError
from multifidus.files.results.case import read_case, write_case
from multifidus.files.results.run_record import RECORD_FILE
from multifidus.tasks.provenance import inputs_of
from multifidus.tasks.study_run import Job, is_done, run_study
from tests.helpers.small_studies import SERIES, no_notebook, small_settings, small_study

WATER, FAT = SERIES


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A study that was analysed, with a clinical table and settings of the site."""
    root = tmp_path_factory.mktemp("site")
    (root / "clinical.csv").write_text("subject_id,nrs\np1,7\np2,3\n", encoding="utf-8")
    small_study(root / "studies" / "p1", 5)
    small_settings(root / "site.yml")
    run_study(job_in(root), run=no_notebook)
    return root


def job_in(root: Path) -> Job:
    where = (root / "studies" / "p1", "p1", root / "out" / "p1")
    return Job(*where, root / "clinical.csv", root / "site.yml")


@pytest.fixture
def job(site, tmp_path) -> Job:
    """The site's study, done; it may be changed."""
    return job_in(shutil.copytree(site, tmp_path, dirs_exist_ok=True))


def test_what_was_done_with_the_same_inputs_is_done(job):
    for path in job.study.rglob("*.dcm"):
        path.touch()
    job.clinical.write_text("subject_id,nrs\np2,9\np1,7\n", encoding="utf-8")  # of another person
    for name in (".DS_Store", f"{WATER}/._0001.dcm"):
        (job.study / name).write_text("x")
    (job.output / "mine.txt").write_text("x")
    assert is_done(job)


def without_a_number(notebook, executed, parameters, environment=None) -> None:
    """Leaves what the notebook does for a study of which no level could be measured."""
    no_notebook(notebook, executed, parameters, environment)
    folder = Path(parameters["output_dir"])
    why = (NotAssessable("L4/5", "the study has no sagittal series"),)
    case = replace(read_case(folder), measurements=(), not_assessable=why)
    write_case(case, folder / "result.json")


def test_a_study_without_a_single_number_is_a_failure_and_keeps_its_report(job):
    says = r"no muscle could be measured at any level \(L4/5: the study has no sagittal series\)"
    with pytest.raises(InputError, match=says):
        run_study(job, run=without_a_number)
    assert (job.output / "report.html").is_file()
    assert not is_done(job)


def exchange(first: Path, second: Path) -> None:
    first.rename(first.with_name("x"))
    second.rename(first)
    first.with_name("x").rename(second)


@pytest.mark.parametrize(
    "change",
    [
        lambda job: small_study(job.study, 8, 1),
        lambda job: next((job.study / WATER).iterdir()).unlink(),
        lambda job: exchange(job.study / WATER, job.study / FAT),
        lambda job: job.clinical.write_text("subject_id,nrs\np1,8\n", encoding="utf-8"),
        lambda job: job.params.write_text("quality: {least_confidence: 0.9}\n", encoding="utf-8"),
    ],
    ids=["a slice more", "a slice less", "water and fat exchanged", "clinical row", "settings"],
)
def test_changed_inputs_are_not_done_and_may_be_analysed_again(job, change):
    change(job)
    assert not is_done(job)
    run_study(job, run=no_notebook)
    assert is_done(job)


def test_water_and_fat_exchanged_by_renaming_are_not_done(tmp_path):
    """A NIfTI file's role is its name."""
    study = tmp_path / "p1"
    study.mkdir()
    for name in ("water", "fat"):
        (study / f"{name}.nii.gz").write_text(name)
    before = inputs_of(study)
    exchange(study / "water.nii.gz", study / "fat.nii.gz")
    after = inputs_of(study)
    assert before["sha256"] != after["sha256"]
    assert before["images"] == after["images"]  # the same study nevertheless


FILES = ("result.json", "provenance.json", "report.html", "report.pdf", "study.ipynb")
DAMAGED = {"emptied": b"", "another text": b"\xff[", "cut short": None, "deleted": None}


def damage(path: Path, how: str) -> None:
    whole = path.read_bytes()
    path.unlink()
    if how != "deleted":
        path.write_bytes(whole[: len(whole) // 2] if how == "cut short" else DAMAGED[how])


@pytest.mark.parametrize("how", DAMAGED)
def test_a_result_with_a_file_that_is_not_as_it_was_written_is_not_done(job, how):
    for name in (*FILES, "figures/level_L4-5.png", RECORD_FILE):
        whole = (job.output / name).read_bytes()
        damage(job.output / name, how)
        assert not is_done(job), name
        (job.output / name).write_bytes(whole)
    assert is_done(job)


@pytest.mark.parametrize("name", ["result.json", "provenance.json", RECORD_FILE])
def test_an_unreadable_record_is_analysed_again_and_comes_out_the_same(job, name):
    whole = (job.output / name).read_bytes()
    damage(job.output / name, "cut short")
    run_study(job, run=no_notebook)
    assert (job.output / name).read_bytes() == whole
    assert is_done(job)


def test_what_is_not_written_again_does_not_survive_a_files_of_the_sites_own_do(job):
    job.params.write_text("levels: {levels: [L3/4], slice_of_level: {L3/4: 0}}\n", encoding="utf-8")
    (job.output / "review").mkdir()
    (job.output / "review" / "labels_reviewed.nii.gz").write_text("mine")
    run_study(job, run=no_notebook)
    assert [path.name for path in (job.output / "figures").iterdir()] == ["level_L3-4.png"]
    assert (job.output / "review" / "labels_reviewed.nii.gz").read_text() == "mine"


def arriving(where: str):
    """A notebook during which something of the study's inputs changes."""

    def run(notebook, executed, parameters, environment=None):
        study = Path(parameters["study"])
        if where == "while it is read":
            small_study(study, 8, 2)
        no_notebook(notebook, executed, parameters, environment)
        if where == "clinical row":
            Path(parameters["clinical"]).write_text("subject_id,nrs\np1,1\n", encoding="utf-8")
        if where == "settings":
            Path(parameters["params"]).write_text("{}\n", encoding="utf-8")
        if where in ("clinical row", "settings"):
            no_notebook(notebook, executed, parameters, environment)

    return run


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("while it is read", r"the files of the study changed .*6 files at the start, 10 at the"),
        ("clinical row", "its row of the clinical table changed"),
        ("settings", "the settings"),
    ],
)
def test_a_study_that_changes_while_it_is_analysed_fails_and_keeps_what_was_there(job, where, says):
    before = (job.output / "provenance.json").read_bytes()
    with pytest.raises(InputError, match=says):
        run_study(job, run=arriving(where))
    assert (job.output / "provenance.json").read_bytes() == before
    assert not is_done(job)
    run_study(job, run=no_notebook)
    assert is_done(job)


def test_another_person_is_refused_and_nothing_is_touched(job, tmp_path):
    before = (job.output / "result.json").read_bytes()
    (tmp_path / "clinical.csv").write_text("subject_id,nrs\np2,3\n", encoding="utf-8")
    other = replace(job, subject_id="p2")
    with pytest.raises(UsageError, match="holds the result of 'p1'"):
        run_study(other, run=no_notebook)
    assert (job.output / "result.json").read_bytes() == before
    run_study(replace(other, overwrite=True), run=no_notebook)
    assert json.loads((job.output / "result.json").read_bytes())["subject_id"] == "p2"


def test_another_study_of_the_same_name_is_refused(job):
    shutil.rmtree(job.study)
    small_study(job.study, 12)
    with pytest.raises(UsageError, match="a result of 'p1' from other images"):
        run_study(job, run=no_notebook)


def test_results_in_the_studys_own_folder_are_refused(job):
    for output in (job.study, job.study / "out"):
        with pytest.raises(UsageError, match="lies in the study's own folder"):
            run_study(replace(job, output=output), run=no_notebook)


def test_a_jobs_paths_hold_wherever_the_process_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    job = Job(Path("s"), "s", Path("out") / "s", Path("c.csv"), Path("params") / "study.yml")
    monkeypatch.chdir("/")
    assert job.study == tmp_path / "s"
    assert job.output == tmp_path / "out" / "s"
    assert job.clinical == tmp_path / "c.csv"
    assert job.params == tmp_path / "params" / "study.yml"


def test_a_notebook_that_leaves_no_provenance_is_a_failure(job):
    def nothing(notebook, executed, parameters, environment=None):
        executed.write_text("{}")

    with pytest.raises(InputError, match=r"wrote no provenance\.json"):
        run_study(job, run=nothing)
