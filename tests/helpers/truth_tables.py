"""By hand, from the sources: every criterion's inputs with a value that meets it and one that
does not. `Either` holds where one input is enough, `Worked` lists cases where a source can be read
in several ways. UNREAD lists what no value answers."""

from dataclasses import dataclass

from multifidus.domain.answers import Verdict

Value = float | bool | str
MET, NOT_MET, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_ASSESSABLE


@dataclass(frozen=True)
class Either:
    inputs: dict[str, tuple[Value, Value]]


@dataclass(frozen=True)
class Worked:
    """names: the inputs; cases: their values in that order, the answer, what is then missing."""

    names: tuple[str, ...]
    cases: tuple[tuple[tuple[Value | None, ...], Verdict, tuple[str, ...]], ...]

    @property
    def met(self) -> dict[str, Value | None]:
        """The first case, which meets the criterion."""
        return dict(zip(self.names, self.cases[0][0], strict=True))


Criteria = dict[str, dict[str, tuple[Value, Value]] | Either | Worked]
YES, NO = (True, False), (False, True)
POSITIVE, NEGATIVE, NOT_DONE = "positive", "negative", "not_done"
PIT, MLT, MT3 = "prone_instability_test", "multifidus_lift_test", "mt3"
CARE, DRUGS, PHYSIO = (
    "failed_conservative_care",
    "failed_pain_medications",
    "failed_physical_therapy",
)
INDICATION, EARLIER = "surgical_indication", "prior_surgery_at_or_below_t8"

TABLES: dict[str, Criteria] = {
    "isass_2025": {
        "multifidus_dysfunction": {
            "imaging_confirms_mf_dysfunction": YES,
            "clinical_presentation_consistent": YES,
        },
        "conservative_care": {
            "chronic_lbp": YES,
            "mechanical_lbp": YES,
            "conservative_months": (6, 5),
        },
        "no_surgical_indication": {"surgical_indication": NO},
        "age": {"age_years": (54, 18)},
        "no_severe_instability_or_deformity": {"severe_instability_or_deformity": NO},
        "no_implant_contraindication": {"implant_contraindication": NO},
        "no_infection_or_coagulopathy": {"active_infection": NO, "coagulopathy": NO},
    },
    "isass_2023": {},
    "nysipp_2025": {
        "mechanical_history": {"mechanical_lbp": YES},
        "intractable_pain": {"intractable_clbp": YES},
        "examinations": Worked(
            (PIT, MLT, MT3),
            (
                ((POSITIVE, POSITIVE, POSITIVE), MET, ()),
                ((NEGATIVE, NEGATIVE, NEGATIVE), NOT_MET, ()),
                ((POSITIVE, NEGATIVE, NEGATIVE), OPEN, ()),
                ((NEGATIVE, NEGATIVE, POSITIVE), OPEN, ()),
                ((POSITIVE, POSITIVE, NEGATIVE), OPEN, ()),
                ((POSITIVE, NEGATIVE, None), OPEN, ()),  # open whatever the third shows
                ((POSITIVE, POSITIVE, None), OPEN, (MT3,)),
                ((POSITIVE, POSITIVE, NOT_DONE), OPEN, (MT3,)),
                ((NEGATIVE, NEGATIVE, None), OPEN, (MT3,)),
                ((NOT_DONE, NEGATIVE, NEGATIVE), OPEN, (PIT,)),
                ((None, None, None), OPEN, (PIT, MLT, MT3)),
            ),
        ),
        "mri": {"mri_confirms_mf_dysfunction": YES},
        "conservative_care": {"failed_conservative_care": YES},
        "no_surgical_candidate": {"spine_surgery_candidate": NO},
        "qualified_physician": {"qualified_physician": YES},
    },
    "matis_2021": {
        "adult": {"is_adult": YES},
        "pain": {"nrs": (6, 5)},
        "disability": {"odi_pct": (21, 20)},
        "nociceptive": {"predominantly_nociceptive": YES},
        "axial_mechanical": {"chronic_lbp": YES, "axial_lbp": YES, "mechanical_lbp": YES},
        "severe_limiting_pain": {"severe_chronic_pain": YES, "physically_limiting_pain": YES},
        "quality_of_life": {"severely_impaired_qol": YES},
        "conservative_care": Worked(
            (CARE, DRUGS, PHYSIO),
            (
                ((True, None, None), MET, ()),
                ((True, False, False), MET, ()),
                ((None, True, True), MET, ()),
                ((False, True, False), OPEN, ()),  # is one kind that failed enough?
                ((False, False, True), OPEN, ()),
                ((None, True, False), OPEN, (CARE,)),
                ((None, True, None), OPEN, (CARE, PHYSIO)),
                ((False, False, False), NOT_MET, ()),
                ((None, False, False), OPEN, (CARE,)),
                ((None, None, None), OPEN, (CARE, DRUGS, PHYSIO)),
            ),
        ),
        "surgery": Worked(
            (INDICATION, EARLIER),
            (
                ((False, False), MET, ()),
                ((True, False), NOT_MET, ()),
                ((False, True), OPEN, ()),  # against the treatment, or a second way in?
                ((True, True), OPEN, ()),
                ((False, None), OPEN, (EARLIER,)),
                ((True, None), OPEN, (EARLIER,)),
                ((None, False), OPEN, (INDICATION,)),
                ((None, True), OPEN, ()),  # open whatever the indication
                ((None, None), OPEN, (INDICATION, EARLIER)),
            ),
        ),
    },
    "fda_p190021": {
        "adult": {"is_adult": YES},
        "intractable_pain": {"intractable_clbp": YES},
        "multifidus_dysfunction": Either(
            {
                "imaging_confirms_mf_dysfunction": YES,
                "physiological_evidence": YES,
            }
        ),
        "failed_medication": {"failed_pain_medications": YES},
        "failed_physical_therapy": {"failed_physical_therapy": YES},
        "no_surgical_candidate": {"spine_surgery_candidate": NO},
        "able_to_operate": {"unable_to_operate_system": NO},
        "suitable_for_surgery": {"unsuitable_for_implant_surgery": NO},
    },
    "ce_reactiv8": {
        "adult": {"is_adult": YES},
        "mechanical_pain": {"chronic_lbp": YES, "mechanical_lbp": YES},
        "multifidus_dysfunction": {"multifidus_dysfunction_evidence": YES},
        "failed_medication": {"failed_pain_medications": YES},
        "failed_physical_therapy": {"failed_physical_therapy": YES},
        "no_surgical_candidate": {"spine_surgery_candidate": NO},
        "shoulder_mobile": {"impaired_shoulder_mobility": NO},
        "cognition": {"cognitive_impairment": NO},
        "no_infection": {"active_infection": NO},
        "anticoagulation": {"anticoagulation_cannot_pause": NO},
    },
    "tga_artg_327089": {
        "intractable_pain": {"intractable_clbp": YES},
        "multifidus_dysfunction": Either(
            {
                "imaging_confirms_mf_dysfunction": YES,
                "physiological_evidence": YES,
            }
        ),
        "conservative_care": {
            "medical_management_attempted": YES,
            "physical_therapy_attempted": YES,
        },
        "not_first_treatment": {"first_line_treatment": NO},
    },
    "nice_ipg739": {
        "special_arrangements": {"special_arrangements": YES},
        "team_selection": {"mdt_selected": YES},
        "registry": {"registry_entry": YES},
        "no_neuropathic_pain": {"neuropathic_pain": NO},
    },
    "reactiv8_a": {
        "age": {"age_years": (18, 66)},
        "pain": {"nrs": (9, 10)},
        "disability": {"odi_pct": (25, 24)},
        "duration": {"clbp_days": (91, 90)},
        "conservative_care": {
            "medical_management_days": (90, 89),
            "failed_physical_therapy": YES,
            "failed_pain_medications": YES,
        },
        "no_surgical_indication": {"surgical_indication": NO},
        "no_scs_indication": {"scs_indication": NO},
        "no_prior_surgery": {"prior_spine_surgery": NO},
    },
    "reactiv8_b": {
        "age": {"age_years": (22, 21)},
        "duration": {"clbp_days": (91, 90)},
        "conservative_care": {"medical_management_days": (91, 90)},
        "pain": {"lbp_vas_cm": (6.0, 5.9)},
        "disability": {"odi_pct": (60, 62)},
        "multifidus_dysfunction": {"prone_instability_test": ("positive", "negative")},
        "consent_and_use": {
            "consents": YES,
            "unable_to_operate_system": NO,
            "unsuitable_for_implant_surgery": NO,
        },
        "body_mass": {"bmi_kg_m2": (35, 35.1)},
        "no_scoliosis": {"scoliosis_surgery_ever": NO, "clinical_scoliosis": NO},
        "no_stenosis": Either({"canal_ap_mm": (10, 9.9), "leg_pain": NO}),
        "no_neurological_deficit": {"neurological_deficit": NO},
        "no_pelvic_or_visceral_cause": {"pelvic_visceral_or_infectious_cause": NO},
        "no_cord_disease": {"arachnoiditis_or_syringomyelia": NO},
        "no_surgical_cause": {"mri_cause_amenable_to_surgery": NO},
        "no_vascular_cause": {"vascular_cause": NO},
        "no_prior_surgery": {"prior_surgery_at_or_below_t8": NO},
    },
    "must_nct04327817": {
        "age": {"age_years": (75, 76)},
        "pain": {"lbp_vas_cm": (9.0, 9.1)},
        "disability": {"odi_pct": (22, 20)},
        "duration": {"clbp_days": (91, 90), "pain_half_of_days_12_months": YES},
        "multifidus_dysfunction": Either(
            {
                "multifidus_dysfunction_evidence": YES,
                "prone_instability_test": ("positive", "negative"),
            }
        ),
        "conservative_care": {
            "medical_management_days": (91, 90),
            "physical_therapy_attempted": YES,
            "pain_medication_stable_30_days": YES,
        },
        "body_mass": {"bmi_kg_m2": (30, 36)},
        "no_scoliosis": {"scoliosis_surgery_ever": NO, "cobb_deg": (24.9, 25)},
    },
    "restore": {
        "duration": {"clbp_months": (6.1, 6), "pain_most_days_12_months": YES},
        "multifidus_dysfunction": {"multifidus_dysfunction_evidence": YES},
        "independent_panel": {"independent_panel_agreed": YES},
        "no_lumbar_surgery": {"prior_lumbar_surgery": NO},
        "no_surgical_indication": {"surgical_indication": NO},
    },
    "payer_anthem_surg_00158": {
        "multifidus_dysfunction": Either(
            {
                "imaging_confirms_mf_dysfunction": YES,
                "physiological_evidence": YES,
            }
        ),
        "conservative_care": {"failed_pain_medications": YES, "failed_physical_therapy": YES},
        "no_surgical_candidate": {"spine_surgery_candidate": NO},
    },
    "payer_bcbs_alabama_mp623": {
        "within_label": {"within_fda_label": YES},
        "duration": {"clbp_months": (3, 2.9)},
        "other_treatments": {"other_treatments_exhausted": YES},
        "objective_pathology": {"objective_pathology": YES},
        "facilities": {"facilities_available": YES},
        "intraoperative_contraction": {"intraoperative_contraction": YES},
    },
    "payer_medicare_l34328": {
        "duration": {"clbp_months": (3, 2), "severe_chronic_pain": YES},
        "other_treatments": {"failed_conservative_care": YES},
        "no_surgical_contraindication": {
            "active_infection": NO,
            "unsuitable_for_implant_surgery": NO,
        },
        "education": {"patient_education_done": YES},
    },
    "site_example": {"age": {"age_years": (22, 21)}, "pain": {"nrs": (6, 5)}},
}

UNREAD = {
    "isass_2023": ["coverage_criteria"],
    "reactiv8_b": ["further_exclusions"],
    "must_nct04327817": ["further_exclusions"],
    "restore": ["pain_and_disability"],
    "payer_anthem_surg_00158": ["policy_text"],
    "payer_medicare_l34328": ["policy_text"],
}

BOUNDARIES: list[tuple[str, str, str, float, bool]] = [
    ("isass_2025", "age", "age_years", 18, False),
    ("isass_2025", "age", "age_years", 18.01, True),
    ("isass_2025", "conservative_care", "conservative_months", 6, True),
    ("isass_2025", "conservative_care", "conservative_months", 5.99, False),
    ("matis_2021", "pain", "nrs", 6, True),
    ("matis_2021", "pain", "nrs", 5, False),
    ("matis_2021", "disability", "odi_pct", 21, True),
    ("matis_2021", "disability", "odi_pct", 20.9, False),
    ("reactiv8_a", "age", "age_years", 18, True),
    ("reactiv8_a", "age", "age_years", 17.9, False),
    ("reactiv8_a", "age", "age_years", 65, True),
    ("reactiv8_a", "age", "age_years", 65.1, False),
    ("reactiv8_a", "pain", "nrs", 6, True),
    ("reactiv8_a", "pain", "nrs", 5, False),
    ("reactiv8_a", "pain", "nrs", 9, True),
    ("reactiv8_a", "pain", "nrs", 10, False),
    ("reactiv8_a", "disability", "odi_pct", 25, True),
    ("reactiv8_a", "disability", "odi_pct", 24.9, False),
    ("reactiv8_a", "duration", "clbp_days", 90, False),
    ("reactiv8_a", "duration", "clbp_days", 91, True),
    ("reactiv8_a", "conservative_care", "medical_management_days", 90, True),
    ("reactiv8_a", "conservative_care", "medical_management_days", 89, False),
    ("reactiv8_b", "age", "age_years", 22, True),
    ("reactiv8_b", "age", "age_years", 21.9, False),
    ("reactiv8_b", "age", "age_years", 75, True),
    ("reactiv8_b", "age", "age_years", 75.1, False),
    ("reactiv8_b", "duration", "clbp_days", 90, False),
    ("reactiv8_b", "duration", "clbp_days", 91, True),
    ("reactiv8_b", "conservative_care", "medical_management_days", 90, False),
    ("reactiv8_b", "conservative_care", "medical_management_days", 91, True),
    ("reactiv8_b", "pain", "lbp_vas_cm", 6.0, True),
    ("reactiv8_b", "pain", "lbp_vas_cm", 5.9, False),
    ("reactiv8_b", "pain", "lbp_vas_cm", 9.0, True),
    ("reactiv8_b", "pain", "lbp_vas_cm", 9.1, False),
    ("reactiv8_b", "disability", "odi_pct", 21, True),
    ("reactiv8_b", "disability", "odi_pct", 20, False),
    ("reactiv8_b", "disability", "odi_pct", 60, True),
    ("reactiv8_b", "disability", "odi_pct", 62, False),
    ("reactiv8_b", "body_mass", "bmi_kg_m2", 35, True),
    ("reactiv8_b", "body_mass", "bmi_kg_m2", 35.1, False),
    ("must_nct04327817", "age", "age_years", 22, True),
    ("must_nct04327817", "age", "age_years", 21.9, False),
    ("must_nct04327817", "age", "age_years", 75, True),
    ("must_nct04327817", "age", "age_years", 75.1, False),
    ("must_nct04327817", "pain", "lbp_vas_cm", 6.0, True),
    ("must_nct04327817", "pain", "lbp_vas_cm", 5.9, False),
    ("must_nct04327817", "pain", "lbp_vas_cm", 9.0, True),
    ("must_nct04327817", "pain", "lbp_vas_cm", 9.1, False),
    ("must_nct04327817", "disability", "odi_pct", 21, True),
    ("must_nct04327817", "disability", "odi_pct", 20.9, False),
    ("must_nct04327817", "disability", "odi_pct", 60, True),
    ("must_nct04327817", "disability", "odi_pct", 60.1, False),
    ("must_nct04327817", "duration", "clbp_days", 90, False),
    ("must_nct04327817", "duration", "clbp_days", 91, True),
    ("must_nct04327817", "conservative_care", "medical_management_days", 90, False),
    ("must_nct04327817", "conservative_care", "medical_management_days", 91, True),
    ("must_nct04327817", "body_mass", "bmi_kg_m2", 35, True),
    ("must_nct04327817", "body_mass", "bmi_kg_m2", 35.1, False),
    ("must_nct04327817", "no_scoliosis", "cobb_deg", 24.9, True),
    ("must_nct04327817", "no_scoliosis", "cobb_deg", 25, False),
    ("restore", "duration", "clbp_months", 6, False),
    ("restore", "duration", "clbp_months", 6.1, True),
    ("payer_bcbs_alabama_mp623", "duration", "clbp_months", 3, True),
    ("payer_bcbs_alabama_mp623", "duration", "clbp_months", 2.9, False),
    ("payer_medicare_l34328", "duration", "clbp_months", 3, True),
    ("payer_medicare_l34328", "duration", "clbp_months", 2.9, False),
    ("site_example", "age", "age_years", 22, True),
    ("site_example", "age", "age_years", 21.9, False),
    ("site_example", "pain", "nrs", 6, True),
    ("site_example", "pain", "nrs", 5, False),
]
"""Rule set, criterion, variable, value, whether it is met: the rest of the record meets it."""
