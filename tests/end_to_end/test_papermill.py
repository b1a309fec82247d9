"""The notebooks by papermill's own command, and every command that docs/papermill.md shows."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from papermill.cli import papermill as papermill_command

from multifidus.domain.volume import LabelMap
from multifidus.files.nifti import write_labels
from multifidus.files.paths import DATA_SAMPLES, NOTEBOOKS, PACKAGE, ROOT
from tests.helpers.phantoms import axial_geometry, box_labels

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "papermill.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
PREPARED = """#!{python}
# papermill as it is, but that of the notebook only the first cell runs, here and without a kernel.
import sys
import nbformat
from papermill.cli import papermill

papermill(["--prepare-only", *sys.argv[1:]], standalone_mode=False)
written = [one for one in sys.argv[1:] if one.endswith(".ipynb")][1]
names = dict(In=[])
for cell in nbformat.read(written, as_version=4).cells:
    if cell.cell_type == "code":
        names["In"].append(cell.source)
        exec(cell.source, names)
        if "check(" in cell.source:
            break
else:
    sys.exit("no cell checks")
with open("called.txt", "a") as called:
    print(written, file=called)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A folder with everything that the page names, empty, and the stand-in for papermill."""
    folder = tmp_path_factory.mktemp("site")
    for name in ("studies/017", "studies/018", "reader_1", "reader_2", "before/017", "after/017"):
        (folder / name).mkdir(parents=True)
    (folder / "agreement").mkdir()
    for name in (
        "clinical.csv",
        "site.yml",
        "visits.csv",
        "events.csv",
        "labelled.csv",
        "fine_tune.yml",
        "water.nii.gz",
        "fat.nii.gz",
    ):
        (folder / name).touch()
    (folder / "before" / "017" / "labels.nii.gz").touch()
    stand_in = folder / "bin" / "papermill"
    stand_in.parent.mkdir()
    stand_in.write_text(PREPARED.format(python=sys.executable), encoding="utf-8")
    stand_in.chmod(0o755)
    return folder


def run_block(block: str, folder: Path) -> None:
    if "agreement/precision.csv" in block:
        (folder / "agreement" / "precision.csv").touch()
        block = block.replace("output_dir agreement", "output_dir agreement_2")
    environment = os.environ | {
        "NB": str(NOTEBOOKS),
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(PACKAGE.parent),
        "SLURM_ARRAY_TASK_ID": "2",
    }
    done = subprocess.run(
        ["bash", "-e", "-c", block],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_command_of_the_page_is_taken_by_papermill_and_by_the_notebook(site):
    for block in BLOCKS:
        run_block(block, site)
    called = (site / "called.txt").read_text(encoding="utf-8").split()
    assert called == [
        *("study_017.ipynb", "study_017_b.ipynb", "agreement.ipynb", "compare.ipynb"),
        *("cohort.ipynb", "follow_up.ipynb", "evaluate.ipynb", "train.ipynb"),
        *("quickstart_017.ipynb", "explore_017.ipynb", "own_labels_017.ipynb", "review_017.ipynb"),
        *("executed/017.ipynb", "executed/018.ipynb", "executed/array_018.ipynb"),
    ]
    assert not (site / "failed.txt").exists()


def test_the_page_shows_every_notebook():
    shown = set(re.findall(r"\$NB/(\w+\.ipynb)", PAGE))
    assert shown == {path.name for path in NOTEBOOKS.glob("*.ipynb")}


def papermill(folder: Path, notebook: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Papermill's own command in that folder, with a kernel."""
    command = [sys.executable, "-m", "papermill", "--no-progress-bar"]
    return subprocess.run(
        [*command, str(NOTEBOOKS / notebook), "executed.ipynb", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


LEFT_BEHIND = {
    "study": "report.html",
    "agreement": "pairs.csv",
    "compare": "changes.csv",
    "cohort": "relief_curves.csv",
    "follow_up": "report.html",
    "evaluate": "evaluation.csv",
    "review": "",  # nobody draws here
}
WITHOUT_FILES = {"quickstart", "explore", "own_labels", "train"}


def test_every_notebook_is_run_below():
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} == LEFT_BEHIND.keys() | WITHOUT_FILES


@pytest.mark.parametrize("notebook", sorted(LEFT_BEHIND.keys() | WITHOUT_FILES))
def test_papermill_s_command_runs_a_notebook_as_it_is_from_any_folder(
    tmp_path, monkeypatch, notebook
):
    if notebook == "review":
        pytest.importorskip("ipyniivue", reason="ipyniivue is not installed: the extra 'lab'")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(PACKAGE.parent))
    given = ["--no-progress-bar", str(NOTEBOOKS / f"{notebook}.ipynb"), "done.ipynb"]
    papermill_command(given, standalone_mode=False)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    if notebook in WITHOUT_FILES:
        assert left == {"done.ipynb"}
        cells = nbformat.read(tmp_path / "done.ipynb", as_version=4).cells
        shown = [one.get("data", {}) for cell in cells for one in cell.get("outputs", [])]
        assert any("image/png" in one for one in shown)
        return
    folder = f"results/sample_{notebook}"
    assert {f"{folder}/SAMPLE.txt", f"{folder}/{LEFT_BEHIND[notebook]}".rstrip("/")} <= left
    assert all(one.startswith(folder) for one in left - {"done.ipynb", "results"})


def test_a_number_for_a_name_ends_in_one_line_before_anything_is_computed(tmp_path):
    (tmp_path / "017").mkdir()
    given = ("-r", "study", "017", "-p", "subject_id", "017", "-r", "output_dir", "out")
    done = papermill(tmp_path, "study.ipynb", *given)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("UsageError: subject_id is 17 (int), not a text")
    assert "-r subject_id" in last
    assert not (tmp_path / "out").exists()
    cells = nbformat.read(tmp_path / "executed.ipynb", as_version=4).cells
    assert [len(one.traceback) for cell in cells for one in cell.get("outputs", [])] == [1]


def test_a_misspelt_name_ends_in_one_line(tmp_path):
    done = papermill(tmp_path, "cohort.ipynb", "-r", "sorce", "visits.csv")
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last == "UsageError: cohort.ipynb has no parameter 'sorce'; did you mean 'source'?"


def test_two_readings_are_compared_with_the_command_s_defaults_from_any_folder(tmp_path):
    labels = box_labels(axial_geometry())
    for reader in ("01", "02"):
        (tmp_path / reader).mkdir()
        for person in ("a", "b"):
            voxels = labels.voxels.copy()
            voxels[11:19, 5 : 5 + int(reader)] = 0
            write_labels(LabelMap(voxels, labels.geometry), tmp_path / reader / f"{person}.nii.gz")
    given = ("-r", "first", "01", "-r", "second", "02", "-r", "output_dir", "new/out")
    done = papermill(tmp_path, "agreement.ipynb", *given)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "new" / "out" / "precision.csv").is_file()


def test_a_study_keeps_its_folder_s_name_017_as_a_text(tmp_path):
    (tmp_path / "017").symlink_to(sorted(p for p in DATA_SAMPLES.iterdir() if p.is_dir())[0])
    done = papermill(tmp_path, "study.ipynb", "-r", "study", "017", "-r", "output_dir", "out")
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert result["subject_id"] == "017"
    with (tmp_path / "out" / "measurements.csv").open(encoding="utf-8") as file:
        assert {row["subject_id"] for row in csv.DictReader(file)} == {"017"}
    assert (tmp_path / "out" / "report.pdf").is_file()
