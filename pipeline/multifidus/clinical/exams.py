"""Examinations as recorded, with their reliability and what they do and do not predict."""

from collections.abc import Mapping

from multifidus.domain.instruments import ExamFacts, Figure
from multifidus.domain.record import ClinicalRecord, ExamResult
from multifidus.domain.score import Examination

MT3 = "mt3"


def examinations_of(
    record: ClinicalRecord, facts: Mapping[str, ExamFacts]
) -> tuple[Examination, ...]:
    """Every examination that was recorded, also as not done.

    Raises ValueError for an MT3 without the site's definition: no published one was found.
    """
    found = {name: getattr(record, name) for name in facts}
    return tuple(
        _examination(name, result, record, facts[name])
        for name, result in found.items()
        if result is not None
    )


def _examination(
    name: str, result: ExamResult, record: ClinicalRecord, facts: ExamFacts
) -> Examination:
    definition = facts.positive_means
    if name == MT3:
        if not record.mt3_definition:
            raise ValueError("an MT3 result needs the site's definition of MT3")
        definition = f"as this site defines it: {record.mt3_definition}"
    return Examination(
        exam_id=name,
        name=facts.name,
        result=result,
        definition=definition,
        reliability=tuple(words_of(figure) for figure in facts.reliability),
        predicts=tuple(words_of(figure) for figure in facts.predicts),
        does_not_predict=facts.does_not_predict,
        source=facts.source,
        confidence=facts.confidence.value,
    )


def words_of(figure: Figure) -> str:
    """A figure in words: what, how much, in whom, and its source."""
    parts = [
        _number(figure.measure or figure.outcome, figure),
        *(
            f"{name} {value:g}"
            for name, value in (
                ("sensitivity", figure.sensitivity),
                ("specificity", figure.specificity),
                ("likelihood ratio of a positive result", figure.lr_positive),
                ("of a negative one", figure.lr_negative),
            )
            if value is not None
        ),
        figure.who,
    ]
    return f"{', '.join(part for part in parts if part)} ({figure.source})"


def _number(name: str, figure: Figure) -> str:
    shown = "" if figure.value is None else f" {figure.value:g}"
    if figure.low is not None and figure.high is not None:
        limits = f"{figure.low:g} to {figure.high:g}"
        shown += f" ({limits})" if shown else f" {limits}"
    return name + shown
