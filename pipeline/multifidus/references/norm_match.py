"""Whether a norm and a person's measurement are of the same thing; what is not known is not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from multifidus.domain.anatomy import Muscle
from multifidus.domain.answers import NotAssessable
from multifidus.domain.norms import BOTH_SEXES, Acquired, Norm, NormMeasure
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.study import Modality


@dataclass(frozen=True)
class Asked:
    """One value to be held against norms. value: NotAssessable where it was not measured."""

    what: str
    measure: NormMeasure
    muscle: Muscle
    side: str
    region: str
    value: float | NotAssessable


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
