import math
import struct

import numpy as np
import pytest
from PIL import Image
from skimage.io import imsave

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.dicom.study import read_slice
from multifidus.files.dicom.write import MrProtocol, SeriesIdentity, write_dicom_series
from multifidus.files.picture import read_picture, read_picture_labels
from tests.helpers.bombs import png
from tests.helpers.phantoms import axial_geometry, box_labels, water_and_fat


def test_the_left_of_a_picture_is_the_person_s_right_and_its_top_the_front(tmp_path):
    pixels = np.zeros((30, 40), np.uint8)
    pixels[2, 5] = 200  # near the top, on the left
    imsave(tmp_path / "slice.png", pixels, check_contrast=False)
    volume = read_picture(tmp_path / "slice.png", 0.5)
    assert volume.voxels.shape == (40, 30, 1)
    assert volume.geometry.spacing_mm[:2] == (0.5, 0.5)
    ((x, y, _),) = np.argwhere(volume.voxels > 0)
    assert (x, y) == (39 - 5, 29 - 2)


def test_a_picture_without_spacing_is_a_wrong_call(tmp_path):
    with pytest.raises(UsageError, match="--spacing"):
        read_picture(tmp_path / "slice.png", None)


def test_a_picture_that_is_none_is_refused(tmp_path):
    (tmp_path / "slice.png").write_text("no picture")
    with pytest.raises(InputError, match="not a readable picture"):
        read_picture(tmp_path / "slice.png", 1.0)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_label_picture_lies_on_the_grid_of_its_image(tmp_path, kind):
    pixels = np.zeros((30, 40), kind)
    pixels[2, 5] = 2
    imsave(tmp_path / "slice.png", pixels, check_contrast=False)
    values, geometry = read_picture_labels(tmp_path / "slice.png", 0.5)
    assert values.dtype == np.int64
    assert np.argwhere(values == 2).tolist() == [[39 - 5, 29 - 2, 0]]
    assert geometry.is_same_grid(read_picture(tmp_path / "slice.png", 0.5).geometry)


def test_a_coloured_label_picture_is_refused(tmp_path):
    colours = np.zeros((30, 40, 3), np.uint8)
    imsave(tmp_path / "colours.png", colours, check_contrast=False)
    palette = Image.fromarray(np.eye(30, dtype=np.uint8)).convert("P")
    palette.putpalette([0, 0, 0, 255, 0, 0])
    palette.save(tmp_path / "palette.png")
    for name in ("colours", "palette"):
        with pytest.raises(InputError, match=rf"{name}\.png: .*neither colours nor pages"):
            read_picture_labels(tmp_path / f"{name}.png", 1.0)


def test_a_label_picture_whose_values_may_have_changed_is_refused(tmp_path):
    imsave(tmp_path / "outline.jpg", np.zeros((30, 40), np.uint8), check_contrast=False)
    with pytest.raises(InputError, match="JPEG changes pixel values"):
        read_picture_labels(tmp_path / "outline.jpg", 1.0)
    half = np.full((30, 40), 0.5, np.float32)
    imsave(tmp_path / "outline.tif", half, check_contrast=False)
    with pytest.raises(InputError, match="whole numbers"):
        read_picture_labels(tmp_path / "outline.tif", 1.0)


def test_one_dicom_file_is_a_stack_of_one_slice(tmp_path):
    water, _ = water_and_fat(box_labels(axial_geometry()), {})
    identity = SeriesIdentity("p", "p", "p", 1)
    paths = write_dicom_series(water, tmp_path, MrProtocol("T2"), identity)
    one = read_slice(paths[3])
    assert np.allclose(one.voxels[..., 0], water.voxels[..., 3], atol=0.01)
    assert np.allclose(one.geometry.to_mm(np.zeros(3)), water.geometry.to_mm(np.array([0, 0, 3])))


def test_a_file_of_another_kind_is_no_slice(tmp_path):
    (tmp_path / "letter.txt").write_text("x" * 300)
    with pytest.raises(InputError, match="not a single-frame MR image"):
        read_slice(tmp_path / "letter.txt")


def tiff(path, columns, rows):
    """A TIFF of 16 bits whose only page states that size; its pixels are not there."""
    tags = {256: columns, 257: rows, 258: 16, 259: 1, 262: 1, 273: 8, 277: 1, 278: rows, 279: 8}
    fields = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    path.write_bytes(
        b"II*\0"
        + struct.pack("<I", 16)
        + bytes(8)
        + struct.pack("<H", len(tags))
        + fields
        + bytes(4)
    )
    return path


@pytest.mark.parametrize("read", [read_picture, read_picture_labels])
@pytest.mark.parametrize("make", [png, tiff])
@pytest.mark.parametrize("size", [(4000, 300), (30000, 30000), (10000, 10000)])
def test_a_picture_that_unpacks_to_more_than_any_slice_is_refused(tmp_path, read, make, size):
    path = make(tmp_path / f"slice.{make.__name__}", *size)
    assert path.stat().st_size < 2000
    with pytest.raises(
        InputError, match=r"slice\.\w+: .*(along an axis 2048|more pixels than any)"
    ):
        read(path, 0.1)


@pytest.mark.parametrize("spacing", [0, -1, math.nan, math.inf, -math.inf])
def test_a_spacing_that_is_no_distance_is_a_wrong_call(tmp_path, spacing):
    imsave(tmp_path / "slice.png", np.zeros((30, 40), np.uint8), check_contrast=False)
    with pytest.raises(UsageError, match="is no distance between pixels"):
        read_picture(tmp_path / "slice.png", spacing)


@pytest.mark.parametrize(
    ("spacing", "hint"),
    [(41, ""), (4.1, "decimal point"), (0.041, "centimetres"), (410, "micrometres"), (0.0041, "")],
)
def test_a_spacing_that_no_scanner_has_is_refused_with_the_unit_it_may_be_in(
    tmp_path, spacing, hint
):
    imsave(tmp_path / "slice.png", np.zeros((512, 512), np.uint8), check_contrast=False)
    with pytest.raises(InputError, match=rf"slice\.png: voxels of .* is possible.*{hint}"):
        read_picture(tmp_path / "slice.png", spacing)


def test_several_pictures_in_one_file_are_refused(tmp_path):
    first, second = (Image.fromarray(np.full((30, 40), n, np.uint8)) for n in (1, 2))
    for name in ("slice.png", "slice.tif"):
        first.save(tmp_path / name, save_all=True, append_images=[second])
        with pytest.raises(InputError, match=r"one (page|picture)"):
            read_picture(tmp_path / name, 1.0)
