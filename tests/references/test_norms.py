"""Norms: like is compared with like; the z-score and the percentile are those of the formulas."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm as normal

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.answers import Confidence
from multifidus.domain.errors import UsageError
from multifidus.domain.fat import FatFraction, FatMethod
from multifidus.domain.measurement import CrossSection, MuscleMeasurement
from multifidus.domain.norms import Acquired, Norm, NormMeasure
from multifidus.domain.record import ClinicalRecord, Sex
from multifidus.domain.rule_settings import NormSettings
from multifidus.domain.study import Modality, Series, SeriesRole, SeriesSummary, Study
from multifidus.domain.volume import Plane, Volume
from multifidus.files.rules.norms import NORM_COLUMNS, norms_file, read_norms
from multifidus.files.yaml import read_settings
from multifidus.references.acquired import acquired_of
from multifidus.references.norms import compare_with_norms, percentile_among
from tests.helpers.phantoms import axial_geometry

NORMS = read_norms("mri_fat")
ALIKE = Acquired("mid-disc", 2, 3.0)
PERSON = ClinicalRecord("p", age_years=34.9, sex=Sex.FEMALE)


def lumbar(right_pct: float, left_pct: float, method=FatMethod.DIXON_RATIO_OF_SUMS):
    return [
        MuscleMeasurement(
            level, CrossSection(Muscle.MULTIFIDUS, side, z, 500.0, (FatFraction(method, pct),))
        )
        for z, level in enumerate(SpinalLevel)
        for side, pct in ((Side.RIGHT, right_pct), (Side.LEFT, left_pct))
    ]


def compared(measurements=None, record=PERSON, acquired=ALIKE, norms=NORMS):
    return compare_with_norms(measurements or lumbar(30.0, 24.4), record, acquired, norms)


def reason(**changed) -> str:
    found, missing = compared(**changed)
    assert found == ()
    return next(one.reason for one in missing if one.what.startswith("multifidus, fat"))


def test_the_mean_of_both_sides_at_five_discs_is_held_against_the_person_s_decade():
    (found,), _ = compared()
    assert found.norm.name == "Crawford 2016, 30-39 years"
    assert (found.norm.n, found.norm.mean, found.norm.sd) == (20, 20.8, 6.4)
    assert found.value == pytest.approx(27.2)
    assert found.z == pytest.approx((27.2 - 20.8) / 6.4)
    assert "does not part the sexes" in found.differs


@pytest.mark.parametrize(("age", "decade"), [(29.99, "20-29"), (30, "30-39"), (60.9, "50-60")])
def test_ages_are_counted_in_completed_years(age, decade):
    (found,), _ = compared(record=replace(PERSON, age_years=age))
    assert decade in found.norm.name


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"acquired": replace(ALIKE, dixon_echoes=6)}, "2 echoes, these images of 6"),
        ({"acquired": replace(ALIKE, field_tesla=1.5)}, "3 T, these images of 1.5 T"),
        ({"acquired": Acquired("mid-disc", None, 3.0, "not told")}, "2-echo Dixon; not told"),
        ({"acquired": Acquired("mid-disc", 2, None, "", "unknown field")}, "unknown field"),
        ({"record": None}, "age is not recorded"),
        ({"record": ClinicalRecord("p", sex=Sex.MALE)}, "age is not recorded"),
        ({"record": replace(PERSON, age_years=19)}, "the person is 19"),
        ({"record": replace(PERSON, age_years=61)}, "the person is 61"),
        ({"measurements": lumbar(20, 20)[:-1]}, "not measured: left L5/S1"),
        ({"norms": ()}, "holds no norm"),
    ],
)
def test_what_does_not_match_or_is_not_known_has_no_z_score(changed, says):
    assert says in reason(**changed)


def test_a_fraction_of_t1_or_t2_and_another_formula_are_held_against_nothing():
    for method in (FatMethod.REFERENCE_SIGNAL, FatMethod.DIXON_MEAN_OF_RATIOS, FatMethod.OTSU):
        found, missing = compared(measurements=lumbar(20, 20, method))
        assert found == ()
        assert all("fat" not in one.what for one in missing)


def test_a_pdff_is_not_held_against_a_signal_fat_fraction_nor_a_group_of_muscles():
    found, missing = compared(measurements=lumbar(20, 20, FatMethod.PDFF_MAP_MEAN))
    assert found == ()
    assert "holds no norm of this measure" in missing[0].reason


def test_patients_are_no_norm_for_an_area():
    found, missing = compared(norms=read_norms("area"))
    assert found == ()
    area = next(one for one in missing if "area" in one.what)
    assert "a group of patients" in area.reason
    assert area.what == "multifidus, total area"


def test_a_site_s_own_area_norm_is_matched_by_level_side_and_sex():
    own = Norm(
        name="ours",
        modality=Modality.MRI,
        measure=NormMeasure.TOTAL_CSA,
        unit="cm2",
        muscles="multifidus",
        side="right",
        region="L4/5 mid-disc",
        population="volunteers",
        source="this site",
        confidence=Confidence.SITE,
        sex="female",
        age_from_years=30,
        age_to_years=39,
        n=30,
        mean=6.0,
        sd=0.5,
    )
    (found,), _ = compared(norms=[own])
    assert found.what == "multifidus, total area, right L4/5"
    assert found.z == pytest.approx(-2)
    assert compared(norms=[replace(own, sex="male")])[0] == ()


def test_the_percentile_of_a_large_norm_is_that_of_the_normal_distribution():
    for z in (-2.0, 0.0, 1.3):
        assert percentile_among(z, 10**7, 0, 1) == pytest.approx(100 * normal.cdf(z), abs=1e-3)


@pytest.mark.slow
def test_the_percentile_among_few_is_right_on_average_over_drawn_norms():
    """One more person of the same population lies below their p-th percentile p % of the time."""
    rng = np.random.default_rng(5)
    drawn = rng.normal(size=(20000, 6))
    told = [percentile_among(row[0], 5, row[1:].mean(), row[1:].std(ddof=1)) for row in drawn]
    for p in (5, 25, 50, 75, 95):
        assert 100 * np.mean(np.array(told) < p) == pytest.approx(p, abs=1.0)


def test_every_shipped_norm_cites_and_the_counts_are_those_of_the_sources():
    counts = {name: len(read_norms(name)) for name in ("mri_fat", "area", "ultrasound_area")}
    assert counts == {"mri_fat": 27, "area": 10, "ultrasound_area": 13}
    for name in counts:
        for norm in read_norms(name):
            assert norm.source
            assert norm.sd is None or norm.unusable_because or norm.n


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("fat_signal_fraction", "fat_fraction", "measure"),
        (",16.3,", ",sixteen,", "mean"),
        (",5.3,", ",,", "unusable_because"),
        ("two-point Dixon", "two-point, Dixon", "22 cells in 21 columns"),
        (",%,", ",1,", "is given in %"),
        ("name,modality", "name,modal", "expected the columns"),
    ],
)
def test_a_table_that_does_not_hold_is_refused_with_its_line(tmp_path, old, new, says):
    text = norms_file("mri_fat").read_text(encoding="utf-8")
    bad = tmp_path / "own.csv"
    bad.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        read_norms(str(bad))
    with pytest.raises(UsageError, match=r"no such table of norms '.*'; there are area"):
        read_norms("nobody")
    assert list(NORM_COLUMNS) == text.splitlines()[0].split(",")


def study(*roles: SeriesRole, field: str | None) -> Study:
    grid = axial_geometry()
    acquisition = {} if field is None else {"field T": field}
    series = tuple(
        Series(
            SeriesSummary(role, role, "", Plane.AXIAL, grid.shape, grid.spacing_mm, acquisition),
            Volume(np.zeros(grid.shape), grid),
        )
        for role in roles
    )
    return Study("p", series)


WATER_FAT = (SeriesRole.AXIAL_WATER, SeriesRole.AXIAL_FAT)
ECHOES = (SeriesRole.AXIAL_IN_PHASE, SeriesRole.AXIAL_OPPOSED_PHASE)


@pytest.mark.parametrize(
    ("roles", "field", "settings", "echoes", "tesla"),
    [
        (ECHOES, "2.89362", NormSettings(), 2, 3.0),
        (WATER_FAT, "1.494", NormSettings(), None, 1.5),
        (WATER_FAT, None, NormSettings(dixon_echoes=2, field_tesla=3), 2, 3.0),
        (WATER_FAT, "1.5", NormSettings(field_tesla=3), None, None),
        (ECHOES, None, NormSettings(dixon_echoes=6), None, None),
    ],
)
def test_what_images_and_settings_say_of_the_acquisition(roles, field, settings, echoes, tesla):
    found = acquired_of(study(*roles, field=field), roles, "mid-disc", settings)
    assert (found.dixon_echoes, found.field_tesla) == (echoes, tesla)
    assert (found.echoes_reason == "") == (echoes is not None)
    assert (found.field_reason == "") == (tesla is not None)


def test_by_default_a_site_has_stated_nothing_of_its_scanner():
    norms = read_settings().norms
    assert (norms.dixon_echoes, norms.field_tesla) == (None, None)
