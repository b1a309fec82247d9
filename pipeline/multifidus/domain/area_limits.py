"""How far a bundle's areas lie from readers' areas: bias, limits of agreement, shrinkage."""

from dataclasses import dataclass

from multifidus.domain.anatomy import Muscle
from multifidus.domain.border import AS_TAUGHT, LateralBorder


@dataclass(frozen=True)
class AreaLimits:
    """Outlines found held against one reader's each, of one muscle in one contrast.

    people: each with a right and a left outline. bias_pct, low_pct, high_pct: mean and 95 % limits
    of agreement of the area found against the reader's, in % of the reader's, formed on logarithms
    since the error grows with the area (Bland and Altman 1999, Stat Methods Med Res 8:135, doi
    10.1177/096228029900800204). slope: change of the area found per change of the
    reader's; 1 where large and small are found alike, below 1 where areas shrink to the mean.
    smallest_quarter_pct, largest_quarter_pct: median error in the quarter of outlines that readers
    drew smallest and largest. smallest_high_pct, largest_low_pct: what 90 % of the errors stay
    below in the former and above in the latter, None where not measured. asymmetry_r: correlation
    of signed side differences, -1..1. asymmetry_limit_pct: side difference, in % of the larger
    side, that 95 % of the errors of side differences stay below. note: what the figures were taken
    on, and what speaks against them. lateral_border: along which the outlines ran, that of the
    readers: the contrast's default.
    """

    contrast: str
    muscle: Muscle
    people: int
    bias_pct: float
    low_pct: float
    high_pct: float
    slope: float
    smallest_quarter_pct: float
    largest_quarter_pct: float
    asymmetry_r: float
    asymmetry_limit_pct: float
    note: str
    smallest_high_pct: float | None = None
    largest_low_pct: float | None = None
    lateral_border: LateralBorder = AS_TAUGHT

    def __post_init__(self) -> None:
        if not -100 < self.low_pct <= self.bias_pct <= self.high_pct:
            raise ValueError("the bias lies between the limits, and those above -100 %")

    def reader_range_mm2(self, area_mm2: float) -> tuple[float, float]:
        """Between which a reader's area lies where this was found, in mm2.

        By the limits of agreement, and farther where small or large muscles need it: areas shrink
        to the mean, so that the limits of all hold too few of an atrophied muscle.
        """
        ends = (self.high_pct, self.smallest_high_pct), (self.low_pct, self.largest_low_pct)
        highs, lows = ([pct for pct in end if pct is not None] for end in ends)
        high, low = max(highs), min(lows)
        return area_mm2 / (1 + high / 100), area_mm2 / (1 + low / 100)

    def tells_sides_apart(self, asymmetry_pct: float) -> bool:
        """Whether a side difference, % of the larger side, is more than the error of one."""
        return asymmetry_pct > self.asymmetry_limit_pct
