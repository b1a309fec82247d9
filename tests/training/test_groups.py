from dataclasses import replace
from pathlib import Path

import pytest

from multifidus.domain.errors import UsageError
from multifidus.training.groups import expanded, read_groups
from multifidus.training.settings import read_training_settings

PARAMS = Path(__file__).resolve().parents[2] / "params" / "training"
FOLDS = read_training_settings(PARAMS / "mf_es_t1_t2_folds.yml")
SHIPPED = read_training_settings(PARAMS / "mf_es_t1_t2.yml")


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "groups.csv"
    path.write_text("person,group\na,one\nb,two\nc,one\n")
    return path


def test_a_group_stands_for_its_people_and_a_person_for_themselves(table):
    assert read_groups(table) == {"one": ["a", "c"], "two": ["b"]}
    assert expanded(["one", "z"], table) == ("a", "c", "z")
    assert expanded(["one"], None) == ("one",)


def test_a_person_in_two_groups_is_refused(table):
    table.write_text(table.read_text() + "a,two\n")
    with pytest.raises(UsageError, match="line 5: each person stands once"):
        read_groups(table)


def test_the_folds_leave_every_patient_out_once():
    left_out = [person for name in FOLDS.weights for person in FOLDS.left_out(name)]
    patients = [person for person in left_out if person.startswith("sudirman-")]
    assert len(patients) == len(set(patients)) == 455
    assert sorted(set(left_out) - set(patients)) == ["sub-TUM01", "sub-TUM02"]


def test_each_fold_is_taught_with_a_seed_of_its_own():
    seeds = [FOLDS.for_weights(name).fit.seed for name in FOLDS.weights]
    assert len(set(seeds)) == 5
    with pytest.raises(ValueError, match="seeds are of weights files"):
        replace(FOLDS, seeds={"model.pt": 1})


def test_the_shipped_weights_leave_three_tenths_out():
    tenths = read_groups(SHIPPED.groups)
    assert {len(people) for people in tenths.values()} == {45, 46, 47}
    held_out = {person for k in range(3) for person in tenths[f"tenth-{k}"]}
    assert set(SHIPPED.left_out("model.pt")) == held_out


def test_the_folds_are_taught_as_the_first_fit_of_the_shipped_weights_but_shorter():
    shorter = replace(SHIPPED.fit, steps=1200, decay_from=500, warm_up_steps=80, seed=41)
    plain = replace(SHIPPED.augmentation, t2_look_share=0.0)
    assert (FOLDS.fit, FOLDS.augmentation) == (shorter, plain)
    assert (FOLDS.shares, FOLDS.open_fat) == (SHIPPED.shares, SHIPPED.open_fat)


def test_two_patients_whose_native_slices_cannot_be_told_apart_are_left_out_together():
    tenths = read_groups(SHIPPED.groups)
    assert any({"sudirman-0184", "sudirman-0389"} <= set(people) for people in tenths.values())
