"""`mf.measure` gives the numbers of `multifidus measure`, whatever form its images come in."""

import csv

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from PIL import Image

import multifidus as mf
from multifidus.cli import main
from multifidus.files.nifti import write_labels, write_volume
from tests.helpers.phantoms import (
    LEFT_MF,
    RIGHT_MF,
    axial_geometry,
    box_labels,
    water_and_fat,
)

PLACE = {"spacing_mm": (1, 1, 4), "orientation": "RAS"}


@pytest.fixture
def files(tmp_path):
    """The phantom's labels, water and fat as files; a quarter of the right multifidus is fat."""
    labels = box_labels(axial_geometry())
    water, fat = water_and_fat(labels, {RIGHT_MF: 0.25, LEFT_MF: 0.1})
    write_labels(labels, tmp_path / "person-7.nii.gz")
    write_volume(water, tmp_path / "w.nii.gz")
    write_volume(fat, tmp_path / "f.nii.gz")
    return tmp_path


def by_command(folder, monkeypatch, *extra: str) -> list[dict[str, str]]:
    """The rows of the command's CSV, as text."""
    table = str(folder / "command.csv")
    arguments = ["measure", "--labels", str(folder / "person-7.nii.gz"), "-o", table, *extra]
    arguments += ["--water", str(folder / "w.nii.gz"), "--fat", str(folder / "f.nii.gz")]
    monkeypatch.setattr("sys.argv", ["multifidus", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    with (folder / "command.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def require_equal(table: pd.DataFrame, rows: list[dict[str, str]]) -> None:
    """Every cell of the table is the command's, numbers to the last digit."""
    assert list(table.columns) == list(rows[0])
    assert len(table) == len(rows)
    for found, row in zip(table.to_dict("records"), rows, strict=True):
        for name, text in row.items():
            value = found[name]
            if text == "":
                assert pd.isna(value)
            else:
                assert value == (text if isinstance(value, str) else float(text))


def test_paths_give_the_table_of_the_command(files, monkeypatch):
    rows = by_command(files, monkeypatch)
    table = mf.measure(
        str(files / "person-7.nii.gz"), water=files / "w.nii.gz", fat=files / "f.nii.gz"
    )
    require_equal(table, rows)
    first = table.iloc[0]
    assert (first["total_csa_mm2"], first["fat_signal_fraction_pct"]) == (100.0, 25.0)


def test_a_slice_named_for_a_level_gives_the_table_of_the_command(files, monkeypatch):
    (files / "levels.csv").write_text("level,slice\nL4/5,2\n")
    rows = by_command(files, monkeypatch, "--levels", str(files / "levels.csv"))
    given = {"water": str(files / "w.nii.gz"), "fat": str(files / "f.nii.gz")}
    table = mf.measure(files / "person-7.nii.gz", levels={"L4/5": 2}, **given)
    require_equal(table, rows)
    assert set(table["slice_index"]) == {2}


@pytest.mark.parametrize("kind", ["array", "nibabel", "sitk", "door", "file"])
def test_every_form_of_the_images_gives_the_same_numbers(files, kind):
    names = {"labels": "person-7.nii.gz", "water": "w.nii.gz", "fat": "f.nii.gz"}
    forms = {
        "array": lambda path: np.asarray(nib.load(path).dataobj),
        "nibabel": nib.load,
        "sitk": lambda path: mf.read_volume(path).to_sitk(),
        "door": lambda path: (mf.read_labels if "person" in path.name else mf.read_volume)(path),
        "file": str,
    }
    given = {name: forms[kind](files / file) for name, file in names.items()}
    place = {"affine": nib.load(files / "w.nii.gz").affine} if kind == "array" else {}
    found = mf.measure(**given, **place, subject="person-7")
    expected = mf.measure(**{name: files / file for name, file in names.items()})
    pd.testing.assert_frame_equal(found, expected)


def test_a_picture_and_its_labels_are_measured_by_the_pixel_s_size(tmp_path):
    labels = np.zeros((30, 40), np.uint8)
    labels[15:25, 9:19], labels[15:25, 21:29] = 1, 2  # as displayed: the person's right at the left
    Image.fromarray(labels).save(tmp_path / "outlines.png")
    Image.fromarray(labels + 100).save(tmp_path / "image.png")
    table = mf.measure(tmp_path / "outlines.png", tmp_path / "image.png", pixel_mm=0.5)
    areas = dict(zip(table["side"], table["total_csa_mm2"], strict=True))
    assert areas == {"right": 10 * 10 * 0.25, "left": 10 * 8 * 0.25}
    assert set(table["subject_id"]) == {"outlines"}


def test_notes_say_what_could_not_be_assessed_and_name_no_folder_of_the_call(files):
    labels = np.asarray(nib.load(files / "person-7.nii.gz").dataobj)
    table = mf.measure(labels, labels * 10.0, **PLACE)
    words = " ".join(table.attrs["notes"])
    assert "the image's contrast is not known; state it with contrast=" in words
    assert "/tmp" not in words and ".nii" not in words


def test_volumes_are_those_of_the_table_beside(files):
    given = {"water": files / "w.nii.gz", "fat": files / "f.nii.gz"}
    mf.measure(files / "person-7.nii.gz", **given, output=files / "own.csv")
    beside = pd.read_csv(files / "own_volumes.csv")
    table = mf.measure_volumes(files / "person-7.nii.gz", **given)
    assert table["voxel_volume_mm3"].tolist() == beside["voxel_volume_mm3"].tolist()
    assert table["voxel_volume_mm3"][0] == 10 * 10 * 5 * 4.0


def test_parquet_gives_the_table_that_csv_gives(files):
    given = {"water": files / "w.nii.gz", "fat": files / "f.nii.gz"}
    csv_table = mf.measure(files / "person-7.nii.gz", **given, output=files / "a.csv")
    parquet = mf.measure(files / "person-7.nii.gz", **given, output=files / "a.parquet")
    pd.testing.assert_frame_equal(csv_table, parquet)


def test_a_table_of_other_people_is_replaced_only_when_told(files):
    given = {"water": files / "w.nii.gz", "fat": files / "f.nii.gz"}
    mf.measure(files / "person-7.nii.gz", **given, output=files / "own.csv")
    with pytest.raises(mf.UsageError, match=r"holds measurements of person-7.*overwrite=True"):
        mf.measure(files / "person-7.nii.gz", **given, subject="b", output=files / "own.csv")
    table = mf.measure(
        files / "person-7.nii.gz", **given, subject="b", output=files / "own.csv", overwrite=True
    )
    assert set(table["subject_id"]) == {"b"}


LABELS = np.asarray(box_labels(axial_geometry()).voxels)
IMAGE = np.ones(LABELS.shape)
REFUSED = {
    "nothing to measure on": ((LABELS,), PLACE, "measure needs image, water and fat"),
    "water alone": ((LABELS,), PLACE | {"water": IMAGE}, "both water and fat"),
    "no place": ((LABELS, IMAGE), {}, "labels: an array states neither|image: an array states"),
    "another shape": ((LABELS, IMAGE[:-1]), PLACE, r"shape \(40, 30, 5\) is not the image's"),
    "contrast": ((LABELS, IMAGE), PLACE | {"contrast": "t9"}, "'T1' or 'T2'"),
    "map without unit": ((LABELS,), PLACE | {"fat_fraction": IMAGE}, "give fat_fraction_unit"),
    "unknown unit": (
        (LABELS,),
        PLACE | {"fat_fraction": IMAGE, "fat_fraction_unit": "ppm"},
        "'ppm' is not known; it is one of percent",
    ),
    "level": ((LABELS, IMAGE), PLACE | {"levels": {"L9": 1}}, "unknown level 'L9'"),
    "an image as labels": (
        (mf.read_volume(IMAGE, **PLACE), IMAGE),
        PLACE,
        "labels: a label map is asked for, an image was given",
    ),
    "labels as an image": (
        (LABELS, mf.read_labels(LABELS, **PLACE)),
        PLACE,
        "image: an image is asked for, a label map was given",
    ),
    "numbering of a label map": (
        (mf.read_labels(LABELS, **PLACE), IMAGE),
        PLACE | {"numbering": "totalsegmentator_mr"},
        "has the project's own values already",
    ),
    "a path as a subject": ((LABELS, IMAGE), PLACE | {"subject": "../x"}, "holds a path"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_measured_is_refused_in_one_line(name):
    given, more, words = REFUSED[name]
    with pytest.raises(mf.MultifidusError, match=words) as refused:
        mf.measure(*given, **more)
    assert "\n" not in str(refused.value)
    assert "/tmp" not in str(refused.value)
