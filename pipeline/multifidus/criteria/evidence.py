"""What is known of every variable that a rule may ask about, in values and in words."""

from collections.abc import Mapping, Sequence

from multifidus.criteria.fat_rule import MeasuredFat, by_fat_fraction, setting_of
from multifidus.criteria.said import with_said
from multifidus.domain.answers import YES_NO
from multifidus.domain.measurement import NO_DOUBTS, ImageDoubts, MuscleMeasurement
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.rule_settings import ImagingRule
from multifidus.domain.score import Score
from multifidus.domain.term import in_words
from multifidus.domain.variables import (
    ADULT,
    EXAMINATIONS,
    IMAGING_VARIABLES,
    MRI,
    VARIABLES,
    Evidence,
    Variable,
)

READER_ONLY = ImagingRule("reader")
"""What holds for a statement about MRI, whatever the site's rule."""
RESULTS = ("positive", "negative")
OTHER_UNIT = {"clbp_days": "clbp_months", "clbp_months": "clbp_days"}
SCORE_OF = {"odi_pct": "odi_pct"}
"""Variables that are a questionnaire's score, by the id of the instrument."""


def evidence_of(
    record: ClinicalRecord | None,
    measurements: Sequence[MuscleMeasurement],
    imaging_rule: ImagingRule,
    scores: Sequence[Score] = (),
    adult_at_least_years: float | None = None,
    doubts: ImageDoubts = NO_DOUBTS,
) -> Mapping[str, Evidence]:
    """Evidence for every variable and examination, by name; a value of None where unknown.

    Without a clinical record nothing is known: images alone answer no criterion. Imaging is the
    reader's record or, where the site's rule allows it and the reader recorded nothing, the
    multifidus fat fraction as `fat_rule` holds it against the site's own number. doubts: what
    speaks against outlines and levels. adult_at_least_years: what this site means by adult; None
    leaves it to the record.
    """
    evidence = {name: recorded_evidence(variable, record) for name, variable in VARIABLES.items()}
    evidence |= {name: _examined(variable, record) for name, variable in EXAMINATIONS.items()}
    evidence |= {name: _scored(VARIABLES[name], scores) for name in SCORE_OF}
    fat = MeasuredFat(measurements, doubts)
    for name in IMAGING_VARIABLES:
        evidence[name] = _imaging(VARIABLES[name], record, fat, imaging_rule)
    evidence[ADULT] = _adult(evidence[ADULT], evidence["age_years"], adult_at_least_years)
    return with_said(evidence, record)


def recorded_evidence(variable: Variable, record: ClinicalRecord | None) -> Evidence:
    """A statement or a number as the record has it; no score, nothing that follows."""
    value = None if record is None else _value(variable, record)
    if value is None:
        return Evidence(None, f"{_not_recorded(variable)}{_in_other_unit(variable, record)}")
    if variable.is_number:
        return Evidence(value, f"{variable.wording} {value:.12g} {variable.unit}")
    return Evidence(value, f"{variable.wording}: {YES_NO[bool(value)]}")


def _not_recorded(variable: Variable) -> str:
    """In words, and as the column of the clinical table that would hold it."""
    return f"not recorded: {variable.words} ({variable.name})"


def _in_other_unit(variable: Variable, record: ClinicalRecord | None) -> str:
    """That the same duration is there in months or days: a month is no fixed number of days."""
    other = OTHER_UNIT.get(variable.name)
    known = None if record is None or other is None else record.number(other)
    return "" if known is None else f" ({other} is {known:.12g}; give both, none is converted)"


def _value(variable: Variable, record: ClinicalRecord) -> float | bool | None:
    """A number is the record's number of that name, a statement one of its facts."""
    if variable.is_number:
        return record.number(variable.name)
    return record.facts.get(variable.name)


def _examined(variable: Variable, record: ClinicalRecord | None) -> Evidence:
    """An examination's result; one that was not done is as open as one not recorded."""
    result = None if record is None else getattr(record, variable.name)
    if result is None:
        return Evidence(None, _not_recorded(variable))
    words = f"{variable.wording}: {in_words(str(result))}"
    return Evidence(str(result) if result in RESULTS else None, words)


def _scored(variable: Variable, scores: Sequence[Score]) -> Evidence:
    """A questionnaire's score, or why there is none."""
    instrument = SCORE_OF[variable.name]
    score = next((one for one in scores if one.instrument_id == instrument), None)
    if score is None:
        return Evidence(None, _not_recorded(variable))
    if score.value is None:
        return Evidence(None, f"{variable.wording}: {score.reason}")
    return Evidence(score.value, f"{variable.wording} {score.value:.12g} {variable.unit}")


def _adult(recorded: Evidence, age: Evidence, at_least_years: float | None) -> Evidence:
    """Adult as recorded or, without that, by the site's own age."""
    if recorded.value is not None:
        return recorded
    if at_least_years is None:
        wording = f"{recorded.wording}; the source says 'adult' without an age"
        return Evidence(None, f"{wording}; {age.wording}" if age.value is not None else wording)
    setting = (
        f"Site setting: adult means at least {at_least_years:g} years, a choice of this site; the "
        "source gives no age."
    )
    if age.value is None:
        return Evidence(None, age.wording, setting)
    reached = float(age.value) >= at_least_years
    wording = f"adult: {YES_NO[reached]}, by the site's rule ({age.wording})"
    return Evidence(reached, wording, setting)


def _imaging(
    variable: Variable,
    record: ClinicalRecord | None,
    fat: MeasuredFat,
    imaging_rule: ImagingRule,
) -> Evidence:
    """As a reader recorded it; else, but for MRI, by the site's own rule on fat."""
    setting = setting_of(READER_ONLY if variable.name == MRI else imaging_rule)
    reader = recorded_evidence(variable, record)
    if reader.value is not None:
        return Evidence(reader.value, f"{reader.wording} (recorded by the reader)", setting)
    if record is None or imaging_rule.kind == "reader":
        return Evidence(None, reader.wording, setting)
    if variable.name == MRI:
        only = "a rule on fat does not stand for a reader's statement about MRI"
        return Evidence(None, f"{reader.wording}; {only}", setting)
    value, words = by_fat_fraction(imaging_rule, fat)
    if value is None:
        return Evidence(None, f"{reader.wording}; {words}", setting)
    return Evidence(value, f"{variable.wording}: {YES_NO[value]}, {words}", setting)
