"""The tables that a cohort's pathway leaves behind; numbers keep their full precision."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from multifidus.domain.answers import NotAssessable
from multifidus.domain.pathway import AnswerCount, BesideMean, BesideShare, EventCount, UseCount
from multifidus.files.results.case import write_rows

ANSWERS_FILE = "impressions.csv"
BESIDE_FILE = "published_beside.csv"
EVENT_COUNTS_FILE = "event_counts.csv"

ANSWER_COLUMNS = {
    "measure": "pgic, cgi or treatment_satisfaction",
    "visit": "name of the visit",
    "months": "since baseline, median of the cohort",
    "answer": "the answer, best first",
    "count": "people who gave it",
    "with_data": "people who gave any: the denominator",
    "missing": "people of the cohort who gave none",
    "pct": "100 x count / with_data",
    "ci95_low_pct": "lower end of the 95 % Wilson interval",
    "ci95_high_pct": "upper end",
}
"""Columns of `impressions.csv` and what they hold."""

BESIDE_COLUMNS = {
    "kind": "share (of people, in %), mean, or mean change (since the baseline)",
    "what": "the definition or the measure",
    "visit": "visit of this cohort",
    "months": "its time",
    "counted_from": "activation or baseline",
    "ours": "the share, or the number in the measure's unit",
    "n": "people with data",
    "study": "published study",
    "group": "its group",
    "published_at": "its time, as its source counts",
    "published": "its share, or its number in the measure's unit",
    "published_n": "people, where told",
    "n_of": "whether the number rests on just these (counted), or they were followed up",
    "differs": "in what the study's definition differs",
    "source": "of the published figure, with the place in it and how surely it was read",
}
"""Columns of `published_beside.csv` and what they hold."""

EVENT_COUNT_COLUMNS = {
    "what": "sort of event, or use of the device",
    "events": "how many",
    "people": "with at least one, of those with an implantation or activation on record",
    "treated": "those people: the denominator",
    "pct": "100 x people / treated",
    "ci95_low_pct": "lower end of the 95 % Wilson interval",
    "ci95_high_pct": "upper end",
    "value": "of the use of the device: median share of the maximum in %, or median hours",
    "note": "what was not recorded",
}
"""Columns of `event_counts.csv` and what they hold."""


def write_answers(answers: Iterable[AnswerCount], path: Path) -> None:
    """Write one row per measure, visit and answer."""
    rows = [
        {
            "measure": one.measure.name,
            "visit": one.visit,
            "months": one.months,
            "answer": one.answer,
            "count": one.share.count,
            "with_data": one.share.n,
            "missing": one.missing,
            "pct": one.share.pct,
            "ci95_low_pct": one.share.low_pct,
            "ci95_high_pct": one.share.high_pct,
        }
        for one in answers
    ]
    write_rows(rows, path, ANSWER_COLUMNS)


def write_beside(shares: Iterable[BesideShare], means: Iterable[BesideMean], path: Path) -> None:
    """Write one row per published figure that stands beside one of the cohort."""
    rows = [*map(_share, shares), *map(_mean, means)]
    write_rows(rows, path, BESIDE_COLUMNS)


def write_event_counts(
    counts: Iterable[EventCount], use: UseCount | NotAssessable, path: Path
) -> None:
    """Write one row per sort of event, then the use of the device."""
    rows: list[dict[str, object]] = [
        {
            "what": one.what,
            "events": one.events,
            "people": one.share.count,
            "treated": one.share.n,
            "pct": one.share.pct,
            "ci95_low_pct": one.share.low_pct,
            "ci95_high_pct": one.share.high_pct,
            "note": one.note,
        }
        for one in counts
    ]
    write_rows([*rows, *_use(use)], path, EVENT_COUNT_COLUMNS)


def _use(use: UseCount | NotAssessable) -> Iterator[dict[str, object]]:
    if isinstance(use, NotAssessable):
        yield {"what": use.what, "note": use.reason}
        return
    note = "; ".join(use.notes)
    yield {
        "what": "use of the device, % of the maximum, median",
        "people": use.assessed,
        "treated": use.people,
        "value": use.share_pct,
        "note": note,
    }
    yield {"what": "use of the device, hours, median", "value": use.hours}


def _share(one: BesideShare) -> dict[str, object]:
    return _published(one) | {
        "kind": "share",
        "what": one.ours.definition.definition_id,
        "visit": one.ours.visit,
        "ours": one.ours.observed.pct,
        "n": one.ours.observed.n,
        "published": one.figure.pct,
    }


def _mean(one: BesideMean) -> dict[str, object]:
    return _published(one) | {
        "kind": one.figure.statistic.value,
        "what": one.ours.measure.name,
        "visit": one.ours.visit,
        "ours": one.our_value,
        "n": one.ours.n,
        "published": one.figure.in_measure,
    }


def _published(one: BesideShare | BesideMean) -> dict[str, object]:
    """What is told of every published figure, and of the time it stands beside."""
    figure = one.figure
    return {
        "months": one.time.months,
        "counted_from": "activation" if one.time.from_activation else "baseline",
        "study": one.study.title,
        "group": figure.group,
        "published_at": figure.when,
        "published_n": figure.n,
        "n_of": "" if figure.n is None else figure.n_of,
        "differs": figure.differs,
        "source": one.study.cited(figure),
    }
