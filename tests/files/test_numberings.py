"""Numberings of muscles: shipped ones, a site's own, and what does not fit them."""

import re

import nibabel as nib
import numpy as np
import pytest

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.errors import InputError, UsageError
from multifidus.files.muscle_labels import read_muscle_labels
from multifidus.files.numberings import OWN_NUMBERING, read_numbering
from multifidus.files.paths import ROOT
from tests.helpers.phantoms import LEFT_ES, LEFT_MF, RIGHT_ES, RIGHT_MF

RIGHT_PSOAS = Structure(Muscle.PSOAS, Side.RIGHT)
LEFT_PSOAS = RIGHT_PSOAS.mirrored
SITE = """
name: Reader A
source: "protocol of our readers, 2024"
values: {20: right multifidus, 10: left multifidus}
others: [30]
"""


def one_voxel_each(*values: int) -> np.ndarray:
    return np.array(values, np.int64).reshape(-1, 1, 1)


@pytest.fixture
def site(tmp_path):
    """Writes a numbering file; returns its path as text."""

    def write(text: str = SITE) -> str:
        path = tmp_path / "site.yml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_musclemap_whole_body_has_odd_values_on_the_left_and_even_ones_on_the_right():
    numbering = read_numbering("musclemap_wholebody")
    assert numbering.values == {
        5101: LEFT_MF,
        5102: RIGHT_MF,
        5111: LEFT_ES,
        5112: RIGHT_ES,
        5121: LEFT_PSOAS,
        5122: RIGHT_PSOAS,
    }
    for value, structure in numbering.values.items():
        assert structure.side is (Side.LEFT if value % 2 else Side.RIGHT)


@pytest.mark.parametrize("name", ["musclemap_abdomen", "multifidus"])
def test_musclemap_abdomen_and_this_project_start_at_the_right_multifidus(name):
    numbering = read_numbering(name)
    assert [numbering.values[value] for value in range(1, 7)] == [
        *(RIGHT_MF, LEFT_MF, RIGHT_ES, LEFT_ES, RIGHT_PSOAS, LEFT_PSOAS)
    ]


def test_musclemap_abdomen_leaves_quadratus_lumborum_out():
    renamed = read_numbering("musclemap_abdomen").in_project_values(one_voxel_each(1, 2, 7, 8))
    assert renamed.ravel().tolist() == [1, 2, 0, 0]


@pytest.mark.parametrize(
    ("name", "autochthon", "left", "right"),
    [("totalsegmentator_mr", (46, 47), 48, 49), ("totalsegmentator_ct", (86, 87), 88, 89)],
)
def test_totalsegmentator_tells_psoas_but_not_multifidus(name, autochthon, left, right):
    numbering = read_numbering(name)
    assert numbering.values == {left: LEFT_PSOAS, right: RIGHT_PSOAS}
    assert numbering.merged == autochthon
    assert not numbering.tells_multifidus
    renamed = numbering.in_project_values(one_voxel_each(*autochthon, left, right, 1))
    assert renamed.ravel().tolist() == [0, 0, LABEL_OF[LEFT_PSOAS], LABEL_OF[RIGHT_PSOAS], 0]


def test_the_values_of_this_project_are_those_of_its_own_numbering():
    numbering = read_numbering(OWN_NUMBERING)
    assert {structure: value for value, structure in numbering.values.items()} == LABEL_OF
    values = one_voxel_each(*range(7))
    assert np.array_equal(numbering.in_project_values(values), values)


def test_a_renamed_label_map_is_small_and_leaves_the_given_one_as_it_was():
    given = one_voxel_each(5102, 0, 5101)
    renamed = read_numbering("musclemap_wholebody").in_project_values(given)
    assert renamed.dtype == np.uint8
    assert renamed.ravel().tolist() == [1, 0, 2]
    assert given.ravel().tolist() == [5102, 0, 5101]


def test_a_site_writes_its_own_numbering(site):
    numbering = read_numbering(site())
    assert numbering.source == "protocol of our readers, 2024"
    renamed = numbering.in_project_values(one_voxel_each(10, 20, 30))
    assert renamed.ravel().tolist() == [LABEL_OF[LEFT_MF], LABEL_OF[RIGHT_MF], 0]


def test_the_example_in_the_documentation_loads(site):
    (example,) = re.findall(
        r"```yaml\n(name:.*?)```", (ROOT / "docs" / "researcher.md").read_text("utf-8"), re.DOTALL
    )
    assert read_numbering(site(example)).values == {
        12: RIGHT_MF,
        11: LEFT_MF,
        22: RIGHT_ES,
        21: LEFT_ES,
    }


def test_a_value_that_the_numbering_does_not_know_is_refused(site):
    with pytest.raises(InputError, match=r"label values 5, 6 are not in the numbering 'Reader A'"):
        read_numbering(site()).in_project_values(one_voxel_each(10, 20, 5, 6))


def test_a_negative_value_is_refused():
    with pytest.raises(InputError, match="label values -1 are not"):
        read_numbering(OWN_NUMBERING).in_project_values(one_voxel_each(1, 2, -1))


def test_a_label_map_of_another_numbering_holds_no_muscle_of_this_one():
    with pytest.raises(InputError, match=r"no muscle.*'MuscleMap whole body'; it has values 1, 2"):
        read_numbering("musclemap_wholebody").in_project_values(one_voxel_each(1, 2))


def test_an_empty_label_map_holds_no_muscle():
    with pytest.raises(InputError, match=r"holds no muscle.*it is empty"):
        read_numbering(OWN_NUMBERING).in_project_values(one_voxel_each(0, 0))


def test_a_label_map_of_merged_muscles_alone_says_so():
    with pytest.raises(InputError, match="one label there and cannot be parted"):
        read_numbering("totalsegmentator_mr").in_project_values(one_voxel_each(46, 47))


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(UsageError, match=r"did you mean 'musclemap_abdomen'.* path of a file"):
        read_numbering("musclemap")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("right multifidus", "right multifidi", "'right multifidi' is none of right multifidus"),
        ("10: left multifidus", "10: [left, multifidus]", "is none of right multifidus"),
        ("10: left multifidus", "10: {left: multifidus}", "is none of right multifidus"),
        ("10: left multifidus", "10: right multifidus", "'right multifidus' is given two values"),
        (", 10: left multifidus", "", "'left multifidus' has no value"),
        ("20: right multifidus, 10: left multifidus", "", "needs a name, a source and values"),
        ("10: left", "0: left", "values start at 1"),
        ("10: left", "ten: left", "valid integer"),
        ("others: [30]", "others: [20]", "value 20 is given two meanings"),
        ("others: [30]", "others: [20]\nmerged: [30]", "value 20 is given two meanings"),
        ("others: [30]", "others: some", "others"),
        ("others: [30]", "rest: [30]", "rest: Unexpected keyword"),
        ('"protocol of our readers, 2024"', '""', "needs a name, a source and values"),
        ("source:", "# source:", "source: Field required"),
        ("values: {20", "values: {20: x, 20", "'20' is given twice"),
    ],
)
def test_a_numbering_that_cannot_hold_does_not_load(site, old, new, says):
    assert old in SITE
    path = site(SITE.replace(old, new))
    with pytest.raises(UsageError, match=says) as refusal:
        read_numbering(path)
    assert path in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_label_map_that_does_not_fit_the_numbering_is_named(tmp_path):
    path = tmp_path / "labels.nii.gz"
    nib.save(nib.Nifti1Image(np.full((4, 4, 4), 9, np.uint8), np.diag([1.0, 1, 4, 1])), path)
    with pytest.raises(InputError, match=r"labels\.nii\.gz: label values 9 are not"):
        read_muscle_labels(path, read_numbering(OWN_NUMBERING))


def test_a_label_map_of_musclemap_is_read_to_this_project_s_values(tmp_path):
    path = tmp_path / "labels.nii.gz"
    stored = np.zeros((4, 3, 2), np.int16)
    stored[0] = 5102  # stored to the left: the first column lies farthest to the right
    lps = np.diag([-1.0, -1, 4, 1])
    nib.save(nib.Nifti1Image(stored, lps), path)
    labels = read_muscle_labels(path, read_numbering("musclemap_wholebody"))
    assert np.array_equal(np.unique(labels.voxels[3]), [1])
    assert not labels.voxels[:3].any()
