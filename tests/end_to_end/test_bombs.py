"""Tiny files that ask for much memory, and headers of no person: each is refused in one line."""

import gzip
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from skimage.io import imsave

from multifidus.files.nifti import write_labels, write_volume
from multifidus.files.paths import PACKAGE, ROOT
from tests.helpers.bombs import deflated, png
from tests.helpers.dicom_files import dixon, edit, write
from tests.helpers.labelled_tables import write_table
from tests.helpers.little_memory import ADDRESS_SPACE
from tests.helpers.nifti_files import nifti_bytes
from tests.helpers.phantoms import axial_geometry, box_labels, water_and_fat

pytestmark = pytest.mark.slow

GRID = axial_geometry((64, 48, 5))
HUGE = {
    "a header of 32767 voxels each way": ((32767, 32767, 32767), (1.5, 1.5, 6)),
    "4000 x 4000 x 80 zeros": ((4000, 4000, 80), (1.5, 1.5, 6)),
    "pixels of 410 mm": ((512, 512, 5), (410, 410, 4000)),
}
PEAK_MB = 600
"""Every command with its libraries and a network takes less; each bomb asks for gigabytes."""


def positions_times_a_million(one):
    x, y, z = (float(mm) for mm in one.ImagePositionPatient)
    one.ImagePositionPatient = [x, y, z * 1e6]


DICOM_BOMBS = {
    "pixels of 15 mm": lambda one: setattr(one, "PixelSpacing", [15, 15]),
    "pixels of 150 mm": lambda one: setattr(one, "PixelSpacing", [150, 150]),
    "pixels of 0.0001 mm": lambda one: setattr(one, "PixelSpacing", [0.0001, 0.0001]),
    "65535 rows and columns": lambda one: one.update({"Rows": 65535, "Columns": 65535}),
    "2147483647 frames": lambda one: setattr(one, "NumberOfFrames", 2**31 - 1),
    "positions times a million": positions_times_a_million,
}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What every command said of every bomb, and the memory it took: (bomb, command) to words."""
    folder = tmp_path_factory.mktemp("bombs")
    calls = dict(_calls(folder))
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.little_memory", json.dumps(list(calls.values()))],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(PACKAGE.parent)},
        check=True,
    )
    answer = json.loads(done.stderr.splitlines()[-1])
    return dict(zip(calls, answer["said"], strict=True)), answer["peak_mb"]


def _calls(folder):
    labels = box_labels(GRID)
    write_volume(water_and_fat(labels, {})[0], folder / "image.nii.gz")
    write_labels(labels, folder / "labels.nii.gz")
    image, good_labels = str(folder / "image.nii.gz"), str(folder / "labels.nii.gz")
    for number, (name, (shape, spacing_mm)) in enumerate(HUGE.items()):
        study = folder / f"nifti{number}"
        study.mkdir()
        content = gzip.compress(nifti_bytes(shape, spacing_mm, content=bytes(2**20)), 1)
        for what in ("water", "fat"):
            (study / f"{what}.nii.gz").write_bytes(content)
        bomb = str(study / "water.nii.gz")
        yield (name, "segment"), ["segment", bomb, "-o", str(folder / "x.nii.gz")]
        yield (name, "levels"), ["levels", bomb, "-o", str(folder / "x.nii.gz")]
        output = ["-o", str(folder / "x.csv")]
        yield (name, "measure"), ["measure", bomb, "--labels", good_labels, *output]
        pair = ["--water", bomb, "--fat", bomb]
        yield (name, "measure water and fat"), ["measure", *pair, "--labels", good_labels, *output]
        yield (name, "measure labels"), ["measure", image, "--labels", bomb, *output]
        given = ["--labels", good_labels, "--levels", bomb]
        yield (name, "measure levels"), ["measure", image, *given, *output]
        yield (name, "review"), ["review", bomb, good_labels]
        yield (name, "review labels"), ["review", image, bomb]
        yield (name, "inspect"), ["inspect", str(study)]
        yield (name, "analyze and batch"), ["check", str(study)]
        for column, row in (
            ("image", {"image": bomb, "labels": good_labels}),
            ("labels", {"image": image, "labels": bomb}),
        ):
            table = write_table(study / f"{column}.csv", [{"subject": "p", **row}])
            yield (name, f"evaluate {column}"), ["evaluate", str(table)]
        beside = folder / f"levels{number}"
        shutil.copytree(study, beside)
        for what in ("water", "fat"):
            shutil.copy(folder / "image.nii.gz", beside / f"{what}.nii.gz")
        (beside / "p_levels.nii.gz").write_bytes(content)
        yield (name, "a level label map beside images"), ["check", str(beside)]
    yield from _picture_calls(folder, good_labels)
    yield from _dicom_calls(folder)


def _picture_calls(folder, good_labels):
    bomb = str(png(folder / "bomb.png", 30000, 30000))
    imsave(folder / "slice.png", np.zeros((512, 512), np.uint8), check_contrast=False)
    output = ["-o", str(folder / "x.nii.gz")]
    yield ("a picture", "segment"), ["segment", bomb, "--spacing", "0.5", *output]
    for column, row in (
        ("image", {"image": bomb, "labels": good_labels}),
        ("labels", {"image": str(folder / "slice.png"), "labels": bomb}),
    ):
        table = write_table(folder / f"{column}.csv", [{"subject": "p", "pixel_mm": "0.5", **row}])
        yield ("a picture", f"evaluate {column}"), ["evaluate", str(table)]
    for spacing in ("41", "4.1", "0.041", "0.0041", "0", "-1", "nan", "inf"):
        picture = str(folder / "slice.png")
        call = ["segment", picture, f"--spacing={spacing}", *output]
        yield (f"--spacing {spacing}", "segment"), call


def _dicom_calls(folder):
    for number, (name, change) in enumerate(DICOM_BOMBS.items()):
        study = folder / f"dicom{number}"
        for role in ("WATER", "FAT"):
            write(study / role, dixon(role), 1 + (role == "FAT"), geometry=GRID)
        edit(study / "WATER", change)
        yield (name, "analyze and batch"), ["check", str(study)]
        output = ["-o", str(folder / "x.nii.gz")]
        yield (name, "segment"), ["segment", str(study / "WATER"), *output]
        one = str(study / "WATER" / "0001.dcm")
        if name != "positions times a million":
            yield (name, "segment one file"), ["segment", one, *output]
            yield (name, "levels one file"), ["levels", one, *output]
    study = folder / "deflated"
    write(study, geometry=GRID)
    deflated(study / "0001.dcm", 600)
    yield ("deflated zeros", "inspect"), ["inspect", str(study)]
    yield ("deflated zeros", "analyze and batch"), ["check", str(study)]


def test_every_command_refuses_every_bomb_in_one_line_that_names_the_file(said):
    answers, _ = said
    assert len(answers) > 60
    wrong = {call: words for call, words in answers.items() if not _is_a_refusal(words)}
    assert wrong == {}


def _is_a_refusal(words: str) -> bool:
    named = any(f".{suffix}" in words for suffix in ("nii.gz", "png", "dcm")) or "series" in words
    return named and "NOT REFUSED" not in words and "MemoryError" not in words


def test_no_bomb_takes_memory(said):
    assert said[1] < PEAK_MB < ADDRESS_SPACE / 2**20


def test_a_header_is_enough_to_plan_a_study(tmp_path, monkeypatch):
    from multifidus.files import nifti
    from multifidus.files.study import list_series

    water, fat = water_and_fat(box_labels(GRID), {})
    write_volume(water, tmp_path / "p_water.nii.gz")
    write_volume(fat, tmp_path / "p_fat.nii.gz")
    write_labels(box_labels(GRID), tmp_path / "p_levels.nii.gz")
    monkeypatch.setattr(nifti, "_data", lambda *_: pytest.fail("voxels are unpacked"))
    found = {one.role.value: one.shape for one in list_series(tmp_path)}
    assert found == {
        "axial Dixon water": (64, 48, 5),
        "axial Dixon fat": (64, 48, 5),
        "level label map": (64, 48, 5),
    }
