"""The tables that a cohort's pathway leaves behind; numbers keep their full precision."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from multifidus.domain.answers import NotAssessable, known
from multifidus.domain.cohort import Proportion
from multifidus.domain.pathway import AnswerCount, BesideMean, BesideShare, EventCount, UseCount
from multifidus.files.tables import INTEGER, NUMBER, TEXT, Column, Table

ANSWERS_FILE = "impressions.csv"
BESIDE_FILE = "published_beside.csv"
EVENT_COUNTS_FILE = "event_counts.csv"

ANSWERS = Table(ANSWERS_FILE, AnswerCount, (
    Column("measure", TEXT, "", "pgic, cgi or treatment_satisfaction",
           lambda count: count.measure.name),
    Column("visit", TEXT, "", "name of the visit"),
    Column("months", NUMBER, "months", "since baseline, median of the cohort"),
    Column("answer", TEXT, "", "the answer, best first"),
    Column("count", INTEGER, "people", "people who gave it", lambda count: count.share.count),
    Column("with_data", INTEGER, "people", "people who gave any: the denominator",
           lambda count: count.share.n),
    Column("missing", INTEGER, "people", "people of the cohort who gave none"),
    Column("pct", NUMBER, "%", "100 x count / with_data", lambda count: count.share.pct),
    Column("ci95_low_pct", NUMBER, "%", "lower end of the 95 % Wilson interval",
           lambda count: count.share.low_pct),
    Column("ci95_high_pct", NUMBER, "%", "upper end", lambda count: count.share.high_pct),
))  # fmt: skip
"""One row per measure, visit and answer."""


class _Beside(NamedTuple):
    """A number of this cohort and the published one beside it."""

    kind: str
    what: str
    visit: str
    ours: float | None
    n: int
    published: float | None
    beside: BesideShare | BesideMean


BESIDE = Table(BESIDE_FILE, _Beside, (
    Column("kind", TEXT, "", "share (of people, in %), mean, or mean change (since the baseline)"),
    Column("what", TEXT, "", "the definition or the measure"),
    Column("visit", TEXT, "", "visit of this cohort"),
    Column("months", NUMBER, "months", "its time", lambda row: row.beside.time.months),
    Column("counted_from", TEXT, "", "activation or baseline",
           lambda row: "activation" if row.beside.time.from_activation else "baseline"),
    Column("ours", NUMBER, "", "the share, or the number in the measure's unit"),
    Column("n", INTEGER, "people", "people with data"),
    Column("study", TEXT, "", "published study", lambda row: row.beside.study.title),
    Column("group", TEXT, "", "its group", lambda row: row.beside.figure.group),
    Column("published_at", TEXT, "", "its time, as its source counts",
           lambda row: row.beside.figure.when),
    Column("published", NUMBER, "", "its share, or its number in the measure's unit"),
    Column("published_n", INTEGER, "people", "people, where told",
           lambda row: row.beside.figure.n),
    Column("n_of", TEXT, "",
           "whether the number rests on just these (counted), or they were followed up",
           lambda row: "" if row.beside.figure.n is None else row.beside.figure.n_of),
    Column("differs", TEXT, "", "in what the study's definition differs",
           lambda row: row.beside.figure.differs),
    Column("source", TEXT, "",
           "of the published figure, with the place in it and how surely it was read",
           lambda row: row.beside.study.cited(row.beside.figure)),
))  # fmt: skip
"""One row per published figure that stands beside one of the cohort."""


class _Counted(NamedTuple):
    """Events of one sort, or the use of the device. share: of the people who were treated."""

    what: str
    events: int | None = None
    share: Proportion | None = None
    value: float | None = None
    note: str = ""


EVENT_COUNTS = Table(EVENT_COUNTS_FILE, _Counted, (
    Column("what", TEXT, "", "sort of event, or use of the device"),
    Column("events", INTEGER, "events", "how many"),
    Column("people", INTEGER, "people",
           "with at least one, of those with an implantation or activation on record",
           lambda row: known(row.share, lambda share: share.count)),
    Column("treated", INTEGER, "people", "those people: the denominator",
           lambda row: known(row.share, lambda share: share.n)),
    Column("pct", NUMBER, "%", "100 x people / treated",
           lambda row: known(row.share, lambda share: share.pct)),
    Column("ci95_low_pct", NUMBER, "%", "lower end of the 95 % Wilson interval",
           lambda row: known(row.share, lambda share: share.low_pct)),
    Column("ci95_high_pct", NUMBER, "%", "upper end",
           lambda row: known(row.share, lambda share: share.high_pct)),
    Column("value", NUMBER, "",
           "of the use of the device: median share of the maximum in %, or median hours"),
    Column("note", TEXT, "", "what was not recorded"),
))  # fmt: skip
"""One row per sort of event, then the use of the device."""


def write_beside(shares: Iterable[BesideShare], means: Iterable[BesideMean], folder: Path) -> None:
    """Write every published share, then every published mean, beside the cohort's own."""
    BESIDE.write((*map(_share, shares), *map(_mean, means)), folder)


def write_event_counts(
    counts: Iterable[EventCount], use: UseCount | NotAssessable, folder: Path
) -> None:
    """Write how many events there were, and how much the device was used."""
    events = (_Counted(count.what, count.events, count.share, note=count.note) for count in counts)
    EVENT_COUNTS.write((*events, *_use(use)), folder)


def _share(beside: BesideShare) -> _Beside:
    ours = beside.ours
    what, pct = ours.definition.definition_id, ours.observed.pct
    return _Beside("share", what, ours.visit, pct, ours.observed.n, beside.figure.pct, beside)


def _mean(beside: BesideMean) -> _Beside:
    ours, figure = beside.ours, beside.figure
    kind, what, value = figure.statistic.value, ours.measure.name, beside.our_value
    return _Beside(kind, what, ours.visit, value, ours.n, figure.in_measure, beside)


def _use(use: UseCount | NotAssessable) -> Iterator[_Counted]:
    if isinstance(use, NotAssessable):
        yield _Counted(use.what, note=use.reason)
        return
    assessed = Proportion(use.assessed, use.people, None, None, None)
    share = "use of the device, % of the maximum, median"
    yield _Counted(share, None, assessed, use.share_pct, "; ".join(use.notes))
    yield _Counted("use of the device, hours, median", value=use.hours)
