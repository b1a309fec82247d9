"""How far an outline can be trusted."""

from dataclasses import dataclass

from pipeline.domain.anatomy import Muscle, Side, SpinalLevel


@dataclass(frozen=True)
class OutlineQuality:
    """One muscle's outline on the slice of one level.

    confidence: 0..1, the network's own; None for outlines that came from elsewhere. concerns: what
    speaks against the outline, in words; empty where nothing was noticed.
    """

    level: SpinalLevel
    muscle: Muscle
    side: Side
    slice_index: int
    confidence: float | None
    concerns: tuple[str, ...] = ()
