"""The catalogue of quantities."""

from dataclasses import replace

import pytest

from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.fat import FatMethod
from multifidus.domain.measurement import LeanVolume, MuscleVolume
from multifidus.domain.muscle_row import section_rows
from multifidus.domain.quantities import COMPARED, QUANTITY_OF, Quantity, VolumeQuantity
from tests.helpers.cases import section

UNIT_OF_ENDING = {"mm": "mm", "mm2": "mm2", "mm3": "mm3", "pct": "%", "deg": "deg", "ratio": "1"}
EVERY = (*Quantity, *VolumeQuantity)


@pytest.mark.parametrize("quantity", EVERY)
def test_a_quantity_says_its_unit_in_its_column_and_in_ucum(quantity):
    assert quantity.facts.unit == UNIT_OF_ENDING[quantity.rsplit("_", 1)[-1]]
    assert quantity.words and quantity.facts.meaning


def test_no_two_quantities_have_the_same_words():
    assert len({quantity.words for quantity in EVERY}) == len(EVERY)


def test_a_quantity_is_found_by_its_column():
    assert QUANTITY_OF["total_csa_mm2"] is Quantity.TOTAL_CSA
    assert len(QUANTITY_OF) == len(Quantity)


def test_what_hangs_on_fat_names_its_method_and_what_is_of_size_none():
    row = section_rows("p", "L4/5", section(Side.LEFT, 800.0, 20, 18))[0]
    assert Quantity.FUNCTIONAL_CSA.method_of(row) == "dixon_ratio_of_sums"
    assert Quantity.TOTAL_CSA.method_of(row) == ""
    assert Quantity.FUNCTIONAL_CSA.of(row) == pytest.approx(640.0)


def test_differences_are_told_in_square_millimetres_points_or_without_unit():
    units = {quantity: quantity.difference_unit for quantity in COMPARED}
    assert units[Quantity.TOTAL_CSA] == "mm²"
    assert units[Quantity.DEEP_FAT] == "percentage points"
    assert units[Quantity.MUSCLE_TO_VERTEBRA] == ""


def test_codes_are_those_that_were_looked_up():
    codes = {
        (quantity.facts.code.scheme, quantity.facts.code.value)
        for quantity in EVERY
        if quantity.facts.code is not None
    }
    assert codes == {("SCT", "131184002"), ("SCT", "118565006"), ("DCM", "129100")}
    assert Quantity.FAT_FRACTION.facts.code.scheme == "DCM"


def test_a_volume_is_got_from_its_muscle_and_lean_volume_is_none_without_fat():
    volume = MuscleVolume(Muscle.PSOAS, Side.LEFT, 2, 6, 4, 20.0, 1600.0, 1990.0, whole=False)
    lean = replace(volume, lean=(LeanVolume(FatMethod.DIXON_RATIO_OF_SUMS, 1200.0),))
    assert [quantity.of(volume) for quantity in VolumeQuantity] == [20.0, 1600.0, 1990.0, None]
    assert VolumeQuantity.LEAN.of(lean) == 1200.0
