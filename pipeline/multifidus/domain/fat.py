"""A fat fraction: of which region, by which method, and which of them a report leads with."""

from dataclasses import dataclass

from multifidus.domain.term import Term


class FatMethod(Term):
    """How a region's signal fat fraction is formed from water W and fat F.

    Ratio of sums: sum(F) / sum(F + W), each voxel weighted by its signal. Mean of ratios: the mean
    over voxels of F / (F + W), each voxel weighing the same. They differ where fat and muscle
    differ in brightness, so a value without the name of its method cannot be compared. Noise
    corrected: the ratio of sums without the floor that noise adds to a magnitude image, where the
    noise is told by air in the corners. Of a map of fat fractions: the mean of its voxels;
    `pdff_` where the map says that it is a PDFF, `fat_fraction_map_` where it does not.

    Those of a T1 or T2 image (`t1t2_`) tell fat by brightness alone: a share of the area, no
    chemical fat fraction, and not comparable with Dixon. A voxel's share of fat is how far its
    signal lies from that of lean muscle to that of fat in the same stack; the variants count the
    voxels brighter than a line.
    """

    DIXON_RATIO_OF_SUMS = "dixon_ratio_of_sums"
    DIXON_MEAN_OF_RATIOS = "dixon_mean_of_ratios"
    DIXON_NOISE_CORRECTED = "dixon_ratio_of_sums_noise_corrected"
    PDFF_MAP_MEAN = "pdff_map_mean"
    FAT_FRACTION_MAP_MEAN = "fat_fraction_map_mean"
    REFERENCE_SIGNAL = "t1t2_reference_signal"
    OTSU = "t1t2_otsu"
    GMM2 = "t1t2_gmm2"
    GMM3 = "t1t2_gmm3"
    KMEANS2 = "t1t2_kmeans2"
    KMEANS3 = "t1t2_kmeans3"
    CIRCLE = "t1t2_circle"


LEADING_METHODS = (
    FatMethod.PDFF_MAP_MEAN,
    FatMethod.DIXON_RATIO_OF_SUMS,
    FatMethod.FAT_FRACTION_MAP_MEAN,
    FatMethod.REFERENCE_SIGNAL,
)
"""The methods that a report leads with, the preferred first."""


@dataclass(frozen=True)
class FatFraction:
    """Signal fat fraction of a region, 0..100 %; a PDFF only by the method of that name.

    interval_pct: lowest and highest value that its uncertainties allow, None where none is told.
    """

    method: FatMethod
    pct: float
    interval_pct: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.pct <= 100:
            raise ValueError(f"a fat fraction lies in 0..100 %, not {self.pct}")
        if self.interval_pct is not None:
            low, high = self.interval_pct
            if not 0 <= low <= self.pct <= high <= 100:
                raise ValueError(f"{self.pct} % does not lie in its interval {low} to {high} %")


@dataclass(frozen=True)
class RadialFat:
    """Fat of the deepest 15 % of a muscle's radial width and of the rest, by one method, 0..100 %.

    Deep is what lies nearest, in the plane of the slice, to the point where the disc's centre falls
    on it: within 15 % of the way from the muscle's nearest to its farthest pixel.
    """

    method: FatMethod
    deep_pct: float
    rest_pct: float

    @property
    def difference_points(self) -> float:
        """Deep minus rest, in percentage points; above 0 where fat gathers in the depth."""
        return self.deep_pct - self.rest_pct
