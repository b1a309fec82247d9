"""Two case results of one person: refused where they do not compare, else what changed."""

from itertools import product

from multifidus.domain.answers import NotAssessable
from multifidus.domain.case import CaseResult
from multifidus.domain.change import LevelChange
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.measurement import MuscleMeasurement
from multifidus.domain.muscle_row import level_rows
from multifidus.domain.precision import KnownMdc, KnownPrecision
from multifidus.domain.quantities import Quantity
from multifidus.domain.study import SeriesSummary

NO_MDC = NotAssessable(
    "minimal detectable change",
    "no minimal detectable change is known: none is published in the sources read, and no "
    "precision of this site was given",
)
ACQUISITION_NAMED = ("field T", "TE ms", "TR ms", "flip angle deg", "ImageType")

Key = tuple[str, str, str, Quantity, str]
"""Level, muscle, side, quantity, method."""

TOGETHER = (
    (Quantity.TOTAL_CSA, Quantity.TILT_CORRECTED_CSA, Quantity.MUSCLE_TO_VERTEBRA),
    (Quantity.FUNCTIONAL_CSA, Quantity.FAT_FRACTION),
    (Quantity.DEEP_FAT,),
)
"""The quantities of a muscle in the order of its rows, those of one group method by method."""


def require_comparable(earlier: CaseResult, later: CaseResult) -> None:
    """Raise where a difference would be one of person or method rather than of time.

    UsageError for two persons or twice the same result; InputError for another contrast, border or
    network.
    """
    if earlier.subject_id != later.subject_id:
        raise UsageError(
            f"two persons: {earlier.subject_id} and {later.subject_id}; give two results of one"
        )
    if earlier == later:
        raise UsageError("both folders hold the same result; give two examinations")
    first, second = earlier.method, later.method
    for what, one, other in (
        ("contrast", ", ".join(first.segmented_on), ", ".join(second.segmented_on)),
        ("border", first.roi_definition, second.roi_definition),
        ("network", first.segmentation, second.segmentation),
    ):
        if one != other:
            raise InputError(
                f"{earlier.subject_id}: the {what} differs, '{one}' and '{other}'; analyse both "
                "examinations alike, then compare"
            )


def differences(earlier: CaseResult, later: CaseResult) -> tuple[str, ...]:
    """What else differs between the examinations or speaks against either, in words."""
    notes = []
    if earlier.software_version != later.software_version:
        notes.append(
            f"Analysed by Multifidus {earlier.software_version} and {later.software_version}."
        )
    if earlier.method.levels != later.method.levels:
        notes.append(f"Levels by: {earlier.method.levels}; later by: {later.method.levels}.")
    notes += _acquisitions(earlier, later)
    for name, case in (("Earlier", earlier), ("Later", later)):
        notes += [f"{name}: levels are in doubt: {doubt}." for doubt in case.level_doubts]
        notes += [
            f"{name}: {one.level} {one.side} {one.muscle.replace('_', ' ')} to be looked at: "
            f"{'; '.join(one.concerns)}."
            for one in case.doubtful_outlines
        ]
    return tuple(notes)


def changes_of(
    earlier: CaseResult, later: CaseResult, precision: KnownPrecision | None
) -> tuple[tuple[LevelChange, ...], tuple[NotAssessable, ...]]:
    """Every quantity that both hold; what only one holds."""
    first, second = _values(earlier), _values(later)
    of_key = {_place(one): one for case in (earlier, later) for one in case.measurements}
    changes, missing = [], []
    for key in [*first, *(key for key in second if key not in first)]:
        one = of_key[key[:3]]
        if key not in first or key not in second:
            when = "later" if key not in first else "earlier"
            what = " ".join((key[2], key[1], key[0])).replace("_", " ")
            told = NotAssessable(f"change of {what}", f"{_words(key)} was measured {when} only")
            missing.append(told)
            continue
        mdc = _mdc(one, key, precision)
        place = (one.level, one.section.muscle, one.section.side)
        changes.append(LevelChange(*place, key[3], key[4], first[key], second[key], mdc))
    return tuple(changes), tuple(missing)


def _values(case: CaseResult) -> dict[Key, float]:
    found: dict[Key, float] = {}
    for measurement in case.measurements:
        rows = level_rows(case.subject_id, measurement)
        for group in TOGETHER:
            for row, quantity in product(rows, group):
                value = quantity.of(row)
                if value is not None:
                    found[*_place(measurement), quantity, quantity.method_of(row)] = value
    return found


def _place(one: MuscleMeasurement) -> tuple[str, str, str]:
    return one.level.value, one.section.muscle.value, one.section.side.value


def _mdc(
    one: MuscleMeasurement, key: Key, precision: KnownPrecision | None
) -> KnownMdc | NotAssessable:
    if precision is None:
        return NO_MDC
    found = precision.mdc95(key[3], key[4], one.section.muscle, one.level.value)
    if found is None:
        reason = f"the precision file holds none for {_words(key)} of this muscle"
        return NotAssessable(NO_MDC.what, reason)
    if found.subjects < 2:
        return NotAssessable(NO_MDC.what, "the precision file rests on one person's readings")
    return found


def _words(key: Key) -> str:
    return key[3] + (f" by {key[4]}" if key[4] else "")


def _acquisitions(earlier: CaseResult, later: CaseResult) -> list[str]:
    """Values that the images of either examination state otherwise."""
    first, second = _measured(earlier), _measured(later)
    notes = []
    for role in first.keys() & second.keys():
        one, other = first[role], second[role]
        for name in ACQUISITION_NAMED:
            was, now = one.acquisition.get(name), other.acquisition.get(name)
            if was != now:
                notes.append(f"{role}: {name} {was or 'not stated'}, later {now or 'not stated'}.")
        if _rounded(one) != _rounded(other):
            notes.append(f"{role}: voxels {_mm(one)}, later {_mm(other)}.")
    return sorted(notes)


def _measured(case: CaseResult) -> dict[str, SeriesSummary]:
    return {one.role.value: one for one in case.series if one.role.value.startswith("axial")}


def _rounded(one: SeriesSummary) -> tuple[float, ...]:
    return tuple(round(mm, 2) for mm in one.spacing_mm)


def _mm(one: SeriesSummary) -> str:
    return " x ".join(f"{mm:.2f}" for mm in one.spacing_mm) + " mm"
