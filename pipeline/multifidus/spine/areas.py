"""Cross-sections of vertebral bodies, for the muscle-to-vertebra ratio."""

from collections.abc import Mapping

import numpy as np
from scipy.ndimage import map_coordinates

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import InputError
from multifidus.domain.spine import BodyArea
from multifidus.domain.volume import LabelMap
from multifidus.spine.bodies import VertebralBody
from multifidus.spine.endplates import directions_in_plane

LEAST_SLICES = 8
"""Sagittal slices across a body under which one slice more or less changes its area by more than
an eighth; a customary choice, for no limit is published."""

STEP_MM = 0.5
HALF_WIDTH_MM = 50.0
"""Half the side of the sampled square; a lumbar body is some 50 mm wide."""

SLAB_SHARE = 0.25
"""Planes this share of the body's height to either side of its middle are averaged."""

PLANES = 5


def body_areas(
    vertebrae: LabelMap, bodies: Mapping[Vertebra, VertebralBody]
) -> dict[Vertebra, BodyArea | NotAssessable]:
    """The cross-section of every labelled body but S1, of which only the middle is labelled.

    bodies: of the same label map.
    """
    answers: dict[Vertebra, BodyArea | NotAssessable] = {}
    for vertebra, body in bodies.items():
        if vertebra is Vertebra.S1:
            continue
        try:
            answers[vertebra] = body_area(vertebrae, body)
        except InputError as error:
            answers[vertebra] = NotAssessable(f"area of the body of {vertebra}", str(error))
    return answers


def body_area(vertebrae: LabelMap, body: VertebralBody) -> BodyArea:
    """Area of a body at mid-height, square to its axis, in mm2.

    The axis is midway between the endplates' normals. The label is sampled every 0.5 mm, linearly
    between voxels and counted from a half on (a half itself as half), on five planes over the
    middle quarter of the height to either side, and averaged. Mid-height, where osteophytes do not
    reach; a body is waisted, so its area at the endplates, or the disc's, is larger.

    Raises InputError where the label reaches the first or last sagittal slice, so that the body
    may go on outside, spans too few slices, or lacks an end.
    """
    if body.upper is None or body.lower is None:
        raise InputError("too little of its ends is labelled")
    inside = vertebrae.voxels == VERTEBRA_LABEL_OF[body.vertebra]
    across = np.flatnonzero(inside.any(axis=(1, 2)))
    if across[0] == 0 or across[-1] == inside.shape[0] - 1:
        raise InputError("the body reaches the first or last sagittal slice and may go on outside")
    if len(across) < LEAST_SLICES:
        raise InputError(
            f"the body spans {len(across)} sagittal slices; {LEAST_SLICES} are needed for its area"
        )
    height_mm = float(np.linalg.norm(body.upper.centre_mm - body.lower.centre_mm))
    shifts = np.linspace(-SLAB_SHARE, SLAB_SHARE, PLANES) * height_mm
    areas = [_area_mm2(inside, vertebrae, body, float(shift)) for shift in shifts]
    return BodyArea(body.vertebra, float(np.mean(areas)), len(across))


def _area_mm2(
    inside: np.ndarray, vertebrae: LabelMap, body: VertebralBody, shift_mm: float
) -> float:
    """Area of the body on the plane so far above its middle."""
    right, front = directions_in_plane(body.normal)
    steps = np.arange(-HALF_WIDTH_MM, HALF_WIDTH_MM + STEP_MM / 2, STEP_MM)
    u, v = np.meshgrid(steps, steps, indexing="ij")
    points = body.centre_mm + shift_mm * body.normal + u[..., None] * right + v[..., None] * front
    index = np.moveaxis(vertebrae.geometry.to_index(points), -1, 0)
    share = map_coordinates(inside.astype(np.float32), index, order=1)
    on_border = np.isclose(share, 0.5)  # as along a grid: half of them, or both sides would count
    return float((share > 0.5)[~on_border].sum() + on_border.sum() / 2) * STEP_MM**2
