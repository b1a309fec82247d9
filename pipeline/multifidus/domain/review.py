"""What a reader changed in an outline, and what the change does to a measurement."""

from collections.abc import Mapping
from dataclasses import dataclass

from multifidus.domain.anatomy import VERTEBRA_OR_DISC_LABEL, Muscle, Side
from multifidus.domain.quantities import Quantity

LARGEST_LABEL = VERTEBRA_OR_DISC_LABEL


@dataclass(frozen=True)
class Change:
    """One structure on one axial slice that a reader changed.

    slice_index: counted from 0 at the feet. structure: of `LABEL_WORDS`. pixels_before: inside
    the outline that was opened. pixel_area_mm2: of one pixel.
    """

    slice_index: int
    structure: str
    pixels_before: int
    pixels_added: int
    pixels_removed: int
    pixel_area_mm2: float

    @property
    def added_mm2(self) -> float:
        """Area that the reader added."""
        return self.pixels_added * self.pixel_area_mm2

    @property
    def removed_mm2(self) -> float:
        """Area that the reader took away."""
        return self.pixels_removed * self.pixel_area_mm2

    @property
    def dice(self) -> float:
        """Dice overlap of the outline before and after, 0..1; 1 is the same outline."""
        kept = self.pixels_before - self.pixels_removed
        return 2 * kept / (self.pixels_before + kept + self.pixels_added)


@dataclass(frozen=True)
class Review:
    """A correction of a label map: who, when and what.

    reader: name or initials. time: ISO 8601 with its offset from UTC. sha256: of the files of
    `image`, `labels_before` and `labels_after`, hexadecimal.
    """

    reader: str
    time: str
    sha256: Mapping[str, str]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Remeasured:
    """One measured quantity of one muscle on one slice, before and after a review.

    method: of the fat fraction, empty for the total area. before, after: None where the structure
    is not there, so nothing was measured.
    """

    slice_index: int
    muscle: Muscle
    side: Side
    quantity: Quantity
    method: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float | None:
        """After minus before, in the quantity's unit; None where either was not measured."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before
