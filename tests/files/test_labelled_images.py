import numpy as np
import pytest
from skimage.io import imsave

from multifidus.domain.errors import GeometryError, InputError, UsageError
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.files.labelled_images import read_table
from multifidus.files.nifti import write_labels, write_volume
from tests.helpers.phantoms import axial_geometry, box_labels, water_and_fat

SITE_NUMBERING = """
name: Reader A
source: "protocol of our readers"
values: {1: left multifidus, 2: right multifidus}
others: [3, 4]
"""


@pytest.fixture
def folder(tmp_path):
    """Water, fat and labels of the box phantom, and a picture with its label picture."""
    labels = box_labels(axial_geometry())
    water, fat = water_and_fat(labels, {})
    write_volume(water, tmp_path / "water.nii.gz")
    write_volume(fat, tmp_path / "fat.nii.gz")
    write_labels(labels, tmp_path / "labels.nii.gz")
    shown = labels.voxels[::-1, ::-1, 0].T  # the person's right on the left, the front on top
    imsave(tmp_path / "slice.png", shown * 30, check_contrast=False)
    imsave(tmp_path / "outline.png", shown, check_contrast=False)
    return tmp_path


def table(folder, *lines: str):
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_row_becomes_images_and_labels_on_one_grid(folder):
    path = table(
        folder,
        "subject,image,fat_image,labels,contrast,level",
        "p1,water.nii.gz,fat.nii.gz,labels.nii.gz,water,L4/5",
    )
    (row,) = read_table(path)
    one = row.read()
    assert (one.subject, one.name, one.contrast, one.level) == (
        "p1",
        "water.nii.gz",
        "water",
        "L4/5",
    )
    assert len(one.images) == 2
    assert np.array_equal(one.labels.voxels, box_labels(axial_geometry()).voxels)


def test_pictures_lie_on_the_same_grid_as_their_label_pictures(folder):
    path = table(folder, "subject,image,labels,pixel_mm", "p1,slice.png,outline.png,0.5")
    one = read_table(path)[0].read()
    assert one.labels.geometry.axial_pixel_area_mm2 == 0.25
    assert np.array_equal(one.labels.voxels, box_labels(axial_geometry()).voxels[..., :1])


def test_a_numbering_file_lies_beside_the_table(folder):
    (folder / "site.yml").write_text(SITE_NUMBERING, encoding="utf-8")
    given = np.array([0, 2, 1, 3, 4], np.uint8)[box_labels(axial_geometry()).voxels]
    write_labels(LabelMap(given, axial_geometry()), folder / "labels.nii.gz")
    path = table(folder, "subject,image,labels,numbering", "p1,water.nii.gz,labels.nii.gz,site.yml")
    labels = read_table(path)[0].read().labels.voxels
    assert np.array_equal(labels == 1, given == 2)
    assert set(np.unique(labels)) == {0, 1, 2}


def test_an_excel_mark_and_empty_lines_do_no_harm(folder):
    path = folder / "table.csv"
    lines = "subject,image,labels\n\np1, water.nii.gz ,labels.nii.gz\n"
    path.write_text(lines, encoding="utf-8-sig")
    assert [row.image for row in read_table(path)] == [folder / "water.nii.gz"]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (("subject,image", "p1,water.nii.gz"), "column 'labels' is missing"),
        (("subject,image,labels,side", "a,b,c,d"), "unknown column 'side'; known: "),
        (("subject,image,labels,labels", "a,b,c,d"), "column 'labels' appears twice"),
        (("subject,image,labels",), "no rows"),
        (("subject,image,labels", ",water.nii.gz,labels.nii.gz"), "line 2: 'subject' is empty"),
        (("subject,image,labels", "p1,water.nii.gz"), "line 2: 'labels' is empty"),
        (
            ("subject,image,labels", "a,water.nii.gz,x.nii.gz"),
            r"line 2: labels .*x\.nii\.gz is not",
        ),
        (
            ("subject,image,labels", "p,1,water.nii.gz,labels.nii.gz"),
            "line 2: 4 cells in 3",
        ),
        (("subject,image,labels", "p,slice.png,outline.png"), "line 2: a picture states no scale"),
        (("subject,image,labels,pixel_mm", "p,slice.png,outline.png,x"), "'x' is no number above"),
        (("subject,image,labels,pixel_mm", "p,slice.png,outline.png,nan"), "'nan' is no number"),
        (("subject,image,labels,pixel_mm", "p,slice.png,outline.png,0"), "'0' is no number above"),
        (
            ("subject,image,labels,numbering", "p,water.nii.gz,labels.nii.gz,mine"),
            "line 2: no such label numbering 'mine'",
        ),
    ],
)
def test_a_table_that_cannot_be_read_says_where(folder, lines, says):
    path = table(folder, *lines)
    with pytest.raises(UsageError, match=says) as refusal:
        read_table(path)
    assert str(path) in str(refusal.value)


def test_a_table_that_is_not_there_or_no_text_is_refused(folder):
    with pytest.raises(UsageError, match="no such table"):
        read_table(folder / "nothing.csv")
    path = folder / "latin.csv"
    path.write_bytes("subject,image,labels\nMüller,a,b\n".encode("latin-1"))
    with pytest.raises(UsageError, match="not readable as CSV in UTF-8"):
        read_table(path)


def test_labels_that_lie_elsewhere_are_refused_by_name(folder):
    geometry = axial_geometry()
    moved = geometry.affine.copy()
    moved[0, 3] += 5
    labels = LabelMap(box_labels(geometry).voxels, Geometry(geometry.shape, moved))
    write_labels(labels, folder / "moved.nii.gz")
    path = table(folder, "subject,image,labels", "p1,water.nii.gz,moved.nii.gz")
    with pytest.raises(GeometryError, match=r"moved\.nii\.gz does not fit.*5\.0 mm away"):
        read_table(path)[0].read()


def test_labels_may_lie_where_the_fat_image_says_it_lies(folder):
    geometry = axial_geometry()
    moved = geometry.affine.copy()
    moved[0, 3] += 200
    elsewhere = Geometry(geometry.shape, moved)
    labels = box_labels(geometry)
    write_volume(Volume(water_and_fat(labels, {})[1].voxels, elsewhere), folder / "far.nii.gz")
    write_labels(LabelMap(labels.voxels, elsewhere), folder / "far_labels.nii.gz")
    path = table(
        folder, "subject,image,fat_image,labels", "p1,water.nii.gz,far.nii.gz,far_labels.nii.gz"
    )
    one = read_table(path)[0].read()
    assert one.fat_name == "far.nii.gz"
    assert one.labels.geometry.is_same_grid(one.images[1].geometry)


def test_labels_of_another_numbering_are_refused_by_name_from_any_folder(folder, monkeypatch):
    monkeypatch.chdir(folder)  # paths are then plain names and their folder is "."
    head = "subject,image,labels,numbering"
    table(folder, head, "p1,water.nii.gz,labels.nii.gz,musclemap_wholebody")
    relative = (folder / "table.csv").relative_to(folder)
    with pytest.raises(InputError, match=r"^labels\.nii\.gz: the label map holds no muscle"):
        read_table(relative)[0].read()


def test_an_image_of_another_kind_is_refused(folder):
    (folder / "letter.txt").write_text("x")
    path = table(folder, "subject,image,labels", "p1,letter.txt,labels.nii.gz")
    with pytest.raises(InputError, match=r"letter\.txt: labelled images are NIfTI"):
        read_table(path)[0].read()
