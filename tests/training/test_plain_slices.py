from pathlib import Path

import numpy as np
import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.training.plain_slices import (
    chosen_slices,
    native_slices,
    of_others,
    read_contrasts,
    unoutlined_files,
)
from tests.helpers.open_data import simulated, write_native, write_picture, write_unoutlined

NATIVE = [
    ("a.png", "1", "0001", "T1", 1),
    ("b.png", "1", "", "T2", 1),
    ("c.png", "1", "0002", "T1", 1),
    ("d.png", "2", "0003", "T1", 1),
    ("e.png", "9", "", "T1", 1),
]


@pytest.fixture
def native(tmp_path: Path):
    table = write_native(tmp_path, NATIVE)
    return native_slices(tmp_path / "mri_native_open", table)


def test_a_slice_that_no_patient_is_named_for_may_be_of_anyone_of_its_cluster(native):
    people = {
        one.name: [person.removeprefix("sudirman-") for person in one.people] for one in native
    }
    assert people == {
        "a": ["0001"],
        "b": ["0001", "0002"],
        "c": ["0002"],
        "d": ["0003"],
        "e": ["0001", "0002", "0003"],  # of a cluster in which nobody is named
    }
    assert [one.name for one in native if one.is_t2] == ["b"]


def test_whoever_may_be_a_person_left_out_is_left_out(native):
    assert [one.name for one in of_others(native, ["sudirman-0002"])] == ["a", "d"]
    assert [one.name for one in of_others(native, ["sudirman-0003"])] == ["a", "b", "c"]


def test_display_left_is_the_persons_right(native):
    image, _ = simulated(1)
    assert np.abs(native[0].image / 255 - image).max() < 0.005


def test_a_slice_of_unknown_contrast_is_refused(tmp_path: Path):
    table = write_native(tmp_path, NATIVE[:2])
    table.write_text("file,contrast\na.png,T1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"line 3: .*contrasts.csv does not name b\.png"):
        native_slices(tmp_path / "mri_native_open", table)
    table.write_text("file,contrast\na.png,PD\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 2: contrast is T1 or T2, found 'PD'"):
        read_contrasts(table)


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Five slices, of which the table names one."""
    write_unoutlined(tmp_path, {f"T1_{patient}_D4": 1 for patient in ("0001", "0002", "0003")})
    write_unoutlined(tmp_path, {f"T1_{patient}_D5": 1 for patient in ("0001", "0002")})
    folder = tmp_path / "mri_axial_t1_open"
    (folder / "pairs.csv").write_text(
        "patient,image,label,heldout_dice,spacing_mm\n0001,T1_0001_D4.png,l.png,0.9,0.6875\n"
    )
    return folder


def test_slices_that_the_table_of_pairs_names_are_outlined(pairs: Path):
    names = [path.stem for path in unoutlined_files(pairs)]
    assert names == ["T1_0001_D5", "T1_0002_D4", "T1_0002_D5", "T1_0003_D4"]


def test_people_left_out_take_their_slices_from_what_is_drawn_and_others_stay(pairs: Path):
    everyone = {one.name for one in chosen_slices(pairs, [], 3, seed=0)}
    others = {one.name for one in chosen_slices(pairs, ["sudirman-0002"], 3, seed=0)}
    assert len(everyone) == 3
    assert others == {name for name in everyone if "0002" not in name}
    assert others < everyone


def test_a_name_without_a_patient_is_refused(pairs: Path):
    write_picture(np.zeros((8, 8)), pairs / "images" / "slice.png")
    with pytest.raises(InputError, match=r"slice\.png: images are named T1_<patient>_<disc>\.png"):
        chosen_slices(pairs, [], 9, seed=0)
