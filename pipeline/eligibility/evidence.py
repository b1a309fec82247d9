"""What is known of every variable that a rule may ask about, in values and in words."""

from collections.abc import Mapping, Sequence

from pipeline.domain.anatomy import Muscle
from pipeline.domain.criterion import IMAGING, VARIABLES, Evidence, Variable
from pipeline.domain.measurement import FatMethod, MuscleMeasurement
from pipeline.domain.record import ClinicalRecord
from pipeline.domain.settings import ImagingRule

NO_CUT_OFF = "no published cut-off of fat infiltration or area defines M62.85"
YES_NO = {True: "yes", False: "no"}


def evidence_of(
    record: ClinicalRecord | None,
    measurements: Sequence[MuscleMeasurement],
    imaging_rule: ImagingRule,
) -> Mapping[str, Evidence]:
    """Evidence for every variable, by name; a value of None where nothing is known.

    Without a clinical record nothing is known: images alone answer no criterion. Imaging is the
    reader's record or, where the site's rule allows it and the reader recorded nothing, the
    multifidus fat fraction (ratio of sums) against the site's own number.
    """
    evidence = {name: _recorded(variable, record) for name, variable in VARIABLES.items()}
    evidence[IMAGING] = _imaging(record, measurements, imaging_rule)
    return evidence


def setting_of(imaging_rule: ImagingRule) -> str:
    """The site's imaging rule in one sentence."""
    if imaging_rule.kind == "reader":
        return (
            "Site setting: imaging counts as evidence only as a reader recorded it in the "
            f"clinical table; {NO_CUT_OFF}."
        )
    return (
        "Site setting: imaging counts as evidence as a reader recorded it or, without that, by a "
        f"multifidus signal fat fraction (ratio of sums) of at least {imaging_rule.at_least_pct:g} "
        f"% on either side of any measured level, a number of this site ({imaging_rule.source}); "
        f"{NO_CUT_OFF}."
    )


def _recorded(variable: Variable, record: ClinicalRecord | None) -> Evidence:
    value = None if record is None else _value(variable, record)
    if value is None:
        return Evidence(None, f"not recorded: {variable.name}")
    if variable.is_number:
        return Evidence(value, f"{variable.wording} {value:.12g} {variable.unit}")
    return Evidence(value, f"{variable.wording}: {YES_NO[bool(value)]}")


def _value(variable: Variable, record: ClinicalRecord) -> float | bool | None:
    """A number is the record's field of that name, a statement one of its facts."""
    if variable.is_number:
        return getattr(record, variable.name)
    return record.facts.get(variable.name)


def _imaging(
    record: ClinicalRecord | None,
    measurements: Sequence[MuscleMeasurement],
    imaging_rule: ImagingRule,
) -> Evidence:
    setting = setting_of(imaging_rule)
    reader = _recorded(VARIABLES[IMAGING], record)
    if reader.value is not None:
        return Evidence(reader.value, f"{reader.wording} (recorded by the reader)", setting)
    if record is None or imaging_rule.at_least_pct is None or imaging_rule.kind == "reader":
        return Evidence(None, reader.wording, setting)
    return _by_fat_fraction(measurements, imaging_rule.at_least_pct, setting)


def _by_fat_fraction(
    measurements: Sequence[MuscleMeasurement], at_least_pct: float, setting: str
) -> Evidence:
    """The highest multifidus fat fraction against the site's number, which counts as reached."""
    found = [
        (pct, f"{one.level.value} {one.section.side.value}")
        for one in measurements
        if one.section.muscle is Muscle.MULTIFIDUS
        and (pct := one.section.fat_pct(FatMethod.DIXON_RATIO_OF_SUMS)) is not None
    ]
    if not found:
        wording = f"not recorded: {IMAGING}; no multifidus fat fraction was measured"
        return Evidence(None, wording, setting)
    highest_pct, place = max(found, key=lambda one: one[0])
    reached = highest_pct >= at_least_pct
    wording = (
        f"{VARIABLES[IMAGING].wording}: {YES_NO[reached]}, by the site's rule, no reader's record "
        f"(highest multifidus signal fat fraction {_beside(highest_pct, at_least_pct)} % at "
        f"{place}, {len(found)} measured; the site asks for at least {at_least_pct:g} %)"
    )
    return Evidence(reached, wording, setting)


def _beside(pct: float, limit_pct: float) -> str:
    """One decimal, or as many as it takes for the text to lie on the value's side of the limit."""
    for decimals in range(1, 12):
        text = f"{pct:.{decimals}f}"
        if (float(text) >= limit_pct) == (pct >= limit_pct):
            return text
    return repr(pct)
