import pytest

from multifidus.files.dicom.words import DESCRIPTION_WORDS, kinds_said


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("SAG T2 TSE", ["t2"]),
        ("t2_tse_sag", ["t2"]),
        ("Sag STIR", ["stir"]),
        ("T2 TIRM sag", ["stir"]),
        ("AX DIXON In-Phase", ["in_phase"]),
        ("axial out of phase", ["opposed"]),
        ("fat fraction", ["fat fraction"]),
        ("AX T2* MERGE", ["another contrast"]),
        ("T2 FAT SAT", ["fat", "t2"]),
        ("3-Plane Loc", ["localizer"]),
        ("Fatima Watermann", []),
        ("", []),
    ],
)
def test_only_whole_words_count_and_long_ones_win(text, kinds):
    assert list(kinds_said(text, DESCRIPTION_WORDS)) == kinds
