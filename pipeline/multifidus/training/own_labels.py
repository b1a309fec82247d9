"""Whether a site's own outlines may be taught: both muscles, both sides, each on its own side."""

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.errors import InputError
from multifidus.domain.muscle_order import require_order
from multifidus.domain.volume import LabelMap

TAUGHT = (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)
WHY = "what is not outlined is taught as background"


def require_teachable(labels: LabelMap, name: str) -> None:
    """Refuse outlines of one image from which a network would learn something wrong.

    labels: values of `LABEL_OF`. name: of their file. Raises GeometryError where right and left or
    two muscles are exchanged, be it on one slice; InputError where a muscle is outlined nowhere, or
    on one side of a slice alone.
    """
    require_order(labels, name)
    for muscle in TAUGHT:
        right, left = (
            (labels.voxels == LABEL_OF[Structure(muscle, side)]).any(axis=(0, 1)) for side in Side
        )
        if not (right | left).any():
            raise InputError(
                f"{name}: {muscle.words} is outlined nowhere; {WHY}: outline both muscles, or "
                "take the image out of the table"
            )
        for z in np.flatnonzero(right != left):
            raise InputError(
                f"{name}: {muscle.words} is outlined on one side alone on slice {z}; {WHY}: "
                "outline both sides, or take the slice's outlines away"
            )
