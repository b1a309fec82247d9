"""The sample studies as parameters: phantom persons, their scans and their clinical rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from multifidus.simulation.anatomy_model import PerSide, PhantomAnatomy, both
from multifidus.simulation.grids import Grids, axial_grid, sagittal_grid
from multifidus.simulation.mr import Scan
from multifidus.simulation.phantom import PhantomStudy, phantom_study

AXIAL_PIXEL_MM = 1.5
AXIAL_STEP_MM = 6.0
SAGITTAL_STEP_MM = 4.0
SLICES_MM = np.arange(-102.0, 67.0, AXIAL_STEP_MM)
"""Axial slices over L1/2 to L5/S1, heights for a person of standard size.

Each disc's centre lies within 1.5 mm of a slice, so that which slice is nearest is never a toss-up.
"""

BOOLEANS = (
    "chronic_lbp",
    "mechanical_lbp",
    "imaging_confirms_mf_dysfunction",
    "clinical_presentation_consistent",
    "surgical_indication",
    "severe_instability_or_deformity",
    "implant_contraindication",
    "active_infection",
    "coagulopathy",
    "mri_confirms_mf_dysfunction",
    "intractable_clbp",
    "failed_pain_medications",
    "failed_physical_therapy",
    "failed_conservative_care",
    "unable_to_operate_system",
    "unsuitable_for_implant_surgery",
    "qualified_physician",
)
CLINICAL_COLUMNS = (
    "subject_id",
    "age_years",
    "sex",
    *(f"odi_{item}" for item in range(1, 11)),
    "odi_total_pct",
    "nrs",
    "lbp_vas_cm",
    "eq5d_5l_state",
    "eq_vas",
    "phq9_total",
    "opioids_taken",
    "opioid_tramadol_mg_day",
    "clbp_months",
    "conservative_months",
    "prone_instability_test",
    "multifidus_lift_test",
    "aberrant_movement",
    "mt3",
    "mt3_definition",
    *BOOLEANS,
)
"""The clinical table's columns; an empty cell means 'not recorded'."""


@dataclass(frozen=True)
class SampleStudy:
    """One sample: the person, the scan, and the clinical table's row (text, absent is empty).

    slices: the first of SLICES_MM that the axial stack has, and the one after its last.
    sagittal_slices: of the sagittal stack.
    """

    name: str
    about: str
    anatomy: PhantomAnatomy
    scan: Scan
    clinical: Mapping[str, str]
    slices: tuple[int, int] = (0, len(SLICES_MM))
    sagittal_slices: int = 17


def _odi(*answers: str) -> dict[str, str]:
    return {f"odi_{item}": answer for item, answer in enumerate(answers, start=1)}


def _asked_for_by_the_default_sets() -> dict[str, str]:
    """Everything that the rule sets of `params/study.yml` ask for, but numbers, as they ask."""
    absent = (
        *("surgical_indication", "severe_instability_or_deformity", "implant_contraindication"),
        *("active_infection", "coagulopathy", "unable_to_operate_system"),
        "unsuitable_for_implant_surgery",
    )
    left_out = ("failed_conservative_care",)  # told by the months, or by the sample itself
    exams = ("prone_instability_test", "multifidus_lift_test", "aberrant_movement", "mt3")
    return {
        **dict.fromkeys(exams, "positive"),
        "mt3_definition": "an example of this project; a site writes its own",
        **{name: "yes" for name in BOOLEANS if name not in (*absent, *left_out)},
        **dict.fromkeys(absent, "no"),
    }


SAMPLE_STUDIES = (
    SampleStudy(
        "sample-01",
        "lean and even; the ODI has one section left out, and whether imaging confirms "
        "multifidus dysfunction is not recorded",
        PhantomAnatomy(
            seed=101,
            mf_fat=both(0.08),
            es_fat=both(0.06),
            psoas_fat=both(0.02),
            body_scale=0.92,
            subcutaneous_mm=14.0,
        ),
        Scan(samples=8),
        {
            "age_years": "34",
            "sex": "female",
            **_odi("2", "1", "2", "1", "3", "2", "1", "", "2", "2"),
            "nrs": "5",
            "lbp_vas_cm": "4.6",
            "eq5d_5l_state": "21232",
            "eq_vas": "68",
            "phq9_total": "4",
            "opioids_taken": "no",
            "clbp_months": "20",
            "conservative_months": "8",
            "prone_instability_test": "negative",
            "multifidus_lift_test": "positive",
            "aberrant_movement": "not_done",
            "chronic_lbp": "yes",
            "mechanical_lbp": "yes",
            "clinical_presentation_consistent": "yes",
            "surgical_indication": "no",
            "severe_instability_or_deformity": "no",
            "implant_contraindication": "no",
            "active_infection": "no",
            "coagulopathy": "no",
        },
    ),
    SampleStudy(
        "sample-02",
        "fatty multifidus, the right one smaller and fattier than the left; everything is recorded",
        PhantomAnatomy(
            seed=202,
            mf_scale=PerSide(0.72, 0.92),
            es_scale=PerSide(0.9, 0.95),
            psoas_scale=PerSide(0.9, 0.95),
            mf_fat=PerSide(0.42, 0.27),
            es_fat=PerSide(0.22, 0.17),
            psoas_fat=both(0.05),
            body_scale=0.98,
            subcutaneous_mm=26.0,
            lordosis=1.1,
            rotation_deg=2.0,
            cleft_mm=1.4,
        ),
        Scan(samples=8),
        {
            **_asked_for_by_the_default_sets(),
            "age_years": "57",
            "sex": "male",
            **_odi("3", "2", "3", "2", "3", "3", "2", "2", "3", "2"),
            "nrs": "7",
            "lbp_vas_cm": "7.1",
            "eq5d_5l_state": "32343",
            "eq_vas": "45",
            "phq9_total": "11",
            "opioids_taken": "yes",
            "opioid_tramadol_mg_day": "100",
            "clbp_months": "62",
            "conservative_months": "14",
        },
    ),
)


SMALL_SAMPLE = SampleStudy(
    "sample-03",
    "three axial slices at L4/5; the clinical row contradicts itself: 9 months of conservative "
    "care that has failed, beside conservative care that has not",
    PhantomAnatomy(
        seed=303,
        mf_fat=both(0.2),
        es_fat=both(0.14),
        psoas_fat=both(0.04),
        body_scale=0.95,
        subcutaneous_mm=20.0,
    ),
    Scan(samples=8),
    {
        **_asked_for_by_the_default_sets(),
        "age_years": "46",
        "sex": "female",
        **_odi("3", "1", "3", "2", "4", "2", "1", "2", "2", "3"),
        "nrs": "6.5",
        "lbp_vas_cm": "6.8",
        "eq5d_5l_state": "32242",
        "eq_vas": "55",
        "phq9_total": "7",
        "opioids_taken": "no",
        "clbp_months": "31",
        "conservative_months": "9",
        "failed_conservative_care": "no",
    },
    slices=(7, 10),
    sagittal_slices=15,
)
"""A third study, small enough to cost little: not held against the truth at every level."""
ALL_SAMPLES = (*SAMPLE_STUDIES, SMALL_SAMPLE)


def sample_grids(sample: SampleStudy) -> Grids:
    """The axial and sagittal grids of a sample."""
    anatomy = sample.anatomy
    heights = SLICES_MM[slice(*sample.slices)] * anatomy.spine_scale
    return Grids(
        axial_grid(anatomy, AXIAL_PIXEL_MM, heights, (345.0, 213.0)),
        sagittal_grid(anatomy, 1.2, sample.sagittal_slices, (216.0, 276.0), SAGITTAL_STEP_MM),
    )


def image_sample(sample: SampleStudy) -> PhantomStudy:
    """The sample's images and truth; the noise follows from the person's seed."""
    rng = np.random.default_rng([sample.anatomy.seed, 5])
    return phantom_study(sample.anatomy, sample_grids(sample), sample.scan, rng)
