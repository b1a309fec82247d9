"""What an image is used for follows from how it was made, how it is cut and what it shows."""

import json
from dataclasses import replace
from itertools import product

import pytest

from multifidus.domain.study import (
    KIND_OF,
    ImageContrast,
    Modality,
    SeriesRole,
    SeriesSummary,
    contrast_of_word,
    role_of,
)
from multifidus.domain.volume import Plane
from multifidus.files.results.case import case_from_json, case_to_json
from tests.helpers.cases import finished_case

MR_ROLES = {
    (Plane.AXIAL, ImageContrast.WATER): "axial Dixon water",
    (Plane.AXIAL, ImageContrast.FAT): "axial Dixon fat",
    (Plane.AXIAL, ImageContrast.IN_PHASE): "axial in phase",
    (Plane.AXIAL, ImageContrast.OPPOSED_PHASE): "axial opposed phase",
    (Plane.AXIAL, ImageContrast.FAT_FRACTION): "axial fat fraction",
    (Plane.AXIAL, ImageContrast.T1): "axial T1",
    (Plane.AXIAL, ImageContrast.T2): "axial T2",
    (Plane.SAGITTAL, ImageContrast.WATER): "sagittal water",
    (Plane.SAGITTAL, ImageContrast.T1): "sagittal T1",
    (Plane.SAGITTAL, ImageContrast.T2): "sagittal T2",
    (Plane.SAGITTAL, ImageContrast.STIR): "sagittal STIR",
    (Plane.SAGITTAL, None): "sagittal",
}
"""Every MR image that has a use, written down by hand."""


def summary(role: SeriesRole, **known) -> SeriesSummary:
    return SeriesSummary("series 3", role, "", Plane.AXIAL, (9, 9, 3), (1.0, 1.0, 4.0), **known)


def test_an_mr_image_has_the_role_written_down_for_its_plane_and_contrast_and_no_other():
    for plane, contrast in product([*Plane, None], [*ImageContrast, None]):
        expected = MR_ROLES.get((plane, contrast), "not used")
        assert role_of(Modality.MRI, plane, contrast).value == expected


@pytest.mark.parametrize("modality", [Modality.CT, Modality.ULTRASOUND, None])
def test_no_image_of_another_modality_passes_for_an_mr_image(modality):
    for plane, contrast in product([*Plane, None], [*ImageContrast, None]):
        assert role_of(modality, plane, contrast) is SeriesRole.OTHER


def test_a_role_tells_the_contrast_where_none_is_stated():
    assert summary(SeriesRole.AXIAL_T1).contrast is ImageContrast.T1
    assert summary(SeriesRole.LOCALIZER).contrast is None
    assert {role for role in SeriesRole if role not in KIND_OF} == {
        SeriesRole.LEVEL_LABELS,
        SeriesRole.MUSCLE_LABELS,
        SeriesRole.LOCALIZER,
        SeriesRole.OTHER,
    }


@pytest.mark.parametrize(
    "known", [{"contrast": ImageContrast.T2}, {"modality": Modality.ULTRASOUND}, {"modality": None}]
)
def test_a_role_that_such_an_image_cannot_have_is_refused(known):
    with pytest.raises(ValueError, match="cannot be used as axial T1"):
        summary(SeriesRole.AXIAL_T1, **known)


def test_a_series_put_aside_is_still_known_by_its_contrast():
    aside = replace(summary(SeriesRole.AXIAL_T1), role=SeriesRole.OTHER)
    assert (aside.modality, aside.contrast) == (Modality.MRI, ImageContrast.T1)


def test_a_saved_result_holds_the_role_alone_and_tells_the_contrast_when_it_is_read():
    case = replace(finished_case(), series=(summary(SeriesRole.AXIAL_T2),))
    text = case_to_json(case)
    assert set(json.loads(text)["series"][0]) == {
        *("series_id", "role", "reason", "plane", "shape", "spacing_mm", "acquisition"),
        *("frame_of_reference", "stack_of", "fraction"),
    }
    again = case_from_json(text)
    assert again == case
    assert again.series[0].contrast is ImageContrast.T2


@pytest.mark.parametrize(
    ("word", "contrast"),
    [
        ("T2", "T2"),
        ("t2", "T2"),
        ("T2w", "T2"),
        ("T1-weighted", "T1"),
        ("PD", None),
        ("T1", "T1"),
        ("water", "water"),
        ("", None),
    ],
)
def test_a_word_for_a_contrast_is_understood_however_it_is_written(word, contrast):
    assert contrast_of_word(word) == contrast
