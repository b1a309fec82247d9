"""Low back pain on the numeric rating scale and on the visual analogue scale."""

from collections.abc import Mapping
from dataclasses import replace

from multifidus.clinical.answers import score_of_number
from multifidus.domain.instruments import Instrument
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.score import Score

NRS = "nrs"
VAS = "lbp_vas_mm"


def score_nrs(record: ClinicalRecord, instruments: Mapping[str, Instrument]) -> Score:
    """NRS as recorded: a whole number 0 (no pain) .. 10 (worst), higher is worse.

    No severity band: the sources at hand publish none.
    """
    score = score_of_number(NRS, instruments[NRS], record.nrs, NRS)
    return score if score.is_recorded else replace(score, reason="no NRS recorded")


def score_vas(record: ClinicalRecord, instruments: Mapping[str, Instrument]) -> Score:
    """VAS in mm, 0 (no pain) .. 100 (worst), higher is worse; a value given in cm is ten times it.

    The table has one column for each unit, so that the number alone never decides the unit.
    """
    return score_of_number(VAS, instruments[VAS], record.lbp_vas_mm, VAS)
