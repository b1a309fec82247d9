"""Bad input through `measure_files`: refused or NOT ASSESSABLE with the reason, one by one.

The phantom is a lit body of 40 x 30 pixels with a row of air in front and behind.
"""

import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from scipy import ndimage

from multifidus.domain.errors import GeometryError, InputError, UsageError
from multifidus.domain.study import FractionUnit
from multifidus.files.image_files import ImageFiles
from multifidus.tasks.measure import LabelFiles, measure_files
from tests.helpers.phantoms import LEFT_MF, RIGHT_MF, axial_geometry, box_labels, water_and_fat

GEOMETRY = axial_geometry((40, 60, 5))
FAT_PCT = {("multifidus", "right"): 20.0, ("multifidus", "left"): 40.0}
OTHERS = {("multifidus", "left"), ("erector_spinae", "right"), ("erector_spinae", "left")}


class Phantom:
    """Water, fat and labels as arrays to spoil, then written and measured."""

    def __init__(self, folder):
        labels = box_labels(GEOMETRY)
        water, fat = water_and_fat(labels, {RIGHT_MF: 0.2, LEFT_MF: 0.4})
        self.folder, self.affine = folder, GEOMETRY.affine.copy()
        self.labels = labels.voxels.astype(np.uint8)
        self.water, self.fat = water.voxels.copy(), fat.voxels.copy()
        for image in (self.water, self.fat):
            image[:, 40:] = 0  # air

    def measure(self, output: str = "table.csv") -> tuple[pd.DataFrame, list[str]]:
        paths = {}
        for name, voxels, affine in (
            ("water", self.water, GEOMETRY.affine),
            ("fat", self.fat, GEOMETRY.affine),
            ("labels", self.labels, self.affine),
        ):
            paths[name] = self.folder / f"{name}.nii.gz"
            image = nib.Nifti1Image(voxels, None)
            image.set_sform(affine, code=1)
            nib.save(image, paths[name])
        images = ImageFiles(None, paths["water"], paths["fat"])
        words = measure_files(images, LabelFiles(paths["labels"]), None, self.folder / output)
        return pd.read_csv(self.folder / output), without_doubts(words)


def without_doubts(words: list[str]) -> list[str]:
    """The boxes are smaller than any multifidus, which is told of each."""
    return [word for word in words if "look at the outline" not in word]


@pytest.fixture
def phantom(tmp_path) -> Phantom:
    return Phantom(tmp_path)


def measured(table: pd.DataFrame, column: str = "fat_signal_fraction_pct") -> set[tuple[str, str]]:
    """Muscles and sides with a value in that column on every slice."""
    table = table[table.method.fillna("dixon_ratio_of_sums") == "dixon_ratio_of_sums"]
    whole = table.groupby(["muscle", "side"])[column].apply(lambda one: one.notna().all())
    return set(whole[whole].index)


def test_the_untouched_phantom_is_measured_whole(phantom):
    table, words = phantom.measure()
    assert words == []
    assert table.not_assessable.isna().all()
    sums = table[table.method == "dixon_ratio_of_sums"].groupby(["muscle", "side"])
    for key, pct in FAT_PCT.items():
        assert sums.fat_signal_fraction_pct.mean()[key] == pytest.approx(pct)


def test_an_empty_mask_is_refused(phantom):
    phantom.labels[:] = 0
    with pytest.raises(InputError, match=r"labels\.nii\.gz: .* it is empty"):
        phantom.measure()
    assert not (phantom.folder / "table.csv").exists()


def test_a_two_voxel_label_is_not_assessable_and_ends_no_other(phantom):
    phantom.labels[phantom.labels == 1] = 0
    phantom.labels[25, 8:10] = 1
    table, words = phantom.measure()
    assert measured(table) == OTHERS
    assert any("right multifidus on slice 2 NOT ASSESSABLE: its 2 pixels" in word for word in words)
    bad = table[(table.muscle == "multifidus") & (table.side == "right")]
    assert bad.total_csa_mm2.isna().all()
    assert bad.not_assessable.str.contains("lie on its border").all()


def test_only_a_two_voxel_label_is_refused(phantom):
    phantom.labels[:] = 0
    phantom.labels[25, 8:10, 2] = 1
    with pytest.raises(InputError, match=r"nothing in it can be measured .*its 2 pixels"):
        phantom.measure()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["water", "fat"])
def test_nan_in_one_muscle_leaves_its_area_and_all_that_is_told_of_the_others(phantom, value, name):
    before, _ = phantom.measure()
    getattr(phantom, name)[25, 8, :] = value
    after, words = phantom.measure()
    assert words[0].startswith(f"{name}.nii.gz: 5 of 12000 voxels are NaN or infinite")
    expected = "fat of right multifidus on slice 0 NOT ASSESSABLE: water or fat is NaN or infinite"
    assert words[1].startswith(f"{expected} in 1 of 100 pixels")
    assert measured(after) == OTHERS
    assert measured(after, "total_csa_mm2") == OTHERS | {("multifidus", "right")}
    others = [
        table[(table.muscle != "multifidus") | (table.side != "right")].reset_index(drop=True)
        for table in (before, after)
    ]
    pd.testing.assert_frame_equal(*others, check_dtype=False)


def test_nan_outside_every_label_changes_no_value_and_is_told(phantom):
    before, _ = phantom.measure()
    phantom.water[0, 0, 0] = np.nan
    after, words = phantom.measure()
    pd.testing.assert_frame_equal(before, after)
    assert words == [
        "water.nii.gz: 1 of 12000 voxels are NaN or infinite; a muscle that holds one has no fat "
        "fraction"
    ]


def test_nan_beside_a_muscle_does_not_join_it_where_its_border_is_moved(phantom):
    right = phantom.labels[..., 2] == 1
    beside = ndimage.binary_dilation(right) & ~right & (phantom.labels[..., 2] == 0)
    phantom.fat[beside, 2] = 0
    before, _ = phantom.measure()
    phantom.fat[beside, 2] = np.nan
    after, _ = phantom.measure()
    column = "fat_signal_fraction_pct"
    assert after[column].tolist() == before[column].tolist()
    one = (after.slice_index == 2) & (after.muscle == "multifidus") & (after.side == "right")
    assert (after[one].fat_low_pct > before[one].fat_low_pct).all()
    assert after[one].fat_low_pct.to_numpy() == pytest.approx(after[one][column].to_numpy())


def test_a_muscle_of_nan_alone_is_not_said_to_lie_in_air(phantom):
    phantom.water[phantom.labels == 1] = np.nan
    table, words = phantom.measure()
    assert measured(table) == OTHERS
    assert "NaN or infinite in 100 of 100 pixels" in words[1]
    assert not any("outside the body" in word for word in words)


def test_an_image_of_nan_alone_is_refused(phantom):
    phantom.fat[:] = np.nan
    with pytest.raises(InputError, match=r"fat\.nii\.gz: every voxel is NaN or infinite"):
        phantom.measure()


def test_any_other_image_with_nan_is_refused(phantom):
    phantom.measure()
    phantom.fat[25, 8, 2] = np.nan
    path = phantom.folder / "axial_t2.nii.gz"
    nib.save(nib.Nifti1Image(phantom.fat, GEOMETRY.affine), path)
    labels, output = phantom.folder / "labels.nii.gz", phantom.folder / "t2.csv"
    with pytest.raises(InputError, match=r"t2\.nii\.gz: 1 of 12000 voxels are NaN or infinite"):
        measure_files(ImageFiles(path), LabelFiles(labels), None, output)


@pytest.mark.parametrize("name", ["water", "fat"])
def test_negative_signal_in_one_muscle_leaves_its_area_and_the_others_fat(phantom, name):
    getattr(phantom, name)[25, 8, :] = -50
    table, words = phantom.measure()
    assert measured(table) == OTHERS
    assert measured(table, "total_csa_mm2") == OTHERS | {("multifidus", "right")}
    expected = f"fat of right multifidus on slice 0 NOT ASSESSABLE: {name} is negative in 1 of 100"
    assert any(word.startswith(expected) for word in words)


def test_a_mask_outside_the_body_is_not_assessable_and_ends_no_other(phantom):
    phantom.labels[phantom.labels == 1] = 0
    phantom.labels[21:31, 45:55] = 1
    table, words = phantom.measure()
    assert measured(table) == OTHERS
    assert "outside the body" in words[0]


def test_labels_on_another_affine_are_refused(phantom):
    phantom.affine[0, 3] += 30
    with pytest.raises(GeometryError, match=r"labels\.nii\.gz does not fit .* 30\.0 mm away"):
        phantom.measure()


def test_zero_spacing_is_refused(phantom):
    phantom.affine[:3, 2] = 0
    with pytest.raises(GeometryError, match=r"labels\.nii\.gz: the voxel spacing is zero"):
        phantom.measure()


def test_a_label_that_is_no_whole_number_is_refused(phantom):
    phantom.labels = phantom.labels.astype(np.float32)
    phantom.labels[0, 0, 0] = 1.5
    with pytest.raises(InputError, match="whole numbers"):
        phantom.measure()


def test_parquet_holds_what_csv_holds(phantom):
    table, _ = phantom.measure()
    as_text = phantom.folder / "table.parquet"
    paths = [phantom.folder / f"{name}.nii.gz" for name in ("water", "fat", "labels")]
    measure_files(ImageFiles(None, *paths[:2]), LabelFiles(paths[2]), None, as_text)
    parquet = pd.read_parquet(as_text)
    assert list(parquet.columns) == list(table.columns)
    pd.testing.assert_frame_equal(
        parquet.dropna(axis=1, how="all"), table.dropna(axis=1, how="all"), check_dtype=False
    )
    assert (phantom.folder / "table_dictionary.csv").is_file()
    assert (phantom.folder / "table_volumes.parquet").is_file()


def test_a_fat_fraction_map_is_measured_in_the_unit_that_is_stated(phantom):
    phantom.measure()
    share = np.where(phantom.water + phantom.fat > 0, phantom.fat, 0) / 1000
    path = phantom.folder / "pdff.nii.gz"
    nib.save(nib.Nifti1Image((share * 1000).astype(np.float32), GEOMETRY.affine), path)
    output = phantom.folder / "map.csv"
    images = ImageFiles(fraction=path, unit=FractionUnit.PER_MILLE)
    measure_files(images, LabelFiles(phantom.folder / "labels.nii.gz"), None, output)
    table = pd.read_csv(output)
    right = table[(table.muscle == "multifidus") & (table.side == "right")]
    assert set(table.method) == {"pdff_map_mean"}
    assert right.fat_signal_fraction_pct.to_numpy() == pytest.approx(20)


def test_a_fat_fraction_map_without_its_unit_is_a_wrong_call(tmp_path):
    with pytest.raises(UsageError, match="--fat-fraction-unit"):
        ImageFiles(fraction=tmp_path / "pdff.nii.gz")


def test_lean_muscle_on_a_fat_fraction_map_alone_is_not_taken_for_air(phantom):
    phantom.measure()  # writes the label map
    lean = np.where(np.isin(phantom.labels, (1, 2)), 2.0, 95.0).astype(np.float32)
    path = phantom.folder / "map.nii.gz"
    nib.save(nib.Nifti1Image(lean, GEOMETRY.affine), path)
    images = ImageFiles(fraction=path, unit=FractionUnit.PERCENT)
    output = phantom.folder / "lean.csv"
    words = measure_files(images, LabelFiles(phantom.folder / "labels.nii.gz"), None, output)
    table = pd.read_csv(output)
    assert without_doubts(words) == []
    multifidus = table[table.muscle == "multifidus"]
    assert len(multifidus)
    assert multifidus.fat_signal_fraction_pct.tolist() == pytest.approx([2.0] * len(multifidus))


def test_a_table_with_another_ending_is_a_wrong_call_and_nothing_is_written(phantom):
    with pytest.raises(UsageError, match=r"table\.xlsx: a table ends in \.csv or \.parquet"):
        phantom.measure("table.xlsx")
    assert not list(phantom.folder.glob("table*"))
