"""MuscleMap stood in for by scripts that keep its command's contract: the tool itself is not here.

Its weights come from the net on first use, so what it outlines is not tested, only how it is asked
and what becomes of its answer.
"""

import sys

import nibabel as nib
import numpy as np
import pytest
from skimage.io import imsave

from multifidus.domain.errors import GeometryError, InputError, UsageError
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.dicom.write import MrProtocol, SeriesIdentity, write_dicom_series
from multifidus.files.nifti import read_labels, write_volume
from multifidus.tasks.musclemap import outline_with_musclemap
from multifidus.tasks.segment import segment_with_musclemap
from tests.helpers.phantoms import axial_geometry, box_labels

STAND_IN = f"""#!{sys.executable}
import argparse, pathlib, sys
import nibabel as nib, numpy as np
parser = argparse.ArgumentParser()
parser.add_argument("-i"); parser.add_argument("-o"); parser.add_argument("-g", choices=["Y", "N"])
asked = parser.parse_args()
assert asked.g == "N"
image = nib.load(asked.i)
step = np.rint(np.asarray(image.dataobj) / 100).astype(int)  # the phantom below: 100 x label value
values = np.array([0, 5102, 5101, 5112, 5111, 5122, 5121, 1234], np.int16)[step]
affine = image.affine.copy()
#CHANGE
stem = pathlib.Path(asked.i).name.removesuffix(".nii.gz")
nib.save(nib.Nifti1Image(values, affine), pathlib.Path(asked.o) / f"{{stem}}_dseg.nii.gz")
#AFTER
"""


@pytest.fixture
def musclemap(tmp_path, monkeypatch):
    """Puts a stand-in on PATH, alone; change: lines before it writes, after: lines after."""

    def install(change: str = "", after: str = "") -> None:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        script = folder / "mm_segment"
        script.write_text(STAND_IN.replace("#CHANGE", change).replace("#AFTER", after))
        script.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))

    return install


def phantom() -> tuple[Volume, LabelMap]:
    """Boxes of muscle and psoas whose brightness is 100 times their label value."""
    labels = box_labels(axial_geometry())
    voxels = labels.voxels.copy()
    voxels[26:34, 20:28], voxels[6:14, 20:28], voxels[18:22, 20:28] = 5, 6, 7
    image = Volume(100.0 * voxels, labels.geometry)
    voxels[voxels == 7] = 0  # a bone to the stand-in
    return image, LabelMap(voxels, labels.geometry)


def test_the_outlines_come_back_in_this_project_s_values(musclemap):
    musclemap()
    image, truth = phantom()
    labels, words = outline_with_musclemap(image)
    assert np.array_equal(labels.voxels, truth.voxels)
    assert labels.geometry is image.geometry
    assert words == ()


def test_the_label_map_of_an_lps_image_lies_on_its_voxels(musclemap, tmp_path):
    musclemap()
    image, truth = phantom()
    lps = np.diag([-1.0, -1, 4, 1])
    lps[:3, 3] = image.geometry.to_mm(np.array([39, 29, 0]))
    nib.save(nib.Nifti1Image(image.voxels[::-1, ::-1], lps), tmp_path / "image.nii")
    assert segment_with_musclemap(tmp_path / "image.nii", tmp_path / "labels.nii.gz") == []
    written = nib.load(tmp_path / "labels.nii.gz")
    assert np.allclose(written.affine, lps)
    assert np.array_equal(np.asarray(written.dataobj), truth.voxels[::-1, ::-1])


def test_a_dicom_series_is_handed_over_as_nifti(musclemap, tmp_path):
    musclemap()
    image, truth = phantom()
    identity = SeriesIdentity("p", "p", "p", 1)
    write_dicom_series(image, tmp_path / "dicom", MrProtocol("T2"), identity)
    segment_with_musclemap(tmp_path / "dicom", tmp_path / "labels.nii.gz")
    assert np.array_equal(read_labels(tmp_path / "labels.nii.gz").voxels, truth.voxels)


def test_a_picture_s_answer_may_come_without_its_third_axis(musclemap, tmp_path):
    musclemap("values = values.squeeze()")  # as the real tool does
    image, truth = phantom()
    shown = (image.voxels[::-1, ::-1, 0].T).astype(np.uint16)
    imsave(tmp_path / "slice.png", shown, check_contrast=False)
    lines = segment_with_musclemap(tmp_path / "slice.png", tmp_path / "labels.nii.gz", 0.5)
    assert "taken as displayed" in lines[0]
    written = read_labels(tmp_path / "labels.nii.gz")
    assert np.array_equal(written.voxels[..., 0], truth.voxels[..., 0])


def test_where_it_is_not_installed_the_line_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"not installed.*github\.com/MuscleMap/MuscleMap"):
        outline_with_musclemap(phantom()[0])


@pytest.mark.parametrize(
    ("change", "after", "says"),
    [
        ("raise SystemExit(0)", "", "exit code 0 and wrote no label map; it said: nothing"),
        (
            "sys.stderr.write('ERROR - no weights\\nINFO - Inference completed.\\n'); sys.exit(0)",
            "",
            "wrote no label map; it said: ERROR - no weights",
        ),
        ("sys.exit('out of memory')", "", "exit code 1 and wrote no label map.*out of memory"),
        ("", "sys.exit(3)", "exit code 3 and wrote a label map"),
        ("values[:] = 0", "", "MuscleMap's label map: .*it is empty"),
        ("values[values < 5120] = 0", "", "found no multifidus"),
        ("values = step.astype(np.int16)", "", "holds no muscle of the numbering 'MuscleMap whole"),
    ],
)
def test_a_run_without_a_usable_answer_has_failed(musclemap, change, after, says):
    musclemap(change, after)
    with pytest.raises(InputError, match=says):
        outline_with_musclemap(phantom()[0])


@pytest.mark.parametrize(
    "change",
    [
        "affine = np.diag([-1, 1, 1, 1]) @ affine",
        "affine[0] *= -1; affine[0, 3] = image.affine[0, 3] + 39",  # covers the image's own box
    ],
)
def test_a_mirrored_answer_is_refused(musclemap, change):
    musclemap(change)
    with pytest.raises(GeometryError, match=r"MuscleMap's label map.*mirrored"):
        outline_with_musclemap(phantom()[0])


def test_an_answer_on_another_grid_is_refused(musclemap):
    musclemap("values = values[:, :, 1:]")
    with pytest.raises(GeometryError, match="MuscleMap's label map does not fit the image"):
        outline_with_musclemap(phantom()[0])


def test_a_stray_piece_on_one_slice_is_told_and_kept(musclemap):
    musclemap("values[..., 2] = 0; values[30, 5, 2], values[5, 5, 2] = 5101, 5102")
    labels, words = outline_with_musclemap(phantom()[0])
    assert words == ("right and left lie on the wrong sides on slices 2",)
    assert labels.voxels[30, 5, 2] == 2


def test_nothing_is_written_where_it_fails_and_no_folder_stays(musclemap, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    musclemap("raise SystemExit(0)")
    write_volume(phantom()[0], tmp_path / "image.nii.gz")
    with pytest.raises(InputError):
        segment_with_musclemap(tmp_path / "image.nii.gz", tmp_path / "labels.nii.gz")
    assert not (tmp_path / "labels.nii.gz").exists()
    assert list((tmp_path / "temporary").iterdir()) == []
