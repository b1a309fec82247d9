"""Labels from elsewhere through `measure_files`: the same phantom, whatever its numbering."""

from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from multifidus.domain.errors import GeometryError, InputError, UsageError
from multifidus.files.image_files import ImageFiles
from multifidus.files.nifti import write_volume
from multifidus.tasks.measure import LabelFiles, measure_files
from tests.helpers.phantoms import axial_geometry, box_labels, water_and_fat

RIGHT_PSOAS_MM2, LEFT_PSOAS_MM2 = 64.0, 56.0
AREA_MM2 = {
    ("multifidus", "right"): 100.0,
    ("multifidus", "left"): 80.0,
    ("erector_spinae", "right"): 72.0,
    ("erector_spinae", "left"): 72.0,
    ("psoas", "right"): RIGHT_PSOAS_MM2,
    ("psoas", "left"): LEFT_PSOAS_MM2,
}
"""Counted on the boxes of the phantom, 1 mm pixels."""

VALUES_OF = {
    "multifidus": (1, 2, 3, 4, 5, 6),
    "musclemap_abdomen": (1, 2, 3, 4, 5, 6),
    "musclemap_wholebody": (5102, 5101, 5112, 5111, 5122, 5121),
    "totalsegmentator_mr": (47, 46, 47, 46, 49, 48),
    "totalsegmentator_ct": (87, 86, 87, 86, 89, 88),
}
"""MF right and left, ES right and left, psoas right and left as each program writes them."""

SITE = """
name: Readers of this site
source: "their protocol"
values: {12: right multifidus, 11: left multifidus, 32: right psoas, 31: left psoas}
others: [22, 21]
"""


@pytest.fixture
def measured(tmp_path):
    """Measures the phantom's labels in given values; (table, words on the labels)."""
    boxes = box_labels(axial_geometry())
    voxels = boxes.voxels.copy()
    voxels[26:34, 20:28], voxels[6:13, 20:28] = 5, 6
    image, _ = water_and_fat(boxes, {})
    write_volume(image, tmp_path / "image.nii.gz")

    def measure(values, numbering: str, affine=boxes.geometry.affine):
        stored = np.array([0, *values], np.int16)[voxels]
        nib.save(nib.Nifti1Image(stored, affine), tmp_path / "labels.nii.gz")
        files = tmp_path / "image.nii.gz", tmp_path / "labels.nii.gz", tmp_path / "table.csv"
        words = measure_files(
            ImageFiles(files[0]), LabelFiles(files[1], None, numbering), None, files[2]
        )
        told = [word for word in words if not word.startswith("fat")]
        return pd.read_csv(files[2]), [word for word in told if "look at the outline" not in word]

    return measure


def areas(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Area of every muscle and side; the boxes are the same on all slices."""
    groups = table.groupby(["muscle", "side"]).total_csa_mm2
    assert (groups.min() == groups.max()).all()
    return groups.first().to_dict()


@pytest.mark.parametrize("name", ["multifidus", "musclemap_abdomen", "musclemap_wholebody"])
def test_every_program_s_labels_give_the_same_areas(measured, name):
    table, words = measured(VALUES_OF[name], name)
    assert areas(table) == AREA_MM2
    assert words == []


@pytest.mark.parametrize("name", ["totalsegmentator_mr", "totalsegmentator_ct"])
def test_of_totalsegmentator_psoas_is_measured_and_multifidus_is_not_assessable(measured, name):
    table, words = measured(VALUES_OF[name], name)
    assert areas(table) == {key: AREA_MM2[key] for key in AREA_MM2 if key[0] == "psoas"}
    assert [line.split(":")[0] for line in words] == [
        "multifidus NOT ASSESSABLE",
        "erector_spinae NOT ASSESSABLE",
    ]
    assert "multifidus and erector spinae are one label in 'TotalSegmentator" in words[0]


def test_a_site_s_own_file_is_a_numbering_like_any_other(measured, tmp_path):
    (tmp_path / "site.yml").write_text(SITE, encoding="utf-8")
    table, words = measured((12, 11, 22, 21, 32, 31), str(tmp_path / "site.yml"))
    kept = {key: AREA_MM2[key] for key in AREA_MM2 if key[0] != "erector_spinae"}
    assert areas(table) == kept
    assert words == []


def test_a_numbering_of_psoas_alone_says_that_multifidus_has_no_value(measured, tmp_path):
    only_psoas = SITE.replace("12: right multifidus, 11: left multifidus, ", "")
    (tmp_path / "site.yml").write_text(only_psoas.replace("[22, 21]", "all"), encoding="utf-8")
    table, words = measured((12, 11, 22, 21, 32, 31), str(tmp_path / "site.yml"))
    assert set(table.muscle) == {"psoas"}
    assert words == ["multifidus NOT ASSESSABLE: it has no value in 'Readers of this site'"]


@pytest.mark.parametrize(
    ("written_in", "read_as", "says"),
    [
        ("musclemap_wholebody", "multifidus", "label values 5101, .* are not in the numbering"),
        ("totalsegmentator_mr", "multifidus", "label values 46, .* are not in the numbering"),
        ("multifidus", "musclemap_wholebody", "holds no muscle of the numbering 'MuscleMap whole"),
        ("totalsegmentator_ct", "totalsegmentator_mr", "holds no muscle of the numbering"),
        ("totalsegmentator_mr", "totalsegmentator_ct", "holds no muscle of the numbering"),
    ],
)
def test_labels_of_another_numbering_are_refused(measured, tmp_path, written_in, read_as, says):
    with pytest.raises(InputError, match=rf"labels\.nii\.gz: .*{says}"):
        measured(VALUES_OF[written_in], read_as)
    assert not (tmp_path / "table.csv").exists()


@pytest.mark.parametrize("name", ["musclemap_wholebody", "totalsegmentator_mr"])
def test_exchanged_right_and_left_values_are_refused_for_psoas_too(measured, name):
    right_first = VALUES_OF[name]
    exchanged = [right_first[place] for place in (1, 0, 3, 2, 5, 4)]
    with pytest.raises(GeometryError, match=r"to the left of left ones on 5 of 5 labelled slices"):
        measured(exchanged, name)


@pytest.mark.parametrize("name", ["musclemap_wholebody", "totalsegmentator_mr"])
@pytest.mark.parametrize("covers_the_image", [True, False])
def test_a_mirrored_affine_is_refused_whatever_the_numbering(measured, name, covers_the_image):
    affine = axial_geometry().affine
    mirrored = np.diag([-1.0, 1, 1, 1]) @ affine
    if covers_the_image:
        mirrored[0, 3] = affine[0, 3] + 39
    with pytest.raises(GeometryError, match="mirrored"):
        measured(VALUES_OF[name], name, mirrored)


def test_an_unknown_numbering_is_a_wrong_call(measured):
    with pytest.raises(UsageError, match=r"no such label numbering 'nobody'; there are lpm,"):
        measured(VALUES_OF["multifidus"], "nobody")


def test_one_file_as_water_and_fat_is_a_wrong_call():
    with pytest.raises(UsageError, match=r"a\.nii is given as water and as fat"):
        ImageFiles(water=Path("a.nii"), fat=Path("a.nii"))
