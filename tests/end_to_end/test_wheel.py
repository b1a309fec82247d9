"""The built wheel in an empty environment, in a folder without the checkout.

`make test-wheel` runs it: it needs the package index, and takes minutes to install.
"""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from multifidus.files.paths import PACKAGE, ROOT

TRAVELLING = ("data_samples", "models", "notebooks", "params")
pytestmark = pytest.mark.wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The folder of the commands of an environment that holds the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    constraints = ROOT / "constraints.txt"
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", constraints]
    subprocess.run([folder / "bin" / "python", *install, wheel], check=True)
    return folder / "bin"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


def run(command: list[object], folder: Path) -> str:
    """What a command says, run with nothing of this process's environment but where pip reaches."""
    own = {"PATH": os.defpath, "HOME": str(folder), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=own, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_file_of_the_package_and_of_the_folders_it_reads_travels(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "--", "pipeline", *TRAVELLING],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    expected = {
        path.removeprefix("pipeline/")
        if path.startswith("pipeline/")
        else f"multifidus/shipped/{path}"
        for path in tracked
    }
    assert expected <= names


def test_the_package_comes_from_the_wheel(installed, elsewhere):
    said = run(
        [installed / "python", "-c", "import multifidus; print(multifidus.__file__)"], elsewhere
    )
    assert str(installed.parent) in said
    assert str(PACKAGE) not in said


def test_the_demo_ends_with_a_report(installed, elsewhere):
    last = run([installed / "multifidus", "demo", "-o", "demo"], elsewhere).splitlines()[-1]
    assert Path(last).name == "report.html"
    assert "Multifidus" in Path(last).read_text(encoding="utf-8")


def test_a_study_is_analysed_and_its_image_outlined(installed, elsewhere):
    run([installed / "multifidus", "samples", "studies"], elsewhere)
    study = elsewhere / "studies" / "sample-02"
    run([installed / "multifidus", "analyze", study, "-o", "result"], elsewhere)
    assert (elsewhere / "result" / "report.pdf").read_bytes().startswith(b"%PDF")
    image = study / "axial_dixon_water"
    run([installed / "multifidus", "segment", image, "-o", "labels.nii.gz"], elsewhere)
    assert (elsewhere / "labels.nii.gz").is_file()


def test_papermill_itself_runs_a_notebook_of_the_wheel(installed, elsewhere):
    run([installed / "multifidus", "notebooks", "mine"], elsewhere)
    given = ["-r", "study", elsewhere / "studies" / "sample-02"]
    given += ["-r", "output_dir", elsewhere / "by_papermill"]
    notebook = elsewhere / "mine" / "study.ipynb"
    run([installed / "papermill", notebook, "done.ipynb", *given], elsewhere)
    assert (elsewhere / "by_papermill" / "result.json").is_file()


def test_papermill_runs_a_notebook_of_the_wheel_as_it_is(installed, elsewhere):
    run([installed / "multifidus", "notebooks", "theirs"], elsewhere)
    for name in ("own_labels", "agreement", "follow_up"):
        run(
            [installed / "papermill", elsewhere / "theirs" / f"{name}.ipynb", "ran.ipynb"],
            elsewhere,
        )
    assert (elsewhere / "results" / "sample_follow_up" / "report.html").is_file()


def test_training_says_which_packages_it_misses(installed, elsewhere):
    command = [installed / "multifidus", "train", "fine_tune.yml"]
    done = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    (line,) = done.stderr.strip().splitlines()
    assert "multifidus[train]" in line
