"""A person's measurements held against published norms of the same measurement; else why not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as students_t

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.answers import NotAssessable
from multifidus.domain.fat import FatMethod
from multifidus.domain.measurement import MuscleMeasurement
from multifidus.domain.norms import BOTH_SEXES, Acquired, Norm, NormComparison, NormMeasure
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.study import Modality

LUMBAR = "L1-L5"
MUSCLES = (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)
FAT_METHOD_OF = {
    NormMeasure.FAT_SIGNAL_FRACTION: FatMethod.DIXON_RATIO_OF_SUMS,
    NormMeasure.PDFF: FatMethod.PDFF_MAP_MEAN,
}


@dataclass(frozen=True)
class Asked:
    """One value to be held against norms. value: NotAssessable where it was not measured."""

    what: str
    measure: NormMeasure
    muscle: Muscle
    side: str
    region: str
    value: float | NotAssessable


def compare_with_norms(
    measurements: Sequence[MuscleMeasurement],
    record: ClinicalRecord | None,
    acquired: Acquired,
    norms: Sequence[Norm],
) -> tuple[tuple[NormComparison, ...], tuple[NotAssessable, ...]]:
    """What could be compared, and why the rest could not.

    Only like is compared with like: measure, modality, muscle, region, number of echoes, field
    strength, age and, where the norm parts them, sex. What is not known does not match.
    """
    found: list[NormComparison] = []
    missing: list[NotAssessable] = []
    for asked in _asked(measurements, acquired.place):
        comparable = [norm for norm in norms if is_of(norm, asked)]
        problems = {one.name: mismatches(one, asked, record, acquired) for one in comparable}
        matching = [one for one in comparable if not problems[one.name]]
        if isinstance(asked.value, NotAssessable):
            missing.append(NotAssessable(asked.what, asked.value.reason))
        elif matching:
            found += [_comparison(one, asked, asked.value) for one in matching]
        else:
            missing.append(NotAssessable(asked.what, why_none(problems)))
    return tuple(found), _each_kind_once(missing)


def percentile_among(value: float, n: int, mean: float, sd: float) -> float:
    """Share of the people of a small norm that lies below, 0..100.

    t = (value - mean) / (sd * sqrt((n + 1) / n)) with n - 1 degrees of freedom, for normally
    distributed values; it counts in that mean and SD are themselves estimates from n people.
    Source: Crawford & Howell 1998, doi 10.1076/clin.12.4.482.7241.
    """
    t = (value - mean) / (sd * np.sqrt((n + 1) / n))
    return 100 * float(students_t.cdf(t, n - 1))


def _asked(measurements: Sequence[MuscleMeasurement], place: str) -> list[Asked]:
    """The lumbar fat fraction of either muscle by each method measured; the multifidus' areas."""
    methods = {fat.method for measurement in measurements for fat in measurement.section.fat}
    asked = [
        Asked(
            f"{muscle.words}, {measure.words}, {LUMBAR}",
            measure,
            muscle,
            "both",
            LUMBAR,
            lumbar_mean_pct(measurements, muscle, method),
        )
        for measure, method in FAT_METHOD_OF.items()
        if method in methods
        for muscle in MUSCLES
    ]
    measured = [
        measurement
        for measurement in measurements
        if measurement.section.muscle is Muscle.MULTIFIDUS
    ]
    return asked + [
        Asked(
            f"multifidus, total area, {one.section.side} {one.level}",
            NormMeasure.TOTAL_CSA,
            Muscle.MULTIFIDUS,
            one.section.side.value,
            f"{one.level} {place}",
            one.section.total_csa_mm2 / 100,
        )
        for one in measured
    ]


def lumbar_mean_pct(
    measurements: Sequence[MuscleMeasurement], muscle: Muscle, method: FatMethod
) -> float | NotAssessable:
    """Mean fat fraction of both sides at the five discs L1/2 to L5/S1, 0..100 %.

    NOT ASSESSABLE where one of the ten was not measured: the lowest levels hold most fat, so a
    mean without them is that of something else.
    """
    pct = {
        (measurement.level, measurement.section.side): measurement.section.fat_pct(method)
        for measurement in measurements
        if measurement.section.muscle is muscle
    }
    absent = [
        f"{side} {level}"
        for level in SpinalLevel
        for side in Side
        if pct.get((level, side)) is None
    ]
    if absent:
        reason = f"the mean over L1 to L5 needs all five levels; not measured: {', '.join(absent)}"
        return NotAssessable(muscle.words, reason)
    return float(np.mean([value for value in pct.values() if value is not None]))


def _comparison(norm: Norm, asked: Asked, value: float) -> NormComparison:
    if norm.n is None or norm.mean is None or norm.sd is None:
        raise ValueError(f"{norm.name} has no n, mean and SD")
    parts = [norm.region, norm.age_words]
    parts += [] if norm.sex == BOTH_SEXES else [norm.sex]
    parts += [] if norm.dixon_echoes is None else [norm.technique]
    parts += [] if norm.field_tesla is None else [f"{norm.field_tesla:g} T"]
    here = "here one slice at each of the five discs, the mean of both sides"
    differs = [here] if asked.region == LUMBAR else []
    differs += [f"there {norm.note}"] if norm.note else []
    differs += ["the norm does not part the sexes"] if norm.sex == BOTH_SEXES else []
    return NormComparison(
        what=asked.what,
        value=value,
        norm=norm,
        percentile=percentile_among(value, norm.n, norm.mean, norm.sd),
        match=", ".join(parts),
        differs="; ".join(differs),
    )


def _each_kind_once(missing: Sequence[NotAssessable]) -> tuple[NotAssessable, ...]:
    """Levels and sides of one measure told together, each reason once."""
    told: dict[str, list[NotAssessable]] = {}
    for one in missing:
        told.setdefault(", ".join(one.what.split(", ")[:2]), []).append(one)
    return tuple(
        NotAssessable(kind if found[1:] else found[0].what, "; ".join(_once(found)))
        for kind, found in told.items()
    )


def _once(found: Sequence[NotAssessable]) -> list[str]:
    return list(dict.fromkeys(one.reason for one in found))


def is_of(norm: Norm, asked: Asked) -> bool:
    """Whether the norm is of the same measure, muscle and region, by the same kind of image."""
    return (
        norm.modality is Modality.MRI
        and norm.measure is asked.measure
        and norm.muscles == asked.muscle
        and norm.region == asked.region
        and norm.side in (asked.side, "each")
    )


def mismatches(
    norm: Norm, asked: Asked, record: ClinicalRecord | None, acquired: Acquired
) -> list[str]:
    """Why the person may not be held against that norm; empty where they may."""
    if norm.unusable_because:
        return [norm.unusable_because]
    if norm.population.startswith("patients"):
        return [f"a group of {norm.population}, no norm"]
    return [*_of_acquisition(norm, acquired), *_of_person(norm, record)]


def _of_acquisition(norm: Norm, acquired: Acquired) -> Iterable[str]:
    if norm.dixon_echoes is not None:
        if acquired.dixon_echoes is None:
            yield f"it is of a {norm.dixon_echoes}-echo Dixon; {acquired.echoes_reason}"
        elif acquired.dixon_echoes != norm.dixon_echoes:
            yield f"it is of {norm.dixon_echoes} echoes, these images of {acquired.dixon_echoes}"
    if norm.field_tesla is not None:
        if acquired.field_tesla is None:
            yield f"it is of {norm.field_tesla:g} T; {acquired.field_reason}"
        elif acquired.field_tesla != norm.field_tesla:
            yield f"it is of {norm.field_tesla:g} T, these images of {acquired.field_tesla:g} T"


def _of_person(norm: Norm, record: ClinicalRecord | None) -> Iterable[str]:
    age = None if record is None else record.age_years
    sex = None if record is None else record.sex
    if age is None:
        yield "the person's age is not recorded"
    elif norm.age_from_years is None and norm.age_to_years is None:
        yield "its ages were not read"
    elif not (norm.age_from_years or 0) <= int(age) <= (norm.age_to_years or 999):
        yield f"it is of {norm.age_words}, the person is {int(age)}"
    if norm.sex != BOTH_SEXES and sex is None:
        yield f"it is of one sex ({norm.sex}), the person's is not recorded"
    elif norm.sex not in (BOTH_SEXES, sex):
        yield f"it is of the other sex ({norm.sex})"


def why_none(problems: Mapping[str, Sequence[str]]) -> str:
    """Why no norm of the same measure matches: those that come nearest, each reason once."""
    if not problems:
        return "params/norms/ holds no norm of this measure, muscle and place by MRI"
    fewest = min(len(why) for why in problems.values())
    names_of: dict[str, list[str]] = {}
    for name, why in problems.items():
        if len(why) == fewest:
            names_of.setdefault("; ".join(why), []).append(name)
    told = [f"{' and '.join(names)}: {why}" for why, names in names_of.items()]
    return f"no norm matches; the nearest are {'. '.join(told)}"
