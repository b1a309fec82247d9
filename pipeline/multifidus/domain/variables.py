"""What a rule may ask of a person, and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass

IMAGING = "imaging_confirms_mf_dysfunction"
MRI = "mri_confirms_mf_dysfunction"
IMAGING_VARIABLES = (IMAGING, MRI)
"""The variables whose evidence depends on a site's imaging rule."""
ADULT = "is_adult"
"""Sources say 'adult' without an age; a site may set one, which is then printed as its own."""

TIMES = ("days", "months")


@dataclass(frozen=True)
class Variable:
    """Something a rule may ask about. unit: None for a documented yes/no statement.

    low, high: what a number may be; None for no limit. is_derived: formed from other columns of
    the clinical table rather than being one.
    """

    name: str
    wording: str
    unit: str | None = None
    low: float | None = 0
    high: float | None = None
    is_derived: bool = False

    @property
    def is_number(self) -> bool:
        """Whether rules compare it with bounds rather than with yes or no."""
        return self.unit is not None

    @property
    def words(self) -> str:
        """What is asked for, as a reader says it; a duration with its unit."""
        words = self.wording.removesuffix(" for")
        return f"{words} in {self.unit}" if self.unit in TIMES else words


def _by_name(*variables: Variable) -> Mapping[str, Variable]:
    return {variable.name: variable for variable in variables}


NUMBERS: Mapping[str, Variable] = _by_name(
    Variable("age_years", "age", "years", 0, 120),
    Variable("conservative_months", "conservative care", "months"),
    Variable("medical_management_days", "medical management", "days"),
    Variable("clbp_months", "chronic low back pain for", "months"),
    Variable("clbp_days", "chronic low back pain for", "days"),
    Variable("nrs", "low back pain, NRS", "of 10", 0, 10),
    Variable("lbp_vas_cm", "low back pain, VAS", "cm", 0, 10, is_derived=True),
    Variable("odi_pct", "ODI", "%", 0, 100, is_derived=True),
    Variable("bmi_kg_m2", "body mass index", "kg/m²"),
    Variable("cobb_deg", "Cobb angle", "degrees", 0, 180),
    Variable("canal_ap_mm", "spinal canal, anteroposterior", "mm"),
)
"""Numbers, by name; those that are not derived are columns of the clinical table."""

STATEMENTS: Mapping[str, Variable] = _by_name(
    Variable(IMAGING, "imaging confirms multifidus dysfunction"),
    Variable("clinical_presentation_consistent", "clinical presentation consistent"),
    Variable("surgical_indication", "indication for spine surgery"),
    Variable(
        "severe_instability_or_deformity", "severe instability or deformity for reconstruction"
    ),
    Variable("implant_contraindication", "contraindication to lead or pulse generator"),
    Variable("active_infection", "active infection"),
    Variable("coagulopathy", "coagulopathy"),
    Variable(ADULT, "adult"),
    Variable(MRI, "MRI confirms multifidus dysfunction"),
    Variable(
        "physiological_evidence",
        "physiological testing supports multifidus dysfunction",
    ),
    Variable("multifidus_dysfunction_evidence", "multifidus dysfunction found by any means"),
    Variable("intractable_clbp", "chronic low back pain is intractable"),
    Variable("chronic_lbp", "low back pain is chronic"),
    Variable("mechanical_lbp", "low back pain is mechanical"),
    Variable("axial_lbp", "low back pain is axial"),
    Variable("predominantly_nociceptive", "pain is predominantly nociceptive"),
    Variable("neuropathic_pain", "pain to be treated is neuropathic"),
    Variable("severe_chronic_pain", "chronic pain is severe"),
    Variable("physically_limiting_pain", "pain limits the person physically"),
    Variable(
        "pain_half_of_days_12_months", "pain on at least half of the days of the last 12 months"
    ),
    Variable("pain_most_days_12_months", "pain on most days of the last 12 months"),
    Variable("leg_pain", "pain in the leg"),
    Variable("severely_impaired_qol", "quality of life severely impaired"),
    Variable("failed_pain_medications", "pain medication has failed"),
    Variable("failed_physical_therapy", "physical therapy has failed"),
    Variable("failed_conservative_care", "conservative care has failed"),
    Variable("analgesics_increased", "pain medication increased since the first visit"),
    Variable("medical_management_attempted", "medical management was attempted"),
    Variable("physical_therapy_attempted", "physical therapy was attempted"),
    Variable("pain_medication_stable_30_days", "pain medication unchanged for 30 days"),
    Variable("other_treatments_exhausted", "other treatments tried, unsuitable or contraindicated"),
    Variable("first_line_treatment", "would be the first treatment"),
    Variable("spine_surgery_candidate", "candidate for spine surgery"),
    Variable("prior_spine_surgery", "earlier spine surgery"),
    Variable("prior_lumbar_surgery", "earlier lumbar surgery"),
    Variable("prior_surgery_at_or_below_t8", "earlier spine surgery at or below T8"),
    Variable("scs_indication", "indication for spinal cord stimulation"),
    Variable("scoliosis_surgery_ever", "earlier surgery for scoliosis"),
    Variable("clinical_scoliosis", "clinical diagnosis of scoliosis"),
    Variable("neurological_deficit", "neurological deficit"),
    Variable("progressive_deficit", "neurological deficit that progresses"),
    Variable("cauda_equina", "signs of cauda equina compression"),
    Variable("spinal_tumour", "tumour or metastasis of the spine, known or suspected"),
    Variable("spinal_fracture", "recent fracture of the spine, known or suspected"),
    Variable("spinal_infection", "infection of the spine, known or suspected"),
    Variable("pelvic_visceral_or_infectious_cause", "pelvic, visceral or infectious cause of pain"),
    Variable("vascular_cause", "vascular cause of pain"),
    Variable("arachnoiditis_or_syringomyelia", "arachnoiditis or syringomyelia"),
    Variable("mri_cause_amenable_to_surgery", "likely cause on MRI that surgery could treat"),
    Variable("unable_to_operate_system", "unable to operate the system"),
    Variable("unsuitable_for_implant_surgery", "unsuitable for implant surgery"),
    Variable("impaired_shoulder_mobility", "shoulder too stiff to place the activator"),
    Variable("cognitive_impairment", "cognitive impairment that limits operating the system"),
    Variable("anticoagulation_cannot_pause", "anticoagulation that cannot be paused"),
    Variable("consents", "has given consent"),
    Variable("independent_panel_agreed", "independent medical panel agreed"),
    Variable("mdt_selected", "selected by an experienced multidisciplinary team"),
    Variable("special_arrangements", "clinical governance, consent, audit or research arranged"),
    Variable("registry_entry", "entered in the National Neuromodulation Registry"),
    Variable("within_fda_label", "use within the FDA label"),
    Variable("objective_pathology", "objective evidence of pathology"),
    Variable("facilities_available", "facilities and staff for treatment and follow-up"),
    Variable("intraoperative_contraction", "contraction palpable once electrodes are placed"),
    Variable("patient_education_done", "person educated and informed"),
    Variable("qualified_physician", "physician qualified for the treatment and trained in it"),
)
"""Documented yes/no statements, by name; each is a column of the clinical table."""

VARIABLES: Mapping[str, Variable] = {**NUMBERS, **STATEMENTS}
"""Everything but examinations that a rule may ask about, by name."""

EXAMINATIONS: Mapping[str, Variable] = _by_name(
    Variable("prone_instability_test", "prone instability test"),
    Variable("multifidus_lift_test", "multifidus lift test"),
    Variable("mt3", "MT3 (as the site defines it)"),
    Variable("aberrant_movement", "aberrant movement"),
)
"""Examinations with the results positive and negative, by name."""

KNOWN: Mapping[str, Variable] = {**VARIABLES, **EXAMINATIONS}
"""Everything that a rule may ask about, by name."""


@dataclass(frozen=True)
class Evidence:
    """What is known of one variable.

    value: in the variable's unit, yes/no, or an examination's result; None where it is not known.
    wording: the value in words with its unit and where it comes from, or why there is none.
    setting: the site's own choice that the value rests on, in one sentence; empty where none.
    between: where only limits of a number are known, its smallest and largest; both included.
    """

    value: float | bool | str | None
    wording: str
    setting: str = ""
    between: tuple[float, float] | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is a value, or limits of one."""
        return self.value is not None or self.between is not None


def variable_of(name: str) -> Variable:
    """The variable or examination of that name; raises ValueError for an unknown name."""
    found = KNOWN.get(name)
    if found is None:
        raise ValueError(f"unknown variable '{name}'")
    return found
