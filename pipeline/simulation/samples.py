"""The sample studies as parameters: two phantom persons, their scans and their clinical rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.simulation.anatomy_model import PerSide, PhantomAnatomy, both
from pipeline.simulation.grids import Grids, axial_grid, sagittal_grid
from pipeline.simulation.mr import Scan
from pipeline.simulation.phantom import PhantomStudy, phantom_study

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
    *BOOLEANS,
)
"""The clinical table's columns; an empty cell means 'not recorded'."""


@dataclass(frozen=True)
class SampleStudy:
    """One sample: the person, the scan, and the clinical table's row (text, absent is empty)."""

    name: str
    about: str
    anatomy: PhantomAnatomy
    scan: Scan
    clinical: Mapping[str, str]


def _odi(*answers: str) -> dict[str, str]:
    return {f"odi_{item}": answer for item, answer in enumerate(answers, start=1)}


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
            "prone_instability_test": "positive",
            "multifidus_lift_test": "positive",
            "aberrant_movement": "positive",
            "imaging_confirms_mf_dysfunction": "yes",
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
)


def sample_grids(anatomy: PhantomAnatomy) -> Grids:
    """The axial and sagittal grids of a sample."""
    heights = SLICES_MM * anatomy.spine_scale
    return Grids(
        axial_grid(anatomy, AXIAL_PIXEL_MM, heights, (345.0, 213.0)),
        sagittal_grid(anatomy, 1.2, 17, (216.0, 276.0), SAGITTAL_STEP_MM),
    )


def image_sample(sample: SampleStudy) -> PhantomStudy:
    """The sample's images and truth; the noise follows from the person's seed."""
    rng = np.random.default_rng([sample.anatomy.seed, 5])
    return phantom_study(sample.anatomy, sample_grids(sample.anatomy), sample.scan, rng)
