"""The door of the room: one person's record to scores."""

from pipeline.clinical.odi import score_odi
from pipeline.clinical.pain import score_nrs
from pipeline.domain.bands import OdiBands
from pipeline.domain.record import ClinicalRecord
from pipeline.domain.score import Score
from pipeline.domain.settings import ClinicalSettings


def scores_of(
    record: ClinicalRecord, settings: ClinicalSettings, odi_bands: OdiBands
) -> tuple[Score, ...]:
    """ODI and NRS, each with its value or the reason why there is none.

    The EQ-5D-5L has no score here: its state stays in the record, since an index needs a value
    set that the site chooses.
    """
    return score_odi(record, settings.odi_max_missing, odi_bands), score_nrs(record)
