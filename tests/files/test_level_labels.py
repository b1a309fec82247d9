"""Level label maps, and the numberings of vertebrae that they are written in."""

import nibabel as nib
import numpy as np
import pytest

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.errors import InputError, UsageError
from multifidus.files.level_labels import read_level_labels
from multifidus.files.numberings import OWN_LEVELS, read_level_numbering
from multifidus.files.paths import PARAMS

NAMES = sorted(path.stem for path in (PARAMS / "levels").glob("*.yml"))
SITE = """
name: Reader A
source: "protocol of our readers, 2024"
values: {300: L4, 301: L5, 302: S1}
others: [400]
"""


@pytest.fixture
def site(tmp_path):
    """Writes a numbering file; returns its path as text."""

    def write(text: str = SITE) -> str:
        path = tmp_path / "site.yml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def one_voxel_each(*values: int) -> np.ndarray:
    return np.array(values, np.int64).reshape(-1, 1, 1)


@pytest.mark.parametrize("name", NAMES)
def test_every_numbering_of_levels_names_l1_to_s1_and_its_source(name):
    numbering = read_level_numbering(name)
    assert numbering.source
    assert set(numbering.values.values()) == set(Vertebra)


def test_the_values_of_this_project_are_those_of_its_own_numbering():
    numbering = read_level_numbering(OWN_LEVELS)
    assert {vertebra: value for value, vertebra in numbering.values.items()} == VERTEBRA_LABEL_OF
    assert not numbering.whole


@pytest.mark.parametrize(
    ("name", "l1_to_s1"),
    [
        ("totalspineseg", (41, 42, 43, 44, 45, 50)),
        ("totalsegmentator_ct", (31, 30, 29, 28, 27, 26)),
        ("totalsegmentator_vertebrae_mr", (6, 5, 4, 3, 2, 1)),
        ("spineps", (20, 21, 22, 23, 24, 26)),
    ],
)
def test_a_map_of_another_program_is_brought_to_the_project_s_values(name, l1_to_s1):
    numbering = read_level_numbering(name)
    assert numbering.whole
    assert numbering.in_project_values(one_voxel_each(*l1_to_s1)).ravel().tolist() == [
        *(1, 2, 3, 4, 5, 8)
    ]


def test_discs_and_a_sixth_lumbar_vertebra_of_totalspineseg_are_left_out():
    numbering = read_level_numbering("totalspineseg")
    renamed = numbering.in_project_values(one_voxel_each(45, 46, 95, 100, 1, 2))
    assert renamed.ravel().tolist() == [5, 0, 0, 0, 0, 0]


def test_the_earlier_list_of_totalspineseg_is_refused():
    with pytest.raises(InputError, match=r"level label values 18, 19, 20, 202 are not in"):
        read_level_numbering("totalspineseg").in_project_values(one_voxel_each(18, 19, 20, 202))


def test_a_spineps_mask_counted_from_the_top_of_the_image_holds_no_lumbar_vertebra():
    """Without a labeling model the vertebrae are 1, 2, 3, ...; only the sacrum keeps its 26."""
    with pytest.raises(InputError, match=r"no lumbar vertebra.*'SPINEPS vertebrae'"):
        read_level_numbering("spineps").in_project_values(one_voxel_each(1, 2, 3, 4, 5, 6, 26, 101))


@pytest.mark.parametrize(
    ("values", "says"),
    [((300, 7), "level label values 7 are not"), ((302,), "it has values 302"), ((0,), "is empty")],
)
def test_a_label_map_of_another_numbering_is_refused_with_its_file(tmp_path, site, values, says):
    path = tmp_path / "p_levels.nii.gz"
    voxels = np.broadcast_to(np.resize(values, (4, 1, 1)), (4, 4, 4)).astype(np.int16)
    nib.save(nib.Nifti1Image(voxels, np.diag([4.0, 1, 1, 1])), path)
    with pytest.raises(InputError, match=says) as refusal:
        read_level_labels(path, read_level_numbering(site()))
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_values_above_255_are_read(tmp_path, site):
    path = tmp_path / "p_levels.nii.gz"
    voxels = np.zeros((4, 5, 6), np.int16)
    voxels[..., 4:], voxels[..., 2], voxels[..., 0] = 300, 301, 302
    nib.save(nib.Nifti1Image(voxels, np.diag([4.0, 1, 8, 1])), path)
    labels = read_level_labels(path, read_level_numbering(site()))
    assert labels.voxels[0, 0].tolist() == [8, 0, 5, 0, 4, 4]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("300: L4", "300: L9", "L9"),
        ("300: L4", "300: L5", "L5 is given two values"),
        ("300: L4, 301: L5, 302: S1", "302: S1", "no lumbar vertebra has a value"),
        ("300: L4, 301: L5, 302: S1", "", "needs a name, a source and values"),
        ("300: L4", "0: L4", "values start at 1"),
        ("others: [400]", "others: [300]", "value 300 is given two meanings"),
        ("others: [400]", "arches: yes", "arches: Unexpected keyword"),
        ("source:", "# source:", "source: Field required"),
    ],
)
def test_a_numbering_that_cannot_hold_does_not_load(site, old, new, says):
    assert old in SITE
    path = site(SITE.replace(old, new))
    with pytest.raises(UsageError, match=says) as refusal:
        read_level_numbering(path)
    assert path in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(UsageError, match="no such level numbering 'mine'; there are project, sp"):
        read_level_numbering("mine")
