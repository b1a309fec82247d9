"""Low back pain on the numeric rating scale."""

from pipeline.domain.record import ClinicalRecord
from pipeline.domain.score import Score


def score_nrs(record: ClinicalRecord) -> Score:
    """NRS as recorded: a whole number 0 (no pain) .. 10 (worst), higher is worse.

    Source of the scale: Ostelo 2008, whose change figures use it. No severity band: the sources
    at hand publish none.
    """
    return Score(
        instrument="NRS low back pain",
        value=None if record.nrs is None else float(record.nrs),
        unit="of 10",
        low=0,
        high=10,
        higher_is_worse=True,
        source="numeric rating scale 0-10 as in Ostelo 2008",
        missing_items=("nrs",) if record.nrs is None else (),
        reason="no NRS recorded" if record.nrs is None else "",
    )
