"""The door to the criteria: what is known of a person, what follows from it, and the gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from multifidus.criteria.decide import decide
from multifidus.criteria.evidence import evidence_of
from multifidus.criteria.gate import gate_of
from multifidus.criteria.implications import close
from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.criterion import RuleSet
from multifidus.domain.decision import Decision
from multifidus.domain.gate import Gate, Reason, ReasonKind, SafetyRules
from multifidus.domain.measurement import NO_DOUBTS, ImageDoubts, MuscleMeasurement
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.rule_settings import EligibilitySettings, ImagingRule
from multifidus.domain.score import Score
from multifidus.domain.trusted import columns_of_variable, trusted
from multifidus.domain.variables import ADULT, IMAGING, Evidence


@dataclass(frozen=True)
class Known:
    """What is known of a person.

    scores: of the record without its doubted values (`trusted`). image_doubts: what speaks against
    outlines and levels.
    """

    record: ClinicalRecord | None
    measurements: Sequence[MuscleMeasurement] = ()
    scores: Sequence[Score] = ()
    image_doubts: ImageDoubts = NO_DOUBTS


@dataclass(frozen=True)
class Answers:
    """Evidence by variable, and what holds its answers back."""

    evidence: Mapping[str, Evidence]
    gate: Gate

    def decide(self, rule_set: RuleSet) -> Decision:
        """The rule set answered."""
        return decide(rule_set, self.evidence, self.gate)


def answers_of(known: Known, settings: EligibilitySettings, safety: SafetyRules) -> Answers:
    """Evidence and gate of one person; a doubted value answers nothing."""
    record = known.record
    recorded = evidence_of(
        None if record is None else trusted(record),
        known.measurements,
        settings.imaging_rule,
        known.scores,
        settings.adult_at_least_years,
        known.image_doubts,
    )
    if record is not None:
        recorded = {name: _in_doubt(name, one, record) for name, one in recorded.items()}
    if settings.adult_at_least_years is not None and (
        record is None or record.facts.get(ADULT) is None
    ):
        safety = safety.without(ADULT)  # what this site means by adult has answered it
    closed = close(recorded, safety)
    doubts = _image_doubts(known, settings.imaging_rule)
    gate = gate_of(closed, recorded, record, safety, doubts)
    return Answers(closed.evidence, gate.beside(_of_scores(known.scores)))


def _of_scores(scores: Sequence[Score]) -> tuple[Reason, ...]:
    """Scores without a value because the record says two things of them."""
    return tuple(
        Reason(
            ReasonKind.CONTRADICTION, f"{score.instrument}: {score.reason}", (score.instrument_id,)
        )
        for score in scores
        if score.is_contradicted
    )


def _image_doubts(known: Known, rule: ImagingRule) -> tuple[str, ...]:
    """What speaks against the outlines and levels that a site's rule answers imaging by."""
    record, doubts = known.record, known.image_doubts
    if record is None or rule.kind == "reader" or record.facts.get(IMAGING) is not None:
        return ()
    outlines = [
        f"{side} multifidus {level}: {', '.join(concerns)}"
        for level in rule.levels
        for side in Side
        if (concerns := doubts.of(level, Muscle.MULTIFIDUS, side))
    ]
    return (*outlines, *doubts.levels)


def _in_doubt(name: str, evidence: Evidence, record: ClinicalRecord) -> Evidence:
    """Unknown evidence that says which doubted value it would have rested on."""
    if evidence.value is not None:
        return evidence
    columns = columns_of_variable(name)
    words = [doubt.words for doubt in record.doubts if doubt.is_firm and doubt.column in columns]
    if not words:
        return evidence
    return Evidence(None, f"{evidence.wording}; in doubt: {'; '.join(words)}", evidence.setting)
