"""A review: what changed, what is saved, where a drawing ends up in every storage order."""

import csv
import json
from hashlib import sha256

import nibabel as nib
import numpy as np
import pytest

from multifidus.domain.anatomy import LABEL_OF
from multifidus.domain.errors import GeometryError, InputError, UsageError
from multifidus.domain.masks import dice
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.nifti import read_labels, write_labels, write_volume
from multifidus.report.brush import from_drawing
from multifidus.tasks.review import corrected, save_review
from multifidus.tasks.review_changes import changes, remeasure
from multifidus.tasks.review_image import open_review
from tests.helpers.phantoms import LEFT_MF, RIGHT_MF, axial_geometry, box_labels, water_and_fat

NOON = "2026-05-04T12:00:00+02:00"
ORDERS = ("RAS", "LPS", "LAS", "PSL", "IRP", "SAR")
DAB = np.s_[34:37, 20:22, 3]
"""Six pixels in front of the person's right erector spinae, on the fourth slice from the feet."""


def stored(path, voxels, geometry, order):
    """Write voxels (X, Y, Z), RAS+, as NIfTI in another storage order."""
    image = nib.Nifti1Image(voxels, geometry.affine)
    start = nib.orientations.io_orientation(image.affine)
    wanted = nib.orientations.axcodes2ornt(order)
    turned = image.as_reoriented(nib.orientations.ornt_transform(start, wanted))
    assert "".join(nib.aff2axcodes(turned.affine)) == order
    nib.save(turned, path)
    return path


def mm_of(path, where):
    """Patient millimetres of the voxels for which `where` of a NIfTI file's values is true."""
    image = nib.load(path)
    found = np.argwhere(where(np.asarray(image.dataobj)))
    return {tuple(np.round(place, 3)) for place in nib.affines.apply_affine(image.affine, found)}


@pytest.fixture
def opened(tmp_path):
    """The box phantom with its labels, opened for review."""
    labels = box_labels(axial_geometry())
    write_volume(Volume(np.ones(labels.voxels.shape), labels.geometry), tmp_path / "t2.nii.gz")
    write_labels(labels, tmp_path / "labels.nii.gz")
    return open_review(tmp_path / "t2.nii.gz", tmp_path / "labels.nii.gz")


def painted(opened, where=DAB, value=LABEL_OF[RIGHT_MF]):
    """The opened labels with that value painted there."""
    voxels = opened.before.voxels.copy()
    voxels[where] = value
    return corrected(opened, voxels)


def test_a_stroke_of_six_pixels_is_one_row_with_6_mm2_added(opened):
    (one,) = changes(opened.before, painted(opened))
    assert (one.slice_index, one.structure) == (3, "right multifidus")
    assert (one.pixels_before, one.pixels_added, one.pixels_removed) == (100, 6, 0)
    assert (one.added_mm2, one.removed_mm2) == (6.0, 0.0)
    assert one.dice == pytest.approx(200 / 206)


def test_painting_over_a_neighbour_changes_both_and_dice_is_that_of_the_masks(opened):
    after = painted(opened, np.s_[11:14, 5:15, 1], LABEL_OF[RIGHT_MF])
    rows = {change.structure: change for change in changes(opened.before, after)}
    assert rows.keys() == {"right multifidus", "left multifidus"}
    assert rows["left multifidus"].pixels_removed == rows["right multifidus"].pixels_added == 30
    for structure in (RIGHT_MF, LEFT_MF):
        old, new = (one.voxels[..., 1] == LABEL_OF[structure] for one in (opened.before, after))
        assert rows[f"{structure.side} multifidus"].dice == pytest.approx(dice(old, new))


def test_a_structure_new_on_a_slice_has_dice_0_and_the_same_labels_give_no_row(opened):
    vertebra = painted(opened, DAB, 7)
    assert [(change.structure, change.dice) for change in changes(opened.before, vertebra)] == [
        ("vertebra or disc", 0.0)
    ]
    assert changes(opened.before, opened.before) == ()


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("labels_order", ("RAS", "LPS"))
def test_a_drawing_ends_up_where_it_was_drawn_in_every_storage_order(tmp_path, order, labels_order):
    labels = box_labels(axial_geometry())
    geometry = labels.geometry
    image = stored(tmp_path / "t2.nii.gz", np.ones(geometry.shape, np.float32), geometry, order)
    old = stored(tmp_path / "old.nii.gz", labels.voxels, geometry, labels_order)
    opened = open_review(image, old)
    bitmap = opened.before.voxels.ravel(order="F").copy()
    expected = set()
    for x, y, z in [(34, 20, 3), (35, 20, 3), (35, 21, 3)]:
        bitmap[x + 40 * y + 40 * 30 * z] = LABEL_OF[RIGHT_MF]
        expected.add(tuple(np.round(geometry.to_mm(np.array([x, y, z])), 3)))
    after = corrected(opened, from_drawing(bitmap, geometry.shape))
    save_review(opened, after, "AB", NOON, tmp_path / "out")
    saved = tmp_path / "out" / "labels_reviewed.nii.gz"
    assert np.allclose(nib.load(saved).affine, nib.load(image).affine)
    assert nib.load(saved).shape == nib.load(image).shape
    right = mm_of(saved, lambda values: values == LABEL_OF[RIGHT_MF])
    assert right - mm_of(old, lambda values: values == LABEL_OF[RIGHT_MF]) == expected
    assert all(x > 0 for x, _, _ in right), "the person's right lies at positive x"
    for value in range(2, 7):
        assert mm_of(saved, lambda v, n=value: v == n) == mm_of(old, lambda v, n=value: v == n)


def test_a_review_holds_who_when_fingerprints_and_changes(opened, tmp_path):
    before = (tmp_path / "labels.nii.gz").read_bytes()
    said = save_review(opened, painted(opened), "  A.\nB. ", NOON, tmp_path / "out")
    content = json.loads((tmp_path / "out" / "review.json").read_text(encoding="utf-8"))
    assert "review.json" in said
    assert (content["reader"], content["time"]) == ("A. B.", NOON)
    files = ("t2.nii.gz", "labels.nii.gz", "out/labels_reviewed.nii.gz")
    digests = [sha256((tmp_path / name).read_bytes()).hexdigest() for name in files]
    assert list(content["sha256"].values()) == [digests[0], digests[2], digests[1]]
    assert content["sha256"].keys() == {"image", "labels_after", "labels_before"}
    (change,) = content["changes"]
    assert (change["structure"], change["slice_index"]) == ("right multifidus", 3)
    assert (change["added_mm2"], change["removed_mm2"]) == (6.0, 0.0)
    assert (tmp_path / "labels.nii.gz").read_bytes() == before


def test_the_same_review_gives_the_same_bytes(opened, tmp_path):
    for name in ("a", "b"):
        save_review(opened, painted(opened), "AB", NOON, tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_a_review_is_not_overwritten(opened, tmp_path):
    save_review(opened, painted(opened), "AB", NOON, tmp_path / "out")
    kept = (tmp_path / "out" / "review.json").read_bytes()
    with pytest.raises(UsageError, match="never overwritten"):
        save_review(opened, painted(opened, value=0), "CD", NOON, tmp_path / "out")
    assert (tmp_path / "out" / "review.json").read_bytes() == kept


def test_nothing_drawn_writes_nothing_and_says_so(opened, tmp_path):
    said = save_review(opened, opened.before, "AB", NOON, tmp_path / "out")
    assert said.startswith("Nothing changed")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("reader", ["", "  ", None])
def test_a_review_needs_a_reader(opened, tmp_path, reader):
    with pytest.raises(UsageError, match="reader's name"):
        save_review(opened, painted(opened), reader, NOON, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("time", ["yesterday", "2026-05-04T12:00:00"])
def test_a_time_is_iso_8601_with_its_offset(opened, tmp_path, time):
    with pytest.raises(UsageError, match=r"2026-05-04T09:30:00\+02:00"):
        save_review(opened, painted(opened), "AB", time, tmp_path / "out")


def test_values_above_7_are_refused_on_the_way_in_and_out(opened, tmp_path):
    with pytest.raises(InputError, match=r"corrected label map: label value 8 is outside 0\.\.7"):
        painted(opened, value=8)
    odd = opened.before.voxels.copy()
    odd[DAB] = 9
    write_labels(LabelMap(odd, opened.before.geometry), tmp_path / "odd.nii.gz")
    with pytest.raises(InputError, match=r"odd\.nii\.gz: label value 9"):
        open_review(tmp_path / "t2.nii.gz", tmp_path / "odd.nii.gz")


def test_another_grid_is_refused(opened, tmp_path):
    elsewhere = box_labels(axial_geometry(shape=(40, 30, 6)))
    write_labels(elsewhere, tmp_path / "six.nii.gz")
    with pytest.raises(GeometryError, match=r"six\.nii\.gz does not fit the image"):
        open_review(tmp_path / "t2.nii.gz", tmp_path / "six.nii.gz")
    with pytest.raises(GeometryError, match="corrected label map does not fit"):
        changes(opened.before, elsewhere)
    with pytest.raises(GeometryError, match="do not fit"):
        corrected(opened, np.zeros((30, 40, 5), np.uint8))


def test_right_painted_where_left_is_and_the_reverse_is_refused(opened):
    with pytest.raises(GeometryError, match=r"right muscles lie to the left .* on slice 0"):
        corrected(opened, opened.before.voxels[::-1])


def test_measurements_are_those_of_old_and_new_with_their_difference(opened):
    rows = remeasure(opened, painted(opened))
    moved = [row for row in rows if row.before != row.after]
    assert len(rows) == 5 * 4
    (row,) = moved
    assert (row.slice_index, row.muscle, row.side, row.quantity) == (
        *(3, *RIGHT_MF),
        "total_csa_mm2",
    )
    assert (row.before, row.after, row.difference) == (100.0, 106.0, 6.0)


def test_a_muscle_erased_from_a_slice_has_no_difference(opened):
    after = painted(opened, np.s_[11:19, 5:15, 2], 0)
    (row,) = [row for row in remeasure(opened, after) if row.after is None]
    assert (row.slice_index, row.muscle, row.side) == (2, *LEFT_MF)
    assert (row.before, row.difference) == (80.0, None)


def test_a_study_s_folder_gives_fat_too(tmp_path):
    labels = box_labels(axial_geometry())
    water, fat = water_and_fat(labels, {RIGHT_MF: 0.2})
    (tmp_path / "study").mkdir()
    for name, volume in (("water", water), ("fat", fat)):
        image = volume.voxels, volume.geometry
        stored(tmp_path / "study" / f"{name}.nii.gz", *image, "LPS")
    write_labels(labels, tmp_path / "labels.nii.gz")
    opened = open_review(tmp_path / "study", tmp_path / "labels.nii.gz")
    after = painted(opened, np.s_[31, 5:15, 0], LABEL_OF[RIGHT_MF])
    save_review(opened, after, "AB", NOON, tmp_path / "out")
    with (tmp_path / "out" / "measurements_compared.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["before"] != row["after"]]
    found = {(row["quantity"], row["method"]): float(row["difference"]) for row in rows}
    mixed = 100 * (100 * 0.2 + 10 * 0.5) / 110
    assert found["total_csa_mm2", ""] == pytest.approx(10)
    for method in ("dixon_ratio_of_sums", "dixon_mean_of_ratios"):
        assert found["fat_signal_fraction_pct", method] == pytest.approx(mixed - 20, abs=1e-3)
    saved = tmp_path / "out" / "labels_reviewed.nii.gz"
    assert "".join(nib.aff2axcodes(nib.load(saved).affine)) == "LPS"
    assert np.array_equal(read_labels(saved).voxels, after.voxels)


def test_labels_that_lie_on_no_axial_image_of_the_study_are_refused(tmp_path):
    labels = box_labels(axial_geometry())
    (tmp_path / "study").mkdir()
    write_volume(Volume(np.ones(labels.voxels.shape), labels.geometry), tmp_path / "study/t2.nii")
    write_labels(box_labels(axial_geometry((40, 30, 6))), tmp_path / "labels.nii.gz")
    with pytest.raises(GeometryError, match="lies on none of the axial images"):
        open_review(tmp_path / "study", tmp_path / "labels.nii.gz")
