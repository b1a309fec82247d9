"""What a DICOM series refers back to: its objects' UIDs, slice by slice as the array lies."""

from collections.abc import Sequence

import numpy as np

from multifidus.domain.source import SourceRef
from multifidus.domain.volume import THROUGH_PLANE_AXIS, Geometry, Plane
from multifidus.files.dicom.slices import SliceHeader

LPS_TO_RAS = np.array([-1.0, -1.0, 1.0])


def source_of(slices: Sequence[SliceHeader], plane: Plane, geometry: Geometry) -> SourceRef | None:
    """The objects of a stack's slices, in the order of the array that they were read into.

    plane: of the slices; geometry: of the array, stored RAS+. None where an object lacks a UID.
    """
    axis = THROUGH_PLANE_AXIS[plane]
    placed = sorted(
        slices, key=lambda header: geometry.to_index(header.centre_mm * LPS_TO_RAS)[axis]
    )
    sources = [header.source for header in placed]
    known = [source for source in sources if source is not None]
    return SourceRef.joined(known) if len(known) == len(placed) else None
