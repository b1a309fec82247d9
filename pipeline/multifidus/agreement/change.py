"""Two case results of one person: refused where they do not compare, else what changed."""

from itertools import product

from multifidus.domain.anatomy import SpinalLevel, Structure
from multifidus.domain.answers import NotAssessable
from multifidus.domain.case import CaseResult
from multifidus.domain.change import LevelChange
from multifidus.domain.errors import InputError, UsageError
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

Key = tuple[SpinalLevel, Structure, Quantity, str]
"""Level, muscle and side, quantity, fat method."""

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
        ("border", first.border.name, second.border.name),
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
            f"{name}: {outline.level} {outline.side} {outline.muscle.words} to be looked at: "
            f"{'; '.join(outline.concerns)}."
            for outline in case.doubtful_outlines
        ]
    return tuple(notes)


def changes_of(
    earlier: CaseResult, later: CaseResult, precision: KnownPrecision | None
) -> tuple[tuple[LevelChange, ...], tuple[NotAssessable, ...]]:
    """Every quantity that both hold; what only one holds."""
    first, second = _values(earlier), _values(later)
    changes, missing = [], []
    for key in dict.fromkeys((*first, *second)):
        level, structure, quantity, method = key
        if key in first and key in second:
            mdc = _mdc(key, precision)
            place = (level, structure.muscle, structure.side)
            changes.append(LevelChange(*place, quantity, method, first[key], second[key], mdc))
            continue
        when = "earlier" if key in first else "later"
        reason = f"{quantity.by(method)} was measured {when} only"
        missing.append(NotAssessable(f"change of {structure.words} {level}", reason))
    return tuple(changes), tuple(missing)


def _values(case: CaseResult) -> dict[Key, float]:
    found: dict[Key, float] = {}
    for measurement in case.measurements:
        rows = level_rows(case.subject_id, measurement)
        place = (measurement.level, measurement.section.structure)
        for group in TOGETHER:
            for row, quantity in product(rows, group):
                value = quantity.of(row)
                if value is not None:
                    found[*place, quantity, quantity.method_of(row)] = value
    return found


def _mdc(key: Key, precision: KnownPrecision | None) -> KnownMdc | NotAssessable:
    if precision is None:
        return NO_MDC
    level, structure, quantity, method = key
    mdc = precision.mdc95(quantity, method, structure.muscle, level.value)
    if mdc is None:
        reason = f"the precision file holds none for {quantity.by(method)} of this muscle"
        return NotAssessable(NO_MDC.what, reason)
    if mdc.subjects < 2:
        return NotAssessable(NO_MDC.what, "the precision file rests on one person's readings")
    return mdc


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
