"""One image in every form that the door takes: the same voxels in the same place, or one line."""

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from PIL import Image

import multifidus as mf
from tests.helpers.phantoms import STORAGE_ORDERS, axial_geometry, stored_otherwise

LPS = np.diag([-1.0, -1.0, 1.0])


def marked() -> np.ndarray:
    """(40, 30, 5), RAS+: dark but for the rightmost, foremost voxel of the highest slice."""
    voxels = np.zeros((40, 30, 5), np.float32)
    voxels[-1, -1, -1] = 7
    return voxels


GRID = axial_geometry()
RIGHT_FRONT_TOP_MM = GRID.to_mm(np.array([39, 29, 4]))


def require_in_place(volume: mf.Volume) -> None:
    """The marked voxel lies where it lies in the person, and is stored last on every axis."""
    assert np.argwhere(volume.voxels == 7).tolist() == [[39, 29, 4]]
    np.testing.assert_allclose(volume.geometry.to_mm(np.array([39, 29, 4])), RIGHT_FRONT_TOP_MM)


@pytest.mark.parametrize(("order", "flips"), STORAGE_ORDERS[::7])
def test_an_array_with_its_affine_is_placed_in_whatever_order_it_is_stored(order, flips):
    voxels, affine = stored_otherwise(marked(), np.array(GRID.affine), order, flips)
    require_in_place(mf.read_volume(voxels, affine=affine))


@pytest.mark.parametrize(("order", "flips"), STORAGE_ORDERS[::7])
def test_an_array_with_spacing_and_orientation_has_its_sides_where_the_letters_say(order, flips):
    voxels, _ = stored_otherwise(marked(), np.array(GRID.affine), order, flips)
    pairs = [("LR", "PA", "IS")[axis] for axis in order]
    letters = "".join(pair[flip > 0] for pair, flip in zip(pairs, flips, strict=True))
    spacing_mm = [(1, 1, 4)[axis] for axis in order]
    found = mf.read_volume(voxels, spacing_mm=spacing_mm, orientation=letters)
    assert np.argwhere(found.voxels == 7).tolist() == [[39, 29, 4]]
    assert found.geometry.spacing_mm == (1, 1, 4)
    np.testing.assert_array_equal(found.array(letters), voxels)


def test_a_nibabel_image_in_memory_is_the_one_of_its_file(tmp_path):
    image = nib.Nifti1Image(marked()[::-1], np.array(GRID.affine) @ np.diag([-1, 1, 1, 1]))
    image.affine[:3, 3] = GRID.to_mm(np.array([39, 0, 0]))
    image = nib.Nifti1Image(np.asarray(image.dataobj), image.affine)
    nib.save(image, tmp_path / "image.nii.gz")
    for given in (image, nib.load(tmp_path / "image.nii.gz"), str(tmp_path / "image.nii.gz")):
        require_in_place(mf.read_volume(given))


def test_scaled_integers_of_a_nibabel_image_read_as_those_of_its_file(tmp_path):
    image = nib.Nifti1Image(marked() * 1000 / 7, np.array(GRID.affine))
    image.header.set_data_dtype(np.int16)
    nib.save(image, tmp_path / "image.nii")
    from_memory = mf.read_volume(nib.load(tmp_path / "image.nii"))
    np.testing.assert_array_equal(from_memory.voxels, mf.read_volume(tmp_path / "image.nii").voxels)


def test_a_simpleitk_image_is_brought_from_lps_and_from_its_array_s_axis_order():
    affine = np.array(GRID.affine)
    image = sitk.GetImageFromArray(marked()[::-1, ::-1].T.copy())  # axes to the left, back, head
    image.SetSpacing((1.0, 1.0, 4.0))
    corner_mm = GRID.to_mm(np.array([39, 29, 0]))
    image.SetOrigin((LPS @ corner_mm).tolist())
    assert affine[0, 0] > 0  # the phantom's own X grows to the right, the image's to the left
    require_in_place(mf.read_volume(image))


def test_a_dicom_series_read_by_simpleitk_is_the_one_read_from_its_folder():
    folder = mf.samples() / "sample-01" / "sagittal_t2"
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder)))
    theirs, ours = mf.read_volume(reader.Execute()), mf.read_volume(folder)
    np.testing.assert_array_equal(theirs.voxels, ours.voxels)
    np.testing.assert_allclose(theirs.geometry.affine, ours.geometry.affine, atol=1e-6)


@pytest.mark.parametrize("convert", ["to_nibabel", "to_sitk"])
def test_an_image_given_to_another_package_comes_back_the_same(convert):
    volume = mf.read_volume(marked(), affine=GRID.affine)
    require_in_place(mf.read_volume(getattr(volume, convert)()))
    assert mf.read_volume(volume).voxels is volume.voxels


def test_a_picture_is_taken_as_displayed(tmp_path):
    pixels = np.zeros((30, 40), np.uint8)
    pixels[0, 0] = 255  # at the upper left: the person's right, in front
    Image.fromarray(pixels).save(tmp_path / "slice.png")
    volume = mf.read_volume(str(tmp_path / "slice.png"), pixel_mm=0.5)
    assert np.argwhere(volume.voxels).tolist() == [[39, 29, 0]]
    assert volume.geometry.spacing_mm[:2] == (0.5, 0.5)


def test_a_displayed_slice_as_an_array_of_two_axes_is_the_picture(tmp_path):
    pixels = np.arange(1200, dtype=np.uint8).reshape(30, 40)
    Image.fromarray(pixels).save(tmp_path / "slice.png")
    picture = mf.read_volume(tmp_path / "slice.png", pixel_mm=0.5)
    array = mf.read_volume(pixels.astype(float), spacing_mm=(0.5, 0.5), orientation="PL")
    np.testing.assert_array_equal(array.voxels, picture.voxels)


def sitk_of(values: np.ndarray, spacing=(1.0, 1.0, 4.0)) -> sitk.Image:
    image = sitk.GetImageFromArray(values, isVector=values.ndim == 4)
    image.SetSpacing(spacing)
    return image


ARRAY = marked()
REFUSED = {
    "no place": (ARRAY, {}, "an array states neither its scale nor its sides"),
    "no sides": (ARRAY, {"spacing_mm": (1, 1, 4)}, "which side is which cannot be told"),
    "both": (ARRAY, {"affine": np.eye(4), "spacing_mm": (1, 1, 4)}, "drop these"),
    "two letters": (ARRAY, {"spacing_mm": (1, 1, 4), "orientation": "LP"}, "3 letters"),
    "twice a pair": (ARRAY, {"spacing_mm": (1, 1, 4), "orientation": "LRS"}, "3 letters"),
    "two spacings": (ARRAY, {"spacing_mm": (1, 4), "orientation": "LPS"}, "3 numbers above 0"),
    "zero": (ARRAY, {"spacing_mm": (1, 0, 4), "orientation": "LPS"}, "3 numbers above 0"),
    "words": (ARRAY, {"spacing_mm": "fine", "orientation": "LPS"}, "are numbers"),
    "metres": (
        ARRAY,
        {"spacing_mm": (0.001, 0.001, 0.004), "orientation": "LPS"},
        "are metres given as mm",
    ),
    "affine of 3": (ARRAY, {"affine": np.eye(3)}, "not a finite 4 x 4 matrix"),
    "sheared": (ARRAY, {"affine": np.eye(4) + np.eye(4, k=1) * 0.5}, "right angles"),
    "complex": (ARRAY.astype(complex), {"affine": GRID.affine}, "complex values"),
    "objects": (ARRAY.astype(object), {"affine": GRID.affine}, "no grey values"),
    "four axes": (ARRAY[..., None], {"affine": GRID.affine}, "expected three axes"),
    "nan": (np.full(ARRAY.shape, np.nan), {"affine": GRID.affine}, "NaN"),
    "a list": ([[1, 2]], {"affine": GRID.affine}, "a list is not understood"),
    "a file's place": ("x.nii", {"affine": GRID.affine}, "affine is for numpy arrays"),
    "no file": ("x.nii", {}, "x.nii: no such file"),
    "4-D nibabel": (nib.Nifti1Image(np.zeros((4, 4, 4, 2)), np.eye(4)), {}, r"\(4, 4, 4, 2\)"),
    "nibabel's sides": (nib.Nifti1Image(ARRAY, None), {}, "states no orientation"),
    "analyze": (nib.AnalyzeImage(ARRAY, GRID.affine), {}, "does not surely state right and left"),
    "colour": (sitk_of(np.zeros((5, 30, 40, 3), np.uint8)), {}, "in colour"),
    "two axes": (sitk_of(np.zeros((30, 40)), (1.0, 1.0)), {}, "no place in the person"),
    "untouched": (sitk_of(np.zeros((5, 30, 40)), (1.0, 1.0, 1.0)), {}, "nobody stated a place"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_sure_place_is_refused_in_one_line(name):
    given, place, words = REFUSED[name]
    with pytest.raises(mf.MultifidusError, match=words) as refused:
        mf.read_volume(given, **place)
    assert "\n" not in str(refused.value)


def labels_array() -> np.ndarray:
    values = np.zeros((40, 30, 5), int)
    values[21:31, 5:15], values[9:19, 5:15] = 1, 2
    return values


def test_swapped_sides_of_a_label_map_are_refused():
    with pytest.raises(mf.GeometryError, match="mirrored"):
        mf.read_labels(labels_array(), spacing_mm=(1, 1, 4), orientation="LAS")


def test_an_unknown_numbering_is_told_with_the_nearest_name():
    with pytest.raises(mf.UsageError, match="did you mean 'musclemap_wholebody'"):
        mf.read_labels(labels_array(), numbering="musclemap_wholebdy", affine=GRID.affine)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (labels_array() + 0.5, "whole numbers"),
        (labels_array() > 0, "does not say which muscle and side"),
        (labels_array() * 30, "are not in the numbering 'Multifidus'"),
        (labels_array() * 0, "holds no muscle"),
    ],
)
def test_values_that_are_no_labels_are_refused(values, words):
    with pytest.raises(mf.InputError, match=words):
        mf.read_labels(values, affine=GRID.affine)


def test_a_numbering_stated_in_the_call_refuses_a_structure_that_is_none():
    with pytest.raises(mf.UsageError, match="'multifidus' is none of right multifidus"):
        mf.read_labels(labels_array(), numbering={1: "multifidus"}, affine=GRID.affine)
