"""Which stored images a series was read from, by their UIDs, for what is written beside them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class SourceInstance:
    """The DICOM object of one slice. frame: its number from 1 in a multi-frame object, else None.

    Raises ValueError where a UID is missing.
    """

    sop_class_uid: str
    sop_instance_uid: str
    frame: int | None = None

    def __post_init__(self) -> None:
        if not self.sop_class_uid or not self.sop_instance_uid:
            raise ValueError("an image without SOP class or instance UID cannot be referred to")

    def __repr__(self) -> str:
        return "SourceInstance(...)"


@dataclass(frozen=True, repr=False)
class SourceRef:
    """The objects that a series was read from, one per slice in the order of its array.

    frame_of_reference_uid: empty where the objects state none. It is carried in memory alone: no
    result, table or report holds it, and no text made of it shows a UID. Raises ValueError where a
    UID or every instance is missing.
    """

    study_uid: str
    series_uid: str
    frame_of_reference_uid: str
    instances: tuple[SourceInstance, ...]

    def __post_init__(self) -> None:
        if not self.study_uid or not self.series_uid or not self.instances:
            raise ValueError("images without study or series UID cannot be referred to")

    @classmethod
    def joined(cls, slices: "Sequence[SourceRef]") -> "SourceRef":
        """One reference to slices in that order. Raises ValueError for those of several series."""
        origins = {(ref.study_uid, ref.series_uid, ref.frame_of_reference_uid) for ref in slices}
        if len(origins) != 1:
            raise ValueError(f"the slices are of {len(origins)} series, one was expected")
        return cls(*origins.pop(), tuple(instance for ref in slices for instance in ref.instances))

    def __repr__(self) -> str:
        return f"SourceRef({len(self.instances)} instances)"
