import numpy as np
import pytest

from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.volume import Geometry
from multifidus.files.level_slices import read_level_slices, with_slices_of
from multifidus.files.yaml import read_settings

L3_L4, L4_L5, L5_S1 = SpinalLevel.L3_L4, SpinalLevel.L4_L5, SpinalLevel.L5_S1


def stack(tilt_deg: float = 0.0) -> Geometry:
    """Ten slices 4 mm apart, the middle of the first at 100 mm, tilted about the X axis."""
    angle = np.deg2rad(tilt_deg)
    affine = np.eye(4)
    affine[1:3, 1] = np.cos(angle), np.sin(angle)
    affine[1:3, 2] = -4 * np.sin(angle), 4 * np.cos(angle)
    affine[:3, 3] = np.array([0, 0, 100]) - affine[:3, :3] @ (19.5, 14.5, 0)
    return Geometry((40, 30, 10), affine)


@pytest.fixture
def table(tmp_path):
    """Writes a table; returns its path."""

    def write(text: str):
        path = tmp_path / "levels.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_slices_are_counted_from_the_feet(table):
    path = table("level,slice\nL4/5,0\nL3/4,9\n\n")
    assert read_level_slices(path, stack()) == {L4_L5: 0, L3_L4: 9}


@pytest.mark.parametrize("tilt_deg", [0.0, 20.0])
def test_a_height_names_the_slice_whose_middle_is_nearest(table, tilt_deg):
    step_mm = 4 * np.cos(np.deg2rad(tilt_deg))
    path = table(f"level,z_mm\nL4/5,{100 + 3 * step_mm + 1:.2f}\nL5/S1,99\n")
    assert read_level_slices(path, stack(tilt_deg)) == {L4_L5: 3, L5_S1: 0}


def test_the_parameters_go_before_the_table(table, tmp_path):
    own = tmp_path / "own.yml"
    own.write_text("levels: {slice_of_level: {L4/5: 2}}", encoding="utf-8")
    path = table("level,slice\nL4/5,5\nL3/4,7\n")
    settings = with_slices_of(read_settings(own), path, stack())
    assert settings.levels.slice_of_level == {L4_L5: 2, L3_L4: 7}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("level,slice\nL4-5,3\n", r"line 2: unknown level 'L4-5'; expected one of L1/2"),
        ("level,slice\nL4/5,3\nL4/5,4\n", r"line 3: L4/5 is given twice"),
        ("level,slice\nL4/5,10\n", r"line 2: slice '10'; expected a whole number from 0 .* to 9"),
        ("level,slice\nL4/5,-1\n", r"slice '-1'"),
        ("level,slice\nL4/5,3.5\n", r"slice '3.5'"),
        ("level,slice\nL4/5\n", r"line 2: 1 cell in 2 columns"),
        ("level,z_mm\nL4/5,139\n", r"z_mm 139 lies outside .* from 100.0 to 136.0 mm"),
        ("level,z_mm\nL4/5,nan\n", r"z_mm nan lies outside"),
        ("level,z_mm\nL4/5,low\n", r"z_mm 'low'; expected a number"),
        (
            "level,slice,series\nL4/5,3,a\n",
            r"unknown column 'series'; known: level, slice, z_mm",
        ),
        ("level,slice,z_mm\nL4/5,3,1\n", r"expected the columns 'level,slice' or 'level,z_mm'"),
        ("level\nL4/5\n", r"expected the columns 'level,slice' or 'level,z_mm'"),
        ("level,slice\n", r"no row below its header"),
        ("", r"no table of slices: column 'level' is missing"),
    ],
)
def test_a_table_that_cannot_hold_is_refused_in_one_line(table, text, says):
    path = table(text)
    with pytest.raises(InputError, match=says) as refusal:
        read_level_slices(path, stack())
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_missing_table_is_wrong_use(tmp_path):
    with pytest.raises(UsageError, match="no such table of slices"):
        read_level_slices(tmp_path / "levels.csv", stack())
