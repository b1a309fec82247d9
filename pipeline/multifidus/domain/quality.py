"""How far an outline can be trusted."""

from dataclasses import dataclass

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel


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


@dataclass(frozen=True)
class ImageDoubts:
    """What speaks against what was read from the images.

    outlines: as they were checked, those without concern too. levels: what makes the numbering or
    the place of the levels doubtful, in words; empty where nothing was noticed.
    """

    outlines: tuple[OutlineQuality, ...] = ()
    levels: tuple[str, ...] = ()

    def of(self, level: SpinalLevel, muscle: Muscle, side: Side) -> tuple[str, ...]:
        """What speaks against one outline, in words."""
        asked = (level, muscle, side)
        return tuple(
            concern
            for one in self.outlines
            if (one.level, one.muscle, one.side) == asked
            for concern in one.concerns
        )


NO_DOUBTS = ImageDoubts()
