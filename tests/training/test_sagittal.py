from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import torch

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.errors import InputError
from multifidus.training.bundle import read_metadata
from multifidus.training.cases import IGNORED, LabelledSlice
from multifidus.training.loss import where_known
from multifidus.training.pathology import hide, recolour, with_other_heights
from multifidus.training.sagittal import (
    POOR,
    Sacrum,
    read_sacra,
    sagittal_files,
    sagittal_slices,
    spider_slices,
    with_t12,
)
from multifidus.training.settings import read_training_settings
from tests.helpers.toy import AUGMENTATION

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
S1, L5, L1, T12 = (
    VERTEBRA_LABEL_OF[v] for v in (Vertebra.S1, Vertebra.L5, Vertebra.L1, Vertebra.T12)
)
SHAPE = (12, 40, 80)
SACRUM = Sacrum(5, np.array([[10, 20], [30, 20], [30, 8], [10, 8]]))


@pytest.fixture
def folder(tmp_path):
    """A `sagittal_levels/water` with one person: L5 and L1 as boxes on slices 3 to 8."""
    water = tmp_path / "water"
    water.mkdir()
    levels = np.zeros(SHAPE, np.uint8)
    levels[3:9, 12:30, 25:35] = L5
    levels[3:9, 12:30, 55:65] = L1
    affine = np.diag([3.0, 1.0, 1.0, 1.0])
    image = np.random.default_rng(0).random(SHAPE).astype(np.float32)
    nib.save(nib.nifti1.Nifti1Image(levels, affine), water / "sub-07_levels.nii.gz")
    nib.save(nib.nifti1.Nifti1Image(image, affine), water / "sub-07_image.nii.gz")
    return water


def planes(folder, sacra):
    return [case.labels for case in sagittal_slices(folder, sacra)]


def test_what_nobody_labelled_above_the_highest_vertebra_is_ignored(folder):
    labels = planes(folder, {"water-sub-07": SACRUM})[2]
    assert (labels[:, 65:] == IGNORED).all()
    assert (labels[12:30, 55:65] == L1).all()
    assert not (labels[:, 36:54] == IGNORED).any()


def test_t12_is_drawn_above_l1_and_what_lies_between_is_no_body(folder):
    corners = np.array([[12, 76], [30, 76], [30, 70], [12, 70]])
    case = next(one for one in sagittal_slices(folder, {}) if (one.labels == L1).any())
    small = with_t12(case, Sacrum(5, corners))
    assert small is case  # 180 mm2 of L1 are not well within it
    large = replace(case, pixel_mm=(1.5, 1.5))
    labels = with_t12(large, Sacrum(5, corners)).labels
    assert (labels[13:29, 71:75] == T12).all()
    assert (labels[:, 65:70] == 0).all()
    assert (labels[:, 77:] == IGNORED).all()
    assert (labels[:, :20] == IGNORED).all()  # below L5 all stays unknown


@pytest.fixture
def spider(tmp_path):
    """A `sagittal_spider` with L5, L1 and T10 (8), of a person and of one whose levels are poor."""
    folder = tmp_path / "sagittal_spider"
    folder.mkdir()
    levels = np.zeros(SHAPE, np.uint8)
    for value, foot in ((L5, 25), (L1, 55), (8, 70)):
        levels[3:9, 12:30, foot : foot + 8] = value
    for number in ("005", "018"):
        for name, array in (("levels", levels), ("image", levels.astype(np.float32))):
            image = nib.nifti1.Nifti1Image(array, np.diag([3.0, 1.0, 1.0, 1.0]))
            nib.save(image, folder / f"spider{number}_{name}.nii.gz")
    return folder


def test_of_spider_the_poor_are_left_out_and_t10_is_unknown_not_s1(spider):
    cases = spider_slices(spider, {})
    assert {case.subject for case in cases} == {"spider-005"}
    values = {int(value) for case in cases for value in np.unique(case.labels)}
    assert values == {0, L5, L1, IGNORED}
    drawn = [case.labels for case in cases if (case.labels == L1).any()]
    assert all((labels[12:30, 70:78] == IGNORED).all() for labels in drawn)


def test_the_files_of_a_person_are_found_by_the_name_in_training(spider):
    image, levels = sagittal_files(spider.parent, "spider-005")
    assert image.is_file()
    assert levels.is_file()
    water, _ = sagittal_files(Path("data"), "water-sub-01")
    assert water == Path("data/sagittal_levels/water/sub-01_image.nii.gz")


def test_the_sacrum_is_drawn_near_the_slice_it_was_marked_on_and_unknown_elsewhere(folder):
    cases = sagittal_slices(folder, {"water-sub-07": SACRUM})
    with_s1 = [case for case in cases if (case.labels == S1).any()]
    assert len(with_s1) == 6  # slices 3 to 8 lie at most 9 mm from slice 5
    assert all((case.labels[12:28, 10:19] == S1).all() for case in with_s1)
    unmarked = [labels for labels in planes(folder, {}) if (labels == L5).any()]
    assert all((labels[:, :20] == IGNORED).all() for labels in unmarked)


def test_slices_beyond_the_column_are_drawn_as_empty(folder):
    empty = [labels for labels in planes(folder, {}) if not labels.any()]
    assert len(empty) == 2  # slice 1, and slice 10: two beyond the first and the last labelled one


def test_ignored_pixels_cost_and_teach_nothing():
    logits = torch.randn(1, 3, 4, 4, requires_grad=True)
    labels = torch.full((1, 1, 4, 4), IGNORED)
    labels[..., 0] = 2
    answers, known = where_known(logits, labels)
    (answers.softmax(1) * (known == 0)).sum().backward()
    assert known.unique().tolist() == [0, 2]
    assert (logits.grad[..., 1:] == 0).all()
    assert answers.softmax(1)[:, 0, :, 1:].min() > 0.999999


def test_the_projects_table_of_corners_names_each_person_once_and_in_turn():
    sacra = read_sacra(ROOT / "params" / "training" / "s1_corners.csv")
    assert len(sacra) == 87
    for one in sacra.values():
        posterior_upper, anterior_upper, anterior_lower, posterior_lower = one.corners
        assert posterior_upper[0] < anterior_upper[0]
        assert posterior_lower[0] < anterior_lower[0]
        assert posterior_lower[1] < posterior_upper[1]
        assert anterior_lower[1] < anterior_upper[1]


def test_a_table_without_corners_is_refused(tmp_path):
    path = tmp_path / "corners.csv"
    path.write_text("person,slice\nwater-sub-01,3\n")
    with pytest.raises(InputError, match=r"no.* table of S1's corners"):
        read_sacra(path)


SETTINGS = read_training_settings(ROOT / "params" / "training" / "vertebrae_sagittal.yml")


def test_a_person_who_is_in_the_data_twice_is_left_out_twice():
    left_out = SETTINGS.left_out("model.pt")
    assert {"water-sub-32", "water-sub-33", "water-sub-51", "water-sub-53"} <= set(left_out)
    assert set(left_out) - set(SETTINGS.same_images) == set(SETTINGS.weights["model.pt"])


def test_the_weights_saw_no_image_of_a_person_left_out():
    data = ROOT.parent / "shared" / "data"
    if not (data / "sagittal_spider").is_dir():
        pytest.skip(f"{data}/sagittal_spider is not there")
    metadata = read_metadata(ROOT / SETTINGS.bundle)
    trained_on = set(metadata["weights_trained_on"]["model.pt"])
    images = {
        f"{path.parent.name}-{path.name.split('_')[0]}": path
        for path in data.glob("sagittal_levels/*/*_image.nii.gz")
    } | {
        f"spider-{path.name[6:9]}": path
        for path in data.glob("sagittal_spider/*_image.nii.gz")
        if path.name[6:9] not in POOR
    }
    digest_of = {
        person: sha256(np.asarray(nib.load(path).dataobj).tobytes()).hexdigest()
        for person, path in images.items()
    }
    assert trained_on | set(SETTINGS.left_out("model.pt")) == set(digest_of)
    seen = {digest_of[person] for person in trained_on}
    assert not seen & {digest_of[person] for person in SETTINGS.left_out("model.pt")}


def column():
    """Three bodies of 20 x 20 mm with discs of 10 mm between them, and the canal behind."""
    labels = np.zeros((60, 100), np.uint8)
    for place, value in enumerate((5, 4, 3)):
        labels[20:40, 5 + 30 * place : 25 + 30 * place] = value
    return labels


def test_a_disc_made_lower_moves_what_lies_above_it_and_nothing_below():
    case = LabelledSlice("p", np.zeros((1, 60, 100), np.float32), column(), (1.0, 1.0))
    grid = np.indices((60, 100)).astype(float)
    moved = [
        with_other_heights(grid, case, np.random.default_rng(seed)) - grid for seed in range(20)
    ]
    for shift in moved:
        assert np.abs(shift[0]).max() < 1e-9  # the column is straight
        assert np.abs(shift[1][:, :5]).max() < 1e-9
        assert (np.diff(shift[1][30]) > -1 + 1e-9).all()  # nothing is folded over
    assert max(np.abs(shift[1]).max() for shift in moved) > 3


def test_bodies_discs_and_canal_get_another_brightness_each():
    labels = column()
    image = np.full(labels.shape, 0.5, np.float32)
    seen = [recolour(image, labels, 1.0, np.random.default_rng(seed)) for seed in range(10)]
    spots = np.array([[one[30, 15], one[30, 30], one[15, 45]] for one in seen])
    assert (spots.std(axis=0) > 0.1).all()
    assert all(np.allclose(one[50:, :], 0.5, atol=0.01) for one in seen)
    assert np.array_equal(
        recolour(image, np.zeros_like(labels), 1.0, np.random.default_rng(0)), image
    )


def test_a_blotted_part_is_dark_or_bright_and_the_rest_is_as_it_was():
    image = np.full((80, 80), 0.5, np.float32)
    out = hide(image, 1.5, np.random.default_rng(2))
    assert np.mean(np.abs(out - 0.5) < 0.01) > 0.3
    assert np.abs(out - 0.5).max() > 0.3


def test_muscle_bundles_draw_none_of_it():
    assert AUGMENTATION.heights_share == AUGMENTATION.tissue_share == 0
