"""Roles of series: by tags and geometry, of NIfTI files by their names."""

import pytest

from multifidus.domain.study import SeriesRole
from multifidus.domain.volume import Plane
from multifidus.files.dicom.contrast import Acquisition
from multifidus.files.roles import role_of_dicom, role_of_name


@pytest.mark.parametrize(
    ("plane", "tags", "role"),
    [
        (Plane.AXIAL, Acquisition(("DERIVED", "PRIMARY", "M", "W")), SeriesRole.AXIAL_WATER),
        (Plane.AXIAL, Acquisition(("DERIVED", "PRIMARY", "FAT")), SeriesRole.AXIAL_FAT),
        (Plane.AXIAL, Acquisition(("ORIGINAL", "IN_PHASE")), SeriesRole.AXIAL_IN_PHASE),
        (Plane.AXIAL, Acquisition(("ORIGINAL", "OPP_PHASE")), SeriesRole.AXIAL_OPPOSED_PHASE),
        (Plane.AXIAL, Acquisition((), ("SE",), 100, 4000), SeriesRole.AXIAL_T2),
        (Plane.AXIAL, Acquisition((), ("SE",), 12, 600), SeriesRole.AXIAL_T1),
        (Plane.AXIAL, Acquisition((), ("GR",), 2.044, 105, 1.5), SeriesRole.AXIAL_OPPOSED_PHASE),
        (Plane.AXIAL, Acquisition((), ("GR",), 4.212, 105, 1.5), SeriesRole.AXIAL_IN_PHASE),
        (Plane.AXIAL, Acquisition((), ("GR",), 1.15, 6, 3.0), SeriesRole.AXIAL_OPPOSED_PHASE),
        (Plane.AXIAL, Acquisition((), ("GR",), 2.3, 6, 3.0), SeriesRole.AXIAL_IN_PHASE),
        (Plane.SAGITTAL, Acquisition((), ("SE",), 100, 4000), SeriesRole.SAGITTAL_T2),
        (Plane.SAGITTAL, Acquisition((), ("SE",), 12, 600), SeriesRole.SAGITTAL_T1),
        (Plane.SAGITTAL, Acquisition((), ("SE",), 45, 2500), SeriesRole.SAGITTAL),
        (
            Plane.SAGITTAL,
            Acquisition((), ("SE", "IR"), 60, 4000, 1.5, 150),
            SeriesRole.SAGITTAL_STIR,
        ),
        (Plane.SAGITTAL, Acquisition((), ("IR",), 60, 4000, 3.0, 220), SeriesRole.SAGITTAL_STIR),
        (
            Plane.AXIAL,
            Acquisition(("DERIVED", "PRIMARY", "W", "W", "DERIVED")),
            SeriesRole.AXIAL_WATER,
        ),
        (Plane.AXIAL, Acquisition(("DERIVED", "PRIMARY", "IP", "IP")), SeriesRole.AXIAL_IN_PHASE),
        (
            Plane.AXIAL,
            Acquisition(("D", "P", "DIXON", "OUT_PHASE")),
            SeriesRole.AXIAL_OPPOSED_PHASE,
        ),
        (
            Plane.AXIAL,
            Acquisition(("O", "P", "DIXON", "FAT_FRACTION")),
            SeriesRole.AXIAL_FAT_FRACTION,
        ),
        (Plane.AXIAL, Acquisition(("D", "P", "FF", "FF")), SeriesRole.AXIAL_FAT_FRACTION),
        (Plane.AXIAL, Acquisition(("ORIGINAL", "LOCALIZER")), SeriesRole.LOCALIZER),
        (None, Acquisition(("ORIGINAL", "LOCALIZER")), SeriesRole.LOCALIZER),
        (Plane.AXIAL, Acquisition(("T1",), ("GR",), 1.15, 6, 3.0), SeriesRole.AXIAL_OPPOSED_PHASE),
        (Plane.AXIAL, Acquisition(named=(("water", "WATER"),)), SeriesRole.AXIAL_WATER),
    ],
)
def test_the_role_follows_from_orientation_and_acquisition(plane, tags, role):
    assert role_of_dicom(plane, tags)[0] is role


@pytest.mark.parametrize(
    ("plane", "tags", "says"),
    [
        (Plane.AXIAL, Acquisition(("W", "F")), "water and fat"),
        (Plane.AXIAL, Acquisition((), ("GR",), 1.7, 6, 3.0), "neither in nor opposed"),
        (Plane.SAGITTAL, Acquisition((), ("SE", "IR"), 60, 4000), "without InversionTime"),
        (Plane.SAGITTAL, Acquisition((), ("IR",), 60, 4000, None, 150), "MagneticFieldStrength"),
        (Plane.SAGITTAL, Acquisition((), ("SE", "IR"), 90, 9000, 3.0, 2500), "not known to null"),
        (Plane.SAGITTAL, Acquisition((), ("SE", "IR"), 60, 4000, 0.2, 85), "not known to null"),
        (Plane.AXIAL, Acquisition(("ORIGINAL", "PRIMARY", "M", "T2_STAR")), "no plain image"),
        (Plane.AXIAL, Acquisition(("DERIVED", "PRIMARY", "WATER_FRACTION")), "no plain image"),
        (Plane.AXIAL, Acquisition(("ORIGINAL", "PRIMARY", "P", "ND")), "no plain image"),
        (Plane.AXIAL, Acquisition(named=(("fat", "FAT"), ("t2", "T2"))), "which one is not"),
        (Plane.CORONAL, Acquisition((), ("SE",), 100, 4000), "coronal"),
        (None, Acquisition((), ("SE",), 100, 4000), "between planes"),
        (Plane.AXIAL, Acquisition(), "no acquisition tag"),
    ],
)
def test_what_cannot_be_told_is_not_used_and_says_why(plane, tags, says):
    role, reason = role_of_dicom(plane, tags)
    assert role is SeriesRole.OTHER
    assert says in reason


@pytest.mark.parametrize(
    ("stem", "plane", "role"),
    [
        ("sub-TUM01_water", Plane.AXIAL, SeriesRole.AXIAL_WATER),
        ("sub-TUM01_fat", Plane.AXIAL, SeriesRole.AXIAL_FAT),
        ("p1_in_phase", Plane.AXIAL, SeriesRole.AXIAL_IN_PHASE),
        ("p1_opposed-phase", Plane.AXIAL, SeriesRole.AXIAL_OPPOSED_PHASE),
        ("sub-01_T2w", Plane.AXIAL, SeriesRole.AXIAL_T2),
        ("sub-01_T2w", Plane.SAGITTAL, SeriesRole.SAGITTAL_T2),
        ("sub-TUM01_sagittal_image", Plane.SAGITTAL, SeriesRole.SAGITTAL),
        ("sub-TUM01_sagittal_levels", Plane.SAGITTAL, SeriesRole.LEVEL_LABELS),
        ("sub-TUM01_labels", Plane.AXIAL, SeriesRole.MUSCLE_LABELS),
        ("sub-TUM01_water_dseg", Plane.AXIAL, SeriesRole.MUSCLE_LABELS),
        ("water_fat", Plane.AXIAL, SeriesRole.OTHER),
        ("scan", Plane.AXIAL, SeriesRole.OTHER),
        ("p1_sag_STIR", Plane.SAGITTAL, SeriesRole.SAGITTAL_STIR),
        ("p1_t2_tirm", Plane.SAGITTAL, SeriesRole.SAGITTAL_STIR),
        ("p1_fat_fraction", Plane.AXIAL, SeriesRole.AXIAL_FAT_FRACTION),
        ("p1-PDFF", Plane.AXIAL, SeriesRole.AXIAL_FAT_FRACTION),
        ("p1_localizer", Plane.AXIAL, SeriesRole.LOCALIZER),
        ("p1_T2star", Plane.AXIAL, SeriesRole.OTHER),
        ("fatigue_study_t2", Plane.AXIAL, SeriesRole.AXIAL_T2),
    ],
)
def test_a_nifti_file_is_told_by_geometry_and_name(stem, plane, role):
    assert role_of_name(stem, plane)[0] is role


def test_fat_saturation_is_told():
    tags = Acquisition((), ("SE",), 80, 4000, scan_options=("FS",))
    role, reason = role_of_dicom(Plane.AXIAL, tags)
    assert role is SeriesRole.AXIAL_T2
    assert "fat-saturated" in reason
