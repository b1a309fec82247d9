from dataclasses import replace

from multifidus.domain.anatomy import SpinalLevel, Vertebra
from multifidus.domain.spine import LevelSlice, LevelSource, Place, SlicePlace, UnnamedSlice
from multifidus.report.levels import body_table, level_table, numbering_notes, slice_table
from tests.helpers.cases import L4_L5, finished_case


def test_a_level_s_slice_stands_with_its_tilt_against_the_disc():
    assert level_table(finished_case()).rows[0][:4] == ("L4/5", "7", "-1.2", "60")


def test_the_stack_is_told_only_where_there_are_several():
    second = LevelSlice(SpinalLevel.L5_S1, 3, LevelSource.MODEL, 0.4, 1, 4.0)
    case = finished_case()
    rows = level_table(replace(case, level_slices=(*case.level_slices, second))).rows
    assert [row[1] for row in rows] == ["7 of stack 1", "3 of stack 2"]


def test_a_vertebra_s_area_stands_with_what_one_slice_changes():
    assert body_table(finished_case()).rows == (("L4", "12.50", "16", "6.2"),)


def test_numbering_is_always_called_unverified_and_every_doubt_is_told():
    first, doubt = numbering_notes(finished_case())
    assert "as the level label map given with the study numbers them" in first
    assert "not verified against the whole spine" in first
    assert doubt == "Levels are in doubt: the sacrum is out of view."
    by_model = LevelSlice(L4_L5, 7, LevelSource.MODEL, -1.25)
    case = replace(finished_case(), level_slices=(by_model,), level_doubts=())
    (alone,) = numbering_notes(case)
    assert "by a model on the sagittal images" in alone
    assert "not verified against the whole spine" in alone


def test_every_axial_slice_is_listed_with_its_name_or_why_it_has_none():
    places = [
        UnnamedSlice(0, 0, "it lies beyond the labelled spine"),
        SlicePlace(0, 1, Place.LOWER_ENDPLATE, Vertebra.L5, -0.58, 27.1),
    ]
    nameless, named = slice_table(places).rows
    assert nameless == ("1", "0", "no name: it lies beyond the labelled spine", "\u2013", "\u2013")
    assert named == ("1", "1", "L5 lower endplate", "-0.6", "27")
