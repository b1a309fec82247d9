"""Yardsticks and definitions of response, answered visit by visit, with numbered sources."""

from collections.abc import Sequence

from multifidus.domain.answers import Verdict
from multifidus.domain.follow_up import AnswerAt, FollowUp, ScoreAt, VisitAt
from multifidus.domain.outcome import MEASURES, Definition, Kind, Measure
from multifidus.domain.pathway import MeasurementError
from multifidus.report.follow_up.tables import batched, short_name, visit_words
from multifidus.report.numbers import NO_VALUE
from multifidus.report.table import Table
from multifidus.report.words import capital, cited

YES_NO = {Verdict.MET: "yes", Verdict.NOT_MET: "no", Verdict.NOT_ASSESSABLE: "open"}


def yardstick_tables(course: FollowUp) -> list[Table]:
    """Each change against what is held to matter and against the instrument's own error."""
    tables = []
    for shown in batched(course.later):
        rows = []
        for measure in course.measures:
            rows += _error_rows(course, measure, shown)
        rows += _definition_rows(course, shown, (Kind.MINIMAL_CHANGE,))
        headings = ("Yardstick", *(visit_words(visit) for visit in shown), "Source")
        tables.append(Table(headings, tuple(rows)))
    return tables


def responder_tables(course: FollowUp) -> list[Table]:
    """Every definition of a response, and every state, answered visit by visit.

    Those that no visit answers are in `open_line`.
    """
    tables = []
    for shown in batched(course.visits):
        rows = _definition_rows(course, shown, (Kind.RESPONDER, Kind.STATE))
        headings = ("What counts", *(visit_words(visit) for visit in shown), "Source")
        tables.append(Table(headings, tuple(rows)))
    return tables


def open_lines(course: FollowUp) -> list[str]:
    """The definitions that no visit answers, and the errors that no source tells."""
    answered = {
        answer.definition.definition_id for answer in course.answers if _is_answered(answer)
    }
    left = {
        answer.definition.text: None
        for answer in course.answers
        if answer.definition.definition_id not in answered
    }
    lines = [f"Not assessable at any visit: {'; '.join(left)}."] if left else []
    if course.unknown_error:
        names = "; ".join(measure.wording for measure in course.unknown_error)
        lines.append(f"Measurement error not known, none was found in a source read: {names}.")
    return lines


def source_lines(course: FollowUp) -> list[str]:
    """The sources of yardsticks and definitions, by the numbers that the tables give them."""
    return [f"{number} {words}" for words, number in _numbers(course).items()]


def _numbers(course: FollowUp) -> dict[str, int]:
    """Each source that an answered yardstick or definition has, with its number from 1."""
    errors = [answer.error for score in course.scores for answer in score.errors]
    answered = [answer.definition for answer in course.answers if _is_answered(answer)]
    named = [cited(error) for error in errors]
    named += [cited(definition) for definition in answered]
    return {words: number for number, words in enumerate(dict.fromkeys(named), start=1)}


def _number(course: FollowUp, source: str, confidence: str) -> str:
    return str(_numbers(course)[f"{source} ({confidence})"])


def _error_rows(
    course: FollowUp, measure: Measure, shown: Sequence[VisitAt]
) -> list[tuple[str, ...]]:
    at = {score.visit.label: score for score in course.scores if score.measure == measure}
    errors = dict.fromkeys(
        answer.error
        for score in course.scores
        if score.measure == measure
        for answer in score.errors
    )
    rows = []
    for error in errors:
        cells = (_error_words(at.get(visit.label), error) for visit in shown)
        text = f"{capital(measure.wording)}: measurement error {error.sdc:g} ({error.people})"
        rows.append((text, *cells, _number(course, error.source, error.confidence)))
    return rows


def _error_words(score: ScoreAt | None, error: MeasurementError) -> str:
    answers = () if score is None else score.errors
    beyond = [answer.is_beyond for answer in answers if answer.error == error]
    return NO_VALUE if not beyond else "beyond" if beyond[0] else "within"


def _definition_rows(
    course: FollowUp, shown: Sequence[VisitAt], kinds: Sequence[Kind]
) -> list[tuple[str, ...]]:
    answers: dict[Definition, dict[str, AnswerAt]] = {}
    for answer in course.answers:
        if answer.definition.kind in kinds:
            answers.setdefault(answer.definition, {})[answer.visit.label] = answer
    return [
        (
            definition.text,
            *(_answer_words(at.get(visit.label)) for visit in shown),
            _number(course, definition.source, definition.confidence),
        )
        for definition, at in answers.items()
        if any(_is_answered(answer) for answer in at.values())
    ]


def _is_answered(answer: AnswerAt) -> bool:
    return answer.concerns and answer.verdict is not Verdict.NOT_ASSESSABLE


def _answer_words(answer: AnswerAt | None) -> str:
    if answer is None:
        return NO_VALUE
    if not answer.concerns:
        return "not concerned"
    lacks = ", ".join(short_name(MEASURES[name]).split(", ")[-1] for name in answer.lacks)
    if answer.verdict is Verdict.NOT_ASSESSABLE and lacks:
        return f"open: no {lacks}"
    return YES_NO[answer.verdict]
