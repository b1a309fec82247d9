"""How one person's measurements changed between two examinations."""

from dataclasses import dataclass
from pathlib import Path

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.answers import NotAssessable
from multifidus.domain.precision import KnownMdc
from multifidus.domain.quantities import Quantity


@dataclass(frozen=True)
class LevelChange:
    """One quantity of one muscle at one level and side, earlier and later, in its unit.

    method: of the fat fraction, empty for quantities without fat. mdc: the site's own minimal
    detectable change, or why none is known.
    """

    level: SpinalLevel
    muscle: Muscle
    side: Side
    quantity: Quantity
    method: str
    earlier: float
    later: float
    mdc: KnownMdc | NotAssessable

    @property
    def change(self) -> float:
        """Later minus earlier."""
        return self.later - self.earlier

    @property
    def exceeds_mdc(self) -> bool | NotAssessable:
        """Whether the change is larger than the minimal detectable change, in either direction.

        A larger one is more than repeating the measurement explains, at 95 %; that it matters to
        the person is another question.
        """
        if isinstance(self.mdc, NotAssessable):
            return self.mdc
        return abs(self.change) > self.mdc.value

    @property
    def exceeds_upper_end(self) -> bool:
        """Whether it is larger even by the upper end of what is known of the MDC."""
        return not isinstance(self.mdc, NotAssessable) and abs(self.change) > self.mdc.high


@dataclass(frozen=True)
class Comparison:
    """Two results of one person, and where they lie.

    notes: what differs between the examinations, and what speaks against either. missing: what only
    one of them holds. earlier, later: the output folders. precision: the site's own, None without
    one. about: what it was measured on; empty without one.
    """

    subject_id: str
    changes: tuple[LevelChange, ...]
    missing: tuple[NotAssessable, ...]
    notes: tuple[str, ...]
    earlier: Path
    later: Path
    precision: Path | None = None
    about: str = ""
