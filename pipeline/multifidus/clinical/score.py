"""The door of the room: one person's record to scores."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter

from multifidus.clinical.answers import score_of_number
from multifidus.clinical.eq5d import index_table, score_index
from multifidus.clinical.odi import SECTIONS, score_odi
from multifidus.clinical.opioids import score_opioids
from multifidus.clinical.pain import NRS, VAS, score_nrs, score_vas
from multifidus.clinical.questionnaires import (
    score_gcps_r,
    score_label,
    score_promis,
    score_recorded_t,
    score_start_back,
    score_sum,
)
from multifidus.domain.instruments import ClinicalTables, Instrument
from multifidus.domain.outcome import MME
from multifidus.domain.questionnaire import (
    EQ5D,
    GCPS_R,
    OPIOID_UNITS,
    PROMIS_DOMAINS,
    PROMIS_FORMS,
    QUESTIONNAIRE_OF,
    START_BACK,
    START_BACK_PSYCH,
    opioid_column,
    promis_t_column,
)
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.score import Score
from multifidus.domain.settings import ClinicalSettings

ALWAYS_SHOWN = ("odi_pct", NRS)
SUMMED = ("rmdq", "paindetect", "phq9")


@dataclass(frozen=True)
class Scorer:
    """One instrument.

    columns: those of the clinical table that it reads. inputs: what of a record the score follows
    from, so that two records with the same inputs have the same score.
    """

    instrument_id: str
    columns: frozenset[str]
    score: Callable[[ClinicalRecord], Score]
    inputs: Callable[[ClinicalRecord], Hashable]


def scores_of(
    record: ClinicalRecord, settings: ClinicalSettings, tables: ClinicalTables
) -> tuple[Score, ...]:
    """ODI and NRS, each with its value or the reason why there is none, and whatever else is there.

    An instrument of which nothing was recorded is left out, but for those two.
    """
    scores = [_noted(scorer, record) for scorer in scorers(settings, tables)]
    return tuple(
        score for score in scores if score.is_recorded or score.instrument_id in ALWAYS_SHOWN
    )


def _noted(scorer: Scorer, record: ClinicalRecord) -> Score:
    """The score; in doubt, and without a band, where values that it rests on are."""
    score = scorer.score(record)
    doubts = [doubt.words for doubt in record.doubts if doubt.column in scorer.columns]
    if not doubts or not score.is_recorded:
        return score
    is_firm = bool(record.doubted_columns & scorer.columns)
    note = "; ".join((*filter(None, [score.note]), f"in doubt: {'; '.join(doubts)}"))
    return replace(score, note=note, band="" if is_firm else score.band)


def scorers(settings: ClinicalSettings, tables: ClinicalTables) -> tuple[Scorer, ...]:
    """Every instrument, the EQ-5D-5L once per value set of the settings.

    Raises ValueError for an unknown value set.
    """
    return (*_pain_and_disability(settings, tables), *_health(settings, tables), *_others(tables))


def _pain_and_disability(settings: ClinicalSettings, tables: ClinicalTables) -> Iterator[Scorer]:
    odi_columns = {f"odi_{n}" for n in range(1, SECTIONS + 1)} | {"odi_total_pct"}
    instruments = tables.instruments
    yield Scorer(
        "odi_pct",
        frozenset(odi_columns),
        partial(score_odi, max_missing=settings.odi_max_missing, bands=tables.odi_bands),
        attrgetter("odi_items", "odi_total_pct"),
    )
    yield Scorer(
        NRS, frozenset({NRS}), partial(score_nrs, instruments=instruments), attrgetter(NRS)
    )
    vas = frozenset({VAS, "lbp_vas_cm"})
    yield Scorer(VAS, vas, partial(score_vas, instruments=instruments), attrgetter(VAS))


def _health(settings: ClinicalSettings, tables: ClinicalTables) -> Iterator[Scorer]:
    state = _columns(EQ5D) | {"eq5d_5l_state"}
    for name in settings.eq5d_value_sets:
        table = index_table(name, tables)
        yield Scorer(
            f"eq5d_index_{name}",
            state,
            partial(score_index, table=table),
            lambda record: (record.eq5d_5l_state, record.answers.get(EQ5D)),
        )
    instrument = tables.instruments["eq_vas"]
    yield Scorer(
        "eq_vas",
        frozenset({"eq_vas"}),
        lambda record: score_of_number("eq_vas", instrument, record.eq_vas, "eq_vas"),
        attrgetter("eq_vas"),
    )
    for form in PROMIS_FORMS:
        form_id, form_table = form.questionnaire_id, tables.promis[form.questionnaire_id]
        score = partial(score_promis, questionnaire=form, table=form_table)
        yield _of_answers(f"{form_id}_t", form_id, score)
    for domain, domain_name in PROMIS_DOMAINS.items():
        yield _t_score(domain, domain_name, tables)


def _t_score(domain: str, name: str, tables: ClinicalTables) -> Scorer:
    """A recorded T score; its direction is that of the domain's forms."""
    form = next(one for key, one in tables.promis.items() if key.startswith(f"promis_{domain}_"))
    column = promis_t_column(domain)
    return Scorer(
        column,
        frozenset({column}),
        partial(score_recorded_t, column=column, name=name, is_worse=form.higher_is_worse),
        lambda record: record.totals.get(column),
    )


def _others(tables: ClinicalTables) -> Iterator[Scorer]:
    instruments = tables.instruments
    for name in SUMMED:
        score = partial(score_sum, instrument_id=name, instruments=instruments)
        yield _of_answers(name, name, score)
    start_back = partial(score_start_back, instruments=instruments)
    yield _of_answers(START_BACK, START_BACK, start_back, START_BACK_PSYCH)
    yield _of_answers("gcps_grade", GCPS_R, partial(score_gcps_r, instruments=instruments))
    for name in ("pgic", "cgi", "treatment_satisfaction"):
        rating = partial(_rating, name=name, instrument=instruments[name])
        yield Scorer(name, frozenset({name}), rating, attrgetter(name))
    doses = {opioid_column(opioid) for opioid in OPIOID_UNITS}
    taken = attrgetter(
        "opioids_taken", "buprenorphine_taken", "other_opioid_taken", "opioid_doses_empty", MME
    )
    yield Scorer(
        MME,
        frozenset({MME, "opioids_taken", "buprenorphine_taken", "other_opioid_taken", *doses}),
        partial(score_opioids, factors=tables.opioids, instruments=instruments),
        lambda record: (taken(record), tuple(record.opioid_doses.items())),
    )


def _of_answers(
    instrument_id: str,
    questionnaire_id: str,
    score: Callable[[ClinicalRecord], Score],
    second_total: str = "",
) -> Scorer:
    """A scorer that reads a questionnaire's answers and totals."""
    columns = _columns(questionnaire_id) | ({second_total} if second_total else set())
    total = QUESTIONNAIRE_OF[questionnaire_id].total

    def inputs(record: ClinicalRecord) -> Hashable:
        totals = record.totals
        return record.answers.get(questionnaire_id), totals.get(total), totals.get(second_total)

    return Scorer(instrument_id, columns, score, inputs)


def _rating(record: ClinicalRecord, name: str, instrument: Instrument) -> Score:
    return score_label(getattr(record, name), name, instrument)


def _columns(questionnaire_id: str) -> frozenset[str]:
    questionnaire = QUESTIONNAIRE_OF[questionnaire_id]
    total = {questionnaire.total} if questionnaire.total else set()
    return frozenset({item.name for item in questionnaire.items} | total)
